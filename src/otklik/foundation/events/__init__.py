"""What happened, who reacts to it, and the jobs and clocks that see to it."""

"""Pages that hear at once what happened, and the bell that wakes those who wait."""

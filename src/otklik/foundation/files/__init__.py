"""Files: how they come, are kept, shown and forgotten."""

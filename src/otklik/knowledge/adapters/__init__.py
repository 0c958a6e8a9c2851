"""Articles of other programs and folders, read into one shape."""

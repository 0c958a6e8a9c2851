"""The customers' pages."""

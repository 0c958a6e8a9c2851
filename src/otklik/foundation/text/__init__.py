"""Words: their forms, their masks, and how deep they nest."""

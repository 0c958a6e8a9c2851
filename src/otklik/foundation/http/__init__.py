"""Where the web begins: middleware at the edge, and what every page of the staff is made with."""

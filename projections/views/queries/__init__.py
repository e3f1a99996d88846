"""Every question to the tables of the views, by name."""

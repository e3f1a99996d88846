"""Questions to the tables of the views, by name."""

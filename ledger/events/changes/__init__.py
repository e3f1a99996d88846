"""Models of the changes of a decision, grouped by the noun that they change."""

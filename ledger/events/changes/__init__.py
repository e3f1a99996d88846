"""One model for each change of a decision, grouped by the noun that it changes."""

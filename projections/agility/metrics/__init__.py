"""The metrics of agility, one family a file."""

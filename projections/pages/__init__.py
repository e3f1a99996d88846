"""Pages of the explorer: what each of them tells, the templates that show it, and every text in one catalogue."""

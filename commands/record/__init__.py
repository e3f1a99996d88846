"""Commands that record decisions, or show what recording them would do."""

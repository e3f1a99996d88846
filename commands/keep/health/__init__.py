"""Health: what `doctor` looks at beside the ledger itself, its surroundings on the disk and the age of what is kept."""

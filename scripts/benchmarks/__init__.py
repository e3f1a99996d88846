"""How quick the ledger is, always beside something known: each figure is a ratio of two sides of one run."""

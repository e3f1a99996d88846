"""Where the lines of the ledger are kept: one SQLite file, append-only, each line a leaf of its tree."""

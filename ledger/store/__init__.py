"""The store of the ledger's lines: append-only, each line a leaf of its tree."""

"""Benchmarks: how quick the ledger is beside something known, each figure a ratio of two sides of one run."""

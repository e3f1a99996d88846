"""Verification of a store: its rows, its tree and its file, read raw and judged."""

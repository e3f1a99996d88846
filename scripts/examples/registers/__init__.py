"""Registers brought into a ledger: a reader of RSF, and a mapping for each of them."""

"""Copies of a ledger: the same ledger at another place, or a trial of it, which is a ledger of its own."""

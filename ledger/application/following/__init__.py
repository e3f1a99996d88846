"""The following of a ledger that others record into."""

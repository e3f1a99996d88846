"""Backups: a copy of a ledger with a manifest that says what it is, how it is restored, and when the last was made."""

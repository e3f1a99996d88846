"""Projections: all that can be seen of a ledger, as structure, history, journal, differences, notices, snapshots."""

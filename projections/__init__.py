"""What can be seen of a ledger: structure, history, journal, differences, notices, snapshots."""

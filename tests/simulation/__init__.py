"""A deterministic simulation: histories of a ledger under rivals, crashes and bad clocks, held to a naive model."""

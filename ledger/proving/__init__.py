"""Proofs for outsiders: keys, checkpoints that are signed, proofs of events, and how each is checked again."""

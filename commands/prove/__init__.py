"""Commands that prove: keys, checkpoints, proofs of events, verification."""

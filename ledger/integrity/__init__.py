"""The Merkle tree over the ledger's lines: hashing, roots and proofs, without any I/O."""

"""Tokens by which a server knows auditors and recorders: made, listed and withdrawn."""

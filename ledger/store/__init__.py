"""The stores of lines: append-only, each line a leaf of its tree; a protocol, and what keeps to it."""

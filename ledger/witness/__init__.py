"""A witness: it cosigns the checkpoints of ledgers that only grow, and remembers what it cosigned."""

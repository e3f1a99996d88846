"""What happened: immutable events in the past tense, their registry and their bytes."""

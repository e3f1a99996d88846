"""Events: what happened, immutable and in the past tense; their registry and their bytes."""

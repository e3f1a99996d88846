"""Commands of an audit: overrides, a sample of decisions, documents held to their hashes."""

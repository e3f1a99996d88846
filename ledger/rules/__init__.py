"""The rules: what is refused, what needs acceptance, what is flagged. Each has one home and a stable name."""

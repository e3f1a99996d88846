"""The rules that refuse a decision: what cannot mean anything, whatever reason is given."""

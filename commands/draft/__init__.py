"""Drafts: a decision made of verbs, one change after the other, and recorded once."""

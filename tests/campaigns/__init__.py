"""Campaigns: long runs by hand, each with a seed and a size (scripts/campaign)."""

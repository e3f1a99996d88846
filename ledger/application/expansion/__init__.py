"""Expansion of composed changes into those that are recorded, by what is so on their day."""

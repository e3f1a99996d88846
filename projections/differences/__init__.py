"""Differences between two points of both times, and the decisions that explain them."""

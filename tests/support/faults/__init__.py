"""Runs of the program in which one call to the disk fails, or the program is killed at it."""

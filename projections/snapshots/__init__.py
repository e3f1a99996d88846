"""Snapshots: the whole structure of one point of both times as a file, written, read back and verified."""

"""The decisions of a window: each told as known, counted, listed and written as a table beside the report."""

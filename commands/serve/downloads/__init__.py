"""Downloads of what a page shows, made by the commands that answer the same, and by their writers."""

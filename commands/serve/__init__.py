"""The server of the explorer: what answers a browser, and what it refuses."""

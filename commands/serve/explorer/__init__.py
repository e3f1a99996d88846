"""The explorer: pages at a point of both times as routes, and the addresses at which they stand."""

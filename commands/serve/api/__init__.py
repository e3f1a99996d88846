"""The programs' door of the server: what a reading command answers as JSON, at an address."""

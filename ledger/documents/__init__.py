"""Decision documents: how files hold them, and the one normal form of each."""

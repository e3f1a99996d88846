"""Access to what a server shows: who somebody is, what that role sees, and how fast anybody may ask."""

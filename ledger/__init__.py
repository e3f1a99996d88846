"""What was decided, from when, and the proof of it. Knows no screen."""

"""Tests in a real browser: scripts/browser installs what they need and runs them."""

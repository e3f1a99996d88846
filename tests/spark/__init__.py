"""Tests on a cluster of Apache Spark: scripts/test-spark installs what they need and runs them."""

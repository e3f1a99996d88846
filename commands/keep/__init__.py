"""Commands that keep and prove: snapshots, exports, verification, views."""

"""Attacks on a small ledger, which scripts/attack_demo shows."""

"""Answers on a screen of so many columns: whole words, or blocks."""

"""Answers to questions at one point of both times, each read from the views."""

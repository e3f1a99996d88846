"""Fixtures that several test files share."""

from __future__ import annotations

from command_line import bare, desk

__all__ = ["bare", "desk"]

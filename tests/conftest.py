"""Fixtures that several test files share."""

from __future__ import annotations

from support import examples as campaign  # noqa: F401 - it loads the profile of property tests before they are read
from support.command_line import bare, desk

__all__ = ["bare", "desk"]

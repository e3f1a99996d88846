"""Fixtures that several test files share."""

from __future__ import annotations

import campaign  # noqa: F401 - it loads the profile of property tests before they are read
from command_line import bare, desk

__all__ = ["bare", "desk"]

"""A finding of the doctor: what was looked at, what was found, and what to do."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing looked at; `to_do` is empty where all is well. `untold`: nothing is wrong, and it cannot be told."""

    what: str
    found: str
    to_do: str = ""
    untold: bool = False

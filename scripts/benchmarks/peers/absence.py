"""Peers that are not there, and why in words."""

from __future__ import annotations

from importlib.util import find_spec


class PeerAbsent(Exception):
    """Raised with the reason why a peer cannot be measured here."""


def need(package: str, *modules: str) -> None:
    """Raise `PeerAbsent` unless the modules of a package are installed."""
    if not all(map(find_spec, modules)):
        raise PeerAbsent(f"{package} is not installed")

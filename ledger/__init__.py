"""Decisions, the days from which they hold, and the proof of them. Knows no screen.

The public names are imported when they are first asked for, so that a command's help need not load a ledger.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.application import Government, Imported, Known, Ledger, Plan, Receipt, Verification, import_register
    from ledger.errors import InputError, LedgerError, Refused, SameReferenceOtherText, StoreError
    from ledger.events.envelope import Event, Recorded, Recorder

_HOMES = {
    "ledger.application": (
        "Government",
        "Imported",
        "Known",
        "Ledger",
        "Plan",
        "Receipt",
        "Verification",
        "import_register",
    ),
    "ledger.errors": ("InputError", "LedgerError", "Refused", "SameReferenceOtherText", "StoreError"),
    "ledger.events.envelope": ("Event", "Recorded", "Recorder"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Event",
    "Government",
    "Imported",
    "InputError",
    "Known",
    "Ledger",
    "LedgerError",
    "Plan",
    "Receipt",
    "Recorded",
    "Recorder",
    "Refused",
    "SameReferenceOtherText",
    "StoreError",
    "Verification",
    "import_register",
]


def __getattr__(name: str) -> Any:
    """Return a public name from its home (PEP 562); raises AttributeError for any other."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)

"""The ledger as its users call it: a command is a method call.

The public names are imported when they are first asked for: whoever reads needs nothing of what records.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.application.events import EventReader
    from ledger.application.government import Government
    from ledger.application.ledger import Ledger
    from ledger.application.migration import Imported, import_register
    from ledger.application.moments import Known
    from ledger.application.reader import Reader
    from ledger.application.settling import Receipt
    from ledger.application.trial import Plan, Trial
    from ledger.application.verification import Verification, verify_file

_HOME_OF = {
    "EventReader": "events",
    "Government": "government",
    "Imported": "migration",
    "Known": "moments",
    "Ledger": "ledger",
    "Plan": "trial",
    "Reader": "reader",
    "Receipt": "settling",
    "Trial": "trial",
    "Verification": "verification",
    "import_register": "migration",
    "verify_file": "verification",
}

__all__ = [
    "EventReader",
    "Government",
    "Imported",
    "Known",
    "Ledger",
    "Plan",
    "Reader",
    "Receipt",
    "Trial",
    "Verification",
    "import_register",
    "verify_file",
]


def __getattr__(name: str) -> Any:
    """Return a public name from its home (PEP 562); raises AttributeError for any other."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"ledger.application.{_HOME_OF[name]}"), name)

"""The ledger as its users call it: a command is a method call."""

from ledger.application.ledger import Ledger, Plan, Receipt
from ledger.application.migration import Imported, import_register
from ledger.application.moments import Known
from ledger.application.reader import Government
from ledger.application.verification import Verification, verify_file

__all__ = [
    "Government",
    "Imported",
    "Known",
    "Ledger",
    "Plan",
    "Receipt",
    "Verification",
    "import_register",
    "verify_file",
]

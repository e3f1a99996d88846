"""The ledger as its users call it: a command is a method call."""

from ledger.application.ledger import Ledger
from ledger.application.migration import Imported, import_register
from ledger.application.moments import Known
from ledger.application.reader import Government, Reader
from ledger.application.settling import Receipt
from ledger.application.trial import Plan, Trial
from ledger.application.verification import Verification, verify_file

__all__ = [
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

"""The ledger as its users call it: a command is a method call."""

from ledger.application.ledger import Government, Ledger, Plan, Receipt
from ledger.application.migration import Imported
from ledger.application.times import Known
# from ledger.application.verification import Verification

__all__ = ["Government", "Imported", "Known", "Ledger", "Plan", "Receipt"]

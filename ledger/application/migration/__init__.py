"""Migration: an older register becomes a ledger. Its record times are kept; what it passed through is noticed."""

from ledger.application.migration.register import import_register
from ledger.application.migration.run import TAKEN_OVER, Imported, Passed

__all__ = ["TAKEN_OVER", "Imported", "Passed", "import_register"]

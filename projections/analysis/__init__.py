"""Analysis: the door for programs that read a ledger. Answers are typed, and become tables of other libraries."""

from projections.analysis.opened import OpenLedger, PointOfBothTimes, open_ledger
from projections.analysis.rows import AnswerRows

__all__ = ["OpenLedger", "PointOfBothTimes", "AnswerRows", "open_ledger"]

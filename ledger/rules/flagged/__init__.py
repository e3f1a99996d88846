"""Rules that flag, at any time and never in the way: notices on a structure and on the decisions behind it."""

from ledger.rules.flagged.decision import DecisionFacts, EffectiveDate, first_measured, on_decision
from ledger.rules.flagged.point import flags, notices, notices_of
from ledger.rules.flagged.situation import Situation

__all__ = [
    "DecisionFacts",
    "EffectiveDate",
    "Situation",
    "first_measured",
    "flags",
    "notices",
    "notices_of",
    "on_decision",
]

"""Measures of the tests: an objective of the mission `sleep`, a scale, an assessment."""

from __future__ import annotations

HOURS = "sleep/hours"
SET = {
    "change": "set-objective",
    "objective": HOURS,
    "indicator": "Hours of sleep",
    "definition": "Mean of self-reported hours",
    "unit": "hours",
    "direction": "up",
    "baseline": "6.5",
    "target": "7.5",
    "due_on": "2028-12-31",
}
REDEFINE = {"change": "redefine-objective", "objective": HOURS, "definition": "Median of hours worn on the wrist"}
SCALE = {"change": "define-scale", "scale": "execution", "version": "1", "grades": ["behind", "on-course", "ahead"]}
ASSESS = {
    "change": "assess-mission",
    "mission": "sleep",
    "period": "2026-01-01/2026-12-31",
    "scale": "execution/1",
    "grade": "on-course",
}

"""Execution: objectives as they were measured, and the roll-up of assessments."""

"""The audit report: one document at two times that a person reads without the tool."""

"""The terminal: what people see of an answer, and what programs get."""

"""The error of the register import: a sentence that names the file and the line."""

from __future__ import annotations


class RegisterError(Exception):
    """A register file that cannot be read, does not hold together, or has no mapping."""

    def __init__(self, where: str, problem: str) -> None:
        self.where, self.problem = where, problem
        super().__init__(f"{where}: {problem}")

"""Errors of what was given: it cannot be read, or cannot mean anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.errors.root import InputError, harmless, nothing_called


class MalformedDate(InputError):
    """A date that is not of year, month or day precision, or does not exist."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f'"{harmless(text, 40)}" is not a date. Write a day as 2026-04-01, a month as 2026-04 or a year as 2026.'
        )


class MalformedDocument(InputError):
    """A decision document that cannot be read: where in it, and what is wrong.

    `path` leads to where the fault lies, by names of fields and numbers from 0, as far as that is known.
    """

    def __init__(self, where: str, problem: str, path: Sequence[int | str] = ()) -> None:
        self.where, self.problem, self.path = where, problem, tuple(path)
        super().__init__(f"{where}: {problem}")


class UnknownName(InputError):
    """A name (of a change, setting, schema, rule or thing) that does not exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name = kind, name
        super().__init__(nothing_called(kind, name, known))


class NoOffice(InputError):
    """A decision was to be recorded, and it is not said by which office."""

    def __init__(self) -> None:
        super().__init__(
            "No office is configured that records, and the name of an account is a person's. Name the office by "
            '--recorder OFFICE, by $CLUSTER_LEDGER_RECORDER, by recorder = "OFFICE" in cluster-ledger.toml, or when a '
            "ledger is made: init --recorder OFFICE keeps it beside the ledger."
        )

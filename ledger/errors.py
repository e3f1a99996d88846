"""Every error of the ledger, one tree; each takes fields and writes its own sentence.

LedgerError
|- InputError            what was given cannot be read or cannot mean anything
|  |- MalformedDate
|  |- MalformedDocument
|  |- UnknownName
|  |- OutputExists       a file was to be written where something stands
|- OutputFailed          a file could not be written: the disk, the folder, its permissions
|- Refused               a decision that the rules do not let in, with all its reasons
|- SameReferenceOtherText
|- UnknownEventType      the ledger holds an event that this program does not know
|- UnreadableEvent       the ledger holds an event of another version of this program
|- StoreError            the file, the lock, the disk
|- ProofError            a proof that does not hold
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable

_SUGGESTED_CHARS = 200  # what is longer is no slip of a name


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return ` Did you mean "x"?` for the nearest of `known` to `name`, or an empty string."""
    near = difflib.get_close_matches(name, list(known), n=1) if len(name) <= _SUGGESTED_CHARS else []
    return f' Did you mean "{near[0]}"?' if near else ""


def harmless(text: str, limit: int = 80) -> str:
    """Return `text` fit to be printed: control characters replaced by U+FFFD and cut after `limit`."""
    if len(text) <= limit and text.isprintable():
        return text
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[: limit + 1])
    return shown if len(text) <= limit else shown[:limit] + "..."


class LedgerError(Exception):
    """Anything that the ledger refuses or cannot do; its text is a sentence that a person can act on."""


class InputError(LedgerError):
    """What was given cannot be read or cannot mean anything."""


class MalformedDate(InputError):
    """A date that is not of year, month or day precision, or does not exist."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f'"{harmless(text, 40)}" is not a date. Write a day as 2026-04-01, a month as 2026-04 or a year as 2026.'
        )


class MalformedDocument(InputError):
    """A decision document that cannot be read: where in it, and what is wrong."""

    def __init__(self, where: str, problem: str) -> None:
        self.where, self.problem = where, problem
        super().__init__(f"{where}: {problem}")


class UnknownName(InputError):
    """A name (of a change, setting, schema, rule or thing) that does not exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name = kind, name
        super().__init__(f'No {kind} is called "{harmless(name)}".{suggestion(name, known)}')


class NoOffice(InputError):
    """A decision was to be recorded, and it is not said by which office."""

    def __init__(self) -> None:
        super().__init__(
            "No office is configured that records, and the name of an account is a person's. Name the office by "
            '--recorder OFFICE, by $CLUSTER_LEDGER_RECORDER, by recorder = "OFFICE" in cluster-ledger.toml, or when a '
            "ledger is made: init --recorder OFFICE keeps it beside the ledger."
        )


class OutputExists(InputError):
    """A file was to be written where something stands already."""

    def __init__(self, path: object) -> None:
        super().__init__(f'"{harmless(str(path), 200)}" exists already. Give another path, or --force to overwrite it.')


class OutputFailed(LedgerError):
    """A file that could not be written; nothing of it is left, and what stood there stands as it was.

    `placed` is of one that is in place and that the disk did not confirm.
    """

    def __init__(self, path: object, error: OSError, *, kept: bool = False, placed: bool = False) -> None:
        name, said = f'"{harmless(str(path), 200)}"', error.strerror or str(error)
        if placed:
            super().__init__(f"{name} is written, but the disk did not confirm it ({said}). Look at the disk.")
            return
        standing = " What stands there is unchanged." if kept else ""
        super().__init__(f"{name} cannot be written ({said}).{standing} {_advice(error.errno)}")


def _advice(code: int | None) -> str:
    match code:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return "Free some space, or give a path on another disk."
        case errno.ENOENT | errno.ENOTDIR | errno.EACCES | errno.EPERM | errno.EROFS:
            return "Give a path that you may write to, in a folder that exists."
        case errno.ENAMETOOLONG | errno.ELOOP | errno.EINVAL | errno.ENOSYS | errno.ENOTSUP:
            return "Give another path."
    return "Look at the disk, or give a path on another one."


class Refused(LedgerError):
    """A decision that the rules do not let in.

    `refusals` are what cannot mean anything, `acceptances` what could be recorded if the decision accepted it
    by name; both are sequences of notices. Nothing of the decision was recorded.
    """

    def __init__(self, decision: str, refusals: Iterable[object], acceptances: Iterable[object] = ()) -> None:
        self.refusals, self.acceptances = tuple(refusals), tuple(acceptances)
        reasons = " ".join(str(reason) for reason in (*self.refusals, *self.acceptances))
        if self.acceptances and not self.refusals:
            reasons += " Change the decision, or let it accept each by rule and id, with the reason."
        super().__init__(f'Decision "{harmless(decision)}" is not recorded. {reasons}')


class SameReferenceOtherText(LedgerError):
    """A decision whose (authority, reference) is in the ledger already, with other content."""

    def __init__(self, reference: str, recorded_on: str, differs: str, proposal: str, event: str) -> None:
        self.reference, self.differs, self.proposal, self.event = reference, differs, proposal, event
        super().__init__(
            f'Decision "{harmless(reference)}" was recorded on {recorded_on} with another text: {differs} differs. '
            f'Give it another reference, such as "{harmless(proposal)}", or correct event {event}.'
        )


class UnknownEventType(LedgerError):
    """An event of a type or schema number that this program does not know."""

    def __init__(self, type_: str, position: int | None = None) -> None:
        self.type, self.position = type_, position
        where = "" if position is None else f" at position {position}"
        super().__init__(
            f'The ledger holds an event of type "{harmless(type_)}"{where}, which this program does not know. '
            "Install a newer version of cluster-ledger."
        )


class UnreadableEvent(LedgerError):
    """An event of a type that this program knows, with a field that it does not take."""

    def __init__(self, type_: str, position: int) -> None:
        super().__init__(
            f'The event at position {position}, of type "{harmless(type_)}", was recorded by another version of '
            "cluster-ledger, and this one cannot read it. Open the ledger with the version that wrote it."
        )


class ProofError(LedgerError):
    """A root, size or proof that does not hold; its sentence names the one condition that failed."""


class StoreError(LedgerError):
    """The file that holds the ledger cannot be opened, read or written as asked; nothing was recorded."""


class NotRecorded(StoreError):
    """What was to be recorded is not: `problem` says why, `remedy` what to do.

    Its text speaks of that one thing alone; whoever recorded more before says, by `said`, what of it stands.
    """

    def __init__(self, problem: str, remedy: str, standing: str = "Nothing was recorded.") -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(self.said(standing))

    def said(self, standing: str) -> str:
        """Return the sentences, with what stands in the middle of them."""
        return " ".join(part for part in (self.problem, standing, self.remedy) if part)


class LedgerMissing(StoreError):
    """There is no ledger at a path."""

    def __init__(self, path: object) -> None:
        super().__init__(f'There is no ledger at "{path}". Give the path of one, or create it first.')


class LedgerClosed(StoreError):
    """A ledger that is asked or told something after it was closed."""

    def __init__(self, path: object) -> None:
        super().__init__(f'The ledger "{path}" was closed. Nothing was recorded; open it again.')


class LedgerExists(StoreError):
    """A new ledger was asked for where something stands already."""

    def __init__(self, path: object) -> None:
        super().__init__(f'"{path}" exists already, and a ledger never overwrites. Give another path.')


class ForeignFile(StoreError):
    """A path that holds something else than a ledger: `what` says what was seen there."""

    def __init__(self, path: object, what: str) -> None:
        super().__init__(f'"{path}" is not a ledger: {what}. Nothing was changed; give the path of a ledger.')


class NewerFormat(StoreError):
    """A ledger written by a newer program than this one."""

    def __init__(self, path: object, found: int, known: int) -> None:
        self.found, self.known = found, known
        super().__init__(
            f'The ledger "{path}" has format {found}; this program knows formats up to {known}. '
            "Install a newer version of cluster-ledger."
        )


class LedgerBeingMade(StoreError):
    """Another program is making a ledger at a path just now."""

    def __init__(self, path: object) -> None:
        super().__init__(f'Another program is making a ledger at "{path}" at this moment. None was made beside it.')


class LedgerMadeUnopened(StoreError):
    """A ledger that was made, and then could not be opened; `error` says why."""

    def __init__(self, path: object, error: object) -> None:
        super().__init__(f'The ledger "{path}" was made and stands. Opening it failed: {error}')


class LedgerLocked(NotRecorded):
    """Other programs hold the write lock longer than one waits for it."""

    def __init__(self, path: object, waited_seconds: float = 0) -> None:
        self.waited_seconds = waited_seconds
        waited = f"; this one waited {waited_seconds:g} seconds for its turn" if waited_seconds else ""
        super().__init__(
            f'Another program is writing to the ledger "{path}"{waited}.',
            "Try again, or wait longer (--wait SECONDS); if nobody is recording or importing, a program that has the "
            "file open hangs.",
        )


class LedgerReadOnly(NotRecorded):
    """A ledger that may be read here and not written."""

    def __init__(self, path: object) -> None:
        super().__init__(
            f'The ledger "{path}" is open for reading only, or its file or folder may not be written.',
            "Ask for write permission on the file and on the folder that holds it.",
        )


class DiskFull(NotRecorded):
    """There is no room for what was to be recorded."""

    def __init__(self, path: object) -> None:
        super().__init__(
            f'The disk that holds the ledger "{path}" is full, or a limit to what may be written there is reached.',
            "Free some space and try again.",
        )


class StorageFailed(NotRecorded):
    """The disk, or what stands between it and the program, failed to read or write; `what` is its word for it."""

    def __init__(self, path: object, what: object) -> None:
        super().__init__(
            f'The disk or file system that holds the ledger "{path}" failed ({what}).',
            "Look at the disk, verify the ledger, and try again.",
        )


class RecordingUncertain(StoreError):
    """The disk failed as a decision was made final, and what became of it cannot be found out now."""

    def __init__(self, path: object, what: object) -> None:
        super().__init__(
            f'The disk or file system that holds the ledger "{path}" failed ({what}) when a decision was nearly '
            "recorded, and it cannot be found out now whether it is. "
            "Look at the disk, then record it again: what is recorded already is not recorded twice."
        )


class LedgerMoved(NotRecorded):
    """Something was appended between the judgement of a batch and its recording."""

    def __init__(self, expected: int, found: int) -> None:
        self.expected, self.found = expected, found
        super().__init__(
            f"The ledger was expected to end at position {expected} and ends at {found}: another program appended.",
            "Read what is new and try again.",
        )


class RecordConflict(NotRecorded):
    """What was to be recorded collides with what is recorded, such as a decision recorded twice."""

    def __init__(self, path: object, what: str) -> None:
        super().__init__(f'The ledger "{path}" refuses it: {what}.', "")


class LedgerDamaged(StoreError):
    """The file cannot be read as the ledger that it was; `what` says where."""

    def __init__(self, path: object, what: str) -> None:
        super().__init__(
            f'The ledger "{path}" is damaged: {what}. '
            "Verify it to see every damage, and go on from a copy whose root you trust."
        )

"""The file that holds the ledger: what it is not, what it does not take, what is damaged."""

from __future__ import annotations

from ledger.errors.root import LedgerError
from ledger.plurals import counted


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
        super().__init__(
            f'There is no ledger at "{path}". Name another by --ledger, or make one: '
            "init --government NAME --recorder OFFICE."
        )


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


class LedgerReplaced(StoreError):
    """A ledger that does not hold what was seen of it before; its text has lines, with both sizes, roots and times."""


class LedgerDamaged(StoreError):
    """The file cannot be read as the ledger that it was; `what` says where."""

    def __init__(self, path: object, what: str) -> None:
        super().__init__(
            f'The ledger "{path}" is damaged: {what}. '
            "Verify it to see every damage, and go on from a copy whose root you trust."
        )


class NotContinued(LedgerDamaged):
    """The ledger does not begin with what was signed or kept elsewhere; `there` None: it is shorter."""

    def __init__(self, path: object, size: int, root: str, there: str | None) -> None:
        found = "it has fewer events" if there is None else f"its root there is {there}"
        super().__init__(path, f"it does not begin with the {counted(size, 'event')} whose root is {root}: {found}")


class NoBeginning(StoreError):
    """A copy that is to go on, and is no beginning of the ledger that is copied; `why` says where it differs."""

    def __init__(self, place: object, location: object, why: str) -> None:
        super().__init__(f'"{place}" is no beginning of "{location}": {why} Nothing was copied.')

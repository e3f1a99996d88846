"""Errors of the ledger, one tree; each takes fields and writes its own sentence.

LedgerError
|- InputError            what was given cannot be read or cannot mean anything
|  |- MalformedDate
|  |- MalformedDocument
|  |- UnknownName
|  |- TwoTextsOfOneReference
|  |- OutputExists       a file was to be written where something stands
|- OutputFailed          a file could not be written: the disk, the folder, its permissions
|- Refused               a decision that the rules do not let in, with all its reasons
|- SameReferenceOtherText
|- NotTogether           decisions of which none is recorded, because one of them cannot be
|- UnknownEventType      the ledger holds an event that this program does not know
|- UnreadableEvent       the ledger holds an event of another version of this program
|- StoreError            the file, the lock, the disk; the server and the way to it (errors.servers)
|- ProofError            a proof that does not hold
"""

from ledger.errors.decisions import (
    NotTogether,
    ProofError,
    Refused,
    SameReferenceOtherText,
    TwoTextsOfOneReference,
    UnknownEventType,
    UnreadableEvent,
)
from ledger.errors.inputs import MalformedDate, MalformedDocument, NoOffice, UnknownName
from ledger.errors.outputs import OutputExists, OutputFailed
from ledger.errors.root import InputError, LedgerError, harmless, nothing_called, suggestion, with_article
from ledger.errors.store import (
    DiskFull,
    ForeignFile,
    LedgerBeingMade,
    LedgerClosed,
    LedgerDamaged,
    LedgerExists,
    LedgerLocked,
    LedgerMadeUnopened,
    LedgerMissing,
    LedgerMoved,
    LedgerReadOnly,
    LedgerReplaced,
    NewerFormat,
    NotRecorded,
    RecordConflict,
    RecordingUncertain,
    StorageFailed,
    StoreError,
)

__all__ = [
    "suggestion",
    "harmless",
    "nothing_called",
    "with_article",
    "LedgerError",
    "InputError",
    "MalformedDate",
    "MalformedDocument",
    "UnknownName",
    "NoOffice",
    "OutputExists",
    "OutputFailed",
    "Refused",
    "SameReferenceOtherText",
    "TwoTextsOfOneReference",
    "NotTogether",
    "UnknownEventType",
    "UnreadableEvent",
    "ProofError",
    "StoreError",
    "NotRecorded",
    "LedgerMissing",
    "LedgerClosed",
    "LedgerExists",
    "ForeignFile",
    "NewerFormat",
    "LedgerBeingMade",
    "LedgerMadeUnopened",
    "LedgerLocked",
    "LedgerReadOnly",
    "DiskFull",
    "StorageFailed",
    "RecordingUncertain",
    "LedgerMoved",
    "LedgerReplaced",
    "RecordConflict",
    "LedgerDamaged",
]

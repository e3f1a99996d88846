"""`import`: make a ledger from an older register, whose record times are kept."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

import click

from commands.record.notices import ImportNotices, NoticesListed, noticing
from commands.session import Session
from commands.terminal.options import format_option, recorder_option, wait_option
from commands.terminal.output import Answer, emit, for_people
from ledger.application.migration import TAKEN_OVER, Imported, import_register
from ledger.application.reader import stands_at
from ledger.documents.formats import stream_documents
from ledger.errors import InputError, Refused, SameReferenceOtherText
from ledger.files.inputs import opened
from ledger.plurals import counted
from projections.fields import INLINE


@dataclass(frozen=True)
class RegisterHeld:
    """A register that was taken over whole, and the size and root of the ledger that holds it."""

    imported: Imported = field(metadata=INLINE)
    tree_size: int
    root: str


class ImportRefused(NamedTuple):
    """An import that was refused: why, and what stands of it; size and root are None where nothing does."""

    refused: str
    stands: str
    tree_size: int | None
    root: str | None


@dataclass(frozen=True)
class ImportAnswer:
    """What became of an import, and what was noticed as it went."""

    outcome: RegisterHeld | ImportRefused = field(metadata=INLINE)
    notices: NoticesListed = field(metadata=INLINE)


SO_FAR = "What was taken in so far is whole and stands; the same command goes on from there."


@click.command("import", short_help="Make a ledger from an older register.")
@click.argument("file", metavar="FILE")
@click.option("--government", required=True, metavar="NAME", help="The government's name.")
@click.option(
    "--origin", metavar="NAME", help="Names the ledger's keys for ever, such as example.gov/ledger. Default: its id."
)
@click.option("--timezone", metavar="ZONE", help="Where its days begin, such as Europe/London. Default: UTC.")
@click.option("--source", metavar="NAME", help="The older register, named in every event. Default: the file's name.")
@recorder_option
@click.option(
    "--notices", "notices", metavar="FILE", help="Write what was noticed to a new file, one notice a line (JSONL)."
)
@click.option("--force", is_flag=True, help="Overwrite the file of notices if it exists.")
@wait_option
@format_option
@click.pass_obj
def import_(
    session: Session,
    file: str,
    government: str,
    origin: str | None,
    timezone: str | None,
    source: str | None,
    recorder: str | None,
    notices: str | None,
    force: bool,
    wait_seconds: int | None,
    form: str | None,
) -> None:
    """Make a ledger from FILE: decision documents in JSONL that carry recorded_at, in record order (- is stdin).

    Their record times are kept and marked as migrated; what the older register passed through is counted as
    notices, not refused. If it is stopped, the same command goes on where it stopped. It ends with an event that says
    so, and takes nothing in after that.
    """
    session.recorder_flag, session.wait_flag = recorder, wait_seconds
    session.look()  # at one that is to be gone on with; one that is made now is told of at the end
    session.watch.looks_only = True
    refused: _Refused | None = None
    with (
        _opened(file) as stream,
        noticing(notices, force=force) as noticed,
        _bar(stream, file) as moved,
        session.stop.unbroken(),
    ):
        documents = _Documents(session, stream, _named(file), moved)
        try:
            imported = import_register(
                session.location,
                documents,
                government=government,
                source=source or _named(file),
                recorder=session.recorder,
                origin=origin,
                timezone=timezone or session.configuration.timezone or "UTC",
                progress=documents.passed,
                noticed=lambda passed: noticed.add(documents.where, passed),
                digest=documents.digest,
                wait_seconds=session.wait_seconds,
                told=session.waiting,
            )
        except (InputError, Refused, SameReferenceOtherText) as error:
            refused = _refused(session, documents.placed(str(error)), error)
            noticed.end(refused.shown)  # the file of notices stands too, up to there
    if refused is not None:
        _refuse(refused, noticed, form)
    session.made = f'The ledger "{session.location}" holds the whole register, and stands.'
    emit(_answer(session, imported, noticed), form)


class _Refused(NamedTuple):
    """An import that was refused: why, and what stands of it; size and root are None where nothing does."""

    sentence: str
    stands: str
    tree_size: int | None
    root: str | None
    error: Exception

    @property
    def shown(self) -> ImportRefused:
        """What a program reads of it."""
        return ImportRefused(self.sentence, self.stands, self.tree_size, self.root)


def _refused(session: Session, sentence: str, error: Exception) -> _Refused:
    """Return that an import was refused, with what stands of it and how to go on."""
    if not stands_at(session.location):
        return _Refused(sentence, "Nothing was taken in.", None, None, error)
    ledger = session.ledger(read_only=True)
    known = ledger.known()
    ended = ledger.decision(ledger.government.name, TAKEN_OVER)
    stands = f"{session.location} ends at p{known.position}, root {known.root}, and stands."
    stands = stands if ended else f"{stands} {session.stopped}".rstrip()
    return _Refused(sentence, stands, known.size, known.root, error)


def _refuse(refused: _Refused, noticed: ImportNotices, form: str | None) -> NoReturn:
    """Say that an import was refused, to a program in its form, and raise `InputError`."""
    if not for_people(form):
        emit(Answer(ImportAnswer(refused.shown, noticed.shown), [refused.shown]), form)
    raise InputError(f"{refused.sentence} {refused.stands}") from refused.error


class _Documents:
    """The documents of a file, one by one; it remembers where the last one stands, and digests what it reads."""

    def __init__(self, session: Session, stream: BinaryIO, name: str, moved: Callable[[], None]) -> None:
        self._session, self._stream, self._hash, self._moved = session, stream, sha256(), moved
        self._documents, self.where = stream_documents(self, name), name

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for document in self._documents:
            self.where, self._session.stopped = document.where, SO_FAR
            yield document.fields

    def readline(self, size: int, /) -> bytes:
        """Return the next line of the file, of `size` bytes at most; empty at its end."""
        line = self._stream.readline(size)
        self._hash.update(line)
        return line

    def passed(self, _: int) -> None:
        """Move the bar on, and stop here where that was asked for."""
        self._moved()
        self._session.stop.check()

    def digest(self) -> str:
        """Return the SHA-256 of what was read: of the whole file at its end."""
        return self._hash.hexdigest()

    def placed(self, sentence: str) -> str:
        """Return what is said of `Document 3`, with its file and line in place of its number."""
        return re.sub(r"\bDocument \d+\b", lambda _: self.where, sentence, count=1)


def _named(file: str) -> str:
    return "standard input" if file == "-" else Path(file).name


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    with opened(name) as file:
        yield file


@contextmanager
def _bar(stream: BinaryIO, name: str) -> Iterator[Callable[[], None]]:
    """Give what to call when something was taken in; draws a bar at a terminal, by the bytes that were read."""
    if name == "-" or not sys.stderr.isatty():
        yield lambda: None
        return
    size = os.fstat(stream.fileno()).st_size
    with click.progressbar(length=size, label="Importing", file=sys.stderr) as bar:
        yield lambda: bar.update(stream.tell() - bar.pos)


def _answer(session: Session, imported: Imported, noticed: ImportNotices) -> Answer:
    known = session.ledger().known()  # to write, so that no log is left behind
    held = RegisterHeld(imported, known.size, known.root)
    again = (
        f" {counted(imported.already_recorded, 'was', 'were')} recorded already." if imported.already_recorded else ""
    )
    lines = [f"Took in {counted(imported.decisions, 'decision')} as {counted(imported.events, 'event')}.{again}"]
    lines += [f"  {count} x {rule}" for rule, count in imported.notices.items()]
    lines.append("The register is taken over: from here on, decisions are recorded.")
    lines.append(f"Size {known.size}, root {known.root}.")
    return Answer(ImportAnswer(held, noticed.shown), [held], text="\n".join(lines) + "\n")


COMMANDS = {"import": import_}

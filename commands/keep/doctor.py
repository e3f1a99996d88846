"""`doctor`: look at this installation, the ledger, its views and the clock; say what is wrong and what to do."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib.metadata import version
from typing import NamedTuple

import click

from commands.configuration import files
from commands.failures import FOUND, UNPROVEN
from commands.keep.health.ages import Ages, aged
from commands.keep.health.finding import Finding
from commands.keep.health.spans import TypedSpan
from commands.keep.health.surroundings import surroundings
from commands.session import Session
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from ledger import clock
from ledger.application.backups.manifest import program
from ledger.application.reader import why_not_recorded
from ledger.application.seen.file import SeenFile, UnreadableState, folder_of_state
from ledger.application.verification import format_of, guards_of
from ledger.documents.formats import QUICK
from ledger.errors import LedgerError, LedgerMissing, NoOffice
from ledger.instants import stamp
from ledger.plurals import counted, plural
from ledger.timeline import iso
from projections.views.file import ViewsFile

LIBRARIES = ("click", "eventsourcing", "msgspec", "platformdirs", "pydantic", "PyYAML", "rich", "tzdata")


class FindingShown(NamedTuple):
    """A finding as it is answered."""

    what: str
    found: str
    to_do: str
    ok: bool


class Examined(NamedTuple):
    """What was looked at, and whether all is well."""

    ok: bool
    findings: list[FindingShown]


@click.command("doctor", short_help="Look at this installation and say what is wrong.")
@click.option("--backup-age", type=TypedSpan(), metavar="SPAN", help="How old the last backup may be, such as 1d.")
@click.option("--checkpoint-age", type=TypedSpan(), metavar="SPAN", help="How old the configured checkpoint may be.")
@click.option("--cosignature-age", type=TypedSpan(), metavar="SPAN", help="How old the word of witnesses on it may be.")
@click.option("--key", "keys", multiple=True, metavar="FILE", help="A key file that nobody else may read.")
@format_option
@click.pass_obj
def doctor(
    session: Session,
    backup_age: timedelta | None,
    checkpoint_age: timedelta | None,
    cosignature_age: timedelta | None,
    keys: tuple[str, ...],
    form: str | None,
) -> int:
    """Look at this installation, the ledger and what is around it, its views, its backup and the clock.

    Lists which ledgers were accepted though they were not those last seen. Says what is wrong and what to do. Exit
    code 3 if anything is; 4 if nothing is, and an age that was asked for cannot be told. Changes nothing in the ledger,
    and does not re-hash it: `cluster-ledger verify` does.
    """
    ages = Ages(backup_age, checkpoint_age, cosignature_age)

    def around(session: Session) -> Iterator[Finding]:
        return _around(session, ages, keys)

    findings: list[Finding] = []
    for look in (_python, _libraries, _sqlite, _configuration, _state, _ledger, around, _views):
        findings += _looked(look, session)
    rows = [FindingShown(*finding[:3], not finding.to_do) for finding in findings]
    well = all(row.ok for row in rows)
    lines = [f"{'ok ' if row.ok else '!! '}{row.what}: {row.found}" for row in rows]
    to_do = [f"To do: {finding.to_do}" for finding in findings if finding.to_do] or ["Nothing is wrong."]
    emit(Answer(Examined(well, rows), rows, text="\n".join([*lines, *to_do]) + "\n"), form)
    if any(finding.to_do and not finding.untold for finding in findings):
        return FOUND
    return 0 if well else UNPROVEN


def _looked(look: Callable[[Session], Iterator[Finding]], session: Session) -> Iterator[Finding]:
    try:
        yield from look(session)
    except LedgerError as error:
        yield Finding(look.__name__.lstrip("_"), str(error), str(error))


def _python(session: Session) -> Iterator[Finding]:
    enough = sys.version_info >= (3, 11)
    yield Finding(
        "python",
        f"{platform.python_version()} on {platform.platform()}",
        "" if enough else "Install Python 3.11 or newer.",
    )
    encoding = sys.stdout.encoding or "unknown"
    fits = encoding.lower().replace("-", "") == "utf8"
    yield Finding(
        "output",
        encoding,
        "" if fits else "Set PYTHONIOENCODING=utf-8 or a UTF-8 locale, or titles are shown as escapes.",
    )


def _libraries(session: Session) -> Iterator[Finding]:
    yield Finding("libraries", ", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    if not QUICK:
        yield Finding(
            "yaml", "without libyaml", "Install a PyYAML that was built with libyaml: documents are read with it."
        )


def _sqlite(session: Session) -> Iterator[Finding]:
    views = ViewsFile.kept_nowhere("doctor")  # made of the same tables as every views file, the R*Tree among them
    try:
        yield Finding("sqlite", f"{views.engine()}, with R*Tree")
    finally:
        views.close()


def _configuration(session: Session) -> Iterator[Finding]:
    there = [str(path) for path in files(os.environ) if path.is_file()]
    given = [f"{name} = {value}" for name, value in session.configuration._asdict().items() if value is not None]
    settings = ", ".join(given) or "nothing is configured"
    yield Finding("configuration", f"{settings} ({', '.join(there) or 'no file'})")
    try:
        yield Finding("recorder", f"{session.recorder.id} ({session.recorder.basis})")
    except NoOffice as error:
        yield Finding("recorder", f"none. {error}")  # who only reads needs none


def _state(session: Session) -> Iterator[Finding]:
    kept = SeenFile(folder_of_state())
    try:
        found = kept.read()
    except UnreadableState as error:
        yield Finding("seen", str(kept.path), str(error))
        return
    count = len(found.sightings)
    yield Finding("seen", f"{kept.path}: ledgers were seen at {count or 'no'} {plural(count, 'place')}")
    for entry in found.accepted:
        yield Finding("accepted", entry.said)


def _ledger(session: Session) -> Iterator[Finding]:
    session.watch.looks_only = True
    try:
        ledger = session.ledger(read_only=True)
    except LedgerMissing as error:
        yield Finding("ledger", str(error), "Make one with `cluster-ledger init --government NAME`, or give --ledger.")
        return
    known, place = ledger.known(), session.location
    government = ledger.government_at(ledger.today(), known.position)
    name = ledger.government.called(ledger.government.name if government is None else government.get("name"))
    yield Finding("ledger", f"{place}: {name}, size {known.size}, root {known.root}")
    yield Finding("program", "; ".join(filter(None, (f"cluster-ledger {program()}", _format(place)))))
    if session.replaced is not None:
        yield Finding("replaced", session.replaced.kind, " ".join(session.replaced.message.split()))
    yield from _permission(place)
    for damage in guards_of(place):
        found = f"expected {damage.expected}, found {damage.found}"
        yield Finding("guards", found, "Verify the ledger, and find out who did that.")
    now = clock.now()
    seen = _last_seen()
    if seen > stamp(now):
        yield Finding(
            "clock",
            f"{now:%Y-%m-%dT%H:%M:%SZ}, before {seen}, when a ledger was seen",
            "Set the clock of this machine.",
        )
    elif known.at is not None and known.at > now:
        yield Finding(
            "clock",
            f"{now:%Y-%m-%dT%H:%M:%SZ}, before the last record at {stamp(known.at)}",
            "Set the clock of this machine.",
        )
    else:
        yield Finding(
            "clock", f"{now:%Y-%m-%dT%H:%M:%SZ}; today is {iso(ledger.today())} in {ledger.government.timezone}"
        )


def _format(place: str) -> str:
    found = format_of(place)
    return "" if found is None else f"the file has format {found}, as every release from 0.1 on writes it"


def _last_seen() -> str:
    """Return when any ledger was last seen for the first time as it is; empty where none was."""
    try:
        return max((one.seen_at for one in SeenFile(folder_of_state()).read().sightings), default="")
    except UnreadableState:  # said already
        return ""


def _around(session: Session, ages: Ages, keys: tuple[str, ...]) -> Iterator[Finding]:
    try:
        ledger = session.ledger(read_only=True)
    except LedgerError:  # said already
        return
    yield from surroundings(session.location, keys)
    yield from aged(session, ledger, ages)


def _permission(place: str) -> Iterator[Finding]:
    """Say whether this user may record."""
    if why := why_not_recorded(place):
        yield Finding("permission", "it may be read and not written", why)


def _views(session: Session) -> Iterator[Finding]:
    try:
        session.ledger(read_only=True)
    except LedgerError:  # said already
        return
    status = session.views().status()
    behind = status.head - status.position
    filled = f"filled to p{status.position}"
    if behind > 0:
        filled += f", {counted(behind, 'event')} behind; the next answer catches up"
    elif behind:
        filled += ", beyond the end of the ledger; the next answer fills them anew"
    yield Finding("views", f"{status.path or 'kept nowhere'}: version {status.version}, {filled}")


COMMANDS = {"doctor": doctor}

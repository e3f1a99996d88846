"""The comparison of what the program answers with what the model does: structure, reasons, history, views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from support import naive

from ledger.names import LIFE
from ledger.state.structure import Structure
from projections.answers.history import history
from projections.answers.why import why
from projections.views.file import ViewsFile
from projections.views.read_model import Views
from simulation.actors import Reader, Writer, plain
from simulation.model import Model
from simulation.places import Place
from simulation.steps import Step

STANDS = ("stands", "corrected", "postponed", "without effect")
# The rows of views without their numbers, which tell in how many pieces they were filled.
ROWS = """SELECT kind, id, attribute, value, stated, effective_from, effective_to, known_from, known_to, set_by,
    ended_by FROM rows ORDER BY id, attribute, known_from, effective_from, known_to"""
TABLES = ("decisions", "events", "mentioned", "mentions", "referring", "spoken", "decided")


def shown(structure: Structure) -> dict[str, naive.Values]:
    """Return a structure as the naive fold gives it."""
    return {
        id_: {name: (plain(held.value), held.set_by) for name, held in thing.attributes.items() if name != LIFE}
        for id_, thing in {**structure.things, **structure.in_doubt}.items()
    }


def asked(model: Model, reader: Reader, step: Step, observe: Callable[[], None]) -> str:
    """Ask a reader, hold its answers to the model, and return in a word what was found.

    What is asked is of one position; whoever records meanwhile changes none of it.
    """
    views, day = reader.views, step.number
    known = reader.ledger.known(step.known)
    structure = shown(views.structure(day, known.position))
    observe()
    wanted = int(step.known[1:]) if step.known.startswith("p") else model.known_by(step.known)
    wanted = model.end_by(min(wanted, len(model.lines)))
    model.need(known.position == wanted, "another position was known", f"{step.known}: {known.position}, not {wanted}")
    model.need(known.root == model.root(wanted), "a root is another", f"of {wanted}")
    _same(model, structure, day, wanted, "a structure")
    values = structure.get(step.thing)
    if values:
        told = {one.name: (plain(one.value), one.position) for one in why(views, step.thing, day, wanted)}
        told.pop(LIFE, None)
        model.need(told == values, "why says other than the structure", f"{step.thing}: {told}")
    if step.thing in model.things(wanted):
        _history(model, views, step.thing, wanted)
    return f"{len(structure)} things"


def _same(model: Model, found: dict[str, naive.Values], day: int, known: int, what: str) -> None:
    wanted = model.structure(day, known)
    ids = [id_ for id_ in {**wanted, **found} if wanted.get(id_) != found.get(id_)]
    told = [f"{id_} is {found.get(id_)}, not {wanted.get(id_)}" for id_ in sorted(ids)]
    model.need(not ids, f"{what} is another", f"on day {day} as known at p{known}: {'; '.join(told)}")


def _history(model: Model, views: Views, id_: str, known: int) -> None:
    """Hold the history of a thing to the model: what is said of it itself, and how that stands."""
    told = {one.position: one for one in history(views, id_, known)}
    wanted = model.history(id_, known)
    found = {
        place: "stands" if one.status in STANDS else one.status for place, one in told.items() if one.role == "subject"
    }
    model.need(found == wanted, "a history is another", f"{id_} at p{known}: {found}, not {wanted}")


def compared_at_the_end(model: Model, place: Place, writers: list[Writer], readers: list[Reader]) -> None:
    """Hold everything to the model: receipts, roots, readers, what is in memory, views, and these to a fresh fill."""
    model.hold_acknowledged()
    head, streams = len(model.lines), list(dict.fromkeys(line["stream"] for line in model.lines))
    for reader in readers:
        while len(reader.seen) < head:
            before = len(reader.seen)
            reader.follow(head)
            model.need(len(reader.seen) > before, "a reader gets no further", f"{reader.name} after {before}")
        model.need(
            reader.seen == list(enumerate(model.raw, 1)), "a reader missed an event, or saw one twice", reader.name
        )
    days = model.days(head)
    for writer in writers:
        judging = writer.ledger.judging
        judging.catch_up()
        judging.state.load(streams)
        for day in days[-1:]:
            _same(model, shown(judging.state.at(day)), day, head, f"what {writer.name} has in memory")
    ends = model.ends()
    for reader in readers:
        for number, day in enumerate(days):
            known = ends[-1] if number % 2 else ends[number * 7 % len(ends)]
            _same(model, shown(reader.views.structure(day, known)), day, known, "a structure")
    _compare_fills(model, readers)


def _compare_fills(model: Model, readers: list[Reader]) -> None:
    """Hold views that were filled in pieces to views that are filled at once."""
    ledger = readers[0].ledger
    with Views(ledger, file=ViewsFile.kept_nowhere(ledger.government.ledger_id)) as fresh:
        fresh.catch_up()
        wanted = _contents(fresh)
    for reader in readers:
        reader.views.catch_up()
        found = _contents(reader.views)
        tables = [name for name in wanted if found[name] != wanted[name]]
        model.need(not tables, "views differ from a fresh fill", f"of {reader.name}: {', '.join(tables)}")


def _contents(views: Views) -> dict[str, list[Any]]:
    found = {name: sorted(views.file.select(f"SELECT * FROM {name}"), key=repr) for name in TABLES}
    return {"rows": list(views.file.select(ROWS)), **found}

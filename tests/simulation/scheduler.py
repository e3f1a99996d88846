"""The scheduler: does the steps of a history one after the other and within each other, and compares."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from random import Random
from typing import Any, NamedTuple
from unittest.mock import patch

from ledger.application import Ledger, import_register
from ledger.application.migration import run as migration
from ledger.errors import LedgerError, NotTogether, Refused, SameReferenceOtherText, StoreError
from ledger.errors.servers import ConnectionLost
from ledger.errors.store import RecordingUncertain
from ledger.state import entries
from ledger.store.library import tail
from projections.views import read_model
from projections.views.guard import SealedFile
from simulation.actors import REGISTRY, Reader, Writer, receipt_of
from simulation.comparing import asked, compared_at_the_end
from simulation.drawing import READERS, WRITERS, Drawing
from simulation.model import Difference, Model
from simulation.places import PLACES
from simulation.steps import Step
from simulation.watching import Death, Watch, failure, may_fail, watching

GOVERNMENT = {"government": "Illyria (illustrative)", "origin": "illyria.example/ledger", "timezone": "Europe/Vienna"}
STEPS = 20  # of a history, those within others not counted
UNCERTAIN = (RecordingUncertain, ConnectionLost)  # errors after which a decision may stand


class Outcome(NamedTuple):
    """What came of a seed: the steps that were done, what differed, and a digest of all that happened."""

    steps: tuple[Step, ...]
    difference: Difference | None
    digest: str
    trace: tuple[str, ...]  # a line for each step, those within others included
    events: int


class Scheduler:
    """One run: a ledger, those who write to it and read it, and the model."""

    def __init__(self, seed: int, store: str, watch: Watch) -> None:
        self.place, self.watch, self.model = PLACES[store](), watch, Model()
        self.drawing = Drawing(seed, self.model)
        self.actors: dict[str, Writer | Reader] = {
            **{name: Writer(self.place, name) for name in WRITERS},
            **{name: Reader(self.place, name) for name in READERS},
        }
        self.trace: list[str] = []

    # Steps

    def do(self, step: Step) -> None:
        """Do one step, and hold what stands then to the model; raises `Difference`."""
        if step.actor in self.watch.acting:  # left in a shrunk history, while whoever it was waits
            return
        actor, points = self.actors[step.actor], [0]
        if step.between is not None:
            self.watch.told[step.actor] = partial(self._come_between, step, points)
        self.watch.acting.append(step.actor)
        try:
            outcome = self._done(actor, step)
        except Death:
            outcome = "died"
        finally:
            self.watch.told.pop(step.actor, None)
            self.watch.acting.pop()
        if outcome == "died":
            self.watch.bury(step.actor)
            actor.forget()
        self.observe()
        self.trace.append(f"{step.words()} -> {outcome} ({len(self.model.lines)} lines)")

    def _come_between(self, step: Step, points: list[int], connection: Any, statement: str) -> None:
        between = step.between
        assert between is not None
        points[0] += 1
        if points[0] != between.point + 1:
            return
        if between.what == "crash":
            self.watch.dead.add(step.actor)
            raise Death
        if between.what == "error" and may_fail(statement):
            raise failure(connection)
        for inner in between.steps:
            self.do(inner)

    def _done(self, actor: Writer | Reader, step: Step) -> str:
        """Do what a step says; return what came of it in a word."""
        match step.kind:
            case "import":
                return self._imported(step)
            case "decide":
                assert isinstance(actor, Writer)
                return self._decided(actor, step)
            case "jump":
                actor.clock.jump(step.number)
            case "close":
                actor.close()
            case "crash":
                raise Death
            case _:
                assert isinstance(actor, Reader)
                return self._read(actor, step)
        return "done"

    def _decided(self, writer: Writer, step: Step) -> str:
        for document in step.documents:
            self.model.ask(document)
        try:
            receipts = writer.record(step.documents, patient=len(self.watch.acting) == 1)
        except UNCERTAIN as error:
            return type(error).__name__
        except (Refused, NotTogether) as error:
            self.observe()
            for document in step.documents if isinstance(error, Refused) else ():
                self.model.hold_absent(document, "refused")
            return type(error).__name__
        except (StoreError, SameReferenceOtherText) as error:
            return type(error).__name__
        self.observe()
        for document, receipt in zip(step.documents, receipts, strict=True):
            self.model.acknowledge(document, receipt_of(receipt))
        return ", ".join("again" if receipt.already_recorded else "recorded" for receipt in receipts)

    def _imported(self, step: Step) -> str:
        for document in step.documents:
            self.model.ask({name: value for name, value in document.items() if name != "recorded_at"})
        try:
            import_register(
                self.place.location, step.documents, source="Register (illustrative)", recorder=REGISTRY,
                clock=self.actors[step.actor].clock, **GOVERNMENT,
            )  # fmt: skip
        except LedgerError as error:
            return type(error).__name__
        return "imported"

    def _read(self, reader: Reader, step: Step) -> str:
        try:
            if step.kind == "look":
                reader.look(self.model.end_by(step.number) if step.number else 0)
            elif step.kind == "tail":
                reader.follow(step.number)
            else:
                return asked(self.model, reader, step, self.observe)
        except LedgerError as error:
            alone = step.between is None and self.watch.acting == [reader.name]
            self.model.need(not alone, "a reader is refused", f"{reader.name}: {error}")
            return type(error).__name__
        return "done"

    def observe(self) -> None:
        """Let the model see what is stored; the simulation's own looks are watched by nobody."""
        acting, self.watch.acting = self.watch.acting, []
        try:
            self.model.observe(self.place.rows())
        finally:
            self.watch.acting = acting

    # The beginning and the end

    def begin(self) -> None:
        """Make the ledger, unless an import has made it."""
        if not self.model.lines:
            clock = self.actors["W1"].clock
            Ledger.create(self.place.location, recorder=REGISTRY, clock=clock, **GOVERNMENT).close()
            self.observe()

    def end(self) -> None:
        """Compare everything, and let everybody go."""
        writers = [one for one in self.actors.values() if isinstance(one, Writer)]
        readers = [one for one in self.actors.values() if isinstance(one, Reader)]
        compared_at_the_end(self.model, self.place, writers, readers)

    def close(self) -> None:
        """Let everybody go, and take everything away."""
        for name, actor in self.actors.items():
            self.watch.bury(name)
            actor.forget()
        self.watch.bury("")
        self.place.close()


def run(seed: int, store: str = "sqlite", count: int = STEPS, steps: Sequence[Step] | None = None) -> Outcome:
    """Do a history: `count` steps drawn from a seed, or `steps` of the same seed that were drawn before."""
    watch, done = Watch(), list[Step]()
    with _same_every_time(seed), watching(watch):
        scheduler = Scheduler(seed, store, watch)
        try:
            with _in_pieces(scheduler.drawing):
                difference = _difference(scheduler, _steps(scheduler, count, steps), done)
        finally:
            scheduler.close()
    trace = tuple(scheduler.trace)
    digest = hashlib.sha256(repr((trace, scheduler.model.raw, str(difference))).encode()).hexdigest()
    return Outcome(tuple(done), difference, digest, trace, len(scheduler.model.lines))


def _difference(scheduler: Scheduler, steps: Iterable[Step], done: list[Step]) -> Difference | None:
    """Do steps and compare; return what differs. What no step may raise is a difference too."""
    try:
        for step in steps:
            done.append(step)
            scheduler.do(step)
        scheduler.end()
    except Difference as found:
        return found
    except Exception as error:
        try:
            scheduler.observe()  # what stands says more than what was raised over it
        except Difference as found:
            return found
        seen = Difference(f"an error that nobody may see ({type(error).__name__})", str(error))
        seen.__cause__ = error
        return seen
    return None


def _steps(scheduler: Scheduler, count: int, given: Sequence[Step] | None) -> Iterator[Step]:
    """Yield the steps of a history: an import until it is through, or an empty ledger, and what follows."""
    drawing = scheduler.drawing
    if given is not None:
        opening = [step for step in given if step.kind == "import"]
        yield from opening
        scheduler.begin()
        yield from (step for step in given if step.kind != "import")
        return
    if drawing.imports and scheduler.place.imports:
        opening_step = drawing.opening()
        yield opening_step
        if opening_step.between is not None:  # it is called again with the same documents
            yield opening_step._replace(between=None)
    scheduler.begin()
    for _ in range(count):
        yield drawing.step()


@contextmanager
def _same_every_time(seed: int) -> Iterator[None]:
    """Let what is drawn at random be the same for the same seed."""
    random = Random(f"secrets {seed}")
    with (
        patch("secrets.token_hex", lambda size: random.randbytes(size).hex()),
        patch("secrets.token_bytes", random.randbytes),
    ):
        yield


@contextmanager
def _in_pieces(drawing: Drawing) -> Iterator[None]:
    """Let views, imports and subscriptions go forward in pieces of a few, and nobody wait for a lock on views."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(read_model, "BATCH_EVENTS", drawing.batch_events))
        stack.enter_context(patch.object(migration, "BATCH_DECISIONS", drawing.batch_decisions))
        stack.enter_context(patch.object(entries, "PLAIN_MAX", drawing.plain_max))
        stack.enter_context(patch.object(entries, "PACKED", 2))
        stack.enter_context(patch.object(tail, "_AT_ONCE", drawing.batch_events))
        stack.enter_context(patch.object(SealedFile, "busy_seconds", 0.0))
        yield

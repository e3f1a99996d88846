"""The views of a ledger: caught up with it before every answer, thrown away whenever they are not of it."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from typing import NamedTuple

from ledger.application import EventReader
from ledger.application.stored import StoredDecision, decisions_of
from ledger.collector import uncollected
from ledger.errors import LedgerDamaged
from ledger.store.verification.damage import Damage
from projections.views.batch import Batch
from projections.views.check import compared, held_against_the_fold, indexed_rightly
from projections.views.errors import ViewsBusy, ViewsChanged, ViewsError
from projections.views.file import Filled, ViewsFile
from projections.views.filled import FilledViews, Progress, Rebuilt
from projections.views.filling import Filler
from projections.views.queries.decisions import Decided
from projections.views.queries.record import decisions_at
from projections.views.queries.rows import HistoryRow
from projections.views.schema import VERSION, WITHOUT_EFFECT

BATCH_EVENTS = 500  # taken into the views in one transaction, which holds in memory every page that it changes
INDEX_ROWS = 100_000  # put into their index in one transaction


class Proof(NamedTuple):
    """How views stand to the replay of an earlier check: the position that it had reached, and where they differ."""

    position: int
    damage: tuple[Damage, ...]


class Status(NamedTuple):
    """Where the views lie and how far they are filled; `path` is None for views in memory."""

    path: str | None
    version: int
    position: int
    root: str
    head: int
    rows: int


class Views(FilledViews):
    """What can be seen of a ledger. Every question first catches up with the ledger."""

    ledger: EventReader

    def __init__(
        self,
        ledger: EventReader,
        folder: str | PathLike[str] | None = None,
        *,
        file: ViewsFile | None = None,
        as_found: bool = False,
    ) -> None:
        """Open the views of `ledger` in `folder` (else where $CLUSTER_LEDGER_VIEWS says, else in the user's cache).

        `file` is one to use in its place. With `as_found`, views that are not as they were left stay so, for `check`.
        """
        self.ledger = ledger
        id_ = ledger.government.ledger_id
        self.file = ViewsFile.of_ledger(id_, folder, as_found=as_found) if file is None else file
        self._begin()

    def _begin(self) -> None:
        """Take the file as one that nothing is known of."""
        self.notice = Rebuilt(self.file.made_anew) if self.file.made_anew else self.notice
        self._filler: Filler | None = None
        self._reading: tuple[int, Iterator[StoredDecision]] | None = None  # the decisions after a position
        self._checked: tuple[int, Filled] | None = None  # the head, and how far filled, when last found to agree

    # Catching up

    def catch_up(self, progress: Progress | None = None, upto: int | None = None) -> Filled:
        """Take in what the ledger holds beyond the views, to its head or to a position that ends a decision.

        `progress` is told the position reached. A file that somebody else changed meanwhile is thrown away once more;
        one that cannot be written makes room for a private one. Raises `UnknownEventType` where the ledger holds an
        event that this program does not know, `LedgerDamaged` before it takes in a line that is not under its root.
        """
        try:
            return self._caught_up(progress, upto)
        except ViewsChanged:
            self.file.settle()
            self._begin()
        except ViewsError as error:
            self._go_apart(error)
        try:
            return self._caught_up(progress, upto)
        except ViewsError as error:
            self._go_apart(error)
            return self._caught_up(progress, upto)

    def _go_apart(self, error: ViewsError) -> None:
        """Go on with views that are kept nowhere."""
        if self.file.path is None:
            raise error
        self.file.close()
        self.file = ViewsFile.kept_nowhere(self.file.ledger_id, error.clause)
        self._begin()

    def _caught_up(self, progress: Progress | None, upto: int | None) -> Filled:
        filled = self.file.reach()
        head = self.ledger.head().position if upto is None else upto  # asked after: what was filled was recorded before
        if (head, filled) == self._checked:  # nothing has moved since the last question
            return filled
        if self._not_of_this_ledger(filled, head):
            filled = self._start_anew(head)
        while filled.position < head or not self.file.is_indexed():
            before = filled
            try:
                with self.file.writing(), uncollected():
                    self._step(head)
            except ViewsBusy:
                if self.file.filled() == before:
                    raise  # nobody gets on with it
            filled = self.file.reach()
            if progress is not None:
                progress(filled.position)
        self._reading = None
        self._checked = (head, filled)
        return filled

    def _not_of_this_ledger(self, filled: Filled, head: int) -> str:
        if filled.position > head:
            return f"they were filled to position {filled.position}, and the ledger ends at {head}"
        if filled.position and self.ledger.known_at(filled.position).root != filled.root:
            return f"the ledger has another root at position {filled.position} than the one they were filled from"
        return ""

    def _start_anew(self, head: int) -> Filled:
        """Throw away what is not of this ledger, unless another process just did."""
        with self.file.writing():
            why = self._not_of_this_ledger(self.file.filled(), head)
            if why:
                self.file.empty()
                self.notice, self._filler = Rebuilt(why), None
        return self.file.reach()

    def _step(self, head: int) -> None:
        """Take in one batch of decisions, or index what was taken in; within `writing`."""
        position = self.file.filled().position
        if position >= head:
            self.file.index(INDEX_ROWS)
            return
        if self._reading is None or self._reading[0] != position:  # the first time, or another process was here
            self._reading = (position, decisions_of(self.ledger.rows(position, head)))
        self._fill(self._reading[1], position, head)

    def _fill(self, decisions: Iterator[StoredDecision], position: int, head: int) -> None:
        """Take in one batch of decisions, and index it if it is the last; within `writing`."""
        filler = self._filler
        if filler is None or filler.position != position:
            filler = Filler(self.ledger, position)
        self._filler = self._reading = None  # until all went well
        batch = Batch()
        for decision in decisions:
            filler.take(decision, batch)
            if len(batch.events) >= BATCH_EVENTS:
                break
        if not batch.events:
            raise LedgerDamaged(self.ledger.location, f"it ends inside a decision, after position {position}")
        self.file.put(batch, filler.position, self.ledger.known_at(filler.position).root)
        if filler.position == head:
            if not self.file.filled().indexed:  # all rows are packed at once, which takes memory of its own
                filler.forget()
            self.file.index(INDEX_ROWS)
        self._filler, self._reading = filler, (filler.position, decisions)

    def rebuild(self, why: str = "it was asked for", progress: Progress | None = None) -> Rebuilt:
        """Throw the views away and fill them anew; return (and keep in `notice`) the notice that says why."""
        self.file.settle()
        if self.file.path is None:
            with self.file.writing():
                self.file.empty()
        else:
            self.file.discard()  # tables that are dropped are read first, and journalled as others take their pages
            self.file.settle()
        self._begin()
        self.notice = Rebuilt(why)
        self.catch_up(progress)
        return self.notice

    def check(self, progress: Progress | None = None) -> Iterator[Damage]:
        """Yield where the views differ from a fresh replay of the ledger; nothing where they are what they should be.

        Every row is compared, and so the structure at every day and every known position; the rows that hold now
        are also compared with one fold of the whole ledger, and all rows with their index. `progress` is told the
        position that the replay has reached. All of it is at one position, whoever fills or records meanwhile.
        """
        yield from self._held_to(ViewsFile.kept_nowhere(self.file.ledger_id), progress, whole=True)

    def prove(self, progress: Progress | None = None) -> Proof | None:
        """Hold the views to the replay of an earlier `check`, once that is caught up; None where none is at hand."""
        kept = self.file.proven()
        if kept is None:
            return None
        filled = kept.filled()
        if self._not_of_this_ledger(filled, self.ledger.head().position):
            kept.close()
            return None
        return Proof(filled.position, tuple(self._held_to(kept, progress, whole=False)))

    def _held_to(self, replay: ViewsFile, progress: Progress | None, *, whole: bool) -> Iterator[Damage]:
        """Yield where the views differ from a replay once that is caught up with them; where nowhere, it is kept."""
        with replay:
            if not self.file.fault():
                self.catch_up()
            before, damaged = replay.filled(), False
            try:
                with self.file.copy() as found:
                    for damage in self._checked_copy(found, replay, progress, whole=whole):
                        damaged = True
                        yield damage
            except ViewsError as error:
                damaged = True
                yield Damage(None, "views: file", "a file that can be read to its end", str(error))
            if not damaged and replay.filled() != before:
                replay.keep_proven(self.file.path)

    def _checked_copy(
        self, found: ViewsFile, replay: ViewsFile, progress: Progress | None, *, whole: bool
    ) -> Iterator[Damage]:
        unsound = list(found.unsound())
        if unsound:  # what stands in such tables could be anything, without an end
            yield from (Damage(None, "views: file", "the file as this version makes it", what) for what in unsound)
            return
        position = found.filled().position
        why = self._not_of_this_ledger(found.filled(), self.ledger.head().position)
        if why or self.ledger.known(f"p{position}").position != position:
            yield Damage(None, "views: filled", "a position and root of the ledger", why or f"position {position}")
            return
        Views(self.ledger, file=replay).catch_up(progress, position)
        yield from compared(found, replay)
        if whole:
            yield from held_against_the_fold(found, self.ledger, position)
        yield from indexed_rightly(found)

    def status(self) -> Status:
        """Return how far the views are filled, without catching up."""
        filled, path = self.file.filled(), self.file.path
        ((rows,),) = self.file.select("SELECT count(*) FROM rows")
        head = self.ledger.head().position
        return Status(str(path) if path else None, VERSION, filled.position, filled.root, head, rows)

    def decisions(self, known: int) -> list[Decided]:
        """Return every decision known at position `known`, as it was known then, in recording order."""
        self.catch_up()
        return [decided for _, decided in decisions_at(self.file, known)]


__all__ = ["WITHOUT_EFFECT", "HistoryRow", "Rebuilt", "Status", "Views"]

"""A session, one run of the program: which ledger is meant, who records, and what stands recorded so far."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

import click

from commands.logs import RunLog
from commands.stopping import stop_of_run

if TYPE_CHECKING:  # so that `--help` imports nothing of these
    from commands.configuration import Configuration
    from commands.watch import Watch
    from ledger.application import EventReader, Ledger, Reader
    from ledger.application.seen.sighting import Divergence, Sighting
    from ledger.events.envelope import Recorder
    from projections.views.file import ViewsFile
    from projections.views.filled import FilledViews
    from projections.views.read_model import Views

DEFAULT_LOCATION = "government.ledger"
ASKED_FOR = "it was asked for"  # of views that were filled anew
LONG_WAIT_SECONDS = 2.0  # after which somebody at a terminal is told what is waited for
INDEX_BEHIND = 500  # events that the index of views may be behind: the rules read those anew for every run
NEARLY_FILLED = 10_000  # events that views may be behind and still be caught up before a decision is judged


class Session:
    """One run of the program; everything in it is found when it is first asked for."""

    def __init__(self, *, debug: bool = False) -> None:
        self.debug = debug
        self.location_flag: str | None = None
        self.recorder_flag: str | None = None
        self.wait_flag: int | None = None
        self.stop = stop_of_run()
        self.log = RunLog()
        self.recorded: list[str] = []  # the decisions that this run recorded, for whoever stops it
        self.made = ""  # what else of this run stands, in a sentence, whatever becomes of the rest
        self.stopped = ""  # what to say to whoever stops what does not record one by one
        self._wait_told = False
        self._ledger: Ledger | None = None
        self._reader: Reader | None = None
        self._events: EventReader | None = None
        self._views: Views | None = None
        self._index: ViewsFile | None = None  # views that tell the rules where to look
        self._filled: FilledViews | None = None
        self._located = False  # whether anybody asked where the ledger is

    @classmethod
    def of_views(cls, views: Views, reader: EventReader) -> Session:
        """Return a run that asks views which somebody else opened and closes; `reader` tells it personal texts."""
        session = cls()
        session._views, session._reader, session._events = views, reader, views.ledger
        return session

    @cached_property
    def configuration(self) -> Configuration:
        """The configuration: files and environment, checked."""
        from commands.configuration import configured

        return configured(os.environ)

    @cached_property
    def watch(self) -> Watch:
        """The watch over what was last seen of the ledgers that this run opens."""
        from commands.watch import Watch

        return Watch()

    @property
    def replaced(self) -> Divergence | None:
        """How the ledger that was opened is not the one that was last seen; None where it is, or none was opened."""
        return self.watch.replaced if "watch" in vars(self) else None

    @property
    def seen(self) -> tuple[Sighting | None, Sighting | None]:
        """How the ledger was when this run first saw it, and when it last did; None where it saw none."""
        if "watch" not in vars(self) or not self.watch.seen:
            return None, None
        first = self.watch.seen[0]
        return first, [one for one in self.watch.seen if one.ledger_id == first.ledger_id][-1]

    @property
    def location(self) -> str:
        """Where the ledger is: flag, environment, configuration file, default; an `Address` where that is a server.

        Raises `InputError` for a URL that is none of a ledger, and for a password on the command line.
        """
        self._located = True
        given = self.location_flag is not None
        found = self.location_flag if given else self.configuration.ledger
        if found is not None and "://" in found:
            from commands.servers import address_given

            return address_given(found, on_command_line=given)
        return found or DEFAULT_LOCATION

    @property
    def recorder(self) -> Recorder:
        """The office that records: flag, configuration, or what is kept beside the ledger; raises `NoOffice`."""
        from commands.configuration import kept
        from ledger.documents.decision import validated
        from ledger.errors import NoOffice
        from ledger.events.envelope import Recorder

        named = self.recorder_flag or self.configuration.recorder or kept(self.location).recorder
        if not named:
            raise NoOffice
        return validated(Recorder, {"id": named, "basis": "configured"}, "The recorder")

    @property
    def wait_seconds(self) -> float:
        """How long to wait for other programs that write to the ledger."""
        from ledger.store.waiting import WAIT_SECONDS

        return WAIT_SECONDS if self.wait_flag is None else self.wait_flag

    def waiting(self, seconds: float) -> None:
        """Say once, at a terminal, that other programs are waited for; stop here where that was asked for."""
        self.stop.check()
        if seconds >= LONG_WAIT_SECONDS and not self._wait_told and sys.stderr.isatty():
            self._wait_told = True
            said = f"Waiting for another program that writes to the ledger, up to {self.wait_seconds:g} seconds."
            click.echo(f"{said} Ctrl-C stops.", err=True)

    def ledger(self, *, read_only: bool = False) -> Ledger:
        """Return the ledger, opened once; raises `StoreError` where there is none."""
        from ledger.application import Ledger

        if self._ledger is None:
            recorder = None if read_only else self.recorder
            self._ledger = Ledger.open(
                self.location,
                recorder=recorder,
                read_only=read_only,
                wait_seconds=self.wait_seconds,
                told=self.waiting,
            )
            self.watch.see(self._ledger)
        return self._ledger

    def reader(self) -> Reader:
        """Return the ledger to be read and no more, opened once; raises `StoreError` where there is none."""
        from ledger.application.reader import opened_reader

        if self._ledger is not None:
            return self._ledger
        if self._reader is None:
            self._reader = opened_reader(self.location)
            self.watch.see(self._reader)
        return self._reader

    def events(self) -> EventReader:
        """Return the ledger with its events, to be read and no more, opened once; raises `StoreError`."""
        from ledger.application.events import EventReader

        if self._ledger is not None:
            return self._ledger
        if self._events is None:
            reader = self.reader()
            self._events = EventReader(reader.store, reader.clock)
        return self._events

    def look(self) -> None:
        """Hold the ledger to what was last seen, where there is one, and let go of it: somebody else opens it now.

        Raises `LedgerReplaced` as whoever opens it does, and `StoreError`.
        """
        from ledger.application.reader import opened_reader, stands_at

        if self._opened is None and stands_at(self.location):
            with opened_reader(self.location) as reader:
                self.watch.see(reader)

    def recording(self) -> Ledger:
        """Return the ledger, opened to record; the index of its views, if they are filled, tells where to look."""
        return self._told_where(self.ledger())

    def planning(self) -> Ledger:
        """Return the ledger, opened to be read, as `recording` does: what is planned is judged as what is recorded."""
        return self._told_where(self.ledger(read_only=True))

    def _told_where(self, ledger: Ledger) -> Ledger:
        """Return a ledger that an index tells where to look.

        Without it the rules read the whole streams that a decision concerns, which takes long where they are.
        """
        from ledger.errors import LedgerError
        from projections.views.file import ViewsFile, folder_of_views
        from projections.views.queries.index import ViewsIndex

        id_ = ledger.government.ledger_id
        if self._index is None and (folder_of_views() / f"{id_}.views").is_file():
            with suppress(LedgerError, OSError):  # they are only a help
                self._index = ViewsFile.of_ledger(id_)
                behind = ledger.head().position - self._index.filled().position
                if INDEX_BEHIND < behind <= NEARLY_FILLED:
                    behind = ledger.head().position - self.views().catch_up().position
                if behind <= INDEX_BEHIND:
                    ledger.use_index(ViewsIndex(self._index, ledger))
        return ledger

    def views(self, *, as_found: bool = False) -> Views:
        """Return the views of the ledger, opened once; `as_found` leaves views that are not as they were left so."""
        from projections.views.read_model import Views

        if self._views is None:
            self._views = Views(self.events(), as_found=as_found)
        return self._views

    def filled_views(self) -> FilledViews:
        """Return the views, opened once: as they are where they are filled, else such as fill themselves.

        So whoever asks of their rows alone loads nothing by which they are filled.
        """
        from projections.views.file import ViewsFile
        from projections.views.filled import FilledViews, are_filled

        if self._views is not None:
            return self._views
        if self._filled is None:
            reader = self.reader()
            file = ViewsFile.of_ledger(reader.government.ledger_id)
            if not are_filled(file, reader.known()):
                return self._filling(file)
            self._filled = FilledViews(reader, file)
        return self._filled

    def let_views_fill(self) -> None:
        """Go on with views that fill themselves, whatever the file was taken for."""
        if self._filled is not None:
            self._filled.close()
            self._filled = None
        self.views()

    def _filling(self, file: ViewsFile) -> Views:
        """Return views that fill a file."""
        from projections.views.read_model import Views

        self._views = Views(self.events(), file=file)
        return self._views

    def afterwards(self) -> str:
        """Return what is to be said when all went well: that views were filled anew or kept nowhere, or nothing.

        A command that made a ledger, or took its file alone, has its look at it here.
        """
        if self._located and self._opened is None:
            from ledger.errors import LedgerError

            self.watch.looks_only = True
            with suppress(LedgerError):
                self.reader()
        if self._views is None:
            return ""
        notice = self._views.notice
        said = notice.message if notice is not None and notice.why != ASKED_FOR else ""
        return " ".join(sentence for sentence in (said, self._views.apart) if sentence)

    @property
    def _opened(self) -> Reader | None:
        """The ledger as it was opened, None where it was not."""
        return self._reader if self._ledger is None else self._ledger

    @property
    def left(self) -> str:
        """What this run has recorded or made so far, in a sentence; empty where that is nothing."""
        return self.made or (self.standing() if self.recorded else "")

    def before(self) -> str:
        """Say what of this run was recorded before a decision that may or may not be."""
        count, last = len(self.recorded), f'"{self.recorded[-1]}"'
        return f"Before it, {count} decision{'s were' if count > 1 else ' was'} recorded, the last {last}."

    def standing(self) -> str:
        """Say what of this run stands recorded."""
        if self.made or self.stopped:
            return self.made or self.stopped
        if self.stop.broken:
            again = "Whether the decision that was under way is recorded was not found out; the same command tells."
            return f"{self.before()} {again}" if self.recorded else again
        if not self.recorded:
            return "Nothing was recorded."
        count = len(self.recorded)
        last = f'"{self.recorded[-1]}"'
        if count == 1:
            return f"Decision {last} was recorded, and stands; nothing after it was recorded."
        from ledger.plurals import counted

        were = counted(count, "decision was", "decisions were")
        return f"{were} recorded, and stand, the last {last}; nothing after it was recorded."

    def close(self) -> None:
        """Close what was opened; what was recorded meanwhile was seen too."""
        if self._ledger is not None and self.replaced is None:
            from ledger.errors import LedgerError

            with suppress(LedgerError):  # whoever opens it next is told
                self.watch.see(self._ledger)
        for opened in (self._views, self._filled, self._index, self._ledger, self._reader):
            if opened is not None:
                opened.close()
        self._views = self._filled = self._index = self._ledger = self._reader = self._events = None

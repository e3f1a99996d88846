"""The subscription to a ledger: its events in order, and each new one as it is recorded, by whatever process."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription

LOOK_SECONDS = 0.1  # between two looks: a file tells nobody that another process wrote to it
_AT_ONCE = 500


class Tail(Subscription[ApplicationRecorder]):
    """What the library calls a subscription, by looking again and again; `stop` ends the wait at once."""

    def __init__(self, recorder: ApplicationRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder, gt, topics)
        self._stopped = Event()
        self._read: list[Notification] = []  # the next one last

    def stop(self) -> None:
        """End it, from any thread: whoever waits for an event is told that there is none."""
        super().stop()
        self._stopped.set()

    def __next__(self) -> Notification:
        """Return the next event, as soon as it is recorded."""
        while not self._stopped.is_set():
            if not self._read:
                page = self._recorder.select_notifications(
                    self._last_notification_id, _AT_ONCE, topics=self._topics, inclusive_of_start=False
                )
                self._read = list(reversed(page))
            if self._read:
                notification = self._read.pop()
                self._last_notification_id = notification.id
                return notification
            self._stopped.wait(LOOK_SECONDS)
        raise StopIteration

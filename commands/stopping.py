"""Signals that stop a run: Ctrl-C, SIGTERM and SIGHUP are answered alike, and leave nothing half done."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SOON_SECONDS = 0.001
_UNTOUCHED = (signal.SIG_DFL, signal.default_int_handler)  # and not passed over, as nohup asks for


_held = set[signal.Signals]()  # by `take_over`, until somebody answers


class Stopped(Exception):
    """A run that a signal stopped."""


class Stop:
    """How a run is stopped: the first signal raises KeyboardInterrupt, and a second one ends the process at once.

    `asked` is the first signal, 0 before it; `broken` says that one did not wait for the end of what waits for none.
    """

    asked = 0
    broken = False
    _waits = _over = False

    def check(self) -> None:
        """Stop here, if asked to."""
        if self.asked and not self._over:
            self._raise()

    def end(self) -> None:
        """Let the first signal from here on change nothing: the run is over, and what it holds open is closed."""
        self._over = True

    @property
    def code(self) -> int:
        """The exit code of a run that was stopped: 130 by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP."""
        return 128 + (self.asked or signal.SIGINT)

    @contextmanager
    def unbroken(self) -> Iterator[None]:
        """Let a signal wait until this block is done, so that what is said to be recorded is what is recorded.

        A second one does not wait, and whether what was under way stands is not known then.
        """
        before = {} if _in_charge() is self else self._installed()
        self._waits = True
        try:
            yield
        finally:
            self._waits = False
            for number, handler in before.items():
                signal.signal(number, handler)
        self.check()

    def answer(self, number: int, _: FrameType | None) -> None:
        """Answer a signal."""
        if self._over and self.asked:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        elif self._over or (self._waits and not self.asked):
            self.asked = number
        else:
            self.asked, self.broken = number, self._waits
            self._raise()

    def _raise(self) -> None:
        self._over = True
        raise KeyboardInterrupt

    def _installed(self) -> Mapping[int, Any]:
        """Answer the signals that nobody passes over; return what answered them, nothing in any but the main thread."""
        found: dict[int, Any] = {number: signal.getsignal(number) for number in SIGNALS}
        try:
            for number in [number for number, handler in found.items() if handler in _UNTOUCHED]:
                signal.signal(number, self.answer)
        except ValueError:  # not the main thread, which is the only one that signals reach
            return {}
        return found


def take_over() -> None:
    """Let the signals stop this process for as long as it lives, each as Ctrl-C does; they wait for `let_in`.

    Python drops what is raised while it clears an object away. A signal that fell there is raised again soon after.
    """
    _held.update(set(SIGNALS) - signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS))
    Stop()._installed()
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    sys.unraisablehook = _dropped


def let_in() -> None:
    """Let in the signals that wait since `take_over`, where what they raise is answered."""
    held = set(_held)
    _held.clear()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, held)


def _dropped(what: sys.UnraisableHookArgs) -> None:
    if what.exc_type is KeyboardInterrupt:
        signal.setitimer(signal.ITIMER_REAL, _SOON_SECONDS)
    else:
        sys.__unraisablehook__(what)


def stop_of_run() -> Stop:
    """Return what stops this run: what answers the signals of this process, or one that answers none yet."""
    return _in_charge() or Stop()


def _in_charge() -> Stop | None:
    found = (getattr(signal.getsignal(number), "__self__", None) for number in SIGNALS)
    return next((one for one in found if isinstance(one, Stop)), None)

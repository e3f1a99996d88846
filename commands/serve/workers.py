"""Workers: processes that do the same work beside each other, each replaced where it ends, and all ended together."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from commands.stopping import SIGNALS
from commands.terminal.streams import say
from ledger.errors import LedgerError

DEATHS_MAX, WITHIN_SECONDS = 10, 60
Work = Callable[[int], None]


class WorkersFail(LedgerError):
    """Workers that end as soon as they begin, so that no other ones take their place."""

    def __init__(self, how: str) -> None:
        super().__init__(
            f"Workers of this server ended {DEATHS_MAX} times within {WITHIN_SECONDS} seconds, the last one {how}. "
            "No more were begun, and the server ends. What a worker wrote above may say why."
        )


def work_together(count: int, work: Work) -> None:
    """Let `count` processes work until a signal ends this one, and wait for the end of each.

    `work` is given the descriptor of a pipe: when nothing can come from it any more, the work is over, whatever became
    of this process. No thread may run here, and nothing be open that a fork may not carry over. Raises `WorkersFail`.
    """
    over, held = os.pipe()
    deaths: deque[float] = deque(maxlen=DEATHS_MAX)
    try:
        for _ in range(count):
            _begin(work, over, held)
        while True:
            number, status = os.wait()
            how = _how(status)
            deaths.append(time.monotonic())
            if len(deaths) == DEATHS_MAX and deaths[-1] - deaths[0] < WITHIN_SECONDS:
                raise WorkersFail(how)
            say(f"Worker {number} ended {how}. Another one takes its place.")
            _begin(work, over, held)
    except KeyboardInterrupt:
        pass
    finally:
        os.close(held)
        with suppress(ChildProcessError):
            while True:
                os.wait()
        os.close(over)


def _begin(work: Work, over: int, held: int) -> None:
    """Begin a worker. Signals wait meanwhile, so that none is answered in the worker as in this process."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        if os.fork() == 0:
            _work(work, over, held)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def _work(work: Work, over: int, held: int) -> NoReturn:
    code = 1
    try:
        os.close(held)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the end of a terminal is told by the pipe
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        work(over)
        code = 0
    except KeyboardInterrupt:
        code = 0
    except SystemExit as error:  # the way in which uvicorn says that it could not begin
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"by signal {-code}" if code < 0 else f"with exit code {code}"

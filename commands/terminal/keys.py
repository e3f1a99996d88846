"""Single keys from a terminal, as they are pressed; Ctrl-C stays what it is everywhere."""

from __future__ import annotations

import os
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self


class Keyboard:
    """A terminal that gives keys one by one and does not echo them; as before again when it is left.

    Keys typed ahead are kept: the terminal stays so between two keys.
    """

    def __init__(self) -> None:
        """Take the terminal of standard input, which must be one."""
        self._input = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._input)

    def __enter__(self) -> Self:
        tty.setcbreak(self._input, termios.TCSADRAIN)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        termios.tcsetattr(self._input, termios.TCSADRAIN, self._before)

    @contextmanager
    def line(self) -> Iterator[None]:
        """Let a whole line be typed, edited and seen within this block."""
        self.__exit__(None, None, None)
        try:
            yield
        finally:
            self.__enter__()

    def pressed(self) -> Iterator[str]:
        """Yield keys, an arrow as one (`\\x1b[C`); ends when the terminal is gone."""
        while True:
            try:
                read = os.read(self._input, 64).decode("utf-8", "replace")
            except OSError:
                return
            if not read:
                return
            while read:
                size = 3 if read.startswith("\x1b[") else 1
                yield read[:size]
                read = read[size:]

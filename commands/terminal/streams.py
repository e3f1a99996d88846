"""Standard input, output and error: whatever they cannot give or take is a sentence and an honest exit code.

Output that did not go out is never passed over. What standard error cannot take is: there is nobody left to tell.
"""

from __future__ import annotations

import io
import os
import select
import sys
from errno import EBADF, EPIPE
from typing import TYPE_CHECKING, Any, TextIO

import click

from commands.terminal.text import one_line

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


_ELSEWHERE = "commands.elsewhere"


class Elsewhere:
    """A program that asks from another machine: it takes answers, hears nothing beside them, and has no files here."""

    def __init__(self, context: click.Context) -> None:
        """Ask in a context of click, before its command is invoked."""
        self.answers: list[Any] = []
        context.meta[_ELSEWHERE] = self


def elsewhere(context: click.Context | None = None) -> Elsewhere | None:
    """Return the program that asks, in a context or in that of this thread; None where a person does, at a terminal."""
    context = context or click.get_current_context(silent=True)
    found: Elsewhere | None = None if context is None else context.meta.get(_ELSEWHERE)
    return found


class StreamFailed(Exception):
    """A standard stream that could not be read or written; its text is a sentence."""


class QuestionLost(StreamFailed):
    """Standard input cannot be read."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"Standard input cannot be read ({_why(error)}).")


class AnswerLost(StreamFailed):
    """Standard output did not take the answer; `gone` where its reader went away, which is no fault of anybody."""

    def __init__(self, error: OSError) -> None:
        self.gone = error.errno == EPIPE
        super().__init__(f"The answer could not be printed: standard output cannot be written ({_why(error)}).")


def _why(error: OSError) -> str:
    return "it is closed" if error.errno == EBADF else error.strerror or str(error)


class _Source(io.FileIO):
    """Standard input."""

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        try:
            return super().readinto(buffer)
        except OSError as error:
            raise QuestionLost(error) from error


class _Sink(io.BufferedWriter):
    """Standard output. Its first failure is raised; what is written after it goes nowhere, so it is said once.

    What goes out is written and counted by the one call of C below, within which no signal raises anything: a line
    that is there is never written again. A file of Python's own below this one would not promise that.
    """

    lost = False

    def write(self, data: ReadableBuffer, /) -> int:
        rest = memoryview(data).cast("B")
        size = len(rest)
        while rest and not self.lost:
            try:
                rest = rest[super().write(rest) :]
            except BlockingIOError as full:
                rest = rest[full.characters_written :]
                self._wait()
            except OSError as error:
                self._lose(error)
        return size

    def flush(self) -> None:
        while not self.lost:
            try:
                super().flush()
            except BlockingIOError:
                self._wait()
            except OSError as error:
                self._lose(error)
            else:
                break

    def _wait(self) -> None:
        """Wait for the reader of a full pipe that was set not to wait."""
        select.select([], [self], [])

    def _lose(self, error: OSError) -> None:
        self.lost = True
        raise AnswerLost(error) from error


class _Aside(_Sink):
    """Standard error, of whose failure nobody can be told."""

    def _lose(self, error: OSError) -> None:
        self.lost = True


def take_over() -> None:
    """Put streams that answer in words in the place of the three that Python made; for the process as a whole."""
    _fill_closed()
    encoding, errors = _coding(sys.stdin)
    source = io.BufferedReader(_Source(0, "r", closefd=False))
    sys.stdin = io.TextIOWrapper(source, encoding=encoding, errors=errors)
    sys.stdout = _writer(_Sink(io.FileIO(1, "w", closefd=False)), sys.stdout)
    sys.stderr = _writer(_Aside(io.FileIO(2, "w", closefd=False)), sys.stderr, line_buffering=True)


def _fill_closed() -> None:
    """Open nothing in the place of a closed descriptor, or the next file that is opened, such as the ledger, gets it.

    Each is opened the wrong way round, so that it still cannot be used.
    """
    for descriptor, flags in enumerate((os.O_WRONLY, os.O_RDONLY, os.O_RDONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, flags)  # takes the lowest that is free, which is this one


def _writer(sink: _Sink, before: TextIO | None, *, line_buffering: bool = False) -> io.TextIOWrapper:
    encoding, errors = _coding(before)
    line_buffering = line_buffering or sink.isatty()
    return io.TextIOWrapper(sink, encoding=encoding, errors=errors, line_buffering=line_buffering)


def _coding(stream: TextIO | None) -> tuple[str, str]:
    return (stream.encoding, stream.errors or "strict") if stream is not None else ("utf-8", "backslashreplace")


def say(sentence: str) -> None:
    """Print one sentence on standard error, harmless whatever it quotes; at a terminal folded between words."""
    if elsewhere():
        return
    text = one_line(sentence)
    if sys.stderr.isatty():
        from commands.terminal.screen.folding import folded, screen_columns

        text = folded(text, screen_columns())
    click.echo(text, err=True)

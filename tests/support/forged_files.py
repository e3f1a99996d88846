"""Single mutations of a ledger file and of files of proof, drawn from a seed; nothing of the program is imported.

Each says where it is: the position of the first event that is not as it was, or the name of the file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

from attacks.forgery import Row, rewrite, rows_of, unguarded


class Forged(NamedTuple):
    """A mutation: what it did, and the position of the first event that is not as it was."""

    said: str
    position: int


def bit_of_a_line(ledger: Path, random: Random) -> Forged:
    """Turn one bit of a line, and nothing else."""
    return _one_value(ledger, random, "line")


def bit_of_a_node(ledger: Path, random: Random) -> Forged:
    """Turn one bit of the nodes that stand with an event."""
    return _one_value(ledger, random, "nodes")


def _one_value(ledger: Path, random: Random, column: str) -> Forged:
    with unguarded(ledger) as raw:
        (count,) = raw.execute("SELECT count(*) FROM events").fetchone()
        position = random.randint(1, count)
        (value,) = raw.execute(f"SELECT {column} FROM events WHERE position = ?", (position,)).fetchone()
        at, bit = random.randrange(len(value)), random.randrange(8)
        raw.execute(f"UPDATE events SET {column} = ? WHERE position = ?", (_turned(value, at, bit), position))
    return Forged(f"bit {bit} of byte {at} of {column} of p{position}", position)


def _turned(value: bytes, at: int, bit: int) -> bytes:
    return value[:at] + bytes([value[at] ^ 1 << bit]) + value[at + 1 :]


def column(ledger: Path, random: Random) -> Forged:
    """Give one column beside a line another value."""
    name = random.choice(("stream", "version", "type", "decision", "part", "parts", "recorded_at"))
    with unguarded(ledger) as raw:
        (count,) = raw.execute("SELECT count(*) FROM events").fetchone()
        position = random.randint(1, count)
        (value,) = raw.execute(f"SELECT {name} FROM events WHERE position = ?", (position,)).fetchone()
        other = value + 1_000 if isinstance(value, int) else value[:-1] + chr(ord(value[-1]) ^ 1)
        raw.execute(f"UPDATE events SET {name} = ? WHERE position = ?", (other, position))
    return Forged(f"{name} of p{position} is {other!r}", position)


def rebuilt_with_another_byte(ledger: Path, random: Random) -> Forged:
    """Change one byte of one line, and build the whole file anew around it."""
    return _rebuilt(ledger, random, _with_another_byte, "a byte changed")


def rebuilt_without_one(ledger: Path, random: Random) -> Forged:
    """Take one event away, and build the whole file anew."""
    return _rebuilt(ledger, random, lambda rows, place, _: [*rows[:place], *rows[place + 1 :]], "taken away")


def rebuilt_in_another_order(ledger: Path, random: Random) -> Forged:
    """Let two neighbours change places, and build the whole file anew."""

    def swapped(rows: list[Row], place: int, _: Random) -> list[Row]:
        place = min(place, len(rows) - 2)
        return [*rows[:place], rows[place + 1], rows[place], *rows[place + 2 :]]

    forged = _rebuilt(ledger, random, swapped, "swapped with the next")
    last = len(rows_of(ledger))
    return forged._replace(position=min(forged.position, last - 1))


def cut_off(ledger: Path, random: Random) -> Forged:
    """Cut the ledger off after an event, and make the file whole again."""
    return _rebuilt(ledger, random, lambda rows, place, _: rows[:place], "and what follows cut off", least=1)


def _rebuilt(
    ledger: Path, random: Random, change: Callable[[list[Row], int, Random], list[Row]], said: str, least: int = 0
) -> Forged:
    place = random.randrange(least, len(rows_of(ledger)))
    rewrite(ledger, lambda rows: change(rows, place, random))
    return Forged(f"p{place + 1} {said}, the file built anew", place + 1)


def _with_another_byte(rows: list[Row], place: int, random: Random) -> list[Row]:
    line = bytes(rows[place]["line"])
    at = random.randrange(len(line))
    other = random.choice([byte for byte in b"abcdefghijklmnopqrstuvwxyz0123456789" if byte != line[at]])
    rows[place] = {**rows[place], "line": line[:at] + bytes([other]) + line[at + 1 :]}
    return rows


LEDGER: tuple[Callable[[Path, Random], Forged], ...] = (
    bit_of_a_line,
    bit_of_a_node,
    column,
    rebuilt_with_another_byte,
    rebuilt_without_one,
    rebuilt_in_another_order,
    cut_off,
)


def mutated(raw: bytes, random: Random) -> tuple[bytes, str]:
    """Return a text or tile with one mutation that is not only white space, and what it was."""
    while True:
        at = random.randrange(len(raw))
        kind = random.choice(("bit", "byte", "removed", "added", "cut", "line"))
        made = _mutation(raw, at, kind, random)
        if made.split() != raw.split():
            return made, f"{kind} at byte {at}"


def _mutation(raw: bytes, at: int, kind: str, random: Random) -> bytes:
    if kind == "bit":
        return raw[:at] + bytes([raw[at] ^ 1 << random.randrange(8)]) + raw[at + 1 :]
    if kind == "byte":
        return raw[:at] + bytes([random.randrange(33, 127)]) + raw[at + 1 :]
    if kind == "removed":
        return raw[:at] + raw[at + 1 :]
    if kind == "added":
        return raw[:at] + bytes([random.randrange(33, 127)]) + raw[at:]
    if kind == "cut":
        return raw[:at]
    lines = raw.splitlines(keepends=True)
    place = random.randrange(len(lines))
    return b"".join([*lines[:place], *lines[place + 1 :]])

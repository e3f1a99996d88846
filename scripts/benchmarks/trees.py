"""Processes and all that they started, on Linux: their time on a processor, and their peaks of memory together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.figures import Cost
from benchmarks.peers.absence import PeerAbsent

_PROC = Path("/proc")


class Reading(NamedTuple):
    """What the clock says, the seconds on a processor so far, and the sum of the peaks of resident memory."""

    at: float
    cpu: float
    peak_mb: float

    def since(self, before: Reading) -> Cost:
        """Return what was taken from an earlier reading on; the peak is that up to this one."""
        return Cost(self.cpu - before.cpu, self.at - before.at, self.peak_mb)


def reading(root: int) -> Reading:
    """Return what all processes below one took so far; those that ended count for the processor, and not for memory.

    The process itself counts for its processor alone. Raises `PeerAbsent` where processes cannot be looked at.
    """
    if not (_PROC / "self" / "stat").exists():
        raise PeerAbsent("what several processes take together can be told on Linux only")
    at, found = perf_counter(), list(_tree(root))  # the clock is the same for every process
    ticks = sum(sum(map(int, _fields(process)[11:15])) for process in found)
    return Reading(at, ticks / os.sysconf("SC_CLK_TCK"), sum(map(_peak_mb, found[1:])))


def _tree(root: int) -> Iterator[int]:
    """Yield a process and all below it, itself first."""
    below: dict[int, list[int]] = {}
    for path in _PROC.glob("[0-9]*"):
        if fields := _fields(int(path.name)):
            below.setdefault(int(fields[1]), []).append(int(path.name))
    found = [root]
    for process in found:
        yield process
        found += below.get(process, ())


def _fields(process: int) -> list[str]:
    """Return what proc(5) says of a process behind its name; nothing where it ended meanwhile."""
    return _read(process, "stat").rpartition(") ")[2].split()


def _peak_mb(process: int) -> float:
    lines = _read(process, "status").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6


def _read(process: int, name: str) -> str:
    try:
        return (_PROC / str(process) / name).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

"""One command, run to its end: `python -S -E probe.py ANSWER COMMAND...` writes what it took into the file ANSWER.

It stands between the benchmark and the command because the kernel counts the memory of the process that starts another
one into the peak of the one that is started: this one is small.
"""

from __future__ import annotations

import json
import os
import sys
from time import perf_counter


def main(answer: str, *command: str) -> int:
    """Run the command, and write its exit code, seconds and peak of memory as JSON."""
    began = perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    wall = perf_counter() - began
    peak = usage.ru_maxrss / 1e6 if sys.platform == "darwin" else usage.ru_maxrss * 1024 / 1e6  # bytes there, else KiB
    took = {"cpu": usage.ru_utime + usage.ru_stime, "wall": wall, "peak_mb": peak}
    with open(answer, "w", encoding="ascii") as file:
        json.dump({"code": os.waitstatus_to_exitcode(status), "took": took}, file)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""The command `scripts/benchmark`: it measures, prints the table, writes it as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, as_json, table

FAMILIES = {
    "decision": ("deciding", "one decision, durably recorded through the Python API"),
    "import": ("importing", "an older register becomes a ledger: time and memory"),
    "snapshot": ("seeing", "the structure at one point of both times, out of a long history"),
    "agility": ("agility", "all metrics of every cluster, beside a bare read of the rows behind them"),
    "audit": ("auditing", "history, why, matrix, diff and a spreadsheet: they cost what they print"),
    "report": ("reporting", "the audit report of the demonstration, beside its charts"),
    "start": ("starting", "the help of the program, as a whole process"),
}


def main() -> int:
    """Measure the families that are asked for, one after the other; a goal that is missed is no failure."""
    options = _options()
    found: list[Figure] = []
    for name in options.only or FAMILIES:
        print(f"{name}: {FAMILIES[name][1]} ...", file=sys.stderr)
        figures: Callable[[Path, float], list[Figure]] = import_module(f"benchmarks.{FAMILIES[name][0]}").figures
        with TemporaryDirectory(prefix="cluster-ledger-benchmark-") as folder:
            found += figures(Path(folder), options.size)
    print(table(found))
    if options.json:
        options.json.write_text(json.dumps(as_json(found, options.size), indent=2) + "\n")
    return 0


def _options() -> argparse.Namespace:
    families = "\n".join(f"  {name:10}{line}" for name, (_, line) in FAMILIES.items())
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Measure the ledger beside bare SQLite, plain eventsourcing and other floors. Both sides of a "
        "figure run\nin turn; times are medians of their rounds. Only the ratios mean anything on another machine.",
        epilog=f"Names:\n{families}\n\nFiles are made in a temporary folder; $TMPDIR puts it on the disk that is "
        "to be measured.",
    )
    parser.add_argument("--only", nargs="+", choices=FAMILIES, metavar="NAME", help="measure these alone")
    parser.add_argument("--size", type=_size, default=1.0, metavar="N", help="scale all sizes (0.01 to try it out)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table to a file, too")
    return parser.parse_args()


def _size(text: str) -> float:
    size = float(text)
    if not 0 < size <= 100:
        raise argparse.ArgumentTypeError("a size lies above 0 and at most at 100")
    return size


if __name__ == "__main__":
    sys.exit(main())

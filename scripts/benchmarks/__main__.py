"""The command `scripts/benchmark`: it measures, prints the table, writes it as JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, as_json, shown, table
from benchmarks.session import Session, flush_of

OLDER = "CLUSTER_LEDGER_OLDER_CHECKOUT"
SIZES = (10_000, 100_000, 1_000_000)
FAMILIES = {  # by name: the module, and what it measures
    "start": ("start", "commands as whole processes, beside Python importing what it must"),
    "fill": ("fill", "views filled from the log, beside an older checkout"),
    "answers": ("answers", "answers about one thing, beside the same out of a tenth of the record"),
    "memory": ("memory", "the peak of memory of every command"),
    "agility": ("agility", "all metrics of every cluster, beside a bare read of the rows behind them"),
    "verify": ("verify", "every stored byte verified, beside reading and hashing it once"),
    "proof": ("proof", "a proof of one event, and a checkpoint beside hashing what is new"),
    "snapshot": ("snapshot", "the structure at one point of both times, beside other databases"),
    "audit": ("audit", "a matrix, differences and a spreadsheet, beside the structures that they are of"),
    "cold": ("cold", "a decision recorded by a new process, beside the same into an empty ledger"),
    "decision": ("decision", "one decision, durably recorded through the Python API, beside peers"),
    "server": ("server", "decisions on a PostgreSQL server, by one writer and by many, beside a bare transaction"),
    "import": ("register", "an older register becomes a ledger: time and memory"),
    "copy": ("moving", "a ledger copied to a server, beside COPY of the same rows; and back into a file"),
    "web": ("web", "pages of the explorer, beside Fava's and Datasette's, and out of a tenth of the record"),
    "archive": ("archive", "the archive of a ledger, beside bare DuckDB writing the same rows"),
    "federate": ("federate", "the structure of many governments over archives, DuckDB beside Spark"),
    "report": ("report", "the audit report of the demonstration, beside its charts"),
}


def main() -> int:
    """Measure the families that are asked for, one after the other; a goal that is missed is no failure."""
    options = _options()
    found: list[Figure] = []
    with TemporaryDirectory(prefix="cluster-ledger-benchmark-") as folder:
        session = _session(options, Path(folder))
        flush = flush_of(session.folder)
        for name in options.only or FAMILIES:
            print(f"{name}: {FAMILIES[name][1]} ...", file=sys.stderr, flush=True)
            for figure in _figures(name)(session):
                found.append(figure)
                if options.json:
                    options.json.write_text(json.dumps(as_json(found, session.sizes, flush), indent=2) + "\n")
    print(table(found))
    print(f"A flush of the disk takes {shown(flush)}.")
    return 0


def _figures(name: str) -> Callable[[Session], Iterable[Figure]]:
    """Return what measures a family; only what is asked for is imported."""
    found: Callable[[Session], Iterable[Figure]] = import_module(f"benchmarks.families.{FAMILIES[name][0]}").figures
    return found


def _session(options: argparse.Namespace, folder: Path) -> Session:
    ledgers = (options.ledgers or folder).resolve()  # commands run in the folder of their checkout
    ledgers.mkdir(parents=True, exist_ok=True)
    return Session(folder, ledgers, tuple(options.size), options.rounds, options.beside)


def _options() -> argparse.Namespace:
    families = "\n".join(f"  {name:10}{line}" for name, (_, line) in FAMILIES.items())
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Measure the ledger beside bare SQLite, plain eventsourcing and other floors and peers. Both "
        "sides of a figure\nrun in turn; of their rounds the least CPU, the median of wall time and the greatest "
        "memory count.\nOnly the ratios mean anything on another machine.",
        epilog=f"Names:\n{families}\n\nFiles are made in a temporary folder; $TMPDIR puts it on the disk that is "
        "to be measured.\nA million events take some twenty minutes to record and fill, and 5 GB.",
    )
    parser.add_argument("--only", nargs="+", choices=FAMILIES, metavar="NAME", help="measure these alone")
    sizes = "events of the ledgers, side by side (default: 10000 100000 1000000)"
    parser.add_argument("--size", type=_size, nargs="+", default=SIZES, metavar="N", help=sizes)
    parser.add_argument("--rounds", type=_size, default=1000, metavar="N", help="measure at most so many rounds")
    parser.add_argument(
        "--beside", type=_checkout, default=_named(), metavar="FOLDER", help=f"an older checkout (${OLDER})"
    )
    parser.add_argument("--ledgers", type=Path, metavar="FOLDER", help="keep ledgers and views there for the next time")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table to a file, too")
    return parser.parse_args()


def _size(text: str) -> int:
    size = int(text)
    if not 0 < size <= 10_000_000:
        raise argparse.ArgumentTypeError("a size lies above 0 and at most at 10,000,000")
    return size


def _checkout(text: str) -> Path:
    path = Path(text).resolve()
    if not (path / "commands" / "main.py").is_file():
        raise argparse.ArgumentTypeError(f'"{text}" is no checkout of this project')
    return path


def _named() -> str | None:
    return os.environ.get(OLDER) or None  # argparse reads a default that is a text as it reads what is typed


if __name__ == "__main__":
    sys.exit(main())

"""A process of its own that records decisions into a ledger: `python rival_writer.py LEDGER NAME`.

It says when it is ready, takes a document a line on its standard input, and prints what became of each.
"""

from __future__ import annotations

import json
import sys

from ledger.application import Ledger
from ledger.errors import LedgerError
from ledger.events.envelope import Recorder


def main(location: str, name: str) -> None:
    """Record each document that is given as a line of JSON; print its positions, or why it was refused."""
    with Ledger.open(location, recorder=Recorder(id=name, basis="configured")) as ledger:
        ledger.judging.state.load(["cluster:care", "mission:sleep"])
        print("ready", flush=True)
        for line in sys.stdin:
            try:
                receipt = ledger.record(json.loads(line))
                print(json.dumps({"positions": receipt.positions, "again": receipt.already_recorded}), flush=True)
            except LedgerError as refusal:
                print(json.dumps({"refused": type(refusal).__name__, "says": str(refusal)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A process that appends decisions of three events until it is told enough or killed.

    python -m support.store_writer LEDGER NAME COUNT [TOGETHER]

Prints the last position of each decision, or of so many TOGETHER, once it is acknowledged.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ledger.store.choice.recording import opened
from ledger.store.protocol import Location
from support.store_lines import append, append_together

ROOT = Path(__file__).resolve().parents[2]


def writer(location: Location, name: str, count: int, together: int = 1) -> subprocess.Popen[str]:
    """Start the process; what it prints can be read."""
    command = [sys.executable, "-m", "support.store_writer", str(location), name, str(count), str(together)]
    return subprocess.Popen(
        command, cwd=ROOT / "tests", env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    )


def main() -> None:
    path, name, count, together, *_ = [*sys.argv[1:], "1"]
    streams = ("cluster:a", f"mission:{name}", "cluster:a")
    with opened(path, wait_seconds=60) as store:
        for number in range(int(count)):
            if together == "1":
                last = append(store, f"{name}-{number}", *streams).last
            else:
                references = [f"{name}-{number}-{one}" for one in range(int(together))]
                last = append_together(store, references, *streams)[-1].last
            print(last, flush=True)


if __name__ == "__main__":
    main()

"""A process that appends decisions of three events until it is told enough or killed.

    python -m tests.store_writer LEDGER NAME COUNT

Prints the last position of each decision once it is acknowledged.
"""

from __future__ import annotations

import sys

from ledger.store.sqlite.store import SQLiteStore
from support.store_lines import append


def main() -> None:
    path, name, count = sys.argv[1:]
    with SQLiteStore.open(path, lock_timeout_seconds=60) as store:
        for number in range(int(count)):
            receipt = append(store, f"{name}-{number}", "cluster:a", f"mission:{name}", "cluster:a")
            print(receipt.last, flush=True)


if __name__ == "__main__":
    main()

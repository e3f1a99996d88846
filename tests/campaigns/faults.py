"""The campaign of faults: every call to the disk of the commands that write, failed and killed once each."""

from __future__ import annotations

import argparse
import sys

from support.faults.campaign import main

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=100, help="per cent of the cases, all of them unless given")
    given = parser.parse_args()
    sys.exit(main(["--seed", str(given.seed), "--share", str(given.size / 100)]))

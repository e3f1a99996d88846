"""The campaign of kills: commands that write, killed at random instants (see support.faults.kills)."""

from __future__ import annotations

import sys

from support.faults.kills import main

if __name__ == "__main__":
    sys.exit(main())

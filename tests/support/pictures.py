"""The pictures of the README, drawn from the demonstration: docs/pictures.

Run it after a chart or the report has changed: PYTHONPATH=.:tests python -m support.pictures
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from ledger.application.seen.file import FOLDER_VARIABLE as SEEN
from projections.views.file import FOLDER_VARIABLE as VIEWS
from support.command_line import Desk
from support.demonstrations import demonstration

OWN = (VIEWS, SEEN)  # what is kept beside ledgers, which is not that of whoever runs it

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
CHARTS = {
    "timeline.svg": ("timeline", "--effective", "2026-10-31"),
    "flows.svg": ("flows", "--from", "2025-06-01", "--effective", "2026-01-01"),
    "execution.svg": ("execution", "wellbeing", "--effective", "2026-10-31"),
}


def drawn(folder: Path) -> None:
    """Draw every chart of the README into a folder, which exists and holds none of them."""
    desk = Desk(folder)
    with patch("secrets.token_hex", lambda size: "0a" * size), patch("secrets.token_bytes", lambda size: bytes(size)):
        demonstration(desk.ledger).close()  # nothing in it is drawn by chance, so that its root stays the same
    for name, words in CHARTS.items():
        result = desk.run("--ledger", str(desk.ledger), "chart", *words, "-o", str(folder / name))
        assert result.exit_code == 0, result.output


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place, patch.dict(os.environ, dict.fromkeys(OWN, place)):
        drawn(Path(place))
        for name in CHARTS:
            print(f"{PICTURES / name}: {(PICTURES / name).write_bytes((Path(place) / name).read_bytes())} bytes")

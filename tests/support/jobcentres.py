"""The jobcentre registers (GDS open registers, Crown copyright, OGL v3.0) as decision documents."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.shared_files import shared

REGISTERS = ("jobcentre-group", "jobcentre-district", "jobcentre")
GOVERNMENT, TIMEZONE = "United Kingdom", "Europe/London"
_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "import_register"


def jobcentres(folder: Path) -> list[dict[str, Any]]:
    """Return the documents of the three registers, by way of a file in a folder; the test is skipped without them."""
    files = [str(shared(f"data/registers/{name}.rsf")) for name in REGISTERS]
    out = folder / "jobcentres.jsonl"
    subprocess.run([sys.executable, str(_SCRIPT), *files, "-o", str(out)], check=True, capture_output=True)
    return [json.loads(line) for line in out.read_text().splitlines()]

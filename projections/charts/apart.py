"""Pictures drawn in a process of their own: the library keeps what memory it took for as long as its process lives."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from ledger.closing import Closing
from projections.charts.chart import Spec
from projections.charts.library import arguments, library, vega

_WORKER = Path(__file__).with_name("worker.py")


class DrawnApart(Closing):
    """Draws as `vega` does, in a process that begins with the first picture and ends when this is closed.

    Where none can be had, or it fails, pictures are drawn here.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def vega(self, spec: Spec) -> str:
        """Return what Vega-Lite draws of a specification, as SVG; raises `MissingExtra` without the library."""
        library()
        with suppress(OSError, ValueError, TypeError):  # the last where Python does not know its own place
            drawn = self._answer(json.dumps(arguments(spec)))
            if isinstance(drawn, str):
                return drawn
        self.close()
        return vega(spec)

    def _answer(self, asked: str) -> object:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(_WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{asked}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End the process; a second time does nothing."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.kill()
        with suppress(OSError):  # what was still to be written has nobody to read it
            process.communicate()

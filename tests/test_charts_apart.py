"""Pictures drawn in a process of their own: the same pictures, drawn here where that process cannot be had."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from support.long_records import peak

from ledger.errors.extras import MissingExtra
from projections.agility.decided import Decisions
from projections.agility.log import Log
from projections.agility.record import Holding, KnownRecord
from projections.agility.rows import RowsInMemory
from projections.charts import apart, worker
from projections.charts.apart import DrawnApart
from projections.charts.chart import Spec
from projections.charts.drawing import renumbered
from projections.charts.library import vega
from projections.execution.objectives import each_objective

EACH = 400


def bars(*values: float) -> Spec:
    rows = [{"name": f"Größe {place}", "value": value} for place, value in enumerate(values)]
    return {
        "data": {"values": rows},
        "mark": "bar",
        "encoding": {"x": {"field": "value", "type": "quantitative"}, "y": {"field": "name", "type": "nominal"}},
    }


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_pictures_are_the_same_and_their_process_ends_with_them() -> None:
    with DrawnApart() as drawn:
        for spec in (bars(1, 0.1, 1e-9), bars(3)):
            assert renumbered(drawn.vega(spec), "x") == renumbered(vega(spec), "x")
        process = drawn._process
        assert process is not None and process.poll() is None
    assert process.returncode is not None and not is_alive(process.pid)
    drawn.close()


def test_where_there_is_nothing_to_be_drawn_no_process_begins() -> None:
    with DrawnApart() as drawn:
        assert drawn._process is None


@pytest.mark.parametrize("fault", ["killed between two pictures", "not there", "silent", "without a place of its own"])
def test_a_picture_is_drawn_here_where_the_process_fails(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "not there":
        monkeypatch.setattr(apart, "_WORKER", tmp_path / "none.py")
    if fault == "silent":
        (tmp_path / "silent.py").write_text("import sys; sys.stdin.readline()")
        monkeypatch.setattr(apart, "_WORKER", tmp_path / "silent.py")
    if fault == "without a place of its own":
        monkeypatch.setattr(sys, "executable", None)
    with DrawnApart() as drawn:
        if fault == "killed between two pictures":
            drawn.vega(bars(1))
            assert drawn._process is not None
            drawn._process.kill()
            drawn._process.wait()
        assert renumbered(drawn.vega(bars(2)), "x") == renumbered(vega(bars(2)), "x")
        assert drawn._process is None


def test_without_the_library_nothing_is_drawn_apart_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with DrawnApart() as drawn, pytest.raises(MissingExtra, match="vl-convert-python"):
        drawn.vega(bars(1))


def test_the_process_answers_each_line_and_goes_on_after_one_that_cannot_be_drawn() -> None:
    def draw(spec: str) -> str:
        if spec == "wrong":
            raise ValueError(spec)
        return f"<svg>{spec}\n</svg>"

    asked = io.StringIO("".join(f"{json.dumps({'spec': one})}\n" for one in ("a", "wrong", "b")))
    out = io.StringIO()
    worker.serve(asked, out, draw)
    assert [json.loads(line) for line in out.getvalue().splitlines()] == ["<svg>a\n</svg>", None, "<svg>b\n</svg>"]


def test_the_process_knows_nothing_of_the_program_and_looks_in_no_folder_for_it(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('read from the working folder')")
    done = subprocess.run(
        [sys.executable, "-P", worker.__file__], input="", cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")
    source = Path(worker.__file__).read_text(encoding="utf-8")
    assert "import projections" not in source and "from projections" not in source and "ledger" not in source


class Measured(RowsInMemory):
    """So many objectives with `EACH` measurements, made as they are read."""

    def __init__(self, objectives: int) -> None:
        super().__init__()
        self.objectives = objectives

    def read(self, family: str, kind: str | None = None) -> Iterator[Holding]:
        for one in range(self.objectives):
            id_, rest = f"m/{one:03}", (1, 9_999_999, 1, 0)
            if family == "life" and kind == "objective":
                yield Holding("objective", id_, "life", "alive", *rest)
            for number in range(EACH if family == "measurements" else 0):
                value = {"observed_on": "2024-01-01", "value": str(number), "definition_version": 1}
                yield Holding("objective", id_, f"measurements:{number}", value, *rest)


def test_of_any_number_of_objectives_the_measurements_of_one_are_at_hand() -> None:
    def read(objectives: int) -> int:
        record = KnownRecord(0, Measured(objectives), Decisions([]), Log())
        found = [len(one.measured) for one in each_objective(record, 739_000)]
        assert found == [EACH] * objectives
        return len(found)

    few, more = (peak(partial(read, count)) for count in (3, 30))
    assert more - few < few / 2

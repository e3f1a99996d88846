"""One of each addition to a copy of the house, in the files that docs/house.md names: it follows everywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.additions import Printed, house, put, run

RULE = """

@_rule("cluster-without-segment")
def _without_segment(question: Situation) -> Iterator[Notice]:
    for cluster in question.structure.of_kind("cluster"):
        if not question.structure.segments_of.get(cluster.id):
            yield _notice("cluster-without-segment", cluster, f'Cluster "{cluster.id}" has no segment.')
"""
METRIC = '''"""Metrics of foundings: how many clusters begin."""

from __future__ import annotations

from projections.agility.figures import Figure, Window, metric
from projections.agility.record import KnownRecord


@metric(
    "foundings",
    "structure",
    "clusters",
    "The number of clusters that begin in the window.",
    denominator="clusters there ever were",
    source="Lives of clusters as recorded.",
    not_meaning="That a new cluster was needed.",
)
def foundings(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the number of clusters that begin."""
    lives = [row for row in record.lives("cluster") if cluster in (None, row.id)]
    begun = [row for row in lives if window.start <= row.start < window.end]
    return Figure(float(len(begun)), len(begun), len(lives), tuple(sorted(row.set_by for row in begun)))
'''
CHART = '''"""The list of clusters as a chart without a picture."""

from __future__ import annotations

from projections.charts.chart import Chart
from projections.charts.question import Question


def roll(question: Question) -> Chart:
    """Return the list of clusters on the day."""
    rows = sorted(question.titles("cluster").items())
    alt = f"The clusters are {', '.join(title for _, title in rows)}."
    return Chart("roll", "Roll of clusters", "", alt, question.context, heads=("id", "title"), rows=rows)
'''
SECTION = '''"""The section that lists clusters."""

from __future__ import annotations

from projections.report.audit import Audit
from projections.report.document import Bullets, Section


def section(about: Audit) -> Section:
    """Return every cluster by its title."""
    return Section("Roll of clusters", lambda: [Bullets(sorted(about.question.titles("cluster").values()))])
'''
FORMAT = '''"""Snapshots as JSON in gzip."""

from __future__ import annotations

import gzip
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from projections.snapshots.copy import Copy
from projections.snapshots.question import Snapshot
from projections.snapshots.reading import need_few, read_json, write_json


def read_gz(path: Path) -> Copy:
    """Read a snapshot."""
    with TemporaryDirectory() as folder:
        return read_json(_unpacked(path, folder))._replace(path=path)


def need_few_unpacked(path: Path) -> None:
    """Raise `NotASnapshot` for more than is read."""
    with TemporaryDirectory() as folder:
        need_few(_unpacked(path, folder))


def _unpacked(path: Path, folder: str) -> Path:
    place = Path(folder, "snapshot.json")
    place.write_bytes(gzip.decompress(path.read_bytes()))
    return place


def write_gz(found: Snapshot, file: BinaryIO) -> None:
    """Write a snapshot."""
    plain = BytesIO()
    write_json(found, plain)
    file.write(gzip.compress(plain.getvalue(), mtime=0))
'''
ANSWER = '''"""The titles of clusters, in order."""

from __future__ import annotations

from typing import NamedTuple

from projections.views.read_model import Views


class Titled(NamedTuple):
    """A cluster and its title."""

    cluster: str
    title: str


def titles(views: Views, day: int, position: int) -> list[Titled]:
    """Return the clusters on a day as known at a position; none where there are none."""
    return [Titled(one.id, str(one.get("title"))) for one in views.structure(day, position).of_kind("cluster")]
'''
COMMAND = '''"""`roll`: the clusters by their titles."""

from __future__ import annotations

import click

from commands.read.point import asked
from commands.session import Session
from commands.terminal.options import reading
from commands.terminal.output import Answer, emit
from projections.answers.titles import titles


@click.command("roll")
@reading
@click.pass_obj
def roll(session: Session, /, effective: str | None, known: str | None, form: str | None) -> None:
    """Show the clusters by their titles."""
    question = asked(session, effective, known)
    rows = [one._asdict() for one in titles(question.views, question.day, question.known.position)]
    emit(Answer({"clusters": rows}, rows, table=rows, context=question.context, empty="No cluster."), form)


COMMANDS = {"roll": roll}
'''
NEW = {
    "projections/agility/metrics/foundings.py": METRIC,
    "projections/charts/roll.py": CHART,
    "projections/report/roll.py": SECTION,
    "projections/snapshots/gz.py": FORMAT,
    "projections/answers/titles.py": ANSWER,
    "commands/read/roll.py": COMMAND,
    "ledger/rules/flagged/structure.py": RULE,
}
LINES = (  # file, the line after which, and what
    ("ledger/rules/catalogue.py", "_INFORMATION = {\n", '    "cluster-without-segment": "A cluster has a segment.",\n'),
    ("projections/charts/catalogue.py", "OWN = {\n", '    "roll": "The clusters by their titles.",\n'),
    ("projections/charts/catalogue.py", "import heatmap\n", "from projections.charts.roll import roll\n"),
    (
        "projections/charts/catalogue.py",
        "    match name:\n",
        '        case "roll":\n            return roll(question)\n',
    ),
    ("projections/report/contents.py", "import Report\n", "from projections.report.roll import section as roll\n"),
    ("projections/report/contents.py", "        structure.section(about),\n", "        roll(about),\n"),
    (
        "projections/snapshots/formats.py",
        "import write_csv\n",
        "from projections.snapshots.gz import need_few_unpacked, read_gz, write_gz\n",
    ),
    (
        "projections/snapshots/formats.py",
        "FORMATS: dict[str, Format] = {\n",
        '    "gz": Format(read_gz, need_few_unpacked, write_gz),\n',
    ),
    (
        "projections/snapshots/reading.py",
        "        begin = file.read(16)\n",
        '    if begin[:2] == b"\\x1f\\x8b":\n        return "gz"\n',
    ),
    ("commands/keep/snapshot.py", 'FORMATS = ("json", ', '"gz", '),
    ("commands/main.py", '    "Read": {\n', '        "roll": ("read.roll", "Show the clusters by their titles."),\n'),
)
BY = ("--authority", "Council", "--yes", "--effective", "2025-01-01")
RECORDED = (
    ("init", "--government", "Illyria", "--timezone", "UTC", "--recorder", "Registry"),
    ("cluster", "establish", "care", "--title", "Care for all", "--reference", "R-1", *BY),
)
ON = ("--effective", "2026-02-01")
WINDOW = ("--from", "2025-01-01", "--to", "2026-01-01")
ASKED = {
    "rules": ("rules",),
    "notices": ("notices", *ON),
    "agility": ("agility", "foundings", *WINDOW, "--format", "json"),
    "chart of the metric": ("chart", "foundings", *ON, "-o", "foundings.svg"),
    "charts": ("chart", "--list"),
    "chart": ("chart", "roll", *ON, "-o", "roll.html"),
    "report": ("report", *ON, "-o", "report.html"),
    "report as PDF": ("report", *ON, "-o", "report.pdf"),
    "snapshot": ("snapshot", *ON, "-o", "of.gz"),
    "verify the snapshot": ("verify", "of.gz"),
    "help": ("--help",),
    "help of the command": ("roll", "--help"),
    "roll": ("roll", *ON),
    "roll as JSON": ("roll", *ON, "--format", "json"),
    "roll as CSV": ("roll", *ON, "--format", "csv"),
    "notices as JSON": ("notices", *ON, "--format", "json"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = house(tmp_path_factory.mktemp("house"), NEW)
    for path, line, more in LINES:
        put(copy, path, line, f"{line}{more}")
    return copy


@pytest.fixture(scope="module")
def answers(copy: Path) -> dict[str, Printed]:
    printed = run(copy, (*RECORDED, *ASKED.values()))
    for answer in printed[: len(RECORDED)]:
        assert answer.code == 0, answer.text
    return dict(zip(ASKED, printed[len(RECORDED) :], strict=True))


def test_every_addition_is_asked_for_and_answered(answers: dict[str, Printed]) -> None:
    assert {name: answer.text for name, answer in answers.items() if answer.code != 0} == {}


def test_a_rule_that_is_added_is_listed_and_speaks(answers: dict[str, Printed], copy: Path) -> None:
    assert "cluster-without-segment" in answers["rules"].text and "A cluster has a segment." in answers["rules"].text
    assert 'Cluster "care" has no segment.' in " ".join(answers["notices"].text.split())
    spoken = [one for one in json.loads(answers["notices as JSON"].text)["notices"] if one["id"] == "care"]
    assert "cluster-without-segment" in [one["rule"] for one in spoken]
    assert "has no segment." in (copy / "work" / "report.html").read_text(encoding="utf-8")


def test_a_metric_that_is_added_is_computed_and_drawn(answers: dict[str, Printed], copy: Path) -> None:
    assert '"value": 1' in answers["agility"].text and "foundings" in answers["agility"].text
    assert "foundings" in answers["charts"].text
    assert (copy / "work" / "foundings.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_chart_that_is_added_is_listed_and_drawn(answers: dict[str, Printed], copy: Path) -> None:
    assert "The clusters by their titles." in " ".join(answers["charts"].text.split())
    assert "The clusters are Care for all." in (copy / "work" / "roll.html").read_text(encoding="utf-8")


def test_a_part_of_the_report_that_is_added_is_in_its_contents_and_in_its_pages(
    answers: dict[str, Printed], copy: Path
) -> None:
    page = (copy / "work" / "report.html").read_text(encoding="utf-8")
    assert '<a href="#section-4">Roll of clusters</a>' in page and "<h2>4. Roll of clusters</h2>" in page
    assert (copy / "work" / "report.pdf").read_bytes().startswith(b"%PDF")


def test_a_format_of_snapshots_that_is_added_is_written_and_verified(answers: dict[str, Printed], copy: Path) -> None:
    assert (copy / "work" / "of.gz").read_bytes().startswith(b"\x1f\x8b")
    assert "(gz)" in answers["snapshot"].text
    assert "gz" in answers["verify the snapshot"].text


def test_a_command_that_is_added_is_in_the_help_and_answers_in_every_format(answers: dict[str, Printed]) -> None:
    assert "roll" in answers["help"].text and "Show the clusters by their titles." in answers["help"].text
    assert "--effective" in answers["help of the command"].text
    assert "Care for all" in answers["roll"].text and "Illyria" in answers["roll"].text
    assert json.loads(answers["roll as JSON"].text)["clusters"] == [{"cluster": "care", "title": "Care for all"}]
    assert answers["roll as CSV"].text.startswith("cluster,title")

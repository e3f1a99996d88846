"""Snapshots: the same bytes for one point, never over another file, safe in a spreadsheet, with a digest."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.histories import History, Recording
from support.small_world import change, constitution
from support.written_ledgers import written

from ledger.errors import OutputExists, OutputFailed
from ledger.events.canonical import digest
from ledger.timeline import day_of
from projections.snapshots.csv import guarded
from projections.snapshots.formats import save
from projections.snapshots.question import Snapshot, snapshot
from projections.views.read_model import Views

DAY = day_of("2026-05-01")
FORMATS = ("csv", "json")


def wellbeing() -> History:
    """A small world with a title that a spreadsheet would take for a formula."""
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide()
    for said in (
        change("establish-cluster", cluster="a", title='=HYPERLINK("http://evil")', purpose="Santé, bien-être"),
        change("add-segment", segment="a/x", title="Care", sectors=["07.1", "10.2"]),
        change("launch-mission", mission="m", title="Sleep well", actors=["One", "Two"]),
        change("add-mission", mission="m", segments=["a/x"], extent="partial"),
        change("issue-mandate", mandate="a/do", text="Do it"),
        change("assign-mandate", mandate="a/do", segments=["a/x"], missions=["m"]),
        change("appoint-leader", of="a", office="Chair", holder={"commitment": "sha256:" + "ab" * 32}),
        change("identify", of="a", identifiers={"lei": "-1"}),
    ):
        recording.say(said, "2026-01")
    recording.decide()
    recording.say(change("retitle-cluster", cluster="a", title="Later"), "2027")
    return recording.history()


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    with written(tmp_path / "a.ledger", wellbeing()) as ledger, Views(ledger, tmp_path) as found:
        yield found


def taken(views: Views, known: str | None = None) -> Snapshot:
    return snapshot(views, DAY, views.ledger.known(known))


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_point_gives_the_same_bytes(views: Views, tmp_path: Path, form: str) -> None:
    for name in ("one", "two"):
        save(taken(views), tmp_path / name, form, "a.ledger")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_recorded_later_does_not_change_a_snapshot_of_what_was_known(
    views: Views, tmp_path: Path, form: str
) -> None:
    save(taken(views, "p9"), tmp_path / "one", form, "a.ledger")
    document = {"authority": "C", "reference": "1", "effective": "2026-02", "changes": [
        {"change": "retitle-cluster", "cluster": "a", "title": "Other"}]}  # fmt: skip
    views.ledger.record(document)
    save(taken(views, "p9"), tmp_path / "two", form, "a.ledger")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("form", FORMATS)
def test_a_snapshot_never_overwrites_unless_forced(views: Views, tmp_path: Path, form: str) -> None:
    target = tmp_path / "there"
    target.write_text("precious")
    with pytest.raises(OutputExists, match="exists already"):
        save(taken(views), target, form, "a.ledger")
    assert target.read_text() == "precious"
    save(taken(views), target, form, "a.ledger", force=True)
    save(taken(views), tmp_path / "elsewhere", form, "a.ledger")
    assert target.read_bytes() == (tmp_path / "elsewhere").read_bytes()
    assert stat.S_IMODE(target.stat().st_mode) & 0o400
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_snapshot_into_a_folder_that_is_not_there_is_refused_in_words(views: Views, tmp_path: Path) -> None:
    with pytest.raises(OutputFailed, match="a folder that exists"):
        save(taken(views), tmp_path / "no" / "x", "json", "a.ledger")


def test_the_command_that_makes_it_again_names_the_point_and_not_the_day_of_asking(
    views: Views, tmp_path: Path
) -> None:
    made = save(taken(views), tmp_path / "x.json", "json", "my ledger")
    assert made.command == (
        "cluster-ledger --ledger 'my ledger' snapshot --effective 2026-05-01 --known p10 --format json "
        f"-o {tmp_path / 'x.json'}"
    )


def test_json_and_csv_state_the_same_digest_of_content(views: Views, tmp_path: Path) -> None:
    digests = {save(taken(views), tmp_path / form, form, "x").content_sha256 for form in FORMATS}
    document = json.loads((tmp_path / "json").read_text())
    with zipfile.ZipFile(tmp_path / "csv") as archive:
        package = json.loads(archive.read("datapackage.json"))
    assert digests == {document["content_sha256"]} == {package["content_sha256"]}
    assert document["context"] == package["context"]


def test_json_holds_the_structure_as_shown_and_every_attribute_with_its_source(views: Views, tmp_path: Path) -> None:
    save(taken(views), tmp_path / "x", "json", "x")
    document = json.loads((tmp_path / "x").read_text())
    (cluster,) = document["clusters"]
    assert cluster["missions"] == [{"id": "m", "title": "Sleep well", "segments": ["a/x"], "extent": "partial"}]
    title = next(said for said in document["things"][0]["attributes"] if said["name"] == "title")
    assert (title["value"], title["event"], title["stated"]) == ('=HYPERLINK("http://evil")', "cluster:a@1", "2026-01")


def test_text_that_begins_like_a_formula_stays_text_in_a_spreadsheet(views: Views, tmp_path: Path) -> None:
    save(taken(views), tmp_path / "x", "csv", "x")
    with zipfile.ZipFile(tmp_path / "x") as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("clusters.csv").decode(), newline="")))
        keys = list(csv.DictReader(io.StringIO(archive.read("identifiers.csv").decode(), newline="")))
        package = json.loads(archive.read("datapackage.json"))
    assert rows[0]["title"] == '\'=HYPERLINK("http://evil")'
    assert keys == [{"id": "a", "scheme": "lei", "value": "'-1"}]
    assert "OWASP" in package["description"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\tx", "\rx", "'x", "plain", "", "a=b"])
def test_taking_one_apostrophe_off_gives_the_text_back(text: str) -> None:
    kept = guarded(text)
    assert not kept.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert (kept[1:] if kept.startswith("'") else kept) == text


def test_the_package_describes_every_column_and_table(views: Views, tmp_path: Path) -> None:
    save(taken(views), tmp_path / "x", "csv", "x")
    with zipfile.ZipFile(tmp_path / "x") as archive:
        package = json.loads(archive.read("datapackage.json"))
        names = {resource["path"] for resource in package["resources"]}
        assert names | {"datapackage.json"} == set(archive.namelist())
        for resource in package["resources"]:
            header, *rows = csv.reader(io.StringIO(archive.read(resource["path"]).decode(), newline=""))
            assert header == [field["name"] for field in resource["schema"]["fields"]]
            places = [header.index(name) for name in resource["schema"]["primaryKey"]]
            keys = [tuple(row[place] for place in places) for row in rows]
            assert len(set(keys)) == len(keys)


def test_names_of_leaders_are_in_no_snapshot(tmp_path: Path) -> None:
    with written(tmp_path / "a.ledger", wellbeing()) as ledger, Views(ledger, tmp_path) as found:
        document = {"authority": "C", "reference": "1", "effective": "2026-02", "changes": [
            {"change": "appoint-leader", "of": "m", "office": "Lead", "holder": "Ada Lovelace"}]}  # fmt: skip
        ledger.record(document)
        for form in FORMATS:
            save(snapshot(found, DAY, ledger.known(None)), tmp_path / form, form, "x")
        assert b"Lovelace" not in (tmp_path / "json").read_bytes()
        with zipfile.ZipFile(tmp_path / "csv") as archive:
            assert not any(b"Lovelace" in archive.read(name) for name in archive.namelist())


def test_a_snapshot_before_the_first_record_is_empty(views: Views, tmp_path: Path) -> None:
    empty = taken(views, "p0")
    assert empty.things == []
    assert empty.context["known_at"] is None
    for form in FORMATS:
        save(empty, tmp_path / form, form, "x")
    assert json.loads((tmp_path / "json").read_text())["clusters"] == []


def test_the_digest_is_that_of_context_and_things(views: Views, tmp_path: Path) -> None:
    save(taken(views), tmp_path / "x", "json", "x")
    document = json.loads((tmp_path / "x").read_text())
    content = {"context": document["context"], "things": document["things"]}
    assert digest(content) == document["content_sha256"]
    document["things"][0]["attributes"][0]["value"] = "Forged"
    assert digest(content) != document["content_sha256"]

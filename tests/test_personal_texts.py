"""Free text that is marked personal: one normal form with its openings file, withheld everywhere once it is erased."""

from __future__ import annotations

import errno
import json
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.command_line import FIRST, Desk
from support.governing import Document

from commands.schema.documents import decision_schema
from ledger.application import Ledger
from ledger.documents.decision import read_decision
from ledger.errors import MalformedDocument, OutputFailed
from ledger.events.personal import Commitment

TEXT = "Zyxwaldo Quintrell asked for it"
MARKED = {"text": TEXT, "personal": True}
WITHHELD, NO_NAME = "withheld", '"holder": null'  # the second: of an office, in JSON
# Where a text may be marked: the change that holds it there (a name alone: the header), with a document for each.
SAMPLES: dict[str, Document] = {
    "rationale": {"rationale": MARKED},
    "Document.title": {"documents": [{"title": MARKED}]},
    "ObserveSignal.source": {
        "changes": [
            {"change": "observe-signal", "signal": "ageing", "kind": "trend", "description": "Age.", "source": MARKED}
        ]
    },
    "RecordMeasurement.source": {
        "changes": [
            {
                "change": "set-objective",
                "objective": "sleep-well/hours",
                "indicator": "Hours",
                "definition": "Hours slept.",
            },
            {
                "change": "record-measurement",
                "objective": "sleep-well/hours",
                "value": "7",
                "observed_on": "2026-05-01",
                "source": MARKED,
            },
        ]
    },
    "Recommendation.owner": {
        "changes": [
            {"change": "define-scale", "scale": "plain", "version": 1, "grades": ["bad", "good"]},
            {
                "change": "assess-mission",
                "mission": "sleep-well",
                "period": "2026-04-01/2026-04-30",
                "scale": "plain/1",
                "grade": "good",
                "recommendations": [{"id": "sleep-well/rest", "text": "Rest.", "owner": MARKED}],
            },
        ]
    },
    "AppointLeader.holder": {
        "changes": [{"change": "appoint-leader", "of": "wellbeing", "office": "Head", "holder": MARKED}]
    },
}
# Things that begin with a sample, and are asked about too.
BEGUN = {
    "ObserveSignal.source": ("ageing",),
    "RecordMeasurement.source": ("sleep-well/hours",),
    "Recommendation.owner": ("sleep-well/rest",),
}
REPURPOSE: Document = {"change": "repurpose-cluster", "cluster": "wellbeing", "purpose": "To live longer."}
REDEFINED: Document = {"change": "redefine-objective", "objective": "sleep-well/hours", "definition": "Anew."}
HEADER: Document = {"authority": "Council of Ministers", "reference": "CM-2", "effective": "2026-05-01"}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A ledger with a cluster, a segment and a mission."""
    monkeypatch.chdir(tmp_path)
    found = Desk(tmp_path)
    assert found.run("init", "--government", "Exampleland", "--recorder", "Registry").exit_code == 0
    assert found.run("record", found.write("first.yaml", FIRST)).exit_code == 0
    return found


def written(desk: Desk, sample: Document, name: str = "second.json") -> str:
    """Write a document that holds a sample and return its file."""
    return desk.write(name, json.dumps({**HEADER, "changes": [REPURPOSE], **sample}))


def openings(desk: Desk, name: str = "second.json") -> list[dict[str, str]]:
    """What the openings file beside a document holds."""
    found: list[dict[str, str]] = json.loads((desk.folder / f"{name}.openings").read_text())["openings"]
    return found


def erased(desk: Desk) -> None:
    """Delete every opening from the ledger, and the files beside it that held the text."""
    with Ledger.open(desk.ledger) as ledger:
        rows = ledger.store.query("SELECT commitment FROM personal")
        assert rows and [ledger.store.forget(commitment) for (commitment,) in rows] == [True] * len(rows)
    for file in desk.folder.glob("second.json*"):
        file.unlink()


def marked_fields() -> Iterator[str]:
    """Each field of a document that may hold a commitment, as the schema has it."""
    schema = decision_schema()

    def walk(found: Any, path: str) -> Iterator[str]:
        if isinstance(found, list):
            for one in found:
                yield from walk(one, path)
        elif isinstance(found, dict):
            reference = str(found.get("$ref", "")).rpartition("/")[2]
            if reference == Commitment.__name__:
                yield path
            for name, inner in found.get("properties", {}).items():
                yield from walk(inner, f"{path}.{name}".lstrip("."))
            for key in ("anyOf", "oneOf", "items"):
                yield from walk(found.get(key), path)

    yield from walk(schema["properties"], "")
    for name, field in schema["properties"].items():
        yield from walk(field, name)
    for name, model in schema["$defs"].items():
        yield from walk(model, name)


def answers(desk: Desk, begun: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each command that shows what is recorded, with all that it says or writes."""
    commands = ["show", "show wellbeing", "show sleep-well", "history wellbeing", "history sleep-well", "log"]
    commands += [f"{one} {id_}" for one in ("show", "why", "history") for id_ in begun]
    commands += ["why wellbeing", "why sleep-well", "notices", "matrix", "diff 2026-04-15 2026-12-31 --all"]
    commands += [f"{one} --format json" for one in commands] + ["replay --from 2026-01-01 --to 2026-12-31"]
    commands += [f"log --search {word}" for word in ("Zyxwaldo", "Quintrell")]
    commands += [f"export --force --format {form} -o out" for form in ("log", "prov", "org")]
    commands += [f"snapshot --force --effective 2026-12-31 --format {form} -o out" for form in ("json", "sqlite")]
    commands += ["chart execution --effective 2026-12-31 --force -o out.html"]
    commands += ["report --from 2026-01-01 --effective 2026-12-31 --force -o out.html"]
    for command in commands:
        arguments = command.split()
        if arguments[0] in ("show", "why", "notices", "matrix"):
            arguments += ["--effective", "2026-12-31"]
        result = desk.run(*arguments)
        assert result.exit_code == 0, (command, result.output)
        said = result.output
        for file in desk.folder.glob("out*"):
            said += file.read_bytes().decode("utf-8", "replace")
            file.unlink()
        yield command, said


def test_there_is_a_sample_of_every_field_that_can_be_marked() -> None:
    assert set(marked_fields()) == set(SAMPLES)


@pytest.mark.parametrize("field", SAMPLES)
def test_a_marked_text_stands_in_no_line_and_in_nothing_that_is_shown_once_it_is_erased(desk: Desk, field: str) -> None:
    file = written(desk, SAMPLES[field])
    assert desk.run("plan", file).exit_code == 0
    assert desk.run("record", file).exit_code == 0
    with Ledger.open(desk.ledger) as ledger:
        assert not any(b"Zyxwaldo" in line for line in ledger.lines())
    begun = BEGUN.get(field, ())
    before = dict(answers(desk, begun))
    public = ("export", "snapshot", "report")
    assert not [command for command, said in before.items() if command.startswith(public) and "Zyxwaldo" in said]
    assert [command for command, said in before.items() if TEXT in said]
    erased(desk)
    after = dict(answers(desk, begun))
    assert not [command for command, said in after.items() if "Zyxwaldo" in said or "Quintrell" in said]
    told = [command for command, said in before.items() if TEXT in said and not command.startswith("log --search")]
    assert not [command for command in told if WITHHELD not in after[command] and NO_NAME not in after[command]]
    for path in desk.folder.rglob("*"):
        assert not path.is_file() or b"Zyxwaldo" not in path.read_bytes(), path
    assert desk.run("verify").exit_code == 0
    assert desk.run("views", "check").exit_code == 0


# One normal form


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_a_document_has_one_normal_form_each_time_that_it_is_planned_and_recorded(desk: Desk, sample: Document) -> None:
    file = written(desk, sample)
    first, second = (desk.json("plan", file)["documents"][0]["document"] for _ in range(2))
    assert first == second
    desk.run("record", file)
    with Ledger.open(desk.ledger) as ledger:
        assert json.loads(list(ledger.lines())[-1])["decision"]["document"] == first
        assert ledger.store.query("SELECT commitment, value FROM personal") == [(openings(desk)[0]["commitment"], TEXT)]


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_a_document_is_one_decision_with_its_openings_without_them_and_after_they_were_erased(
    desk: Desk, sample: Document
) -> None:
    file = written(desk, sample)
    desk.run("plan", file)
    assert len(desk.json("record", file)["recorded"]) == 1
    assert len(desk.json("record", file)["already_recorded"]) == 1
    (desk.folder / "second.json.openings").unlink()
    assert len(desk.json("record", file)["already_recorded"]) == 1
    assert desk.json("plan", file)["already_recorded"] == ["CM-2"]
    assert not (desk.folder / "second.json.openings").exists()
    erased(desk)
    assert len(desk.json("record", written(desk, sample))["already_recorded"]) == 1
    with Ledger.open(desk.ledger) as ledger:
        assert ledger.store.query("SELECT count(*) FROM personal") == [(0,)]


def test_another_text_under_the_same_reference_is_another_decision(desk: Desk) -> None:
    desk.run("record", written(desk, {"rationale": MARKED}))
    for other in ({"text": "Another.", "personal": True}, TEXT):
        result = desk.run("record", written(desk, {"rationale": other}))
        assert result.exit_code == 1 and "rationale" in result.output and "Zyxwaldo" not in result.output


def test_a_document_that_holds_the_commitment_itself_is_the_same_one_and_takes_its_opening_along(desk: Desk) -> None:
    file = written(desk, {"rationale": MARKED})
    digest = desk.json("plan", file)["documents"][0]["document"]
    written(desk, {"rationale": {"commitment": openings(desk)[0]["commitment"]}})
    assert desk.json("plan", file)["documents"][0]["document"] == digest
    assert desk.run("record", file).exit_code == 0
    assert TEXT in desk.run("why", "wellbeing", "--effective", "2026-12-31").output


def test_two_equal_texts_of_one_file_have_two_openings_in_the_order_of_the_documents(desk: Desk) -> None:
    changes = {n: [{**REPURPOSE, "purpose": f"Purpose {n}."}] for n in (2, 3)}
    two = [{**HEADER, "reference": f"CM-{n}", "changes": changes[n], "rationale": MARKED} for n in changes]
    file = desk.write("second.jsonl", "\n".join(map(json.dumps, two)))
    plans = []
    for _ in range(2):
        result = desk.run("plan", file, "--format", "json")
        plans.append([one["document"] for one in json.loads(result.stdout)["documents"]])
    assert plans[0] == plans[1] and len(set(plans[0])) == 2


def test_two_marked_sources_of_one_day_are_two_measurements_and_no_commitment_is_shown_for_a_name(desk: Desk) -> None:
    sample = SAMPLES["RecordMeasurement.source"]["changes"]
    other = {**sample[1], "value": "8", "source": {"text": "Another", "personal": True}}
    plain = [{**sample[1], "value": value, "source": None} for value in ("7", "9")]
    again = {**sample[1], "definition_version": "2"}
    changes = [*sample, other, *plain, REDEFINED, again]
    file = written(desk, {"changes": [{name: said for name, said in one.items() if said} for one in changes]})
    assert desk.run("record", file).exit_code == 0
    told = desk.json("show", "sleep-well/hours", "--effective", "2026-12-31")["measurements"]
    assert sorted((one["value"], one.get("source"), one["definition_version"]) for one in told if "source" in one) == [
        ("7", TEXT, 1),
        ("7", TEXT, 2),
        ("8", "Another", 1),
    ]
    assert [one["value"] for one in told if "source" not in one] == ["9"]
    with Ledger.open(desk.ledger) as ledger:
        commitments = [commitment for (commitment,) in ledger.store.query("SELECT commitment FROM personal")]
    for command in ("why sleep-well/hours --effective 2026-12-31", "diff 2026-04-15 2026-12-31 --all"):
        said = desk.run(*command.split()).output
        assert "2026-05-01 withheld" in said and not [one for one in commitments if one in said]
    for form in ("sqlite", "csv", "json"):
        arguments = ("snapshot", "--effective", "2026-12-31", "--format", form, "-o", f"two.{form}")
        assert desk.run(*arguments).exit_code == 0
        result = desk.run("verify", f"two.{form}")
        assert result.exit_code == 0, result.output
    assert desk.run("chart", "execution", "--effective", "2026-12-31", "-o", "two.html").exit_code == 0
    page = (desk.folder / "two.html").read_text()
    assert page.count("<td>withheld</td>") == 3 and not [one for one in commitments if one in page]


# The openings file


def test_the_openings_file_is_for_its_owner_alone_whatever_stood_there(desk: Desk) -> None:
    file = written(desk, {"rationale": MARKED})
    desk.run("plan", file)
    beside = desk.folder / "second.json.openings"
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    beside.chmod(0o644)
    marked = {"change": "appoint-leader", "of": "wellbeing", "office": "Head", "holder": "Jane Doe"}
    written(desk, {"rationale": MARKED, "changes": [marked]})
    known = openings(desk)
    assert desk.run("plan", file).exit_code == 0
    assert openings(desk)[0] == known[0] and [one["value"] for one in openings(desk)] == [TEXT, "Jane Doe"]
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600


@pytest.mark.parametrize("command", ["plan", "record"])
@pytest.mark.parametrize(
    ("key", "value"), [("value", "Another."), ("salt", "00" * 32), ("commitment", "sha256:" + "0" * 64), ("salt", 3)]
)
def test_openings_that_do_not_open_the_commitments_are_refused(desk: Desk, command: str, key: str, value: Any) -> None:
    file = written(desk, {"rationale": MARKED})
    desk.run("plan", file)
    beside = desk.folder / "second.json.openings"
    beside.write_text(json.dumps({"format": 1, "openings": [{**openings(desk)[0], key: value}]}))
    held = beside.read_bytes()
    result = desk.run(command, file)
    assert result.exit_code == 1 and "second.json.openings" in result.output and "delete it" in result.output
    assert beside.read_bytes() == held and desk.json("log")["events"][-1]["decision"]["reference"] == "CM-1"


@pytest.mark.parametrize("command", ["plan", "record"])
def test_openings_of_another_text_are_refused_and_neither_text_is_shown(desk: Desk, command: str) -> None:
    desk.run("plan", written(desk, {"rationale": MARKED}))
    result = desk.run(command, written(desk, {"rationale": {"text": "Another text.", "personal": True}}))
    assert result.exit_code == 1 and "does not open" in result.output
    assert "Zyxwaldo" not in result.output and "Another" not in result.output


def test_a_plan_that_is_refused_writes_no_openings(desk: Desk) -> None:
    changes = [{**REPURPOSE, "cluster": "nowhere"}]
    assert desk.run("plan", written(desk, {"rationale": MARKED, "changes": changes})).exit_code == 1
    assert not (desk.folder / "second.json.openings").exists()


def test_a_plan_beside_which_nothing_can_be_kept_is_shown_and_says_what_to_do(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(file: str, _: object) -> None:
        raise OutputFailed(f"{file}.openings", PermissionError(errno.EACCES, "Permission denied"))

    monkeypatch.setattr("commands.record.openings.write_openings", denied)
    result = desk.run("plan", written(desk, {"rationale": MARKED, "changes": [REPURPOSE]}))
    assert result.exit_code == 1 and REPURPOSE["purpose"].removesuffix(".") in result.output
    assert "The plan holds, but what opens the marked texts" in result.output and "copy the document" in result.output


def test_a_document_of_standard_input_has_nothing_beside_it(desk: Desk) -> None:
    text = json.dumps({**HEADER, "changes": [REPURPOSE], "rationale": MARKED})
    for command in ("plan", "record", "record"):
        assert desk.run(command, "-", input=text).exit_code == 0
    assert not list(desk.folder.glob("*.openings"))


# What may stand there


@pytest.mark.parametrize(
    "given",
    [
        {"text": "", "personal": True},
        {"text": "a\x00b Zyxwaldo", "personal": True},
        {"text": ["Zyxwaldo"], "personal": True},
        {"text": {"text": "Zyxwaldo", "personal": True}, "personal": True},
        {"text": "Zyxwaldo" * 5_000, "personal": True},
        {"text": "Zyxwaldo", "personal": "perhaps"},
        {"text": "Zyxwaldo"},
        {"personal": True},
        {"text": "Zyxwaldo", "personal": True, "more": "x"},
        {"commitment": "Zyxwaldo"},
        {"base64": "Zyxw"},
        ["Zyxwaldo"],
    ],
    ids=lambda given: str(given)[:50],
)
def test_what_is_no_marked_text_is_refused_without_showing_it(given: Any) -> None:
    with pytest.raises(MalformedDocument) as refusal:
        read_decision({**HEADER, "changes": [REPURPOSE], "rationale": given})
    assert '"rationale' in str(refusal.value) and "Zyxwaldo" not in str(refusal.value)


def test_a_mark_that_says_no_leaves_the_text_in_the_clear() -> None:
    document = {**HEADER, "changes": [REPURPOSE]}
    plain = read_decision({**document, "rationale": TEXT})
    said = read_decision({**document, "rationale": {"text": TEXT, "personal": "false"}})
    assert said.digest() == plain.digest() and not said.personal


def test_spaces_cut_from_a_marked_text_are_not_shown_in_a_notice() -> None:
    found = read_decision({**HEADER, "changes": [REPURPOSE], "rationale": {"text": f" {TEXT}", "personal": True}})
    assert [one.value for one in found.personal] == [TEXT] and not found.noticed


def test_a_text_of_an_older_register_is_cleaned_and_kept_nowhere_else() -> None:
    document = {**HEADER, "changes": [REPURPOSE], "rationale": {"text": "Zyxwaldo\x00", "personal": True}}
    found = read_decision({**document, "recorded_at": "2026-05-01T00:00:00Z"}, migrating=True)
    assert "Zyxw" not in json.dumps(found.normal()) and found.header.original_text is None
    assert [one.rule for one in found.noticed] == ["text-mended"] and "Zyxwaldo" not in found.noticed[0].found
    assert "Zyxwaldo" in found.personal[0].value


def test_a_correction_may_hold_a_marked_text_and_commits_to_it(desk: Desk) -> None:
    assert desk.run("record", written(desk, {"rationale": "In the clear."})).exit_code == 0
    target = {"authority": "Council of Ministers", "reference": "CM-2"}
    said = {"change": "correct", "target": target, "decision": {"rationale": MARKED}, "because": "It was another."}
    document = {**HEADER, "reference": "CM-3", "changes": [said]}
    del document["effective"]
    assert desk.run("record", desk.write("third.json", json.dumps(document))).exit_code == 0
    with Ledger.open(desk.ledger) as ledger:
        assert not any(b"Zyxwaldo" in line for line in ledger.lines())
    arguments = ("why", "wellbeing", "--effective", "2026-12-31")
    assert TEXT in desk.run(*arguments).output
    erased(desk)
    said_after = desk.run(*arguments).output
    assert WITHHELD in said_after and "Zyxwaldo" not in said_after

"""Recording from the command line: plans, receipts, verbs, and the same decision twice."""

from __future__ import annotations

import hashlib
import json
from typing import Any, cast

import click
import pytest
from freezegun import freeze_time
from support.command_line import FIRST, Desk, refused

from commands.main import LINES
from commands.record import recording
from commands.record.verbs import COMMANDS, place
from ledger.application import Ledger
from ledger.application.source import StoreSource
from ledger.events.envelope import Header
from ledger.events.registry import ASKED_FOR

RETIRED = """\
authority: A
reference: R
effective: 2026-05-01
changes:
  - {change: retire-segment, segment: wellbeing/care}
"""
RETITLED = """\
authority: Council of Ministers
reference: CM-2
effective: 2026-06-01
changes:
  - {change: retitle-cluster, cluster: wellbeing, title: Health and care}
"""
BY = ("--authority", "Council of Ministers")


def documents(desk: Desk) -> list[dict[str, Any]]:
    """The decisions of the ledger, as their events hold them, the ledger's own first left out."""
    with Ledger.open(desk.ledger, read_only=True) as ledger:
        return [json.loads(line) for line in ledger.lines(1)]


def test_init_says_where_the_ledger_is_and_what_its_root_is(bare: Desk) -> None:
    made = bare.json("init", "--government", "Testland", "--origin", "test.example", "--timezone", "Europe/Paris")
    assert (made["government"], made["origin"], made["timezone"]) == ("Testland", "test.example", "Europe/Paris")
    assert made["tree_size"] == 1 and made["root"] == bare.json("verify")["root"] and len(made["ledger_id"]) == 32


def test_recording_gives_a_receipt_that_verify_holds_the_ledger_to(desk: Desk) -> None:
    (receipt,) = desk.json("record", desk.write("a.yaml", FIRST))["recorded"]
    assert (receipt["authority"], receipt["reference"]) == ("Council of Ministers", "CM-1")
    assert receipt["positions"] == [2, 3, 4, 5] and receipt["tree_size"] == 5
    assert receipt["recorded_at"].endswith("Z") and len(receipt["recorded_at"]) == 27
    held = ("--size", "5", "--root", receipt["root"])
    assert desk.json("verify", *held)["ok"]
    assert {notice["rule"] for notice in receipt["notices"]} >= {"decision-without-document"}
    assert all(notice["event"] for notice in receipt["notices"])


def test_recording_the_same_decision_again_changes_nothing(desk: Desk) -> None:
    first = desk.json("record", desk.write("a.yaml", FIRST))["recorded"][0]
    again = desk.json("record", "a.yaml")
    assert again["recorded"] == [] and desk.size() == 5
    assert again["already_recorded"][0]["root"] == first["root"]
    assert "Already recorded" in desk.run("record", "a.yaml").stdout


def test_standard_input_takes_yaml_json_and_lines(desk: Desk) -> None:
    def document(reference: str, cluster: str) -> str:
        change = {"change": "establish-cluster", "cluster": cluster, "title": "T"}
        return json.dumps({"authority": "A", "reference": reference, "effective": "2026-01-01", "changes": [change]})

    for text in (FIRST, document("J", "j"), document("L1", "l1") + "\n" + document("L2", "l2")):
        assert desk.run("record", "-", input=text).exit_code == 0
    assert desk.size() == 8


def test_a_refusal_is_told_to_programs_too(desk: Desk) -> None:
    desk.record()
    answer = desk.json("record", desk.write("r.yaml", RETIRED), code=1)
    (found,) = answer["refused"]
    assert found["reference"] == "R" and found["acceptances_needed"][0]["rule"] == "segment-retired-with-missions"
    assert answer["recorded"] == []


def test_a_plan_records_nothing_and_says_what_would_change(desk: Desk) -> None:
    answer = desk.json("plan", desk.write("a.yaml", FIRST))
    turns = {found["id"]: found["after"] for found in answer["differences"] if found["attribute"] == "life"}
    assert turns["wellbeing"] == {"title": "Health", "purpose": "To live well."}
    assert turns["sleep-well"] == {"title": "Sleep well", "segments": ["wellbeing/care"]}
    assert {found["cause"] for found in answer["differences"]} == {"new decision"}
    assert all(found["effective"] == "2026-04-01" for found in answer["differences"])
    assert answer["refused"] == answer["acceptances_needed"] == [] and desk.size() == 1
    said = desk.run("plan", "a.yaml").stdout
    assert said.startswith("In the ledger of Testland (government.ledger):")
    assert 'a.yaml, line 1: decision "CM-1" of Council of Ministers\n  From 1 April 2026:\n' in said
    assert "    cluster wellbeing: begins (title Health; purpose To live well.)" in said


@pytest.mark.parametrize("typed", [("plan",), ("plan", "--compare"), ("record", "--yes")], ids=" ".join)
def test_where_the_views_are_filled_no_whole_stream_is_read(
    typed: tuple[str, ...], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.record(FIRST)
    desk.json("show")
    read: list[str] = []
    monkeypatch.setattr(StoreSource, "stream", lambda _, name: read.append(name))
    told = desk.json(*typed, desk.write("b.yaml", RETITLED))
    assert told and read == []


def test_a_plan_measures_no_lag_from_a_day_that_is_only_inferred(desk: Desk) -> None:
    inferred = FIRST.replace("title: Health", "title: Health, effective_basis: inferred").replace(
        "decided_on: 2026-03-02\n", ""
    )
    found = desk.json("plan", desk.write("a.yaml", inferred))["differences"]
    days = {one["id"]: one["late_days"] for one in found if one["attribute"] == "life"}
    assert days["wellbeing"] is None and days["sleep-well"] is not None


def test_documents_are_planned_on_what_those_before_them_would_lead_to(desk: Desk) -> None:
    second = RETIRED.replace("retire-segment, segment: wellbeing/care", "retitle-cluster, cluster: wellbeing, title: W")
    names = desk.write("a.yaml", FIRST), desk.write("b.yaml", second)
    answer = desk.json("plan", *names)
    assert [found["before"] for found in answer["differences"] if found["after"] == "W"] == ["Health"]
    refused(desk.run("plan", "b.yaml"), "")
    assert desk.size() == 1


def test_a_plan_of_what_is_held_back_says_how_to_accept_it(desk: Desk) -> None:
    desk.record()
    answer = desk.json("plan", desk.write("r.yaml", RETIRED), code=1)
    assert answer["acceptances_needed"][0]["id"] == "wellbeing/care"
    said = desk.run("plan", "r.yaml").stdout
    assert "accept: [{rule: segment-retired-with-missions, on: wellbeing/care, because: ...}]" in said


def test_at_a_terminal_the_plan_is_shown_and_one_is_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "at_terminal", lambda: True)
    name = desk.write("a.yaml", FIRST)
    answered = desk.run("record", name, input="no\n")
    assert answered.exit_code == 1 and "title Health" in answered.stdout
    assert "Record it in the ledger of Testland (government.ledger)? (yes, no)" in answered.stdout
    assert "Not recorded, as you wished. Nothing was recorded." in answered.stderr and desk.size() == 1
    assert desk.run("record", name, input="maybe\nyes\n").exit_code == 0 and desk.size() == 5
    again = desk.run("record", name)
    assert again.exit_code == 0 and again.stdout.startswith("Already recorded") and "(yes, no)" not in again.stdout
    assert desk.run("record", "a.yaml", "--yes").exit_code == 0


def many(desk: Desk, count: int) -> tuple[str, ...]:
    """Files of as many decisions, each of which establishes a cluster and names a rule that it goes against."""
    text = """
        authority: Council
        reference: C-{n}
        effective: 2026-{n:02}-01
        accept: [{{rule: horizon-too-short, on: c{n}, because: Why not.}}]
        changes: [{{change: establish-cluster, cluster: c{n}, title: Cluster {n}}}]
    """
    return tuple(desk.write(f"{n}.yaml", text.format(n=n)) for n in range(1, count + 1))


def test_of_many_documents_one_is_asked_once_with_a_summary(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "at_terminal", lambda: True)
    names = many(desk, 7)
    desk.run("record", names[0], "--yes")
    answered = desk.run("record", *names, input="no\n")
    assert answered.exit_code == 1 and desk.size() == 2
    assert answered.stdout.count("(yes, no)") == 1
    assert "Record these 6 decisions in the ledger of Testland (government.ledger)? (yes, no)" in " ".join(
        answered.stdout.split()
    )
    assert "7 documents: 6 decisions, 6 changes, 18 notices, 6 overrides." in answered.stdout
    assert "1 of them is recorded already, which changes nothing." in answered.stdout
    assert '  2.yaml, line 2: "C-2" of Council, 1 change from 1 February 2026, 3 notices' in answered.stdout
    assert desk.run("record", *names, input="y\n").exit_code == 0 and desk.size() == 8


def test_one_is_asked_about_what_stands_before_a_refusal_which_is_told_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "at_terminal", lambda: True)
    names = *many(desk, 2), desk.write("r.yaml", RETIRED), desk.write("a.yaml", FIRST)
    answered = desk.run("record", *names, input="yes\n")
    assert answered.exit_code == 1 and desk.size() == 3
    assert "Record these 2 decisions in the ledger" in answered.stdout
    assert '"R" (r.yaml, line 1) will be refused, and nothing after it is recorded.' in answered.stdout
    assert answered.output.count("No segment") == 1
    alone = desk.run("record", "r.yaml")
    assert alone.output.count("No segment") == 1 and "(yes, no)" not in alone.stdout


# Together

TWO = FIRST.replace("CM-1", "CM-2").replace("wellbeing", "other").replace("sleep-well", "rest-well")


def test_decisions_are_recorded_together_in_one_commit_with_a_receipt_each(desk: Desk) -> None:
    names = desk.write("a.yaml", FIRST), desk.write("b.yaml", TWO)
    answer = desk.json("record", "--together", *names)
    assert [(one["reference"], one["positions"], one["tree_size"]) for one in answer["recorded"]] == [
        ("CM-1", [2, 3, 4, 5], 5),
        ("CM-2", [6, 7, 8, 9], 9),
    ]
    assert answer["refused"] == answer["already_recorded"] == []
    for receipt in answer["recorded"]:
        assert desk.json("verify", "--size", str(receipt["tree_size"]), "--root", receipt["root"])["ok"]
    again = desk.json("record", "--together", *names)
    assert again["recorded"] == [] and len(again["already_recorded"]) == 2 and desk.size() == 9
    told = desk.run("record", "--together", *names)
    assert told.exit_code == 0 and told.stdout.count("Already recorded: ") == 2


def test_one_that_is_refused_keeps_out_all_that_are_recorded_together(desk: Desk) -> None:
    names = desk.write("a.yaml", FIRST), desk.write("r.yaml", RETIRED), desk.write("b.yaml", TWO)
    answer = desk.json("record", "--together", *names, code=1)
    assert answer["recorded"] == [] and desk.size() == 1
    (found,) = answer["refused"]
    assert found["reference"] == "R" and found["acceptances_needed"][0]["rule"] == "segment-retired-with-missions"
    said = refused(desk.run("record", "--together", *names), "r.yaml, line 1", "None of the 3 decisions is recorded.")
    assert "accept: [{rule: segment-retired-with-missions, on: wellbeing/care, because: ...}]" in said
    alone = refused(desk.run("record", "--together", "r.yaml"), "Nothing was recorded.")
    assert "None of" not in alone
    malformed = desk.write("m.yaml", FIRST.replace("CM-1", "CM-3").replace("establish-cluster", "no-such"))
    refused(desk.run("record", "--together", names[0], malformed), "m.yaml, line 7")
    assert desk.size() == 1


def test_together_at_a_terminal_one_plan_is_shown_for_all_and_one_is_asked_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "at_terminal", lambda: True)
    names = desk.write("a.yaml", FIRST), desk.write("b.yaml", TWO)
    answered = desk.run("record", "--together", *names, input="all\nno\n")
    assert answered.exit_code == 1 and answered.stdout.count("title Health") == 2
    question = "Record these 2 decisions together in the ledger of Testland (government.ledger)? (yes, no)"
    assert " ".join(answered.stdout.split()).count(question) == 2  # "all" is no answer
    assert "Not recorded, as you wished. Nothing was recorded." in answered.stderr and desk.size() == 1
    wrong = desk.run("record", "--together", *names, desk.write("r.yaml", RETIRED))
    assert "(rule segment-retired-with-missions)" in wrong.stderr and "Record these" not in wrong.stdout
    assert desk.size() == 1
    assert desk.run("record", "--together", *names, input="yes\n").exit_code == 0 and desk.size() == 9


def test_together_what_is_drawn_at_a_plan_is_what_is_recorded(desk: Desk) -> None:
    appoint = "  - {change: appoint-leader, of: wellbeing, office: Minister, holder: Jane Roe}\n"
    names = desk.write("a.yaml", FIRST + appoint), desk.write("b.yaml", TWO)
    planned = desk.json("plan", *names)["documents"]
    desk.json("record", "--together", *names)
    assert [one["document"] for one in planned] == list(
        dict.fromkeys(line["decision"]["document"] for line in documents(desk))
    )


def test_together_needs_a_file(desk: Desk) -> None:
    refused(desk.run("record", "--together"), "Missing argument", code=2)
    refused(desk.run("record", "--together", "-", input=""), "holds no document")


# Verbs


def test_every_change_has_a_verb_and_every_verb_is_listed() -> None:
    places = {place(change) for change in ASKED_FOR.values()}
    for noun, verb in places:
        assert (noun or verb) in LINES and (noun or verb) in COMMANDS, (noun, verb)
    assert ("segment", "relate") in places and ("mission", "unrelate") in places and ("", "rescind") in places
    assert ("review", "matrix") in places and ("review", "discontinue") in places and ("settings", "adopt") in places


@freeze_time("2026-05-04T23:30:00Z")
def test_a_verb_makes_the_document_that_record_would_read(desk: Desk) -> None:
    desk.record()
    minute = desk.folder / "minute.pdf"
    minute.write_bytes(b"minute")
    result = desk.run(
        *("mission", "launch", "walk-more", "--title", "Walk more", "--sector", "07.4", "--sectors", "06"),
        *("--actor", "Transport", "--identifier", "wd=Q1", *BY, "--reference", "CM-2", "--because", "To move."),
        *("--decided-on", "2026-05-01", "--legal-basis", "Act 1", "--document", f"Minute={minute}"),
        *("--document", "Gazette=https://example.gov/?a=b", "--illustrative"),
    )
    assert result.exit_code == 0, result.output
    event = documents(desk)[-1]
    decision = event["decision"]
    assert decision["effective"] == "2026-05-04"  # today, where the government is
    assert event["data"] == {
        "mission": "walk-more",
        "title": "Walk more",
        "actors": ["Transport"],
        "sectors": ["07.4", "06"],
        "identifiers": {"wd": "Q1"},
    }
    assert isinstance(decision, dict)
    assert decision["documents"] == [
        {"title": "Minute", "file": "minute.pdf", "sha256": "sha256:" + hashlib.sha256(b"minute").hexdigest()},
        {"title": "Gazette", "url": "https://example.gov/?a=b"},
    ]
    assert (decision["rationale"], decision["legal_basis"], decision["illustrative"]) == ("To move.", "Act 1", True)


@pytest.mark.parametrize(
    ("typed", "adopted"),
    [
        ("Cabinet", {"body": "Cabinet"}),
        ('{"body": "Cabinet", "quorum": 9, "votes": {"in_favour": 11}}',) * 2,
    ],
)
def test_a_verb_says_by_whose_order_it_was_decided_and_who_adopted_it(desk: Desk, typed: str, adopted: Any) -> None:
    desk.record()
    launch = ("mission", "launch", "walk-more", "--title", "Walk more", *BY, "--reference", "CM-2")
    assert desk.run(*launch, "--delegated-by", "President", "--adopted-by", typed).exit_code == 0
    decision = documents(desk)[-1]["decision"]
    adopted = json.loads(adopted) if isinstance(adopted, str) else adopted
    assert (decision["delegated_by"], decision["adopted_by"]) == ("President", adopted)


def test_an_adoption_that_cannot_be_read_is_refused(desk: Desk) -> None:
    desk.record()
    launch = ("mission", "launch", "walk-more", "--title", "Walk more", *BY, "--reference", "CM-2")
    refused(desk.run(*launch, "--adopted-by", '{"quorum": 9}'), "body", "missing")
    refused(desk.run(*launch, "--adopted-by", "{no"), "--adopted-by")


def test_every_field_of_a_decision_can_be_given_to_every_verb() -> None:
    """But for what an outlook costs and brings, which is written in a document, and what an import alone gives."""
    elsewhere = {"expected", "original_text"}
    for name, change in ASKED_FOR.items():
        noun, verb = place(change)
        command = COMMANDS[verb] if not noun else cast("click.Group", COMMANDS[noun]).commands[verb]
        given = {parameter.name for parameter in command.params}
        given |= {"rationale"} if "because" in given or "because" in change.model_fields else set()
        given |= set() if change.DATED else {"effective"}
        assert set(Header.model_fields) - elsewhere <= given, name


@freeze_time("2026-05-04T23:30:00Z")
def test_today_is_the_governments(bare: Desk) -> None:
    assert bare.run("init", "--government", "G", "--timezone", "Europe/Paris").exit_code == 0
    assert bare.run("cluster", "establish", "c", "--title", "T", *BY, "--reference", "R").exit_code == 0
    assert documents(bare)[-1]["decision"]["effective"] == "2026-05-05"


def test_authority_legal_basis_and_recorder_come_from_the_configuration(desk: Desk) -> None:
    desk.write("cluster-ledger.toml", 'authority = "Council"\nrecorder = "Registry"\nlegal_basis = "Act 2"\n')
    assert desk.run("cluster", "establish", "c", "--title", "T", "--reference", "R").exit_code == 0
    event = documents(desk)[-1]
    decision = event["decision"]
    assert isinstance(decision, dict) and (decision["authority"], decision["legal_basis"]) == ("Council", "Act 2")
    assert event["recorder"] == {"id": "Registry", "basis": "configured"}
    assert (
        desk.run("cluster", "establish", "d", "--title", "T", "--reference", "S", "--recorder", "Desk 2").exit_code == 0
    )
    assert documents(desk)[-1]["recorder"] == {"id": "Desk 2", "basis": "configured"}


def test_a_dry_run_shows_the_plan_and_records_nothing(desk: Desk) -> None:
    result = desk.run("cluster", "establish", "c", "--title", "T", *BY, "--reference", "R", "--dry-run")
    assert result.exit_code == 0 and "title T" in result.stdout and desk.size() == 1
    result = desk.run("cluster", "dissolve", "c", *BY, "--reference", "R", "--dry-run")
    assert result.exit_code == 1 and 'No cluster is called "c"' in result.stdout


def test_what_a_rule_holds_back_is_accepted_by_name(desk: Desk) -> None:
    desk.record()
    retire = ("segment", "retire", "wellbeing/care", *BY, "--reference", "CM-2")
    said = refused(desk.run(*retire), "segment-retired-with-missions")
    assert "--accept" in said
    held = ["segment-retired-with-missions:wellbeing/care=Its mission moves in CM-3."]
    if "mission-left-unaffiliated" in said:
        held.append("mission-left-unaffiliated:sleep-well=It moves in CM-3.")
    accepted = [word for one in held for word in ("--accept", one)]
    result = desk.run(*retire, *accepted)
    assert result.exit_code == 0, result.output


def test_corrections_strikes_rescissions_and_postponements_name_their_target(desk: Desk) -> None:
    desk.record()
    later = ("--effective", "2099-01-01", *BY)
    steps = [
        ("correct", "p2", "--data", "title=Good health", "--because", "A slip.", *BY, "--reference", "C-1"),
        ("correct", "CM-1", "--new-effective", "2026-04-02", "--because", "A slip.", *BY, "--reference", "C-2"),
        ("correct", "CM-1", "--decision", "legal_basis=Act 3", "--because", "Left out.", *BY, "--reference", "C-3"),
        (
            "strike",
            "C-2",
            "--because",
            "It was right.",
            "--decided-by",
            BY[1],
            "--authority",
            "Registrar",
            "--reference",
            "X",
        ),
        ("cluster", "establish", "later", "--title", "Later", *later, "--reference", "L-1"),
        ("postpone", "L-1", "--new-effective", "2099-06-01", *BY, "--reference", "L-2"),
        ("rescind", "L-1", *BY, "--reference", "L-3"),
        ("review", "matrix", "wellbeing", "--next-review-on", "2027-01-01", *BY, "--reference", "M-1"),
        ("review", "matrix", "--conclusion", "Well.", *BY, "--reference", "M-2"),
        ("review", "decision", "CM-1", "--outcome", "Well.", "--actual", "12.50 EUR", *BY, "--reference", "M-3"),
    ]
    for step in steps:
        result = desk.run(*step)
        assert result.exit_code == 0, (step, result.output)
    data = {str(event["decision"]["reference"]): event["data"] for event in documents(desk)}
    assert data["C-1"] == {"target": "cluster:wellbeing@1", "data": {"title": "Good health"}, "because": "A slip."}
    assert data["X"]["target"] == {"authority": BY[1], "reference": "C-2"}
    assert data["L-2"] == {"decision": {"authority": BY[1], "reference": "L-1"}, "new_effective": "2099-06-01"}
    assert data["M-2"] == {"conclusion": "Well."}
    assert data["M-3"]["actual"] == {"amount": "12.50", "currency": "EUR"}


def test_a_holder_is_kept_out_of_the_events_and_of_the_exported_log(desk: Desk) -> None:
    desk.record()
    result = desk.run(
        "leader", "appoint", "wellbeing", "--office", "Head", "--holder", "Jane Doe", *BY, "--reference", "L"
    )
    assert result.exit_code == 0, result.output
    assert "Jane" not in desk.run("export", "-o", "-").stdout


def test_the_help_says_that_a_rationale_is_public(desk: Desk) -> None:
    for words in (("cluster", "retitle"), ("strike",), ("correct",)):
        assert "public text" in desk.run(*words, "-h").stdout

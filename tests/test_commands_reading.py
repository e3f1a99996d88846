"""What is read from the command line: answers in every format, each with its context."""

from __future__ import annotations

import csv
import io
import json
import sqlite3

import pytest
from support.command_line import FIRST, Desk, refused

SECOND = """\
authority: Council of Ministers
reference: CM-2
decided_on: 2026-05-02
effective: 2026-06-01
changes:
  - {change: retitle-cluster, cluster: wellbeing, title: Missions for wellbeing}
"""
SLIP = """\
authority: Registrar
reference: REG-1
effective: 2026-06-01
changes:
  - {change: correct, target: "cluster:wellbeing@1", data: {title: Good health}, because: A slip of the pen.}
"""
READING = [
    ("show",),
    ("show", "wellbeing"),
    ("show", "wellbeing/care"),
    ("show", "sleep-well"),
    ("show", "government"),
    ("log",),
    ("history", "wellbeing"),
    ("why", "wellbeing"),
    ("diff", "2026-03-01", "2026-07-01"),
    ("notices",),
]


@pytest.fixture
def told(desk: Desk) -> Desk:
    """A desk whose ledger holds three decisions: p2 to p5, p6, and the correction p7."""
    return desk.record(FIRST).record(SECOND).record(SLIP)


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_every_answer_says_its_context(told: Desk, words: tuple[str, ...]) -> None:
    answer = told.json(*words)
    context = answer["context"]
    assert context["government"] == "Testland" and context["format"] == 1
    assert context["known_position"] == context["tree_size"] == 7
    assert context["root"] == told.json("verify")["root"]
    assert f"root {context['root']}" in told.run(*words).stdout
    for form in ("jsonl", "csv"):
        result = told.run(*words, "--format", form)
        assert result.exit_code == 0 and context["root"] in result.stderr and context["root"] not in result.stdout


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_lines_and_csv_hold_the_same_rows(told: Desk, words: tuple[str, ...]) -> None:
    lines = [json.loads(line) for line in told.run(*words, "--format", "jsonl").stdout.splitlines()]
    rows = list(csv.DictReader(io.StringIO(told.run(*words, "--format", "csv").stdout)))
    assert len(lines) == len(rows) > 0
    assert all(set(line) <= set(rows[0]) for line in lines)


def test_a_further_name_is_shown_found_and_withdrawn(desk: Desk) -> None:
    desk.record()
    said = ("--authority", "Council of Ministers", "--because", "Two official languages.")
    stated = ("name", "state", "wellbeing", "--name", "Bien-être", "--language", "fr", "--effective", "2026-05-01")
    assert desk.run(*stated, "--reference", "CM-2", *said).exit_code == 0
    (cluster,) = desk.json("show", "--effective", "2026-06-01")["clusters"]
    assert cluster["names"] == [{"name": "Bien-être", "use": "official", "language": "fr"}]
    assert "Bien-être" in desk.run("show", "wellbeing", "--effective", "2026-06-01").output
    assert [event["type"] for event in desk.json("log", "--search", "bien-etre")["events"]] == ["name.stated/1"]
    withdrawn = ("name", "withdraw", "wellbeing", "--name", "Bien-être", "--effective", "2026-07-01")
    assert desk.run(*withdrawn, "--reference", "CM-3", *said).exit_code == 0
    assert "names" not in desk.json("show", "--effective", "2026-07-01")["clusters"][0]


def test_the_structure_is_that_of_the_day_as_known_then(told: Desk) -> None:
    def title(*point: str) -> str:
        return str(told.json("show", *point)["clusters"][0]["title"])

    assert told.json("show", "--effective", "2026-03-31")["clusters"] == []
    assert title("--effective", "2026-05-01", "--known", "p6") == "Health"
    assert title("--effective", "2026-05-01") == "Good health"
    assert title("--effective", "2026-06-01") == "Missions for wellbeing"
    assert title("--effective", "2026-06-01", "--known", "p5") == "Health"
    context = told.json("show", "--effective", "2026", "--known", "p4")["context"]
    assert (context["effective"], context["known_position"]) == ("2026-01-01", 1)  # p4 lies inside a decision


def test_the_structure_is_told_to_people(told: Desk) -> None:
    said = told.run("show").stdout
    assert "wellbeing: Missions for wellbeing\n  purpose: To live well.\n" in said
    assert "    wellbeing/care: Care\n" in said and "    sleep-well: Sleep well (segments wellbeing/care" in said
    assert told.run("show", "--effective", "2020-01-01").stdout.startswith("Nothing is live yet. On ")


def test_one_thing_is_shown_by_its_id_or_the_nearest_is_proposed(told: Desk) -> None:
    assert told.json("show", "sleep-well")["segments"] == ["wellbeing/care"]
    refused(told.run("show", "slepe-well"), 'Nothing is called "slepe-well". Did you mean "sleep-well"?')
    refused(told.run("show", "CM-22"), 'Nothing is called "CM-22". Did you mean "CM-2"?')
    unlived = told.run("show", "wellbeing", "--effective", "2020-01-01")
    refused(unlived, "not live on 2020-01-01, as known at p7. It is live from 2026-04-01 on.")
    refused(told.run("show", "\x1b[2J"), "Nothing is called")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--effective", "0"), '"0" is not a date'),
        (("--effective", "2018-13-40"), "is not a date"),
        (("--effective", "tomorrow"), "is not a date"),
        (("--known", "yesterday"), "is not understood as a state of knowledge"),
        (("--known", "2026-01-01T00:00:00"), "is not understood as a state of knowledge"),
        (("--known", "p-1"), "is not understood as a state of knowledge"),
        (("--known", "\x1b[2J"), "is not understood as a state of knowledge"),
    ],
)
def test_a_point_in_time_that_cannot_be_meant_is_refused(told: Desk, option: tuple[str, ...], words: str) -> None:
    refused(told.run("show", *option), words, code=2)


def test_the_journal_is_narrowed_down(told: Desk) -> None:
    def positions(*options: str) -> list[int]:
        return [event["position"] for event in told.json("log", *options)["events"]]

    assert positions() == [1, 2, 3, 4, 5, 6, 7]
    assert positions("--thing", "wellbeing", "--type", "cluster") == [2, 6]
    assert positions("--reference", "CM-2") == [6]
    assert "cluster:" in told.run("log", "--reference", "CM-2").stdout  # the id, which `correct` takes
    assert positions("--effective-from", "2026-06-01") == [6]
    assert positions("--search", "slip pen") == [7]
    assert positions("--known", "p5") == [1, 2, 3, 4, 5]
    assert positions("--recorded-to", "2020-01-01") == []
    assert positions("--after", "p5") == [6, 7] and positions("--after", "p99") == []
    assert positions("--after", "p1", "--limit", "2") == [2, 3]
    refused(told.run("log", "--after", "5"), '"5" is no position. Write p120.', code=2)
    assert "No event was found." in told.run("log", "--recorded-to", "2020-01-01").stdout
    refused(told.run("log", "--type", "clutser"), 'Did you mean "cluster"?')
    assert "(see p7)" in told.run("log").stdout


def test_why_names_the_event_the_decision_and_what_corrected_it(told: Desk) -> None:
    found = {one["name"]: one for one in told.json("why", "wellbeing", "--effective", "2026-05-01")["attributes"]}
    title = found["title"]
    assert (title["value"], title["event"], title["position"]) == ("Good health", "cluster:wellbeing@1", 2)
    assert title["decision"]["reference"] == "CM-1" and title["because_of"] == ["cluster:wellbeing@4"]
    assert title["decision"]["rationale"] == "Wellbeing needs one home."
    assert found["purpose"]["value"] == "To live well." and next(iter(found)) == "life"


def test_history_marks_what_was_corrected(told: Desk) -> None:
    entries = told.json("history", "wellbeing")["entries"]
    first = next(entry for entry in entries if entry["event"] == "cluster:wellbeing@1")
    assert first["status"] == "corrected" and first["because_of"] == ["cluster:wellbeing@4"]
    said = told.run("history", "wellbeing").stdout
    assert "Cluster wellbeing is established: Good health." in said and "corrected" in said
    refused(told.run("history", "welbeing"), 'Did you mean "wellbeing"?')


def test_a_difference_says_its_cause_and_its_decisions(told: Desk) -> None:
    (found,) = told.json("diff", "2026-05-01", "2026-06-15")["differences"]
    assert (found["before"], found["after"], found["cause"]) == (
        "Good health",
        "Missions for wellbeing",
        "came into effect",
    )
    assert found["decisions"] == [{"authority": "Council of Ministers", "reference": "CM-2"}]
    learnt = told.json("diff", "2026-05-01@p6", "2026-05-01@p7")
    assert [one["cause"] for one in learnt["differences"]] == ["correction"]
    assert learnt["from"]["known_position"] == 6 and learnt["context"]["known_position"] == 7
    silent = told.json("diff", "2026-05-01@p5", "2026-05-01@p6", "--all")
    assert silent["differences"] == [] and silent["without_net_effect"][0]["reference"] == "CM-2"
    said = told.run("diff", "2026-05-01", "2026-06-15").stdout
    assert "cluster wellbeing: title is Missions for wellbeing, was Good health" in said
    assert "Nothing is different." in told.run("diff", "2026-05-01", "2026-05-02").stdout
    refused(told.run("diff", "2026-05-01@soon", "2026-05-01"), "is not understood as a state of knowledge", code=2)


def test_an_office_holder_is_named_while_the_ledger_keeps_the_name(told: Desk) -> None:
    by = ("--authority", "A", "--reference", "L")
    assert told.run("leader", "appoint", "wellbeing", "--office", "Head", "--holder", "Jane Doe", *by).exit_code == 0
    assert "Head: Jane Doe" in told.run("show", "wellbeing").stdout
    with sqlite3.connect(told.ledger) as connection:
        connection.execute("DELETE FROM personal")
    assert "Head: withheld" in told.run("show", "wellbeing").stdout


def test_every_rule_is_listed_with_its_kind(desk: Desk) -> None:
    rules = desk.json("rules")["rules"]
    assert {rule["kind"] for rule in rules} == {"refused", "needs-acceptance", "flagged"}
    assert all(rule["line"].endswith(".") for rule in rules)


def test_notices_are_filtered_by_severity(told: Desk) -> None:
    found = told.json("notices")["notices"]
    assert {notice["rule"] for notice in found} >= {"missing-scope", "decision-without-document"}
    assert set(found[0]) >= {"rule", "severity", "id", "message", "event", "decision"}
    warnings = told.json("notices", "--severity", "warning")["notices"]
    assert 0 < len(warnings) < len(found) and {notice["severity"] for notice in warnings} <= {"warning", "error"}


def test_views_are_seen_filled_anew_and_checked(told: Desk) -> None:
    assert told.json("views", "status")["head"] == 7
    assert "were filled anew" in told.run("views", "rebuild").stdout
    assert told.json("views", "status")["position"] == 7
    result = told.run("views", "check")
    assert result.exit_code == 0, result.output


def test_doctor_says_what_is_wrong_and_what_to_do(told: Desk) -> None:
    well = told.json("doctor")
    assert well["ok"] and {one["what"] for one in well["findings"]} >= {"python", "sqlite", "ledger", "views", "clock"}
    told.ledger.unlink()
    result = told.run("doctor")
    assert result.exit_code == 3 and "To do: Make one with `cluster-ledger init" in result.stdout
    told.ledger.write_text("no")
    assert told.run("doctor").exit_code == 3


def test_doctor_calls_the_government_by_the_name_that_it_has_today(told: Desk) -> None:
    renamed = ("government", "rename", "--title", "Republic of Illyria", "--effective", "2020", "--authority", "C")
    result = told.run(*renamed, "--reference", "R")
    assert result.exit_code == 0, result.output
    (found,) = (one for one in told.json("doctor")["findings"] if one["what"] == "ledger")
    assert ": Republic of Illyria, size 8" in found["found"]


def test_what_has_ended_is_shown_as_it_last_was_with_its_end_and_why(desk: Desk) -> None:
    desk.record()
    said = ("--authority", "Council of Ministers", "--because", "One home is enough.", "--reference")
    closing = ("cluster", "retitle", "wellbeing", "--title", "Wellbeing, closed", "--effective", "2026-09-01")
    assert desk.run(*closing, *said, "CM-2").exit_code == 0
    segments = [row["id"] for row in desk.json("show", "--effective", "2026-08-01")["clusters"][0]["segments"]]
    ends = [{"change": "retire-segment", "segment": id_} for id_ in segments]
    ends.append({"change": "dissolve-cluster", "cluster": "wellbeing", "reason": "merged"})
    rule = "segment-retired-with-missions"
    accept = [{"rule": rule, "on": id_, "because": "They follow."} for id_ in segments]
    header = {"authority": "Council of Ministers", "reference": "CM-3", "effective": "2026-09-02"}
    document = desk.write("end.json", json.dumps({**header, "changes": ends, "accept": accept}))
    assert desk.run("record", document).exit_code == 0, desk.run("record", document).output
    found = desk.json("show", "wellbeing", "--effective", "2027-01-01")
    assert (found["title"], found["end"]["effective"], found["end"]["reason"]) == (
        "Wellbeing, closed", "2026-09-02", "merged",
    )  # fmt: skip
    assert found["end"]["decision"]["reference"] == "CM-3"
    assert "has ended: 2026-09-02, merged, by CM-3" in desk.run("show", "wellbeing", "--effective", "2027-01-01").output
    set_by = {one["name"]: one for one in desk.json("why", "wellbeing", "--effective", "2027-01-01")["attributes"]}
    assert set_by["title"]["decision"]["reference"] == "CM-2"
    refused(desk.run("show", "wellbeing", "--effective", "2020-01-01"), "not live")


def test_what_ended_and_came_back_lists_its_lives(desk: Desk) -> None:
    desk.record()
    (begun,) = desk.json("show", "sleep-well")["lives"]
    assert begun["until"] is None and "lives:" not in desk.run("show", "sleep-well").output
    said = ("--authority", "Council of Ministers", "--because", "As decided.", "--reference")
    for verb, day, reference in (("stop", "2026-09-01", "CM-2"), ("resume", "2027-01-01", "CM-3")):
        result = desk.run("mission", verb, "sleep-well", "--effective", day, *said, reference)
        assert result.exit_code == 0, result.output
    first, second = {**begun, "until": "2026-09-01"}, {"from": "2027-01-01", "until": None}
    line = f"lives: {begun['from']} to 2026-09-01"
    for day, lives, told in (
        ("2026-10-01", [first], line),
        ("2027-02-01", [first, second], f"{line}, 2027-01-01 on"),
    ):
        for command in ("show", "why"):
            assert desk.json(command, "sleep-well", "--effective", day)["lives"] == lives
            assert told in desk.run(command, "sleep-well", "--effective", day).output.splitlines() or (
                f"  {told}" in desk.run(command, "sleep-well", "--effective", day).output.splitlines()
            )


def test_notices_are_narrowed_down_by_rule_and_thing_and_counted(told: Desk) -> None:
    every = told.json("notices")["notices"]
    rule, thing = every[0]["rule"], every[0]["id"]
    assert [one["rule"] for one in told.json("notices", "--rule", rule)["notices"]] == [
        one["rule"] for one in every if one["rule"] == rule
    ]
    of_thing = told.json("notices", "--thing", thing)["notices"]
    assert of_thing == [one for one in every if one["id"] == thing or one["id"].startswith(f"{thing}/")] != []
    assert f"{len(every)} notices: " in told.run("notices").stdout
    refused(told.run("notices", "--rule", "recorded-lat"), 'No rule is called "recorded-lat". Did you mean')


def test_notices_of_an_authority_are_those_of_what_it_decided_and_are_counted_alone(told: Desk) -> None:
    deciding = {one["decision"]["reference"]: one["decision"]["authority"] for one in told.json("log")["events"]}
    every = told.json("notices")["notices"]
    for authority in ("Council of Ministers", "Registrar"):
        of_one = told.json("notices", "--authority", authority)["notices"]
        assert of_one == [one for one in every if deciding[one["decision"]] == authority] != []
        said = told.run("notices", "--authority", authority).stdout
        assert f"\n{len(of_one)} notice{'' if len(of_one) == 1 else 's'}: " in said
    narrowed = ("--authority", "Council of Ministers", "--rule", "decision-without-document")
    assert [one["id"] for one in told.json("notices", *narrowed)["notices"]] == ["CM-1", "CM-2"]
    assert told.run("notices", "--authority", "Council").stdout.startswith("No notice.\n")


def test_a_structure_that_is_empty_says_since_when_or_from_when_there_is_one(desk: Desk) -> None:
    assert desk.run("show").stdout.startswith("Nothing is live.\n")
    desk.record()
    assert desk.run("show", "--known", "2020-01-01").stdout.startswith("No decision had been recorded then; the first ")
    said = desk.run("show", "--effective", "2026-03-31").stdout
    assert said.startswith("Nothing is live yet. On 2026-04-01 begin: 1 cluster, 1 mission, 1 segment.\n")
    assert desk.run("show", "--effective", "2026-04-01").stdout.startswith("wellbeing: Health\n")

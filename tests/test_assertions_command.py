"""`check` and `assert ...` at the command line: what is printed, and with which exit code."""

from __future__ import annotations

import json

import pytest
from support.command_line import Desk, bare, desk, refused

__all__ = ["bare", "desk"]

BY = ("--authority", "Audit Office", "--effective", "2026-04-01")
LATE = """\
authority: Council of Ministers
reference: CM-2
effective: 2026-04-01
changes: [{change: establish-cluster, cluster: places, title: Places}]
"""
DOCUMENT = """\
authority: Audit Office
reference: AUDIT-2026
effective: 2026-04-01
changes:
  - {change: assert-count, kind: cluster, count: 1}
  - {change: assert-count, kind: segment, count: 1, within: wellbeing}
  - {change: assert-life, thing: sleep-well}
  - {change: assert-value, thing: wellbeing/care, attribute: cluster, value: wellbeing}
  - {change: assert-affiliation, mission: sleep-well, segment: wellbeing/care}
"""


@pytest.fixture
def governed(desk: Desk) -> Desk:
    """A desk with one cluster, one segment and one mission."""
    return desk.record()


def verb(desk: Desk, *args: str, reference: str = "AUDIT-1") -> dict[str, object]:
    """Assert something, and return the event that it became."""
    receipt = desk.json("assert", *args, "--reference", reference)["recorded"][0]
    (event,) = desk.json("log", "--reference", receipt["reference"])["events"]
    return {**event["data"], "type": event["type"], "effective": event["effective"]}


def test_every_fact_has_a_verb_and_a_place_in_a_document(governed: Desk):
    root = governed.json("check", "--known", "p5")["context"]["root"]
    day = {"effective": "2026-04-01"}
    assert verb(governed, "count", "cluster", "--count", "1", *BY, reference="1") == {
        "type": "count.asserted/1",
        "kind": "cluster",
        "count": 1,
        **day,
    }
    within = verb(governed, "count", "mission", "--count", "1", "--within", "wellbeing", *BY, reference="2")
    assert within["within"] == "wellbeing"
    assert verb(governed, "life", "wellbeing", *BY, reference="3") == {
        "type": "life.asserted/1",
        "thing": "wellbeing",
        "life": "live",
        **day,
    }
    value = ("wellbeing", "--attribute", "title", "--value", "Health", "--known", "p5")
    assert verb(governed, "value", *value, *BY, reference="4")["value"] == ["Health"]
    tie = ("sleep-well", "--segment", "wellbeing/care", "--extent", "full")
    assert verb(governed, "affiliation", *tie, *BY, reference="5")["type"] == "affiliation.asserted/1"
    assert verb(governed, "root", "p5", "--root", root, *BY[:2], reference="6") == {
        "type": "root.asserted/1",
        "position": 5,
        "root": root,
        "effective": None,
    }
    governed.record(DOCUMENT)
    found = governed.json("check")["assertions"]
    assert len(found) == 11 and all(row["holds"] for row in found)


def test_json_says_of_each_what_was_asserted_what_is_so_and_since_when(governed: Desk):
    governed.record(DOCUMENT).record(LATE)
    answer = governed.json("check")
    assert list(answer) == ["context", "assertions"]
    assert answer["context"]["known_position"] == answer["context"]["tree_size"] == 11
    assert answer["context"]["effective"] is None, "each is asked on a day of its own"
    first, *others = answer["assertions"]
    assert first.pop("since").pop("recorded_at").startswith("20")
    assert first == {
        "event": "government@2",
        "decision": {"authority": "Audit Office", "reference": "AUDIT-2026"},
        "fact": {"change": "assert-count", "kind": "cluster", "count": 1},
        "says": "1 cluster is live",
        "effective": "2026-04-01",
        "holds": False,
        "found": "2 clusters are live: places, wellbeing.",
    }
    assert all(row["holds"] and row["since"] is None for row in others)
    since = governed.json("check")["assertions"][0]["since"]
    assert (since["position"], since["event"]) == (11, "cluster:places@1")
    assert since["decision"] == {"authority": "Council of Ministers", "reference": "CM-2"}


def test_only_strict_leaves_with_3_and_only_where_something_does_not_hold(governed: Desk):
    governed.record(DOCUMENT)
    assert governed.run("check").exit_code == governed.run("check", "--strict").exit_code == 0
    governed.record(LATE)
    assert governed.run("check").exit_code == 0
    assert governed.run("check", "--strict").exit_code == 3
    assert governed.run("check", "--strict", "--format", "json").exit_code == 3
    assert governed.run("check", "--strict", "--known", "p10").exit_code == 0, "it held as known then"


def test_people_read_what_does_not_hold_what_is_so_and_which_decision_did_it(governed: Desk):
    governed.record(DOCUMENT).record(LATE)
    lines = governed.run("check").stdout.splitlines()
    assert lines[0] == 'DOES NOT HOLD: 1 cluster is live on 2026-04-01 (government@2, decision "AUDIT-2026")'
    assert lines[1] == "  2 clusters are live: places, wellbeing."
    assert lines[2].startswith('  It held until decision "CM-2" of Council of Ministers, p11, 20')
    assert lines[2].endswith("Z, by cluster:places@1.")
    assert lines[3].startswith('holds: 1 segment of cluster "wellbeing" is live on 2026-04-01 (government@3')
    assert lines[-2] == "4 of 5 hold."
    assert lines[-1].startswith("Testland. As known at p11, ")


def test_rows_are_one_a_line_in_jsonl_and_csv(governed: Desk):
    governed.record(DOCUMENT)
    rows = [json.loads(line) for line in governed.run("check", "--format", "jsonl").stdout.splitlines()]
    assert rows == governed.json("check")["assertions"]
    table = governed.run("check", "--format", "csv").stdout.splitlines()
    assert table[0] == "event,decision,fact,says,effective,holds,found,since"
    assert len(table) == 6


def test_a_ledger_without_assertions_says_so(governed: Desk):
    result = governed.run("check", "--strict")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "Nothing was asserted."
    assert governed.json("check")["assertions"] == []


def test_what_is_not_so_is_refused_and_leaves_nothing(governed: Desk):
    result = governed.run("assert", "count", "cluster", "--count", "2", "--reference", "A", *BY)
    said = refused(result, "Asserted: 2 clusters are live on 2026-04-01. Found: 1 cluster is live: wellbeing.")
    assert "assertion-does-not-hold" in said and "Nothing was recorded." in said
    assert governed.size() == 5
    plan = governed.json("plan", governed.write("a.yaml", DOCUMENT.replace("count: 1}", "count: 2}")), code=1)
    assert [row["rule"] for row in plan["refused"]] == ["assertion-does-not-hold"]


def test_wrong_use_is_answered_in_words(governed: Desk, bare: Desk):
    refused(governed.run("assert", "count", "planet", "--count", "2", "--reference", "A", *BY), "planet", code=2)
    refused(governed.run("assert", "cuont"), 'Did you mean "count"?', code=2)
    refused(governed.run("check", "--known", "yesterday"), "is not understood as a state of knowledge", code=2)
    refused(governed.run("--ledger", "none.ledger", "check"), "There is no ledger")


def test_a_value_of_several_lines_stays_on_its_line(governed: Desk):
    governed.record(LATE.replace("changes: [{", 'changes: [{purpose: "One\\nTwo", '))
    value = ("places", "--attribute", "purpose", "--value", "One\nTwo")
    verb(governed, "value", *value, *BY)
    assert governed.run("check").stdout.splitlines()[0].startswith('holds: "purpose" of "places" is "One Two" on')


def test_of_what_cannot_be_said_the_exit_code_is_that_of_nothing_proven(governed: Desk):
    """Not that of a check that found something: nothing is wrong, and not all is proven."""
    governed.record(DOCUMENT.replace("2026-04-01", "2026-05-01"))
    maybe = LATE.replace("effective: 2026-04-01", 'effective: "[2026-04-02..2026-06]"')
    governed.record(
        maybe.replace("establish-cluster, cluster: places, title: Places", "stop-mission, mission: sleep-well")
    )
    result = governed.run("check", "--strict")
    assert result.exit_code == 4
    assert 'CANNOT BE SAID: "sleep-well" is live on 2026-05-01' in result.stdout
    assert 'Mission "sleep-well" may have ended: on one of the days [2026-04-02..2026-06].' in result.stdout
    assert "3 of 5 hold; of 2 it cannot be said." in result.output
    assert [row["holds"] for row in governed.json("check")["assertions"]].count(None) == 2

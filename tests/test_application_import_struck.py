"""An import struck in one decision: what was taken over stands no more, and what was decided here stands as it did."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import servers
from support.command_line import Desk, refused
from support.examples import examples
from support.governing import REGISTRY, Document, constituted, decide, document, judged, rules, structure, ticking
from support.older_register import older, taken_over
from test_application_model import OPENING, said

from commands.terminal import text
from ledger.application import Ledger, import_register
from ledger.application.expansion import imports
from ledger.errors import InputError, LedgerError, SameReferenceOtherText
from ledger.names import LIFE
from ledger.timeline import iso
from projections.answers.history import history
from projections.views.queries.index import ViewsIndex
from projections.views.read_model import Views

STRIKE: Document = {"change": "strike", "import": "old.csv", "because": "The register of another government."}
CLUSTER: Document = {"change": "establish-cluster", "cluster": "care", "title": "Care"}
SEGMENT: Document = {"change": "add-segment", "segment": "care/homes", "title": "Homes"}
TITLE: Document = {"change": "retitle-cluster", "cluster": "care", "title": "Health"}
FIRST = {"authority": "Register", "reference": "R-1"}
REGISTER = ([CLUSTER, SEGMENT], [TITLE], [{"change": "strike", "target": "cluster:care@3", "because": "A slip."}])
DAYS = ("2009-12-31", "2010-01-01", "2026-06-01")


@pytest.fixture(params=["sqlite", "postgres"])
def ledger(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ledger]:
    """A ledger that took over a register: a cluster with a segment, a title, and that the title was a slip."""
    place = tmp_path / "a.ledger" if request.param == "sqlite" else servers.new_place()
    taken_over(place, *REGISTER)
    with Ledger.open(place, recorder=REGISTRY, clock=ticking()) as opened:
        yield opened


def values(ledger: Ledger, day: str, known: str | None = None) -> dict[str, dict[str, Any]]:
    """What things hold on a day, by their ids, but for what says which ledger it is."""
    found = structure(ledger, day, known).possible
    return {
        id_: {name: held.value for name, held in thing.attributes.items() if name not in (LIFE, "ledger_id", "origin")}
        for id_, thing in found.items()
    }


def targets(ledger: Ledger, reference: str) -> list[str]:
    """The references of the decisions that a decision strikes, in order."""
    changes = [one.event.data for one in ledger.decision("Council of Ministers", reference)]
    return [one.normal()["target"]["reference"] for one in changes]


# What it comes to


def test_every_decision_of_the_import_is_struck_the_latest_first_in_one_decision(ledger: Ledger) -> None:
    plan = ledger.plan(document(STRIKE, reference="S"))
    assert plan.passes and [one.said for one in plan.decision.expansions] == [
        "strike import old.csv: 3 decisions with 4 events are struck (from R-1 to R-3)."
    ]
    receipt = decide(ledger, STRIKE, reference="S")
    assert targets(ledger, "S") == ["R-3", "R-2", "R-1"] and len(receipt.positions) == 3
    assert {one.event.data.normal()["because"] for one in ledger.decision("Council of Ministers", "S")} == {
        STRIKE["because"]
    }
    assert ledger.verify().ok


def test_what_was_known_before_is_answered_as_it_was_and_from_then_on_nothing_of_it_is_so(ledger: Ledger) -> None:
    before = {day: values(ledger, day) for day in DAYS}
    assert before["2026-06-01"]["care"]["title"] == "Care"
    known = f"p{ledger.head().position}"
    decide(ledger, STRIKE)
    assert [values(ledger, day, known) for day in DAYS] == [before[day] for day in DAYS]
    assert [values(ledger, day).keys() for day in DAYS] == [{"government"}] * len(DAYS)


def test_the_timeline_of_a_thing_shows_each_entry_as_struck_and_by_which_decision(
    ledger: Ledger, tmp_path: Path
) -> None:
    decide(ledger, STRIKE, reference="S")
    with Views(ledger, tmp_path) as views:
        told = {one.event: one for one in history(views, "care", ledger.head().position)}
        entered = [told[f"cluster:care@{version}"] for version in (1, 3)]
        assert [one.status for one in entered] == ["struck", "struck"]
        assert all(one.because_of and told[one.because_of[-1]].type == "record.struck/1" for one in entered)
        assert list(views.check()) == []


def test_the_event_that_ended_the_import_stays_since_nothing_more_is_taken_over(ledger: Ledger, tmp_path: Path) -> None:
    decide(ledger, STRIKE)
    ended = next(one for one in ledger.events() if one.event.type == "register.taken-over/1")
    fact = next(
        one for one in ledger.facts(ledger.head().position).stream("government") if one.position == ended.position
    )
    ledger.judging.catch_up()
    assert ledger.judging.state.standing(fact).status == "stands"
    with pytest.raises(InputError, match="holds the whole of old.csv"):
        taken_over(ledger.location, *REGISTER)


def test_the_same_decision_again_changes_nothing_and_another_finds_nothing_to_strike(ledger: Ledger) -> None:
    decide(ledger, STRIKE, reference="S")
    assert decide(ledger, STRIKE, reference="S").already_recorded
    with pytest.raises(SameReferenceOtherText, match="came to"):
        ledger.plan(document({**STRIKE, "because": "Other."}, reference="S"))
    (notice,) = judged(ledger, STRIKE, reference="again")
    assert (notice.rule, notice.found) == (
        "target-not-standing",
        'Nothing that was taken over from "old.csv" stands any more.',
    )


def test_an_import_is_named_by_its_register(ledger: Ledger) -> None:
    (notice,) = judged(ledger, {**STRIKE, "import": "new.csv"})
    assert (notice.rule, notice.found) == (
        "unknown-target",
        'This ledger took over no register "new.csv". It took over "old.csv".',
    )


def test_a_ledger_that_was_not_made_by_an_import_has_none_to_strike(tmp_path: Path) -> None:
    with constituted(tmp_path) as ledger:
        (notice,) = judged(ledger, STRIKE)
    assert notice.found == 'This ledger took over no register "old.csv". It was not made by an import.'


@pytest.mark.parametrize("given", [{}, {"import": "old.csv", "target": "p2"}], ids=["neither", "both"])
def test_a_strike_names_one_thing(ledger: Ledger, given: Document) -> None:
    with pytest.raises(InputError, match="either a target .* or an import: name one of them"):
        ledger.plan(document({"change": "strike", "because": "A slip.", **given}))


def test_a_strike_of_an_import_that_is_struck_brings_it_back(ledger: Ledger) -> None:
    before = values(ledger, "2026-06-01")
    decide(ledger, STRIKE, reference="S")
    name = {"authority": "Council of Ministers", "reference": "S"}
    decide(ledger, {"change": "strike", "target": name, "because": "It was the right one."}, reference="T")
    assert values(ledger, "2026-06-01") == before


# What was decided since


def test_what_was_decided_since_on_what_was_taken_over_is_named_and_has_to_be_accepted(ledger: Ledger) -> None:
    decide(ledger, {**TITLE, "title": "Well-being"}, reference="since")
    place = ledger.head().position
    (notice,) = judged(ledger, STRIKE)
    assert (notice.rule, notice.id) == ("events-left-without-effect", "care") and f"p{place}" in notice.found
    since = {
        "change": "strike",
        "target": {"authority": "Council of Ministers", "reference": "since"},
        "because": "Moot.",
    }
    assert rules(ledger, since, STRIKE) == []
    accept = [{"rule": notice.rule, "on": notice.id, "because": "It is moot."}]
    decide(ledger, STRIKE, accept=accept)
    assert values(ledger, "2026-06-01").keys() == {"government"}


def test_what_hangs_on_what_was_taken_over_is_named_too(ledger: Ledger) -> None:
    mission = {"change": "launch-mission", "mission": "sleep", "title": "Sleep"}
    decide(ledger, mission, {"change": "add-mission", "mission": "sleep", "segments": ["care/homes"]})
    assert rules(ledger, STRIKE) == ["segment-retired-with-missions"]


def test_what_a_later_decision_struck_is_left_and_what_one_replaced_stays_as_it_put_it(ledger: Ledger) -> None:
    decide(ledger, {"change": "strike", "target": {**FIRST, "reference": "R-3"}, "because": "It was right."})
    decide(ledger, {**TITLE, "title": "Mended", "corrects": "cluster:care@3"}, effective="2010-01-01")
    plan = ledger.plan(document(STRIKE))
    assert [one.said for one in plan.decision.expansions] == [
        "strike import old.csv: 1 decision with 2 events is struck (R-1), of 2 decisions nothing stands any more: "
        "R-3 (struck), R-2 (replaced)."
    ]
    assert [notice.rule for notice in plan.acceptances_needed] == ["events-left-without-effect"]


def test_it_stands_among_other_changes_of_a_decision(ledger: Ledger) -> None:
    decide(ledger, STRIKE, {**CLUSTER, "title": "Anew"}, effective="2026-01-01")
    assert values(ledger, "2026-06-01")["care"]["title"] == "Anew" and "care/homes" not in values(ledger, "2026-06-01")


def test_an_index_tells_of_it_what_the_whole_log_does(ledger: Ledger, tmp_path: Path) -> None:
    told = ledger.plan(document(STRIKE)).decision
    with Views(ledger, tmp_path) as views:
        views.catch_up()
        ledger.use_index(ViewsIndex(views.file, ledger))
        assert ledger.plan(document(STRIKE)).decision == told
        decide(ledger, STRIKE)
        assert list(views.check()) == [] and values(ledger, "2026-06-01").keys() == {"government"}


def test_an_import_that_did_not_end_is_struck_as_far_as_it_came(tmp_path: Path) -> None:
    documents = older(*REGISTER, [{"change": "no-such-change"}])
    with pytest.raises(LedgerError):
        import_register(tmp_path / "a.ledger", documents, government="Old", source="old.csv", recorder=REGISTRY)
    with Ledger.open(tmp_path / "a.ledger", recorder=REGISTRY) as ledger:
        decide(ledger, STRIKE, reference="S")
        assert targets(ledger, "S") == ["R-3", "R-2", "R-1"]


def test_more_than_one_decision_can_strike_is_refused_in_words(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MAX_CHANGES", 2)
    with pytest.raises(InputError, match=r"took over 3 decisions, and one decision strikes 2 at most\. Strike"):
        ledger.plan(document(STRIKE))


def test_an_older_register_strikes_no_import(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="an import is struck once it is there"):
        taken_over(tmp_path / "a.ledger", [CLUSTER], [STRIKE])


# Whatever was taken over, and whatever was decided since


def imported(folder: Path, decisions: list[list[Document]]) -> None:
    """Take over all of the decisions that can be; those that are refused are left out."""
    documents = older([dict(one) for one in OPENING], *decisions, effective="2021")
    for _ in range(len(documents) + 1):
        try:
            import_register(folder / "a.ledger", documents, government="Illyria", source="old.csv", recorder=REGISTRY)
            return
        except LedgerError as error:
            found = re.search(r"Document (\d+)", str(error))
            assert found, str(error)
            del documents[int(found[1]) - 1]
    raise AssertionError("no document is left")


SINCE = ({**CLUSTER, "cluster": "z"}, {**SEGMENT, "segment": "z/own"}, {**TITLE, "cluster": "z"})


@settings(max_examples=examples(12), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(said(), min_size=1, max_size=3), max_size=9), st.booleans())
def test_from_the_strike_on_all_is_at_every_pair_of_times_as_if_nothing_had_been_taken_over(
    decisions: list[list[Document]], indexed: bool
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        imported(folder, decisions)
        with (
            Ledger.open(folder / "a.ledger", recorder=REGISTRY) as ledger,
            constituted(folder) as without,
            Views(ledger, folder) as views,
        ):
            if indexed:
                views.catch_up()
                ledger.use_index(ViewsIndex(views.file, ledger))
            before = {day: values(ledger, day) for day in DAYS}
            known = f"p{ledger.head().position}"
            numbers = count(1)
            for one in (ledger, without):
                one.record(document(*SINCE[:2], effective="2024-05-01", reference=f"since {next(numbers)}"))
            decide(ledger, STRIKE, reference="S")
            last = ledger.head().position
            for one in (ledger, without):
                one.record(document(SINCE[2], effective="2025-05-01", reference=f"since {next(numbers)}"))
            days = {one.effective for one in ledger.facts(last).decision('["Register","R-1"]') if one.effective}
            for day in sorted({*DAYS, *days, "2020-01-01", "2021-06-01", "2024-05-01", "2025-05-01", iso(738_500)}):
                assert values(ledger, day, f"p{last}") == values(without, day, f"p{without.head().position - 1}")
                assert values(ledger, day) == values(without, day)
            assert {day: values(ledger, day, known) for day in DAYS} == before
            assert ledger.verify().ok and list(views.check()) == []


# On the command line


BY = ("--authority", "Registrar", "--because", "The wrong file.")
STRUCK = ("strike", "--import", "old.csv", *BY, "--reference", "S-1")


@pytest.fixture
def taken(bare: Desk) -> Desk:
    """A desk with a ledger that took over two decisions: one begins 90 clusters, one a segment in 40 of them."""
    clusters = [{**CLUSTER, "cluster": f"c{number}"} for number in range(90)]
    taken_over(bare.ledger, clusters, [{**SEGMENT, "segment": f"c{number}/a"} for number in range(40)])
    return bare


def test_the_plan_of_it_is_short_and_counts_what_it_does_not_tell(taken: Desk) -> None:
    dry = taken.run(*STRUCK, "--dry-run")
    assert dry.exit_code == 0 and "2 decisions with 130 events are struck (from R-1 to R-2)." in dry.stdout
    assert "And 110 more differences; in all, of 90 clusters and 40 segments." in dry.stdout
    assert len(dry.stdout.splitlines()) < 40
    planned = taken.json(*STRUCK, "--dry-run")
    assert len(planned["differences"]) == 130 and planned["expansions"][0]["changes"] == 2
    assert taken.size() == 132


def test_it_is_recorded_as_one_decision_and_the_ledger_is_as_it_was_before_and_whole(taken: Desk) -> None:
    receipt = taken.json(*STRUCK, "--yes")["recorded"][0]
    assert (receipt["authority"], receipt["reference"], receipt["positions"]) == ("Registrar", "S-1", [133, 134])
    assert "Nothing is live." in taken.run("show").stdout
    assert "c89" in taken.run("show", "--known", "p132").stdout
    assert "struck" in taken.run("history", "c1").stdout
    assert taken.run("verify").exit_code == 0 and taken.run("views", "check").exit_code == 0


def test_a_strike_of_much_tells_the_first_of_what_it_says_and_counts_the_rest(
    bare: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_over(bare.ledger, *([{**CLUSTER, "cluster": f"c{number}"}] for number in range(28)))
    monkeypatch.setattr(text, "TOLD_WHOLE", 25)
    dry = bare.run(*STRUCK, "--dry-run").stdout
    assert dry.count("is struck from the record") == 20 and "    And 8 more.\n" in dry


def test_a_draft_takes_it_as_any_change(taken: Desk) -> None:
    assert taken.run("draft", "new", "back", "--authority", "Registrar", "--reference", "S-1").exit_code == 0
    added = taken.run("draft", "add", "strike", "--import", "old.csv", "--because", "The wrong file.")
    assert "change 1: strike import=old.csv because=The wrong file." in added.stdout
    shown = taken.run("draft", "show")
    assert "# " in shown.stdout and "2 decisions with 130 events are struck" in shown.stdout
    assert taken.run("record", "draft:back", "--yes").exit_code == 0 and taken.size() == 134


def test_a_strike_of_nothing_or_of_two_things_is_refused_in_words(taken: Desk) -> None:
    refused(taken.run("strike", *BY, "--reference", "S-1"), "either a target", "or an import")
    refused(taken.run("strike", "p2", "--import", "old.csv", *BY, "--reference", "S-1"), "either a target")
    refused(taken.run("strike", "--import", "new.csv", *BY, "--reference", "S-1"), 'It took over "old.csv".')

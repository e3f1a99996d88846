"""Recording in the explorer: a decision is planned, accepted and recorded by who is let in, and by nobody else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from support.demonstrations import demonstration
from support.exploring import Browser, Visit

from commands.serve.recording.forms import document_in, form_of, names_of_changes
from ledger.application import Ledger

DECISION = {"authority": "Council of Ministers", "reference": "CM-2026-99", "effective": "2026-12-01"}
RETITLE = {
    "change|1|change": "retitle-cluster",
    "change|1|cluster": "wellbeing",
    "change|1|title": "Missions for a good life",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recording") / "illyria.ledger"
    demonstration(path).close()
    return path


@pytest.fixture
def desk(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    for name in ("VIEWS", "STATE", "DRAFTS"):
        monkeypatch.setenv(f"CLUSTER_LEDGER_{name}", str(tmp_path / name.lower()))
    shutil.copy(made, tmp_path / "illyria.ledger")
    with Browser(tmp_path / "illyria.ledger", recorder="Registry") as browser:
        yield Desk(browser, tmp_path / "illyria.ledger")


class Desk:
    """A recorder before a browser."""

    def __init__(self, browser: Browser, path: Path) -> None:
        self.browser, self.path, self.mark = browser, path, ""

    def enter(self) -> Desk:
        self.mark = self.browser.post("/enter/", {"token": self.browser.token}).field("mark")
        return self

    def fill(self, fields: Mapping[str, str], action: str = "plan", **headers: str) -> Visit:
        return self.browser.post("/record/", {"mark": self.mark, **fields, "action": action}, **headers)

    @property
    def head(self) -> int:
        with Ledger.open(self.path, read_only=True) as ledger:
            return ledger.head().position


def test_a_decision_is_planned_and_then_recorded_as_it_was_planned(desk: Desk) -> None:
    planned = desk.enter().fill(DECISION | RETITLE)
    assert "title is Missions for a good life" in planned.text
    assert desk.head == 234
    recorded = desk.fill({**DECISION, **RETITLE, "digest": planned.field("digest")}, "record")
    assert "Recorded: CM-2026-99" in recorded.text
    assert desk.head == 235
    assert "Missions for a good life" in desk.browser.get("/2026-12-01/p235/things/wellbeing/").text


def test_what_was_changed_after_the_plan_is_planned_again_and_not_recorded(desk: Desk) -> None:
    planned = desk.enter().fill(DECISION | RETITLE)
    other = RETITLE | {"change|1|title": "Another title"}
    assert desk.fill({**DECISION, **other, "digest": planned.field("digest")}, "record").status == 409
    assert desk.head == 234


def test_two_changes_with_an_acceptance_are_one_decision(desk: Desk) -> None:
    end = {"change|2|change": "dissolve-cluster", "change|2|cluster": "living-places"}
    planned = desk.enter().fill(DECISION | RETITLE | end)
    accepted = next(name for name in planned.names() if name.startswith("accept|"))
    reason = {accepted: "Its segments end with it (illustrative)."}
    passed = desk.fill(DECISION | RETITLE | end | reason)
    done = desk.fill({**DECISION, **RETITLE, **end, **reason, "digest": passed.field("digest")}, "record")
    assert "Recorded: CM-2026-99" in done.text
    assert desk.head == 236


def test_a_refusal_is_told_in_place_and_keeps_what_was_filled_in(desk: Desk) -> None:
    visit = desk.enter().fill(DECISION | RETITLE | {"change|1|cluster": "welbeing"})
    assert "welbeing" in visit.text
    assert visit.field("change|1|title") == "Missions for a good life"
    assert visit.field("digest") == ""


def test_changes_are_added_and_taken_out(desk: Desk) -> None:
    added = desk.enter().fill(DECISION | RETITLE | {"new_change": "launch-mission"}, "add")
    assert "Change 2: launch mission" in added.text
    assert "Change 1" not in desk.fill(DECISION | RETITLE, "drop|1").text


def test_a_draft_is_the_document_that_would_be_recorded(desk: Desk) -> None:
    draft = desk.enter().fill(DECISION | RETITLE, "draft")
    assert "change: retitle-cluster" in draft.html
    assert "title is Missions for a good life" in desk.fill({"yaml": draft.html}).text


def test_nothing_is_recorded_by_a_get(desk: Desk) -> None:
    desk.enter()
    desk.browser.get("/record/?authority=x&reference=y&action=record")
    assert desk.head == 234


def test_who_is_not_in_is_led_to_the_door(desk: Desk) -> None:
    assert desk.browser.get("/record/").path == "/enter/"
    assert desk.fill(DECISION | RETITLE).status == 403
    assert desk.browser.post("/enter/", {"token": "guessed"}).status == 403


def test_wrong_tokens_are_slowed_down_and_the_right_one_is_taken_all_the_same(desk: Desk) -> None:
    answers = [desk.browser.post("/enter/", {"token": "guessed"}) for _ in range(20)]
    assert {one.status for one in answers[:5]} == {403}
    assert {one.status for one in answers[5:]} == {429}
    assert int(answers[-1].headers["retry-after"]) > 0
    assert desk.browser.post("/enter/", {"token": desk.browser.token}).path == "/record/"


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Origin": "null"}]
)
def test_a_form_of_another_site_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    assert desk.enter().fill(DECISION | RETITLE, "record", **headers).status == 403


def test_a_form_without_its_mark_is_refused(desk: Desk) -> None:
    desk.enter().mark = "guessed"
    assert desk.fill(DECISION | RETITLE).status == 403


def test_the_cookie_is_for_this_site_and_for_no_script(desk: Desk) -> None:
    answer = desk.browser._client.post("/enter/", data={"token": desk.browser.token}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x=" + b"y" * (1 << 21), "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"a=%ff", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a%d=1" % n for n in range(3_000)), "application/x-www-form-urlencoded", 400),
    ],
)
def test_what_is_no_form_of_this_server_is_refused(desk: Desk, body: bytes, kind: str, status: int) -> None:
    answer = desk.enter().browser._client.post("/record/", content=body, headers={"content-type": kind})
    assert answer.status_code == status


def test_where_recording_is_not_allowed_there_is_no_such_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", str(tmp_path / "views"))
    demonstration(tmp_path / "a.ledger", 1).close()
    with Browser(tmp_path / "a.ledger") as browser:
        assert browser.get("/record/").status == 404
        assert browser.post("/record/", {"action": "record"}).status in (404, 405)


@pytest.mark.parametrize("name", [name for name, _ in names_of_changes()])
def test_there_is_a_form_for_each_kind_of_change(name: str) -> None:
    form = form_of({"changes": [{"change": name}]})
    filled = {one.key: "x" for one in form.changes[0].fields if one.kind != "yaml"} | {"change|1|change": name}
    assert document_in(filled)["changes"][0]["change"] == name


def test_the_key_enter_in_a_field_plans_and_neither_records_nor_takes_a_change_out(desk: Desk) -> None:
    planned = desk.enter().fill(DECISION | RETITLE)
    form = planned.main().partition("<form")[2]
    assert re.findall(r'<button name="action" value="([^"]+)"', form)[0] == "plan"  # it is the one that Enter presses
    assert 'value="record"' in form


def test_a_field_that_cannot_be_read_is_told_and_nothing_that_was_typed_is_lost(desk: Desk) -> None:
    visit = desk.enter().fill(DECISION | RETITLE | {"documents": "- {title: "})
    assert visit.status == 422
    assert visit.field("authority") == DECISION["authority"]
    assert visit.field("change|1|title") == RETITLE["change|1|title"]
    assert "- {title:</textarea>" in visit.html


@pytest.mark.parametrize("text", ['- {title: "A minute"}', "[{title: A minute}]", "- title: A minute"])
def test_papers_are_named_on_one_line_or_several(text: str) -> None:
    given = DECISION | RETITLE | {"documents": text}
    assert document_in(given)["documents"] == [{"title": "A minute"}]
    assert document_in(given | {"documents": f"{text}\n"})["documents"] == [{"title": "A minute"}]

"""The programs' interface: what a command prints as JSON stands at an address, in pages, with a tag to be trusted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Desk
from support.demonstrations import demonstration
from support.programs import Program, program

from commands.main import LINES
from commands.schema.answers import ANSWERS
from commands.serve.api.resources import RESOURCES
from projections.archive.federation.answer import ROWS

SAME = {  # what is typed, and the address at which the same stands
    "agility": "agility",
    "agility wellbeing ends --from 2024 --by year": "agility?names=wellbeing&names=ends&from=2024&by=year",
    "agility response-time --each --from 2026": "agility?names=response-time&each=true&from=2026",
    "agility --explain restructuring-events": "agility?explain=restructuring-events",
    "agility --list": "agility?list=true",
    "check": "check",
    "diff 2024-05-01@p233 2026-12-31": "diff?from=2024-05-01%40p233&to=2026-12-31",
    "diff 2026-12-31 2001-01-01 --all": "diff?from=2026-12-31&to=2001-01-01&all=true",
    "history wellbeing --lineage": "history?id=wellbeing&lineage=true",
    "history wellbeing --order recorded --effective 2024": "history?id=wellbeing&order=recorded&effective=2024",
    "history ILL-2024-01": "history?id=ILL-2024-01",
    "lags": "lags",
    "lags --over 30 --recorded-to p200": "lags?over=30&recorded-to=p200",
    "log": "log",
    "log --search health --known p120": "log?search=health&known=p120",
    "log --thing wellbeing --type retitle-cluster": "log?thing=wellbeing&type=retitle-cluster",
    "matrix": "matrix",
    "matrix wellbeing --effective 2024-06-15": "matrix?cluster=wellbeing&effective=2024-06-15",
    "notices": "notices",
    "notices --severity warning": "notices?severity=warning",
    "overrides": "overrides",
    "replay": "replay",
    "replay --along effective --by month": "replay?along=effective&by=month",
    "restate missions --from 2024-01-01 --structure now": "restate?kind=missions&from=2024-01-01&structure=now",
    "rules": "rules",
    "sample --size 5 --seed x": "sample?size=5&seed=x",
    "show": "show",
    "show --effective 2001-01-01": "show?effective=2001-01-01",
    "show --known p0": "show?known=p0",
    "show wellbeing": "show?id=wellbeing",
    "show wellbeing/holistic-health": "show?id=wellbeing/holistic-health",
    "show ILL-2024-01": "show?id=ILL-2024-01",
    "why wellbeing": "why?id=wellbeing",
    "why ILL-2024-01": "why?id=ILL-2024-01",
}
NO_LIST = ("agility --list", "why ILL-2024-01")  # other shapes of answers that have one
WHO = ("--authority", "Council", "--effective", "2026-12-01")
TAGGED = ("log", "log?limit=2", "log?known=p5", "show?known=p5&effective=2026-12-01", "show?id=wellbeing", "rules")
NOT_READ = {  # published answers that no address has: they are made, or are about the machine that the ledger lies on
    *(
        "archive",
        "backup",
        "chart-list",
        "checkpoint",
        "copy",
        "doctor",
        "documents",
        "draft-list",
        "draft-show",
        "import",
        "init",
    ),
    *(
        "key-make",
        "key-show",
        "plan",
        "plan-compare",
        "prove",
        "record",
        "restore",
        "snapshot",
        "verify",
        "verify-proof",
    ),
    *("views-check", "views-status", "witness-make", "witness-show"),
    *("token-list", "token-make", "token-withdraw"),
    *(f"federate-{name}" for name in ROWS),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("served") / "a.ledger"
    demonstration(path).close()
    return path


@pytest.fixture(scope="module")
def asking(place: Path) -> Iterator[Program]:
    with program(place) as found:
        yield found


@pytest.mark.parametrize("typed", SAME)
def test_an_address_answers_what_a_command_prints(typed: str, place: Path, asking: Program) -> None:
    name, *words = typed.split()
    printed = Desk(place.parent).json("--ledger", str(place), name, *words)
    assert joined(asking, SAME[typed], 1_000) == printed


@pytest.mark.parametrize("typed", [one for one in SAME if RESOURCES[one.split()[0]].paged and one not in NO_LIST])
def test_the_pages_of_an_answer_are_the_whole_of_it(typed: str, asking: Program) -> None:
    whole = joined(asking, SAME[typed], 1_000)
    listed = next(one for one in RESOURCES[typed.split()[0]].paged if one in whole)
    assert joined(asking, SAME[typed], max(1, -(-len(whole[listed]) // 3))) == whole


def joined(asking: Program, address: str, limit: int) -> Any:
    """Return an answer put together from its pages."""
    resource = RESOURCES[address.partition("?")[0]]
    first, *others = asking.pages(
        f"{address}{'&' if '?' in address else '?'}limit={limit}" if resource.paged else address
    )
    whole = first.json()
    listed = next((one for one in resource.paged if one in whole), None)
    for page in others:
        part = page.json()
        assert listed is not None and 0 < len(part[listed]) <= limit and part["context"] == whole["context"]
        whole[listed] += part[listed]
    return whole


def test_pages_stay_at_one_point_while_others_record(desk: Desk) -> None:
    desk.record()
    with program(desk.ledger) as asking:
        pages = asking.pages("log?limit=2")
        positions = [event["position"] for event in next(pages).json()["events"]]
        assert (
            desk.run("cluster", "retitle", "wellbeing", "--title", "Well", *WHO, "--reference", "CM-2").exit_code == 0
        )
        positions += [event["position"] for page in pages for event in page.json()["events"]]
        assert positions == [1, 2, 3, 4, 5]
        assert len(asking.json("log")["events"]) == 6


def test_a_tag_stands_for_an_answer_and_only_for_that(desk: Desk) -> None:
    desk.record()
    with program(desk.ledger) as asking:
        tags = {address: asking.get(address).headers["etag"] for address in TAGGED}
        assert len(set(tags.values())) == len(TAGGED)
        for address, tag in tags.items():
            again = asking.get(address, **{"If-None-Match": f'"other", W/{tag}'})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
            assert asking.get(address, **{"If-None-Match": '"other"'}).status_code == 200
        assert (
            desk.run("cluster", "retitle", "wellbeing", "--title", "Well", *WHO, "--reference", "CM-2").exit_code == 0
        )
        moved = {address for address, tag in tags.items() if asking.get(address).headers["etag"] != tag}
        assert moved == {address for address in TAGGED if "p5" not in address}


def test_no_tag_outlives_a_name_that_was_deleted(desk: Desk) -> None:
    desk.record()
    appointed = ("leader", "appoint", "wellbeing", "--office", "Head", "--holder", "Jane Doe", *WHO, "--reference", "L")
    assert desk.run(*appointed).exit_code == 0
    address = "show?id=wellbeing&effective=2026-12-01&known=p6"
    with program(desk.ledger) as asking, program(desk.ledger, public=True) as public:
        told = asking.get(address)
        assert "Jane Doe" in told.text and "Jane Doe" not in public.get(address).text
        with closing(sqlite3.connect(desk.ledger)) as connection, connection:
            connection.execute("DELETE FROM personal")
        again = asking.get(address, **{"If-None-Match": told.headers["etag"]})
        assert again.status_code == 200 and "Jane Doe" not in again.text
        assert again.json()["leaders"][0]["holder"] is None


def test_every_answer_that_is_read_has_an_address() -> None:
    assert {name for one in RESOURCES.values() for name in one.shapes} | NOT_READ == set(ANSWERS)
    assert RESOURCES.keys() <= LINES.keys()

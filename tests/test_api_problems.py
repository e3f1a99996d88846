"""Problems at the programs' interface: a status and one sentence, no trace, no file of the machine, nothing written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from starlette.testclient import TestClient
from support.command_line import Desk
from support.programs import Program, program

from commands.serve.api.application import FIELDS_MAX, api
from projections.analysis.opened import OpenLedger

Answered = TypeVar("Answered")
WRONG = [
    ("nothing", 404, "There is no resource at this address."),
    ("show?id=welbeing", 404, 'Nothing is called "welbeing". Did you mean "wellbeing"?'),
    ("show?id=wellbeing&effective=2001-01-01", 404, '"wellbeing" is not live on 2001-01-01, as known at p5.'),
    ("show?efective=2024", 400, 'No field is called "efective". Did you mean "effective"?'),
    ("show?format=csv", 400, 'No field is called "format".'),
    ("show?effective=2024-13-01", 400, '"2024-13-01" is not a date.'),
    ("show?effective=2024&effective=2025", 400, '"effective" may be given once, and is given more often.'),
    ("show?known=soon", 400, '"soon" is not understood as a state of knowledge.'),
    ("show?known=p99", 404, "Nothing stands at p99: the ledger ends at p5."),
    ("show?id=a&id=b", 400, '"id" may be given once'),
    ("show?--help=1", 400, 'No field is called "--help".'),
    ("show?id=--help", 404, 'Nothing is called "--help".'),
    ("show?id=%00%1b[31m", 404, "Nothing is called"),
    ("history", 400, '"id" is missing.'),
    ("history?id=wellbeing&lineage=perhaps", 400, '"lineage" is true or false.'),
    ("history?id=wellbeing&order=sideways", 400, '"order": '),
    ("diff?from=2024", 400, '"to" is missing.'),
    ("diff?from=2024&to=2025@soon", 400, '"soon" is not understood as a state of knowledge.'),
    ("log?limit=0", 400, '"limit" is a number from 1 to 1000, given once, and not "0".'),
    ("log?limit=1001", 400, '"limit" is a number from 1 to 1000'),
    ("log?after=5", 400, '"after" is a position, such as p120'),
    ("notices?after=p5", 400, '"after" is a number'),
    ("notices?after=-1", 400, '"after" is a number'),
    ("notices?rule=nothing", 404, 'No rule is called "nothing".'),
    ("lags?over=-1", 400, '"over": '),
    ("lags?over=1e9", 400, '"over": '),
    ("agility?names=nothing", 404, "nothing"),
    ("replay?along=effective&by=decision", 400, "On one day of effect several decisions may meet"),
    ("restate?kind=mission&from=2024", 400, '"kind": '),
    ("restate?kind=missions&from=2024&to=2001", 404, "There is no day to count on"),
]


@pytest.fixture
def asking(desk: Desk) -> Any:
    desk.record()
    with program(desk.ledger) as found:
        yield found


@pytest.mark.parametrize(("address", "status", "sentence"), WRONG)
def test_what_cannot_be_answered_is_told_in_one_sentence(
    address: str, status: int, sentence: str, asking: Program
) -> None:
    response = asking.get(address)
    told = response.json()
    assert (response.status_code, told["status"], set(told)) == (status, status, {"type", "title", "status", "detail"})
    assert response.headers["content-type"] == "application/problem+json"
    assert sentence in told["detail"] and "Traceback" not in response.text and "\x1b" not in response.text


def test_a_question_has_so_many_fields_and_no_more(asking: Program) -> None:
    assert asking.get("agility?" + "&".join(["names=x"] * (FIELDS_MAX + 1))).status_code == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_an_address_is_only_read(method: str, asking: Program) -> None:
    assert asking.client.request(method, "/api/v1/show").status_code == 405
    assert asking.client.request("HEAD", "/api/v1/show").content == b""


def test_no_file_of_the_machine_is_read_for_a_program(desk: Desk) -> None:
    desk.record()
    assert desk.run("key", "make", "-o", "a.key", "--no-passphrase").exit_code == 0
    assert desk.run("checkpoint", "--key", "a.key", "-o", "now").exit_code == 0
    assert desk.run("show", "--known", "now").exit_code == 0
    with program(desk.ledger) as asking:
        for address in ("show?known=now", "diff?from=2024@now&to=2025", "replay?from=now", "log?recorded-from=now"):
            told = asking.json(address, 400)["detail"]
            assert '"now" is not' in told, address


def test_nothing_is_written_by_who_asks(asking: Program, desk: Desk) -> None:
    before = hashlib.sha256(desk.ledger.read_bytes()).digest()
    for address in ("show", "log", "notices", "agility", "replay", "check"):
        asking.json(address)
    assert hashlib.sha256(desk.ledger.read_bytes()).digest() == before


class _Failing:
    def __init__(self, error: Exception) -> None:
        self._error = error

    async def ask(self, question: Callable[[OpenLedger], Answered], /) -> Answered:
        raise self._error


@pytest.mark.parametrize(("error", "status"), [(OSError("/secret/place"), 503), (KeyError("a person"), 500)])
def test_a_fault_says_nothing_of_itself_but_in_the_log(
    error: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    response = TestClient(api(_Failing(error))).get("/show")
    assert response.status_code == status == response.json()["status"]
    assert str(error) not in response.text and str(error) in caplog.text
    assert ("retry-after" in response.headers) == (status == 503)

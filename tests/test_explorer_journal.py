"""The journal of requests: a line each, and nothing in it of whoever asked or for what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from support.demonstrations import demonstration

from commands.serve.application import application
from commands.serve.pool import AnsweringThreads

ASKED = {
    "/2026-11-25/p1/things/ada-example/?effective=": "/{day:day}/{known:entry}/things/{id_:path}/",
    "/api/v1/show?id=ada-example": "/api/v1/show",
    "/ada-example": "(none)",
    "/static/ada-example.css": "/static",
}


def test_a_line_names_the_kind_of_page_and_nothing_that_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", str(tmp_path / "views"))
    demonstration(tmp_path / "a.ledger", 1).close()
    app = application(AnsweringThreads(str(tmp_path / "a.ledger"), 1), journal=True)
    with TestClient(app, base_url="http://localhost") as client:
        for address in ASKED:
            client.get(address, headers={"Authorization": "Bearer ada-example"})
        client.request("ADA-EXAMPLE", "/health")
    said = capsys.readouterr().err
    assert "ada-example" not in said.lower()
    lines = [json.loads(line) for line in said.splitlines()]
    assert [one["path"] for one in lines] == [*ASKED.values(), "/health"]
    assert {tuple(one) for one in lines} == {("time", "method", "path", "status", "ms", "role")}
    assert [one["status"] for one in lines] == [404, 404, 404, 404, 405]
    assert lines[0]["role"] == "auditor" and lines[-1]["method"] == "other"

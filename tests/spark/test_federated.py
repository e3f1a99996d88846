"""Answers of a cluster of Spark: row by row those of DuckDB and of the product itself, of the same archives."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.command_line import ROOT, Desk
from support.federations import assert_one_answer, assert_one_hash, federation, pairs

from ledger.errors import InputError
from projections.archive.federation.answer import federated
from projections.archive.federation.engines import DuckEngine
from projections.archive.federation.sources import Sources, sources
from projections.archive.federation.spark import SparkEngine
from projections.archive.federation.statements import FederatedQuestion
from projections.views.read_model import Views

pytest.importorskip("pyspark", reason="scripts/test-spark installs Spark and runs these")
from benchmarks.peers.clusters import cluster

LEDGERS, EVENTS, PAIRS = 4, 60, 5


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster(tmp_path_factory.mktemp("cluster")) as master:
        yield master


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sources, list[Views]]]:
    with federation(tmp_path_factory.mktemp("many [a] ü"), LEDGERS, EVENTS) as found:
        yield sources(found.archives), found.views


@pytest.fixture(scope="module")
def spark(master: str, many: tuple[Sources, list[Views]]) -> Iterator[SparkEngine]:
    with SparkEngine(many[0].taken, master, "512MB") as engine:
        yield engine


def test_the_products_snapshots_and_the_structure_of_a_cluster_have_one_hash_at_every_pair_of_times(
    spark: SparkEngine, many: tuple[Sources, list[Views]]
) -> None:
    """A share of scripts/campaign archives."""
    assert_one_hash([spark], *many, pairs(PAIRS))


def test_a_cluster_answers_every_question_as_one_machine_does_in_the_same_order(
    spark: SparkEngine, many: tuple[Sources, list[Views]]
) -> None:
    with DuckEngine(many[0].taken) as duck:
        assert_one_answer([duck, spark], many[0], [("2003-06-01", "2003-01-01")])


def test_the_command_asks_a_cluster_and_writes_one_file(
    bare: Desk, master: str, many: tuple[Sources, list[Views]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While its machines write their parts, nobody else may."""
    modes: list[int] = []
    gather = DuckEngine.gather

    def gathered(engine: DuckEngine, files: Sequence[Path], *rest: Any) -> int:
        modes.append(files[0].parents[1].stat().st_mode & 0o777)
        return gather(engine, files, *rest)

    monkeypatch.setattr(DuckEngine, "gather", gathered)
    folders = [str(source.folder) for source in many[0].taken]
    words = ("federate", *folders, "--question", "structure", "--effective", "2003-01-01")
    assert bare.run(*words, "-o", "one.parquet").exit_code == 0
    of_cluster = ("--engine", "spark", "--master", master, "--memory", "512MB")
    assert bare.run(*words, *of_cluster, "-o", "many.parquet").exit_code == 0
    with duckdb.connect() as db:
        one, other = (
            db.execute(f"SELECT * FROM '{bare.folder / name}.parquet'").fetchall() for name in ("one", "many")
        )
        said = dict(db.execute(f"SELECT key, value FROM parquet_kv_metadata('{bare.folder}/many.parquet')").fetchall())
    assert modes == [0o700]
    assert one == other != [] and len(json.loads(said[b"ledgers"])) == LEDGERS
    assert sorted(path.name for path in bare.folder.glob("*.parquet")) == ["many.parquet", "one.parquet"]
    assert not list(bare.folder.glob(".cluster-ledger-*"))


def test_a_file_that_a_worker_cannot_read_is_told_in_a_sentence(
    spark: SparkEngine, many: tuple[Sources, list[Views]], bare: Desk, tmp_path: Path
) -> None:
    (path,) = many[0].taken[0].paths("row_closings")[:1]
    path.rename(tmp_path / "elsewhere")
    try:
        folders = [str(source.folder) for source in many[0].taken]
        with pytest.raises(InputError, match="Every machine of the cluster must see the archives at the same paths"):
            list(federated(spark, many[0], FederatedQuestion("counts", "2003-06-01")).rows)
        assert bare.run("federate", *folders, "--effective", "2003-06-01").exit_code == 3
    finally:
        (tmp_path / "elsewhere").rename(path)


ASKED = """
import sys
from projections.archive.federation import spark
spark._TAKEN_WITHIN = 1
from commands.main import main
main(sys.argv[1:])
"""


def test_a_cluster_without_a_worker_is_told_and_not_waited_for(
    tmp_path: Path, many: tuple[Sources, list[Views]]
) -> None:
    with cluster(tmp_path, workers=0) as alone:
        words = ("federate", str(many[0].taken[0].folder), "--engine", "spark", "--master", alone)
        found = subprocess.run(
            [sys.executable, "-c", ASKED, *words, "--memory", "512MB"], capture_output=True, text=True, cwd=ROOT
        )
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.startswith(f"The master {alone} gave no worker within 1 seconds."), found.stderr
    assert found.stderr.count("\n") < 4


def test_a_master_that_does_not_answer_is_told_in_a_sentence(many: tuple[Sources, list[Views]]) -> None:
    with pytest.raises(InputError, match="No master answers at spark://127.0.0.1:1"):
        SparkEngine(many[0].taken, "spark://127.0.0.1:1")


@pytest.mark.parametrize(
    ("program", "why"),
    [
        (None, "which is not here"),
        ("echo Segmentation fault >&2; exit 139", "which is not here"),
        ("echo 'openjdk version \"11.0.2\" 2019-01-15' >&2", "which is version 11 here"),
    ],
)
def test_java_that_is_missing_broken_or_too_old_is_told_in_a_sentence(
    many: tuple[Sources, list[Views]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str | None, why: str
) -> None:
    (tmp_path / "bin").mkdir()
    if program is not None:
        (tmp_path / "bin" / "java").write_text(f"#!/bin/sh\n{program}\n")
        (tmp_path / "bin" / "java").chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(InputError, match=f"Spark needs Java 17, {why}"):
        SparkEngine(many[0].taken, "local[1]")


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"no", None])
def test_a_program_that_is_no_master_is_told_without_the_minute_that_spark_would_wait(
    many: tuple[Sources, list[Views]], monkeypatch: pytest.MonkeyPatch, said: bytes | None
) -> None:
    """None: it takes the connection, and stays silent."""
    monkeypatch.setattr("projections.archive.federation.masters._REACHED_WITHIN", 1)
    with socket.create_server(("127.0.0.1", 0)) as other, ThreadPoolExecutor(1) as aside:
        aside.submit(_say_once, other, said)
        address = f"spark://127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(InputError, match=f"What answers at {address} is no master of Spark"):
            SparkEngine(many[0].taken, address)


def _say_once(server: socket.socket, said: bytes | None) -> None:
    connection, _ = server.accept()
    with connection:
        if said is not None:
            connection.sendall(said)
        while connection.recv(1_000):  # until the other end has had enough
            if said is not None:
                return

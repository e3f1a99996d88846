"""One question to the archives of many ledgers: what the product itself answers of each, in one answer."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from math import isclose
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.archives import archived, rewritten
from support.command_line import Desk, refused
from support.examples import examples
from support.federations import Federation, assert_one_hash, federation, pairs
from support.histories import History, histories
from support.jobcentres import GOVERNMENT, TIMEZONE, jobcentres
from support.written_ledgers import written
from test_commands_outputs import STEPS
from test_doubt_worlds import doubting

from ledger.errors import InputError
from ledger.timeline import day_of, iso
from projections.agility.figures import Window
from projections.agility.query import metrics
from projections.agility.reading import record_at
from projections.archive.federation.answer import Federated, federated
from projections.archive.federation.engines import DuckEngine
from projections.archive.federation.figures import METRICS
from projections.archive.federation.sources import Sources, sources
from projections.archive.federation.statements import FederatedQuestion
from projections.views.read_model import Views

Many = tuple[list[Path], list[Views]]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    with federation(tmp_path_factory.mktemp("many"), 3, 100) as found:
        yield found.archives, found.views


@pytest.fixture(scope="module")
def engine(many: Many) -> Iterator[tuple[DuckEngine, Sources]]:
    found = sources(many[0])
    assert len(found.taken) == 3 and not found.left_out
    with DuckEngine(found.taken) as engine:
        yield engine, found


def ask(engine: tuple[DuckEngine, Sources], *asked: str | None) -> Federated:
    return federated(*engine, FederatedQuestion(*asked))  # type: ignore[arg-type]


def test_the_products_snapshots_and_the_federated_structure_have_one_hash_at_every_pair_of_times(
    many: Many, engine: tuple[DuckEngine, Sources]
) -> None:
    """A share of scripts/campaign archives."""
    assert_one_hash([engine[0]], engine[1], many[1], pairs(17))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sources, list[Views]]]:
    folder = tmp_path_factory.mktemp("real")
    documents = jobcentres(folder)
    with closing(Federation(folder)) as found:
        found.add(GOVERNMENT, TIMEZONE, documents)
        yield sources(found.archives), found.views


def test_the_snapshots_of_a_real_register_and_its_federated_structure_have_one_hash(
    real: tuple[Sources, list[Views]],
) -> None:
    with DuckEngine(real[0].taken) as engine:
        assert_one_hash([engine], *real, pairs(4, years=(2016, 5)))


def test_what_was_known_on_a_day_is_known_by_its_end_in_the_zone_of_each_government(
    many: Many, engine: tuple[DuckEngine, Sources]
) -> None:
    for known in ("2000-01-01", "2002-07-01", "2003-01-01T00:00:00Z", "9999-12-31"):
        asked = {one.ledger_id: one for one in ask(engine, "counts", "2003-01-01", known).ledgers}
        for views in many[1]:
            expected = views.ledger.known(known)
            found = asked[views.ledger.government.ledger_id]
            at = None if expected.at is None else expected.at.isoformat().replace("+00:00", "Z")
            assert (found.known_position, (found.known_at or "")[:19]) == (expected.position, (at or "")[:19])
            assert (found.tree_size, found.root) == views.ledger.known()[2:]


def test_counts_are_those_of_the_structure(many: Many, engine: tuple[DuckEngine, Sources]) -> None:
    effective, known = "2003-06-01", "2003-01-01"
    found = {(row.ledger, row.cluster, row.kind): row.things for row in ask(engine, "counts", effective, known).rows}
    expected: Counter[tuple[str, str | None, str]] = Counter()
    for views in many[1]:
        id_ = views.ledger.government.ledger_id
        structure = views.structure(day_of(effective), views.ledger.known(known).position)
        for thing in structure.things.values():
            expected[id_, None, thing.kind] += 1
            if thing.kind == "segment":
                expected[id_, str(thing.get("cluster")), "segment"] += 1
            if thing.kind == "mission":
                segments = [name.partition(":")[2] for name in thing.attributes if name.startswith("segments:")]
                homes = {structure.things[one].get("cluster") for one in segments if one in structure.things}
                expected.update((id_, str(cluster), "mission") for cluster in homes)
    assert found == dict(expected) and len(found) > 10


def test_what_was_learnt_is_what_tells_two_structures_apart(engine: tuple[DuckEngine, Sources]) -> None:
    effective, since, known = "2002-06-01", "2002-03-01", "2003-06-01"
    first, second = (
        {
            (row.ledger, row.id, row.attribute): (row.value, row.stated)
            for row in ask(engine, "structure", effective, at).rows
        }
        for at in (since, known)
    )
    expected = {
        (*key, first.get(key), second.get(key))
        for key in first.keys() | second.keys()
        if first.get(key) != second.get(key)
    }
    learnt = list(ask(engine, "learnt", effective, known, since).rows)
    found = {
        (
            *(one.ledger, one.id, one.attribute),
            None if one.before is None else (one.before, one.stated_before),
            None if one.after is None else (one.after, one.stated_after),
        )
        for one in learnt
    }
    assert found == expected and len(learnt) == len(found) > 10


def test_lags_are_those_of_the_metric(many: Many, engine: tuple[DuckEngine, Sources]) -> None:
    metric, whole = metrics()["lag-from-decision"], Window(day_of("1999-01-01"), day_of("2099-01-01"))
    found = {row.ledger: row for row in ask(engine, "lags", "2004-01-01", "2004-01-01").rows}
    for views in many[1]:
        record = record_at(views, views.ledger.known("2004-01-01").position, day_of("2004-01-01"))
        figure = metric.compute(record, whole, None)
        row, detail = found[views.ledger.government.ledger_id], dict(figure.detail)
        assert (row.median, row.dated, row.decisions) == (figure.value, figure.n, figure.out_of)
        assert (row.least, row.first_quartile) == (detail["least"], detail["first quartile"])
        assert (row.third_quartile, row.most) == (detail["third quartile"], detail["most"])


def test_an_archive_that_does_not_verify_is_left_out_and_named(many: Many, tmp_path: Path) -> None:
    cut, refitted = (Path(shutil.copytree(many[0][n], tmp_path / str(n))) for n in (1, 2))
    path = rewritten(cut, "rows", "'Never' AS stated", told=False)
    rewritten(refitted, "events", "'Never' AS rationale")
    found = sources([many[0][0], cut, tmp_path, many[0][0] / ".." / many[0][0].name], whole=False)
    assert [source.folder for source in found.taken] == [many[0][0]]
    assert [one.path for one in found.left_out][:2] == [str(cut), str(tmp_path)]
    assert path in found.left_out[0].why and "has no manifest.json" in found.left_out[1].why
    assert "of the same ledger" in found.left_out[2].why
    assert len(sources([refitted]).taken) == 1  # its digests fit: only its rows made again can tell
    assert ", rationale: expected" in sources([refitted], whole=True).left_out[0].why


def test_a_position_means_nothing_to_several_ledgers(engine: tuple[DuckEngine, Sources]) -> None:
    with pytest.raises(InputError, match="means another day in every ledger"):
        ask(engine, "counts", "2010-01-01", "p12")
    with pytest.raises(InputError, match="not understood"):
        ask(engine, "counts", "2010-01-01", "yesterday")


def test_an_answer_that_does_not_fit_says_so_and_leaves_nothing(
    many: Many, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = sources(many[0][:1])
    with DuckEngine(found.taken, "1MB") as engine, pytest.raises(InputError, match="more than the 1MB"):
        list(federated(engine, found, FederatedQuestion("structure", "2020-01-01")).rows)
    assert list(tmp_path.iterdir()) == []


def test_the_command_answers_as_table_json_csv_and_parquet(bare: Desk, many: Many) -> None:
    folders = [str(path) for path in many[0][:3]]
    words = ("federate", *folders, "--effective", "2020-01-01")
    table = bare.run(*words)
    assert table.exit_code == 0 and "Exampleland 2: known at p" in table.stdout, table.output
    answer = bare.json(*words)
    assert [one["government"] for one in answer["ledgers"]] == ["Exampleland 0", "Exampleland 1", "Exampleland 2"]
    rows = bare.run(*words, "--format", "csv").stdout.splitlines()
    assert len(rows) - 1 == len(answer["rows"]) > 10
    assert bare.run(*words, "-o", "found.parquet").exit_code == 0
    with duckdb.connect() as db:
        path = bare.folder / "found.parquet"
        assert db.execute(f"SELECT count(*) FROM '{path}'").fetchall() == [(len(answer["rows"]),)]
        said = dict(db.execute(f"SELECT key, value FROM parquet_kv_metadata('{path}')").fetchall())
    assert json.loads(said[b"ledgers"])[0]["root"] == answer["ledgers"][0]["root"]
    refused(bare.run(*words, "-o", "found.parquet"), "exists already")


@pytest.mark.parametrize("step", ["flush", "replace"])
def test_an_answer_that_the_disk_does_not_take_leaves_what_stood_there(
    bare: Desk, many: Many, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    words = ("federate", str(many[0][0]), "-o", "found.parquet", "--force", "--effective")
    assert bare.run(*words, "2003-01-01").exit_code == 0
    before = (bare.folder / "found.parquet").read_bytes()
    why, spoil = STEPS[step]
    spoil(monkeypatch)
    refused(bare.run(*words, "2004-01-01"), f'"found.parquet" cannot be written ({why}). What stands there is')
    assert (bare.folder / "found.parquet").read_bytes() == before and len(list(bare.folder.glob("*.parquet*"))) == 1


def test_the_command_names_what_it_left_out_and_says_so_by_its_exit_code(bare: Desk, many: Many) -> None:
    (bare.folder / "none").mkdir()
    found = bare.run("federate", str(many[0][0]), "none", "--effective", "2020-01-01", "--question", "lags")
    assert found.exit_code == 3 and "Left out: none." in found.stdout, found.output
    refused(bare.run("federate", "none"), "None of these archives can be asked")
    wrong = [
        ("--since", "2001-01-01"),
        ("--question", "learnt"),
        ("--question", "agility"),
        ("--memory", "much"),
        ("--known", "p12"),
    ]
    window = ("--question", "agility", "--effective", "2020-01-01", "--from")
    refused(bare.run("federate", str(many[0][0]), *window, "2020-01-02"), "ends on 2020-01-01, before it begins on")
    assert "segment-turnover" in bare.run("federate", str(many[0][0]), *window, "2001").stdout
    for words in (*wrong, ("--from", "2001"), ("--engine", "spark"), ("--master", "spark://a.example:7077")):
        assert bare.run("federate", str(many[0][0]), *words).exit_code == 2


def test_a_cluster_that_cannot_be_asked_is_told_in_a_sentence(
    bare: Desk, many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a cluster: tests/spark."""
    monkeypatch.setitem(sys.modules, "pyspark", None)
    words = ("federate", str(many[0][0]), "--engine", "spark", "--master")
    refused(bare.run(*words, "10.0.0.1:7077"), '"10.0.0.1:7077" is no master. Write spark://HOST:7077')
    refused(bare.run(*words, "spark://a.example:7077"), "need pyspark, which is not installed", "pip install")


WINDOWS = [("2001-01-01", "2004-12-31"), ("2002-03-01", "2002-03-01"), ("2003-02-01", "2003-12-31")]


def same(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else isclose(one, other, rel_tol=1e-12)


def assert_figures(sources: Sources, engine: DuckEngine, all_views: list[Views], begin: str, last: str, at: str) -> int:
    """Hold the federated figures to those of the metrics themselves; return how many have a value."""
    window = Window(day_of(begin), day_of(last) + 1)
    rows = list(federated(engine, sources, FederatedQuestion("agility", last, at, begin=begin)).rows)
    found = {(row.ledger, row.metric): (row.value, row.n, row.out_of) for row in rows}
    assert len(rows) == len(found) == len(all_views) * len(METRICS)
    for views in all_views:
        record = record_at(views, views.ledger.known(at).position, day_of(last))
        for name in METRICS:
            figure = metrics()[name].compute(record, window, None)
            value, n, out_of = found[views.ledger.government.ledger_id, name]
            said = (value, n, out_of), (figure.value, figure.n, figure.out_of), (name, begin, last, at)
            assert n == figure.n and same(value, figure.value) and same(out_of, figure.out_of), said
    return sum(row.value is not None for row in rows)


@pytest.mark.parametrize("at", ["2002-06-01", "9999-12-31"])
@pytest.mark.parametrize(("begin", "last"), WINDOWS)
def test_figures_of_agility_are_those_of_the_metrics(
    many: Many, engine: tuple[DuckEngine, Sources], begin: str, last: str, at: str
) -> None:
    assert assert_figures(engine[1], engine[0], many[1], begin, last, at) > 3


@settings(max_examples=examples(6), deadline=None, suppress_health_check=list(HealthCheck))
@given(doubting() | histories(max_decisions=12), st.data())
def test_figures_of_agility_are_those_of_the_metrics_whatever_was_decided(
    history: History, data: st.DataObject
) -> None:
    days = sorted({*filter(None, map(iso, history.days())), "2019-12-31", "2021-06-16", "2022-02-01"})[1:-1]
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history) as ledger,
        Views(ledger, folder) as views,
    ):
        archived(views, Path(folder, "a.archive"))
        found = sources([Path(folder, "a.archive")])
        with DuckEngine(found.taken) as engine:
            for _ in range(6):
                begin, last = sorted(data.draw(st.lists(st.sampled_from(days), min_size=2, max_size=2)))
                assert_figures(found, engine, [views], begin, last, "9999-12-31")


def test_figures_of_agility_of_a_real_register_are_those_of_the_metrics(real: tuple[Sources, list[Views]]) -> None:
    with DuckEngine(real[0].taken) as engine:
        assert assert_figures(real[0], engine, real[1], "2018-03-01", "2018-06-30", "2019-01-01") > 4
        assert assert_figures(real[0], engine, real[1], "2015-01-01", "2021-06-30", "9999-12-31") > 5

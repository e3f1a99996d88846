"""Time zones: UTC and the places of the shipped data, whatever the machine keeps; and what falls off the calendar."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.governing import REGISTRY, constituted, governed, ticking

from ledger import zones
from ledger.application import Ledger, import_register
from ledger.errors import InputError, MalformedDocument

AHEAD = ["2206-01-01T00:00:00Z", "9999-12-31T23:00:00Z"]
NO_PLACES = ["localtime", "posixrules", "Factory", "right/UTC", "", "Etc/GMT+5", "EST5EDT", "../UTC", "Mars/Olympus"]


@pytest.mark.parametrize("name", NO_PLACES)
def test_a_zone_that_is_no_place_is_refused_and_leaves_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="is not a time zone of a place"):
        constituted(tmp_path, timezone=name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", zones.names())
def test_every_place_of_the_shipped_data_tells_the_time(name: str) -> None:
    zone = zones.zone(name)
    assert (zone.key, zone) == (name, zones.zone(name))
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert abs(summer.astimezone(zone).replace(tzinfo=UTC) - summer).total_seconds() <= 14 * 3600


def test_a_ledger_opens_where_the_machine_keeps_no_zones(tmp_path: Path) -> None:
    zoneinfo.reset_tzpath(to=[])
    try:
        zones.zone.cache_clear()
        with constituted(tmp_path, timezone="Pacific/Auckland") as ledger:
            assert ledger.known("2026-03-05").position == 1
    finally:
        zoneinfo.reset_tzpath()


def documents(*times: str) -> list[dict[str, object]]:
    """A register of one cluster and its titles, recorded at these instants."""
    said = [{"change": "establish-cluster", "cluster": "care", "title": "Title 0"}]
    said += [{"change": "retitle-cluster", "cluster": "care", "title": f"Title {n}"} for n in range(1, len(times))]
    return [
        {"authority": "A", "reference": f"R-{n}", "effective": "2010", "recorded_at": at, "changes": [change]}
        for n, (at, change) in enumerate(zip(times, said, strict=True))
    ]


@pytest.mark.parametrize(
    ("zone", "time"), [*(("UTC", time) for time in AHEAD), ("America/Lima", "0001-01-01T00:00:00Z")]
)
def test_a_record_time_that_cannot_be_is_refused_where_it_stands(tmp_path: Path, zone: str, time: str) -> None:
    path = tmp_path / "old.ledger"
    with pytest.raises(MalformedDocument, match='^Document 1: "recorded_at" is '):
        take(path, zone, time)
    assert not path.exists()


def test_what_stands_before_a_record_time_ahead_of_the_clock_stays_and_later_records_keep_their_time(
    tmp_path: Path,
) -> None:
    path = tmp_path / "old.ledger"
    with pytest.raises(MalformedDocument, match="^Document 2: .* ahead of the clock"):
        take(path, "Europe/Berlin", "2010-02-01T12:00:00Z", AHEAD[0])
    with Ledger.open(path, recorder=REGISTRY, clock=ticking()) as ledger:
        assert ledger.head().position == 2
        said = {"authority": "A", "reference": "N", "effective": "2010", "changes": [RETITLED]}
        later = ledger.record(said)
        assert later.recorded_at.year == 2026


RETITLED = {"change": "retitle-cluster", "cluster": "care", "title": "Care"}


def take(path: Path, zone: str, *times: str) -> None:
    """Import the register into a ledger of a zone."""
    import_register(
        path, documents(*times), government="G", source="old", recorder=REGISTRY, timezone=zone, clock=ticking()
    )


def test_the_end_of_the_last_day_is_all_that_is_known(tmp_path: Path) -> None:
    for zone in ("UTC", "America/Los_Angeles", "Pacific/Auckland"):
        folder = tmp_path / zone
        folder.mkdir(parents=True)
        with constituted(folder, timezone=zone) as ledger:
            assert ledger.known("9999-12-31") == ledger.known()
            assert ledger.known("0001-01-01").position == 0


def test_a_position_beyond_the_head_is_refused_and_the_head_is_named(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        head = ledger.head().position
        assert ledger.known(f"p{head}") == ledger.known()
        with pytest.raises(InputError, match=rf"Nothing stands at p999: the ledger ends at p{head}\."):
            ledger.known("p999")

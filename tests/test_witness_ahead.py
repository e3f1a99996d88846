"""Whoever records more than a day after witnesses cosigned the ledger is told so, and asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.command_line import FIRST, Desk, refused
from support.notaries import KEY, checkpoint, key_of, with_key
from support.witnessing import LOG_KEY, NOON, ORIGIN, WITNESS_KEY, Log
from support.witnessing import key_of as witness_key_of

from commands.record import recording
from ledger.errors import ProofError
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.policy import Policy
from ledger.integrity.vkeys import COSIGNATURE, ML_DSA_44
from ledger.proving.witnessed import ahead, witnessed_at

WITNESSES = (WITNESS_KEY, *(witness_key_of(f"w{seed}.example.org", (COSIGNATURE, ML_DSA_44), seed) for seed in (3, 4)))
POLICY = "".join(
    [*(f"witness w{place} {key.vkeys[0]}\n" for place, key in enumerate(WITNESSES)), "group g 2 w0 w1 w2\nquorum g\n"]
)


def cosigned(*times: int) -> SignedCheckpoint:
    """A checkpoint that witnesses cosigned at these times, 0 for one that did not."""
    signed = Log(7).signed(7)
    lines = [key.signers[0].sign(signed.note.text, time) for key, time in zip(WITNESSES, times, strict=False) if time]
    return signed._replace(note=signed.note.with_signatures(lines))


@pytest.mark.parametrize(
    ("times", "found"),
    [((), None), ((5,), None), ((5, 9), 5), ((9, 5, 7), 7), ((5, 5, 5), 5), ((9, 0, 3), 3)],
)
def test_a_quorum_has_the_time_at_which_the_last_of_it_had_signed(times: tuple[int, ...], found: int | None) -> None:
    """The newest that make it up count; an old one beside them takes nothing away."""
    assert witnessed_at(cosigned(*times), Policy.parse(POLICY.encode()), "It") == found


def said(folder: Path, signed: SignedCheckpoint | None, policy: str = POLICY, origin: str = ORIGIN) -> str:
    (folder / "policy").write_text(policy)
    if signed is not None:
        (folder / "c").write_bytes(bytes(signed))
    return ahead(origin, folder / "c", folder / "policy", datetime.fromtimestamp(NOON, UTC))


def test_what_is_recorded_within_a_day_of_a_quorum_is_not_ahead(tmp_path: Path) -> None:
    day = int(timedelta(days=1).total_seconds())
    assert "is not there" in said(tmp_path, None)
    assert said(tmp_path, None, "quorum none") == ""
    assert "Fewer witnesses" in said(tmp_path, cosigned(NOON))
    assert said(tmp_path, cosigned(NOON, NOON - day)) == ""
    assert said(tmp_path, cosigned(2**62, 2**62)) == ""
    told = said(tmp_path, cosigned(NOON, NOON - day - 1))
    assert told == "Witnesses last cosigned this ledger at 2026-11-24T11:59:59Z, at size 7."


def test_a_checkpoint_that_is_of_another_ledger_or_altered_stops_the_recording(tmp_path: Path) -> None:
    with pytest.raises(ProofError, match="is a checkpoint of example.gov/ledger"):
        said(tmp_path, cosigned(NOON, NOON), origin="example.gov/other")
    signed = cosigned(NOON, NOON)
    altered = signed._replace(note=signed.note._replace(text=Log(8).signed(8).note.text))
    with pytest.raises(ProofError, match="does not hold"):
        said(tmp_path, altered)
    with pytest.raises(ProofError, match="does not hold"):
        said(tmp_path, altered, f"log {LOG_KEY.vkeys[0]}\n{POLICY}")


@pytest.fixture
def reminded(desk: Desk) -> Desk:
    """A desk that is configured to look at its checkpoint, which a witness cosigned two days ago."""
    desk.write("cluster-ledger.toml", f'checkpoint = "{KEY}.signed"\npolicy = "policy"\n')
    desk.write("policy", f"witness w {WITNESS_KEY.vkeys[0]}\nquorum w\n")
    with_key(desk)
    at(desk, datetime.now(UTC) - timedelta(days=2))
    return desk


def at(desk: Desk, instant: datetime) -> None:
    """Have the ledger of a desk signed and cosigned at an instant."""
    signed = checkpoint(desk, "now", "--force")
    assert key_of(desk).name == signed.checkpoint.origin
    line = WITNESS_KEY.signers[0].sign(signed.note.text, int(instant.timestamp()))
    desk.write(f"{KEY}.signed", bytes(signed.note.with_signatures([line])))


RECORDS = [("record", "a.yaml"), ("record", "a.yaml", "--together"), ("record", "a.yaml", "--format", "json")]


@pytest.mark.parametrize("command", RECORDS, ids=" ".join)
def test_where_nobody_is_asked_it_is_said_on_standard_error(reminded: Desk, command: tuple[str, ...]) -> None:
    reminded.write("a.yaml", FIRST)
    result = reminded.run(*command)
    assert (result.exit_code, result.stderr.count("Witnesses last cosigned this ledger at ")) == (0, 1)
    assert "Witnesses" not in result.stdout
    at(reminded, datetime.now(UTC))
    assert "Witnesses" not in reminded.run(*command).stderr


@pytest.mark.parametrize("command", RECORDS[:2], ids=" ".join)
def test_at_a_terminal_it_stands_above_the_question(
    reminded: Desk, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(recording, "at_terminal", lambda: True)
    reminded.write("a.yaml", FIRST)
    result = reminded.run(*command, input="no\n")
    plan, witnesses, below = result.stdout.partition("Witnesses last cosigned this ledger at ")
    assert (
        "title" in plan and witnesses and " ".join(below.split()).partition(" asks them. ")[2].startswith("Record it")
    )
    assert reminded.size() == 1
    assert "Witnesses" not in result.stderr
    assert "Witnesses" in reminded.run(*command, "--yes").stderr and reminded.size() == 5


def test_a_checkpoint_is_configured_with_a_policy_or_not_at_all(reminded: Desk) -> None:
    reminded.write("cluster-ledger.toml", f'checkpoint = "{KEY}.signed"\n')
    reminded.write("a.yaml", FIRST)
    refused(reminded.run("record", "a.yaml"), 'without a "policy"')
    reminded.write("cluster-ledger.toml", 'policy = "policy"\n')
    assert reminded.run("record", "a.yaml").exit_code == 0

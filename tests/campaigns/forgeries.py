"""A campaign over forged ledgers and files of proof: each mutation is caught, and nothing else is.

A reader holds two checkpoints, an export and the verifier keys outside. What is changed in the ledger is told by its
position; what is changed in a file of proof is refused, or the answer says whose signature is missing.

`scripts/campaign forgeries --seed 1 --size 2000` forges 2,000 ledgers, and a quarter as many files of each kind.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from click.testing import CliRunner
from support.forged_files import LEDGER, Forged, mutated

from commands.main import cli

AUTHORITY = "Council of Ministers"
FIRST, SECOND, LOG, VKEYS = "first.checkpoint", "second.checkpoint", "log.jsonl", "office.vkeys"
HELD = ("--against", FIRST, "--against", SECOND, "--against", LOG, "--vkey", VKEYS)
CHANGES = (
    "[{change: establish-cluster, cluster: care, title: Care}, {change: add-segment, segment: care/home, title: Home},"
    " {change: launch-mission, mission: sleep, title: Sleep, segments: [care/home]}]",
    "[{change: retitle-cluster, cluster: care, title: Nearby care}]",
    "[{change: appoint-leader, of: care, office: lead, holder: A. Example}]",
    "[{change: retitle-mission, mission: sleep, title: Rest}]",
    "[{change: add-segment, segment: care/work, title: Work},"
    " {change: retitle-segment, segment: care/home, title: At home}]",
    "[{change: rename-government, title: Newland}]",
)
FILES = {"proof": "decision.tlog-proof", "checkpoint": SECOND, "policy": "policy"}


def run(*args: str) -> Any:
    """Run the program in this process, in the working folder."""
    return CliRunner().invoke(cli, list(args), prog_name="cluster-ledger")


def need(*args: str) -> str:
    """Run what must succeed, and return what it printed."""
    result = run(*args)
    if result.exit_code:
        raise RuntimeError(f"{' '.join(args)}: {result.output}")
    return str(result.stdout)


def make_world() -> None:
    """Make, in the working folder, a ledger and what a reader took home of it."""
    need("init", "--government", "Testland")
    need("key", "make", "-o", "office.key", "--no-passphrase")
    for number, changes in enumerate(CHANGES, 1):
        document = f"{{authority: {AUTHORITY}, reference: M-{number}, effective: 2026-04-01, changes: {changes}}}"
        Path("decision.yaml").write_text(document, encoding="utf-8")
        need("record", "--yes", "decision.yaml")
        if number == 3:
            need("checkpoint", "--key", "office.key", "-o", FIRST)
    need("checkpoint", "--key", "office.key", "-o", SECOND)
    need("prove", "M-5", "--checkpoint", SECOND, "-o", FILES["proof"])
    need("export", "-o", LOG)
    need("export", "--format", "tiles", "--checkpoint", SECOND, "-o", "public")
    keys = need("key", "show", "office.key")
    Path(VKEYS).write_text(keys, encoding="utf-8")
    logs = "".join(f"log {key}\n" for key in keys.splitlines())
    Path(FILES["policy"]).write_text(f"{logs}quorum none\n", encoding="utf-8")


def missed_in_ledger(number: int, random: Random) -> str | None:
    """Forge a copy of the ledger; return what was missed of it, None where it was caught with its position."""
    forge = LEDGER[number % len(LEDGER)]
    shutil.copy("government.ledger", "forged.ledger")
    forged = forge(Path("forged.ledger"), random)
    result = run("--ledger", "forged.ledger", "verify", *HELD, "--format", "json")
    if result.exit_code != 3:
        return f"{forge.__name__}: {forged.said}: exit code {result.exit_code}: {result.output[:300]}"
    return None if _is_told(forged, json.loads(result.stdout)["damage"]) else f"{forged.said}: {result.stdout[:600]}"


def _is_told(forged: Forged, damage: list[dict[str, Any]]) -> bool:
    """Whether the position is told: of an event, or of the first one that is gone."""
    gone = f"from p{forged.position} on"
    return any(one["position"] == forged.position or gone in f"{one['expected']} {one['found']}" for one in damage)


def missed_in_file(kind: str, random: Random) -> str | None:
    """Forge a file of proof; return what was missed of it, None where it was caught."""
    if kind == "tiles":
        return _missed_in_tiles(random)
    if kind == "memory":
        return _missed_in_memory(random)
    raw = Path(FILES[kind]).read_bytes()
    changed, said = mutated(raw, random)
    Path("forged").write_bytes(changed)
    policy = ("--policy", "forged") if kind == "policy" else ("--vkey", VKEYS)
    name = SECOND if kind == "policy" else "forged"
    result = run("verify", name, *policy, "--format", "json")
    if result.exit_code in (1, 3, 4) and "Traceback" not in result.output:
        return None
    who = json.loads(result.stdout)["signed_by"] if result.exit_code == 0 else []
    # The text stands, and so does one of two signatures: it is said that the other one is not there.
    return None if len(who) == 1 else f"{kind}: {said}: exit code {result.exit_code}: {result.output[:300]}"


def _missed_in_tiles(random: Random) -> str | None:
    files = sorted(path for path in Path("public").rglob("*") if path.is_file() and path.name != "checkpoint")
    path = random.choice(files)
    raw = path.read_bytes()
    changed, said = mutated(raw, random)
    path.write_bytes(changed)
    try:
        result = run("verify", "public", "--vkey", VKEYS, "--format", "json")
    finally:
        path.write_bytes(raw)
    told = f"{path.relative_to('public')}".partition(".p")[0]
    if result.exit_code == 3 and (told in result.stdout or '"position": ' in result.stdout):
        return None
    return f"{path}: {said}: exit code {result.exit_code}: {result.output[:300]}"


def make_witness() -> tuple[Any, bytes]:
    """Return a witness that cosigned a log of seven leaves, and a request for a history that forked before them."""
    from support.witnessing import LOG_KEY, ORIGIN, WITNESS_KEY, Clock, Log

    from ledger.witness.service import Witness

    clock = Clock()
    Path("witness").mkdir(exist_ok=True)
    witness = Witness(WITNESS_KEY, {ORIGIN: LOG_KEY.vkeys}, "witness", clock)
    assert witness.add_checkpoint(Log(7).request(0, 7)).status in (200, 409)
    clock.seconds += 60
    return witness, Log(9, history="another ", forked=3).request(7, 9)


def _missed_in_memory(random: Random) -> str | None:
    """Alter what a witness remembers; return what it then cosigned, None where it refused everything."""
    witness, forked = make_witness()
    (path,) = Path("witness").glob("*.origin")
    raw = path.read_bytes()
    changed, said = mutated(raw, random)
    path.write_bytes(changed)
    try:
        statuses = [witness.add_checkpoint(asked).status for asked in (forked, _again())]
    finally:
        path.write_bytes(raw)
    return f"memory: {said}: {statuses}" if 200 in statuses else None


def _again() -> bytes:
    """Return a request to cosign the same again, which a sound memory grants and an altered one must not."""
    from support.witnessing import Log

    return Log(7).request(7, 7)


def false_alarm(random: Random) -> str | None:
    """Ask everything of what nobody touched; return what was called wrong."""
    shutil.copy("government.ledger", "copied.ledger")
    asked = [
        ("--ledger", "copied.ledger", "verify", *HELD),
        ("verify", random.choice((FILES["proof"], SECOND, "public")), "--vkey", VKEYS),
        ("verify", SECOND, "--policy", FILES["policy"]),
    ]
    witness, forked = make_witness()
    if [witness.add_checkpoint(one).status for one in (_again(), forked)] != [200, 422]:
        return "the memory of a witness that nobody touched"
    for words in asked:
        result = run(*words)
        if result.exit_code:
            return f"{' '.join(words)}: {result.output[:300]}"
    return None


def campaign(seed: int, size: int) -> Iterator[tuple[str, str | None]]:
    """Yield the kind and, where it was missed, the story of each trial: `size` ledgers, a quarter of each file."""
    for number in range(size):
        yield "ledger", missed_in_ledger(number, Random(f"{seed} ledger {number}"))
    for kind in (*FILES, "tiles", "memory"):
        for number in range(size // 4):
            yield kind, missed_in_file(kind, Random(f"{seed} {kind} {number}"))
    for number in range(size // 10):
        yield "untouched", false_alarm(Random(f"{seed} untouched {number}"))


def main() -> int:
    """Run the campaign in a folder of its own; return 1 where something was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=2_000)
    given = parser.parse_args()
    tried, missed = Counter[str](), 0
    with tempfile.TemporaryDirectory(prefix="cluster-ledger-forgeries.") as folder:
        os.environ |= {
            "CLUSTER_LEDGER_RECORDER": "Registry",
            "CLUSTER_LEDGER_VIEWS": f"{folder}/views",
            "CLUSTER_LEDGER_STATE": f"{folder}/state",
        }
        os.chdir(folder)
        make_world()
        for kind, story in campaign(given.seed, given.size):
            tried[kind] += 1
            if story is not None:
                missed += 1
                print(f"MISSED, {kind}: {story}", flush=True)
    print(", ".join(f"{count:,} {kind}" for kind, count in tried.items()), f"tried; {missed} missed.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

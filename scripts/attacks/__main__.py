"""Attacks on a small ledger, told one by one: what is forged, how it is caught, and what had to be held outside."""

from __future__ import annotations

import argparse
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import NamedTuple

from attacks.catalogue import Attack, attacks
from attacks.world import Said, World, made

CAUGHT = (1, 3, 4)  # refused, damaged, not proven


class Outcome(NamedTuple):
    """What became of an attack: which question caught it, None where none did."""

    attack: Attack
    alone: Said
    held: Said | None
    caught: bool


def tried(world: World, attack: Attack, folder: Path) -> Outcome:
    """Forge a copy of the world, and ask it."""
    forged = world.copy(folder)
    attack.forge(forged)
    alone = forged.run(*attack.alone, reader=attack.reader)
    held = forged.run(*attack.held, reader=attack.reader) if attack.held else None
    found = held or alone
    # What nothing in the file can show must not be called damage either: the demonstration would prove too much.
    honest = held is None or alone.code in (0, 4)
    return Outcome(attack, alone, held, found.code in CAUGHT and attack.words in found.text and honest)


def told(outcome: Outcome) -> str:
    """Return an outcome in words."""
    attack, held = outcome.attack, outcome.held
    lines = [attack.name]
    if held is not None:
        lines += [f"  Alone, nothing shows it. What must be held outside: {attack.outside}."]
    asked = " ".join(attack.held if held is not None else attack.alone)
    lines += [f"  $ cluster-ledger {asked}", f"  {'Caught' if outcome.caught else 'NOT CAUGHT'}: {_said(outcome)}"]
    return "\n".join(textwrap.fill(line, 80, subsequent_indent="    ") for line in lines)


def _said(outcome: Outcome) -> str:
    said = outcome.held or outcome.alone
    line = next((line.strip() for line in said.text.splitlines() if outcome.attack.words in line), said.text.strip())
    following = said.text.partition(line)[2].strip().splitlines()
    return f"{line} {following[0].strip()}" if line.startswith("Damaged") and following else line


def main() -> int:
    """Try every attack; return 1 where one was not caught."""
    parser = argparse.ArgumentParser(prog="scripts/attack_demo", description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="a new folder in which everything is kept")
    keep = parser.parse_args().keep
    with tempfile.TemporaryDirectory(prefix="cluster-ledger-attacks.") as temporary:
        folder = keep or Path(temporary) / "attacks"
        world = made(folder / "untouched")
        print("Untouched:", world.run("verify", "--against", "home/second.checkpoint").text.splitlines()[0])
        missed = 0
        for number, attack in enumerate(attacks(world.ledger), 1):
            outcome = tried(world, attack, folder / f"attack-{number:02d}")
            print(f"\n{number}. {told(outcome)}", flush=True)
            missed += not outcome.caught
        print(f"\n{number} attacks, {number - missed} caught.")
        return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

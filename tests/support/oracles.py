"""Values of lifelines and scikit-learn, recorded for inputs that are made anew from a seed whenever tests run.

The two libraries bring 680 MB for two oracles, so that only `scripts/oracles` installs them: it runs this file in an
environment of its own and writes tests/golden/oracles. Inputs are made with `Random.random` alone, which Python
promises to keep; what an input was is recorded too, as a digest.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

FOLDER = Path(__file__).parents[1] / "golden" / "oracles"
SEED, CASES = 20_261_125, 150
LAST_DAY = date(2024, 12, 31)  # on which departments are looked at
Life = tuple[int, int, bool]  # days of age: when it came into sight, when it left, and whether it then ended


def lives(number: int) -> list[Life]:
    """The lives of one case, up to 40 and the one that keeps somebody at risk at every age.

    Some enter late, and none at the age of an end; lifelines refuses a gap in which nobody is at risk.
    """
    draw = Random(f"lives {SEED} {number}").random
    found: list[Life] = []
    for _ in range(1 + int(draw() * 40)):
        entered = 2 * int(draw() * 31)
        found.append((entered, entered + 2 * int(1 + draw() * 30) - 1, draw() < 0.5))
    return [*found, (0, 100, False)]


def labels(number: int) -> list[tuple[int, int]]:
    """The groups of up to 30 missions on two days; often every mission is alone, or all are together."""
    draw = Random(f"labels {SEED} {number}").random
    groups = [1 + int(draw() * 6), 1 + int(draw() * 6)]
    return [(int(draw() * groups[0]), int(draw() * groups[1])) for _ in range(2 + int(draw() * 29))]


def departments(file: Path) -> list[tuple[int, bool]]:
    """The days that organisations with a stated start lasted until the last day, and whether they then had ended."""
    with file.open(encoding="utf-8", newline="") as opened:
        spans = [(row["start_date"], row["end_date"]) for row in csv.DictReader(opened) if row["start_date"]]
    last = LAST_DAY.isoformat()
    return [((date.fromisoformat(end or last) - date.fromisoformat(start)).days, bool(end)) for start, end in spans]


def digest(given: object) -> str:
    """The digest of an input, which says whether it is still the one that a value was recorded for."""
    return hashlib.sha256(json.dumps(given).encode()).hexdigest()[:16]


def recorded(name: str) -> dict[str, Any]:
    """What was recorded under a name: `made_with`, and `cases` or the fields of the only one."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Record what the libraries make of every input; run by scripts/oracles."""
    import lifelines
    import sklearn
    from sklearn.metrics import adjusted_rand_score

    def curve(case: list[Life]) -> list[list[float]]:
        entered, left, ended = zip(*case, strict=True)
        fitted = lifelines.KaplanMeierFitter().fit(left, ended, entry=entered)
        shares = fitted.survival_function_["KM_estimate"]
        ages = sorted({age for _, age, end in case if end})
        return [[age, round(float(shares.loc[float(age)]), 12)] for age in ages]

    def likeness(case: list[tuple[int, int]]) -> float:
        return round(float(adjusted_rand_score(*zip(*case, strict=True))), 12)

    by_lifelines, by_sklearn = f"lifelines {lifelines.__version__}", f"scikit-learn {sklearn.__version__}"
    _write("survival", {"made_with": by_lifelines, "seed": SEED, "cases": _cases(lives, curve)})
    _write("likeness", {"made_with": by_sklearn, "seed": SEED, "cases": _cases(labels, likeness)})

    seen = departments(Path(os.environ["CLUSTER_LEDGER_SHARED"]) / "data/ifg/organisation.csv")
    days, ended = zip(*seen, strict=True)
    median = float(lifelines.KaplanMeierFitter().fit(days, ended).median_survival_time_)
    _write("departments", {"made_with": by_lifelines, "input": digest(sorted(seen)), "median_days": median})


def _cases(made: Callable[[int], Any], answered: Callable[[Any], Any]) -> list[list[Any]]:
    return [[digest(case), answered(case)] for case in map(made, range(CASES))]


def _write(name: str, found: dict[str, Any]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    fields = [f'"{field}": {_value(value)}' for field, value in found.items()]
    (FOLDER / f"{name}.json").write_text("{\n" + ",\n".join(fields) + "\n}\n", encoding="utf-8")
    print(f"Wrote {name}.json, with {found['made_with']}.")


def _value(value: Any) -> str:
    """JSON of one value; a list with a line for each of its members, so that a difference can be read."""
    return "[\n" + ",\n".join(map(json.dumps, value)) + "\n]" if isinstance(value, list) else json.dumps(value)


if __name__ == "__main__":
    main()

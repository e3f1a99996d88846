"""The writer of docs/agility.md: what is said by hand, then every metric as the registry has it.

Run it after a metric has changed: PYTHONPATH=.:tests python -m support.agility_page
"""

from __future__ import annotations

from pathlib import Path

from projections.agility.figures import Metric
from projections.agility.query import metrics

PAGE = Path(__file__).resolve().parents[2] / "docs" / "agility.md"
MARK = "<!-- From here on the registry speaks: tests/support/agility_page.py writes it. -->\n"
BLOCKS = {"structure": "Structure (may change)", "measurement": "Measurement (should stay the same)"}


def page(by_hand: str) -> str:
    """The page: what stands before the mark, and a section for every metric."""
    parts = [by_hand.partition(MARK)[0], MARK]
    for block, title in BLOCKS.items():
        parts.append(f"\n## {title}\n")
        parts += [section(one) for one in metrics().values() if one.block == block]
    return "".join(parts)


def section(one: Metric) -> str:
    """What a metric says of itself; the full definition is the first paragraph of its function."""
    full = " ".join((one.compute.__doc__ or "").split())
    return (
        f"\n### {one.name}\n\n{one.line}\n\n"
        f"- **Unit**: {one.unit}\n- **Denominator**: {one.denominator}\n- **Computed**: {full}\n"
        f"- **Source**: {one.source}\n- **What a high value does not mean**: {one.not_meaning}\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

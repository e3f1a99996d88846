"""The balance of a period: what was there on its first and its last day, and what changed in sum, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ledger.names import GOVERNMENT, LIFE
from ledger.plurals import plural
from ledger.state.structure import ThingAt
from projections.answers.counts import Count
from projections.charts.chart import counted
from projections.differences.explained import Point
from projections.differences.merged import pairs
from projections.differences.structures import compared
from projections.views.read_model import Views

KINDS = ("cluster", "segment", "mission", "mandate", "objective", "signal")
_ALTERED = {
    ("cluster", "title"): "given another title",
    ("segment", "title"): "given another title",
    ("mission", "title"): "given another title",
    ("segment", "cluster"): "moved to another cluster",
    ("mission", "segments"): "affiliated with other segments than before",
    ("objective", "target"): "given another target",
    ("objective", "definition_version"): "defined anew",
}
_ADDED = {"measurements": "measurement", "assessments": "assessment", "decision-reviews": "review of a decision"}
_MANY = {"review of a decision": "reviews of decisions"}


class Balance:
    """How many things of each kind were there on both days, and how many began, ended or changed between them."""

    def __init__(self, views: Views, first: Point, second: Point) -> None:
        """Read both structures once, thing by thing."""
        self._sure, self._most = (Counter[str](), Counter[str]()), (Counter[str](), Counter[str]())
        self._begun, self._ended = Counter[str](), Counter[str]()
        self._altered, self._added = Counter[tuple[str, str]](), Counter[str]()
        for old, new in pairs(views, first, second):
            self._count(0, old)
            self._count(1, new)
            self._compare(old, new)

    def _count(self, end: int, thing: ThingAt | None) -> None:
        if thing is not None and thing.kind != GOVERNMENT:
            self._most[end][thing.kind] += 1
            self._sure[end][thing.kind] += thing.may_have_ended is None

    def _compare(self, old: ThingAt | None, new: ThingAt | None) -> None:
        for change in compared(old, new):
            if change.attribute == LIFE:
                (self._ended if change.after is None else self._begun)[change.kind] += 1
                continue
            self._altered[change.kind, change.attribute] += change.before is not None and change.after is not None
            family = change.attribute.partition(":")[0]
            if family in _ADDED and change.before is None:
                self._added[family] += 1
        if old is None and new is not None:
            for name in new.attributes:
                if name.partition(":")[0] in _ADDED:
                    self._added[name.partition(":")[0]] += 1

    def of(self, kind: str) -> tuple[Count, Count]:
        """Return how many things of a kind were there on the first and on the last day."""
        first, last = (Count(sure[kind], most[kind]) for sure, most in zip(self._sure, self._most, strict=True))
        return first, last

    def begun(self, kind: str) -> int:
        """Return how many things of a kind are there on the last day and were not on the first."""
        return self._begun[kind]

    def ended(self, kind: str) -> int:
        """Return how many things of a kind were there on the first day and are not on the last."""
        return self._ended[kind]

    def changed(self) -> Iterator[str]:
        """Yield what else the period changed in sum, a sentence each; nothing where all is as it was."""
        for (kind, attribute), words in _ALTERED.items():
            number = self._altered[kind, attribute]
            if number:
                yield f"{counted(number, kind)} {plural(number, 'was', 'were')} {words}."
        for family, noun in _ADDED.items():
            number = self._added[family]
            if number:
                yield f"{counted(number, noun, _MANY.get(noun))} {plural(number, 'was', 'were')} added."

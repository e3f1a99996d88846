"""Notices in short: how many there are of each rule, and the few that deserve attention most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest

from ledger.rules.notice import Notice
from projections.answers.notices import SEVERITIES

MOST = 10  # notices that are told one by one


class Attention:
    """Notices, counted by rule; of each rule the first few are kept."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        """Read every notice once."""
        self.counts = Counter[str]()
        self._first: dict[str, list[Notice]] = {}
        for one in notices:
            self.counts[one.rule] += 1
            if self.counts[one.rule] <= MOST:
                self._first.setdefault(one.rule, []).append(one)

    @property
    def rules(self) -> list[tuple[Notice, int]]:
        """One notice of each rule with the number of all: the gravest rules first, of these the rarest first."""
        firsts = [(found[0], self.counts[rule]) for rule, found in self._first.items()]
        return sorted(firsts, key=lambda one: (SEVERITIES.index(one[0].severity), one[1], one[0].rule))

    @property
    def most(self) -> list[Notice]:
        """The notices that matter most, by severity; of one severity, one a rule in turn, the rarest rule first."""
        return list(islice(self._in_turn(), MOST))

    def _in_turn(self) -> Iterator[Notice]:
        for severity in SEVERITIES:
            of_rule = [self._first[one.rule] for one, _ in self.rules if one.severity == severity]
            for turn in zip_longest(*of_rule):
                yield from (one for one in turn if one is not None)

"""Statements of SQL that are asked of many ledgers: one text for every engine, and the few words in which they differ.

They speak of the tables of an archive, and of `points`: of each ledger its id, the government, the position that is
`known`, and `since`, an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from ledger.errors import InputError
from projections.archive.federation.figures import figures_text


class Dialect(NamedTuple):
    """The words of an engine: how it quotes a name, and how it counts the days from one date to another."""

    quote: str
    days: str


DUCKDB = Dialect('"', "({later} - {earlier})")
SPARK = Dialect("`", "datediff({later}, {earlier})")

# Rows that hold on a day as known at a position; `{name}` and `{known}` are the table that is made and the position.
_HELD = """
{name}_closed AS (
    SELECT c.ledger, c.{row} AS number
    FROM row_closings c JOIN points p ON p.ledger = c.ledger
    WHERE c.known_to <= p.{known}
), {name}_known AS (
    SELECT r.ledger, p.government, r.kind, r.id, r.attribute, r.value, r.{text} AS said, r.stated, r.set_by
    FROM rows r JOIN points p ON p.ledger = r.ledger
    WHERE r.known_from <= p.{known} AND r.has_effect
      AND coalesce(r.effective_from <= {effective}, true) AND coalesce(r.effective_to > {effective}, true)
      AND NOT EXISTS (SELECT 1 FROM {name}_closed c WHERE c.ledger = r.ledger AND c.number = r.{row})
), {name}_lived AS (
    SELECT ledger, government, kind, id, max(CASE WHEN attribute = 'in-doubt' THEN 1 ELSE 0 END) AS in_doubt
    FROM {name}_known WHERE attribute IN ('life', 'in-doubt') GROUP BY ledger, government, kind, id
), {name} AS (
    SELECT k.* FROM {name}_known k
    WHERE EXISTS (SELECT 1 FROM {name}_lived l WHERE l.ledger = k.ledger AND l.id = k.id)
)"""

_STRUCTURE = """
WITH {held}
SELECT h.ledger, h.government, h.kind, h.id, h.attribute, h.value, h.stated, h.set_by AS {position},
       e.id AS event, e.authority, e.reference
FROM held h JOIN events e ON e.ledger = h.ledger AND e.{position} = h.set_by
ORDER BY h.government, h.ledger, h.id, h.attribute
"""

_COUNTS = """
WITH {held}, homes AS (
    SELECT ledger, id AS segment, said AS cluster FROM held WHERE kind = 'segment' AND attribute = 'cluster'
), placed AS (
    SELECT l.ledger, l.government, h.cluster, l.kind, l.id, l.in_doubt
    FROM held_lived l JOIN homes h ON h.ledger = l.ledger AND h.segment = l.id
    WHERE l.kind = 'segment'
    UNION
    SELECT l.ledger, l.government, h.cluster, l.kind, l.id, l.in_doubt
    FROM held_lived l
    JOIN held a ON a.ledger = l.ledger AND a.id = l.id AND a.attribute LIKE 'segments:%'
    JOIN homes h ON h.ledger = a.ledger AND h.segment = substr(a.attribute, 10)
    WHERE l.kind = 'mission'
    UNION
    SELECT ledger, government, CAST(NULL AS STRING) AS cluster, kind, id, in_doubt FROM held_lived
)
SELECT ledger, government, cluster, kind, count(*) AS things, CAST(sum(in_doubt) AS BIGINT) AS in_doubt
FROM placed GROUP BY ledger, government, cluster, kind
ORDER BY government, ledger, cluster NULLS FIRST, kind
"""

_LEARNT = """
WITH {held}, {before}
SELECT coalesce(h.ledger, b.ledger) AS ledger, coalesce(h.government, b.government) AS government,
       coalesce(h.kind, b.kind) AS kind, coalesce(h.id, b.id) AS id, coalesce(h.attribute, b.attribute) AS attribute,
       b.value AS before, h.value AS after, b.stated AS stated_before, h.stated AS stated_after
FROM held h FULL OUTER JOIN before b ON b.ledger = h.ledger AND b.id = h.id AND b.attribute = h.attribute
WHERE h.id IS NULL OR b.id IS NULL OR h.value <> b.value OR h.stated <> b.stated
ORDER BY 2, 1, 4, 5
"""

_LAGS = """
WITH closed AS (
    SELECT c.ledger, c.{first}, c.known_from
    FROM decision_closings c JOIN points p ON p.ledger = c.ledger WHERE c.known_to <= p.known
), opening AS (
    SELECT DISTINCT ledger, decision FROM events
    WHERE type LIKE 'government.constituted/%' OR type LIKE 'register.taken-over/%'
), recorded AS (
    SELECT d.ledger, p.government, CASE WHEN length(d.decided_on) = 10 THEN CAST({lag} AS INTEGER) END AS lag
    FROM decisions d JOIN points p ON p.ledger = d.ledger
    WHERE d.known_from <= p.known AND d.stands
      AND NOT EXISTS (SELECT 1 FROM closed c
                      WHERE c.ledger = d.ledger AND c.{first} = d.{first} AND c.known_from = d.known_from)
      AND NOT EXISTS (SELECT 1 FROM opening o WHERE o.ledger = d.ledger AND o.decision = d.{first})
)
SELECT ledger, government, count(*) AS decisions, count(lag) AS dated,
       min(lag) AS least, CAST(percentile_disc(0.25) WITHIN GROUP (ORDER BY lag) AS INTEGER) AS first_quartile,
       CAST(percentile_disc(0.5) WITHIN GROUP (ORDER BY lag) AS INTEGER) AS median,
       CAST(percentile_disc(0.75) WITHIN GROUP (ORDER BY lag) AS INTEGER) AS third_quartile, max(lag) AS most,
       count(CASE WHEN lag > 30 THEN 1 END) AS over_30_days
FROM recorded GROUP BY ledger, government
ORDER BY government, ledger
"""
_TEXTS = {"structure": _STRUCTURE, "counts": _COUNTS, "learnt": _LEARNT, "lags": _LAGS}
_NAMES = ("row", "text", "position", "first")


@dataclass(frozen=True)
class FederatedQuestion:
    """What is asked: a question by its name, a day (YYYY-MM-DD), and states of knowledge; `known` None: all.

    The figures of agility are of the days from `begin` to `effective`, both included.
    """

    name: str
    effective: str
    known: str | None = None
    since: str | None = None
    begin: str | None = None


def statement(question: FederatedQuestion, dialect: Dialect) -> str:
    """Return the SQL of a question, as an engine has it.

    Raises `KeyError` for no question, and `InputError` for a window that ends before it begins or when days end.
    """
    words = {name: f"{dialect.quote}{name}{dialect.quote}" for name in _NAMES}
    if question.name == "agility":
        begin, end = _window(question)
        return figures_text(dialect.days, {**words, "begin": f"DATE '{begin}'", "end": f"DATE '{end}'"})
    words["effective"] = f"DATE '{question.effective}'"
    held = _HELD.format(name="held", known="known", **words)
    before = _HELD.format(name="before", known="since", **words)
    lag = dialect.days.format(later="d.recorded_on", earlier="d.decided_day")
    return _TEXTS[question.name].format(held=held, before=before, lag=lag, **words)


def _window(question: FederatedQuestion) -> tuple[str, str]:
    """Return the first day of a window, and the day after its last."""
    begin, last = question.begin or question.effective, date.fromisoformat(question.effective)
    if last < date.fromisoformat(begin):
        raise InputError(f"The window ends on {last}, before it begins on {begin}. Give another --from or --effective.")
    if last == date.max:
        raise InputError(f"A window ends before {last}, which stands for no end. Give an earlier --effective.")
    return begin, str(last + timedelta(1))

"""Figures of agility of whole governments, as one statement: changes, turnover, ends and survival in a window of days.

They are those of the rooms of agility, which say what each means; tests hold the one to the other.
"""

from __future__ import annotations

YEAR_DAYS = 365  # within which a change counts as taken back
SURVIVING = ("cluster", "segment", "mission")

# What turns, and by which events: of any other event nothing is counted.
_STRUCTURAL = {
    "t.attribute = 'life' AND t.kind = 'cluster'": (
        "cluster.established", "cluster.reestablished", "cluster.dissolved",
    ),
    "t.attribute = 'cluster' AND t.kind = 'segment'": (
        "segment.added", "segment.reinstated", "segment.retired", "segment.transferred",
    ),
    "t.attribute LIKE 'segments:%' AND t.kind = 'mission'": ("mission.added", "mission.realigned", "mission.removed"),
    "t.attribute LIKE 'within:%' AND t.kind = 'cluster'": ("cluster.nested", "cluster.unnested"),
}  # fmt: skip
_RETITLED = "t.attribute = 'title' AND t.kind = 'cluster' AND split_part(e.type, '/', 1) = 'cluster.retitled'"
_MOVED = " OR ".join(
    f"({which} AND split_part(e.type, '/', 1) IN ({', '.join(map(repr, names))}))"
    for which, names in _STRUCTURAL.items()
)

# Rows as known, each with the day from which it is in doubt whether it still holds (`sure_to`) and that by which it
# surely does not (`ended`); a day that is not stated, or has no end, is null, which greatest and least pass over.
_HELD = """
closed AS (
    SELECT c.ledger, c.{row} AS number
    FROM row_closings c JOIN points p ON p.ledger = c.ledger WHERE c.known_to <= p.known
), known_rows AS (
    SELECT r.ledger, r.kind, r.id, r.attribute, r.value, r.effective_from AS begun, r.effective_to AS ended,
           r.set_by, coalesce(r.ended_by, 0) AS ended_by
    FROM rows r JOIN points p ON p.ledger = r.ledger
    WHERE r.known_from <= p.known AND r.has_effect
      AND (r.attribute IN ('life', 'in-doubt', 'cluster', 'title') OR r.attribute LIKE 'segments:%'
           OR r.attribute LIKE 'within:%')
      AND NOT EXISTS (SELECT 1 FROM closed c WHERE c.ledger = r.ledger AND c.number = r.{row})
), doubts AS (
    SELECT ledger, id, begun AS since, ended AS until FROM known_rows WHERE attribute = 'in-doubt'
), held AS (
    SELECT k.ledger, k.kind, k.id, k.attribute, k.value, k.begun, k.set_by, k.ended_by,
           CASE WHEN b.id IS NULL THEN k.ended ELSE b.until END AS ended,
           CASE WHEN b.id IS NULL THEN coalesce(e.since, k.ended) ELSE k.ended END AS sure_to,
           b.id IS NOT NULL OR e.id IS NOT NULL AS doubtful
    FROM known_rows k
    LEFT JOIN doubts b ON b.ledger = k.ledger AND b.id = k.id AND k.attribute = 'life' AND b.since = k.ended
    LEFT JOIN doubts e ON e.ledger = k.ledger AND e.id = k.id AND coalesce(k.begun < e.since, true)
                      AND coalesce(e.until, {forever}) = coalesce(k.ended, {forever})
    WHERE k.attribute <> 'in-doubt'
)"""

_MOVES = """
neighbours AS (
    SELECT *, lag(set_by) OVER ({line}) AS set_before, lag(ended) OVER ({line}) AS ended_before,
           lag(value) OVER ({line}) AS value_before, lead(set_by) OVER ({line}) AS set_after,
           lead(begun) OVER ({line}) AS begun_after
    FROM held
), turns AS (
    SELECT ledger, kind, id, attribute, begun AS day, set_by AS {position},
           CASE WHEN ended_before = begun THEN value_before ELSE '' END AS before, value AS after
    FROM neighbours WHERE set_before IS NULL OR ended_before = begun OR set_before <> set_by
    UNION ALL
    SELECT ledger, kind, id, attribute, ended AS day, ended_by AS {position}, value AS before, '' AS after
    FROM neighbours WHERE ended IS NOT NULL AND (set_after IS NULL OR begun_after <> ended)
), moves AS (
    SELECT t.*, e.decision, t.attribute = 'title' AS retitled
    FROM turns t JOIN events e ON e.ledger = t.ledger AND e.{position} = t.{position}
    WHERE t.day IS NOT NULL AND t.before <> t.after AND ({moved} OR ({of_title}))
), undoing AS (
    SELECT m.ledger, count(DISTINCT m.{position}) AS undone
    FROM moves m JOIN moves p ON p.ledger = m.ledger AND p.id = m.id AND p.attribute = m.attribute
                             AND p.before = m.after AND p.day < m.day
    WHERE m.day >= {begin} AND m.day < {end} AND {since} <= {year_days}
    GROUP BY m.ledger
), counted AS (
    SELECT ledger, count(DISTINCT {position}) AS turned,
           count(DISTINCT CASE WHEN NOT retitled THEN {position} END) AS structural,
           count(DISTINCT CASE WHEN NOT retitled THEN decision END) AS decisions,
           count(DISTINCT CASE WHEN retitled THEN {position} END) AS retitlings
    FROM moves WHERE day >= {begin} AND day < {end} GROUP BY ledger
)"""

_LIVED = """
lives AS (
    SELECT ledger, kind, begun, ended, ended_by, doubtful,
           CASE WHEN {overlap} > 0 THEN {overlap} ELSE 0 END AS days_live
    FROM held WHERE attribute = 'life' AND kind IN ('cluster', 'segment', 'mission')
), lived AS (
    SELECT ledger,
           CAST(sum(CASE WHEN kind <> 'mission' THEN days_live END) AS DOUBLE) / {year} AS unit_years,
           CAST(sum(CASE WHEN kind = 'segment' THEN days_live END) AS DOUBLE) / {year} AS segment_years,
           count(CASE WHEN kind = 'segment' AND begun >= {begin} AND begun < {end} THEN 1 END)
           + count(CASE WHEN kind = 'segment' AND ended >= {begin} AND ended < {end} THEN 1 END) AS exchanged,
           count(CASE WHEN {seen} THEN 1 END) AS seen,
           count(CASE WHEN {seen} AND ended < {end} AND ended_by > 0 THEN 1 END) AS ends
    FROM lives GROUP BY ledger
), observed AS (
    SELECT ledger, kind, CASE WHEN begun < {begin} THEN {before} ELSE 0 END AS entered,
           CASE WHEN ended < {end} THEN {age} ELSE {until} END AS gone, coalesce(ended < {end}, false) AS died
    FROM lives WHERE NOT doubtful AND begun < {end} AND coalesce(ended >= {begin} AND ended > begun, true)
), ages AS (
    SELECT ledger, kind, age, sum(change) AS change, sum(died) AS died
    FROM (SELECT ledger, kind, entered AS age, 1 AS change, 0 AS died FROM observed
          UNION ALL
          SELECT ledger, kind, gone, -1, CASE WHEN died THEN 1 ELSE 0 END FROM observed) o
    GROUP BY ledger, kind, age
), at_risk AS (
    SELECT ledger, kind, age, died, sum(change) OVER (PARTITION BY ledger, kind ORDER BY age
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS there
    FROM ages
), curve AS (
    SELECT ledger, kind, age, died, sum(CASE WHEN died = there THEN -1000.0
           ELSE ln(1 - CAST(died AS DOUBLE) / CAST(there AS DOUBLE)) END)
           OVER (PARTITION BY ledger, kind ORDER BY age) AS logarithm
    FROM at_risk WHERE died > 0
), halves AS (
    SELECT ledger, kind, CAST(min(age) AS DOUBLE) / {year} AS half
    FROM curve WHERE exp(logarithm) <= 0.5 + 0.000000001 GROUP BY ledger, kind
), of_kind AS (
    SELECT ledger, kind, count(*) AS n FROM observed GROUP BY ledger, kind
), unstated AS (
    SELECT ledger, kind, count(*) AS n FROM lives
    WHERE NOT doubtful AND begun IS NULL AND coalesce(ended >= {begin}, true) GROUP BY ledger, kind
)"""

_FIGURES = {  # value, n, out of, and where it cannot be computed at all
    "restructuring-events": ("structural / unit_years", "structural", "unit_years", "unit_years > 0"),
    "restructuring-decisions": ("decisions / unit_years", "decisions", "unit_years", "unit_years > 0"),
    "reversal-rate": ("undone / CAST(turned AS DOUBLE)", "undone", "turned", "turned > 0"),
    "changes-per-retitling": (
        "CASE WHEN retitlings > 0 THEN structural / CAST(retitlings AS DOUBLE) END",
        *("structural", "retitlings", "true"),
    ),
    "segment-turnover": (
        "CAST(exchanged AS DOUBLE) / 2 / segment_years",
        *("exchanged", "segment_years", "segment_years > 0"),
    ),
    "ends": ("ends", "ends", "seen", "seen > 0"),
}
_NUMBERS = (
    *("structural", "decisions", "undone", "turned", "retitlings", "exchanged", "unit_years", "segment_years"),
    *("ends", "seen"),
)
_GATHERED = """
gathered AS (
    SELECT p.ledger, p.government, {numbers}
    FROM points p LEFT JOIN counted c ON c.ledger = p.ledger LEFT JOIN undoing u ON u.ledger = p.ledger
    LEFT JOIN lived l ON l.ledger = p.ledger
)"""
_FIGURE = """
SELECT ledger, government, '{name}' AS metric, CASE WHEN {there} THEN CAST({value} AS DOUBLE) END AS value,
       CASE WHEN {there} THEN CAST({n} AS BIGINT) ELSE 0 END AS n,
       CASE WHEN {there} THEN CAST({out_of} AS DOUBLE) END AS out_of FROM gathered"""
_SURVIVAL = """
SELECT p.ledger, p.government, '{kind}-survival' AS metric, h.half AS value, coalesce(k.n, 0) AS n,
       CAST(coalesce(k.n, 0) + coalesce(s.n, 0) AS DOUBLE) AS out_of
FROM points p LEFT JOIN of_kind k ON k.ledger = p.ledger AND k.kind = '{kind}'
LEFT JOIN unstated s ON s.ledger = p.ledger AND s.kind = '{kind}'
LEFT JOIN halves h ON h.ledger = p.ledger AND h.kind = '{kind}'"""


def figures_text(days: str, words: dict[str, str]) -> str:
    """Return the statement: of each ledger a row a metric, with its value, n and what it is out of.

    `days` is how an engine counts the days from `{earlier}` to `{later}`; `words` are quoted names, and the days
    `begin` <= day < `end` of the window.
    """
    begin, end = words["begin"], words["end"]
    said = {
        **words,
        "forever": "DATE '9999-12-31'",
        "line": "PARTITION BY ledger, id, attribute ORDER BY begun NULLS FIRST",
        "moved": _MOVED,
        "of_title": _RETITLED,
        "since": days.format(later="m.day", earlier="p.day"),
        "year_days": str(YEAR_DAYS),
        "year": "CAST(365.25 AS DOUBLE)",
        "overlap": days.format(later=f"least(sure_to, {end})", earlier=f"greatest(begun, {begin})"),
        "seen": f"coalesce(begun < {end}, true) AND coalesce(ended >= {begin}, true)",
        "before": f"({days.format(later=begin, earlier='begun')} - 1)",
        "age": days.format(later="ended", earlier="begun"),
        "until": f"({days.format(later=end, earlier='begun')} - 1)",
    }
    gathered = _GATHERED.format(numbers=", ".join(f"coalesce({name}, 0) AS {name}" for name in _NUMBERS))
    made = ",".join(part.format(**said) for part in (_HELD, _MOVES, _LIVED)) + "," + gathered
    asked = [
        _FIGURE.format(name=name, value=value, n=n, out_of=out_of, there=there)
        for name, (value, n, out_of, there) in _FIGURES.items()
    ]
    asked += [_SURVIVAL.format(kind=kind) for kind in SURVIVING]
    return f"WITH {made}\nSELECT * FROM ({' UNION ALL '.join(asked)}) f ORDER BY government, ledger, metric\n"


METRICS = (*_FIGURES, *(f"{kind}-survival" for kind in SURVIVING))

"""Metrics of reach: over the sectors of government (COFOG divisions), over bodies and expertise."""

from __future__ import annotations

from math import fsum, log2

from ledger.names import LIFE
from ledger.plurals import counted
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.record import KnownRecord
from projections.agility.spans import covers, homes_on, missions_on, segments

_COFOG = "UN Classification of the Functions of Government (COFOG), 2-digit divisions."
UNCLASSIFIED = "unclassified"


def _classified(
    record: KnownRecord, window: Window, cluster: str | None
) -> tuple[dict[str, set[str]], tuple[int, ...]]:
    """Return the divisions of each segment live on the window's last day, by its missions' codes, else by its own."""
    return record.lately(("classified", window.end, cluster), lambda: _divisions(record, window.end - 1, cluster))


def _divisions(record: KnownRecord, day: int, cluster: str | None) -> tuple[dict[str, set[str]], tuple[int, ...]]:
    homes, of_missions = homes_on(record, day), record.on("sectors", "mission", day)
    of_segments = record.on("sectors", "segment", day)
    found: dict[str, set[str]] = {}
    events: set[int] = set()
    for id_, spans in segments(record, cluster).items():
        if not covers(spans, day):
            continue
        coded = [of_missions[mission][0] for mission in homes.get(id_, ()) if mission in of_missions]
        coded = coded or list(of_segments.get(id_, ()))[:1]
        events.update(row.set_by for row in coded)
        found[id_] = {code[:2] for row in coded for code in row.value}
    return found, tuple(sorted(events))


@metric(
    "sector-boundness",
    "structure",
    "share",
    "The share of classified segments that reach no further than one COFOG division.",
    denominator="segments with sector codes (their missions' or their own), live on the last day of the window",
    source=_COFOG,
    not_meaning="That a segment is too narrow: some themes lie in one sector by nature.",
)
def sector_boundness(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return segments of one division / classified segments; the unclassified are counted in the detail."""
    found, events = _classified(record, window, cluster)
    classified = [divisions for divisions in found.values() if divisions]
    detail = ((UNCLASSIFIED, float(len(found) - len(classified))),)
    if not classified:
        return nothing(f"none of the {counted(len(found), 'live segment')} has a sector code")._replace(detail=detail)
    bound = sum(len(divisions) == 1 for divisions in classified)
    return Figure(bound / len(classified), len(found), len(classified), events, detail=detail)


@metric(
    "sector-entropy",
    "structure",
    "bits",
    "How evenly the segments spread over COFOG divisions: the Shannon entropy of their shares.",
    denominator="classified segments; one that reaches over k divisions counts 1/k in each",
    source=f"{_COFOG} Shannon (1948), A Mathematical Theory of Communication, section 6.",
    not_meaning="That the spread is right; 0 is one sector only, log2 of the number of divisions is an even spread.",
)
def sector_entropy(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the entropy in bits; the share of each division and the unclassified count are in the detail."""
    found, events = _classified(record, window, cluster)
    parts: dict[str, list[float]] = {}
    for divisions in found.values():
        for division in divisions:
            parts.setdefault(division, []).append(1 / len(divisions))
    whole = sum(bool(divisions) for divisions in found.values())  # each of them counts 1 in all
    unclassified = (UNCLASSIFIED, float(sum(not divisions for divisions in found.values())))
    if not whole:
        return nothing(f"none of the {counted(len(found), 'live segment')} has a sector code")._replace(
            detail=(unclassified,)
        )
    # Exact sums: the same figure in whatever order segments and their divisions are met.
    shares = {division: fsum(part) / whole for division, part in sorted(parts.items())}
    entropy = -fsum(share * log2(share) for share in shares.values())
    return Figure(max(0.0, entropy), len(found), whole, events, detail=(*shares.items(), unclassified))


@metric(
    "lead-bodies",
    "structure",
    "bodies per cluster",
    "How many different bodies lead the missions of a cluster, on average over clusters.",
    denominator="clusters with at least one mission whose lead body is stated, on the last day of the window",
    source="Lead bodies as recorded (launch-mission, rescope-mission).",
    not_meaning="That the bodies work together.",
)
def lead_bodies(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the mean number of distinct lead bodies a cluster; none where no lead body is stated."""
    day = window.end - 1
    clusters = (
        [cluster] if cluster else sorted({row.id for row in record.lives("cluster") if row.start <= day < row.sure_to})
    )
    within, leads = missions_on(record, day), record.on("lead", "mission", day)
    counts: list[int] = []
    events: set[int] = set()
    for id_ in clusters:
        stated = [leads[mission][0] for mission in within.get(id_, ()) if mission in leads]
        if stated:
            counts.append(len({row.value for row in stated}))
            events.update(row.set_by for row in stated)
    if not counts:
        return nothing("no mission of a cluster states a lead body")
    return Figure(sum(counts) / len(counts), sum(counts), len(counts), tuple(sorted(events)))


@metric(
    "expertise-links",
    "structure",
    "links",
    "How many missions draw on expertise of a cluster that they do not belong to.",
    denominator="draws on expertise on the last day of the window",
    source="Draws as recorded (draw-expertise).",
    not_meaning="That the expertise was of use.",
)
def expertise_links(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the draws from another cluster (of the cluster's missions where one is given); 0 is an answer."""
    day, out_of, events = window.end - 1, 0, []
    within, draws = missions_on(record, day), record.on("draws", "mission", day)
    live = record.on(LIFE, "mission", day) if cluster is None else within.get(cluster, ())
    if not live:
        return nothing("no mission is live on the last day")
    for mission in live:
        for row in draws.get(mission, ()):
            out_of += 1
            if mission not in within.get(row.key.partition("/")[0], ()):
                events.append(row.set_by)
    return Figure(len(events), len(events), out_of, tuple(sorted(events)))

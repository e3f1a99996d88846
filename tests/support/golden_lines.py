"""Golden lines, one of every event schema, in tests/golden: made once, kept for ever, so that old ones stay readable.

`python tests/golden_lines.py` writes those that are missing and never changes one that is there. When the shape
of an event changes after a release, its schema number grows: give SAMPLES the new shape, and leave the old file as
it stands. Before the release that brings a schema its file may be deleted and made anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ledger.application.drafts import drafts_of, recorder_fields
from ledger.documents.decision import Decision, Intent, read_decision
from ledger.events.change import Change
from ledger.events.envelope import Header, Migrated, Recorder
from ledger.events.registry import BY_NAME

GOLDEN = Path(__file__).parents[1] / "golden"
RECORDED_AT = "2026-03-05T10:00:00.000001Z"
NAME = {"authority": "Council of Ministers", "reference": "CM-2026-13"}
HEADER: dict[str, Any] = {
    "authority": "Council of Ministers",
    "reference": "CM-2026-14",
    "delegated_by": "President of the Council",
    "adopted_by": {
        "body": "Council of Ministers",
        "quorum": 9,
        "votes": {"in_favour": 11, "against": 2, "abstained": 0},
    },
    "decided_on": "2026-03-02",
    "legal_basis": "Government Organisation Act, s. 7",
    "rationale": "Wellbeing needs one home for care outside hospitals.\nSo said the »Rat« – 福祉 🌳.",
    "documents": [
        {
            "title": "Minute of 2 March 2026",
            "url": "https://example.gov/cm-2026-14.pdf",
            "file": "cm-2026-14.pdf",
            "sha256": "sha256:" + "ab" * 32,
        }
    ],
    "responds_to": ["ageing-trend"],
    "expected": {
        "cost": {"amount": "1500000.50", "currency": "EUR"},
        "benefit": "One accountable lead.",
        "review_on": "2028-04",
    },
    "accept": [{"rule": "segment-retired-with-missions", "on": "wellbeing/old", "because": "They are realigned."}],
    "illustrative": True,
}
QUALITY = {
    "verification": "By the statistics office.",
    "sources": "A survey of 4000 households.",
    "accuracy_needed": "To a tenth of an hour.",
    "limits": "Nobody under 16 was asked.",
    "compensation": "School surveys were looked at besides.",
}
ASSESSED = {
    "period": "2024-01-01/2024-12-31",
    "scale": "execution/1",
    "grade": "on course",
    "objectives": {"sleep-well/hours": "ahead"},
    "evidence": [{"title": "Survey of 2024", "sha256": "sha256:" + "cd" * 32}],
    "quality": QUALITY,
    "outlook": {"text": "It goes on like this.", "horizon_on": "2027"},
}
RECOMMENDED = {"text": "Ask the young, too.", "owner": "Statistics office", "due_on": "2026-06-30"}
SECTORS, KEYS = ["07.1", "10.2.1"], {"lei": "5493001KJTIIGC8Y1R12", "gov-uk": "wellbeing"}

SAMPLES: dict[str, dict[str, Any]] = {
    "constitute-government": {
        "name": "Illyria",
        "origin": "illyria.example",
        "timezone": "Europe/Vienna",
        "ledger_id": "0123456789abcdef0123456789abcdef",
    },
    "rename-government": {"title": "Republic of Illyria"},
    # The public key of RFC 8032, 7.1, test 1, under the name of this government.
    "publish-key": {"key": "illyria.example+3739bf70+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"},
    "retire-key": {"key": "illyria.example+3739bf70", "since": "2026-03-31T22:00:00Z"},
    "take-over-register": {
        "source": "departments.jsonl",
        "sha256": "sha256:" + "ef" * 32,
        "documents": 1234,
        "notices": {"outside-life": 3, "unknown-id": 2},
    },
    "establish-cluster": {"cluster": "wellbeing", "title": "Wellbeing", "purpose": "To be well.", "identifiers": KEYS},
    "retitle-cluster": {"cluster": "wellbeing", "title": "Missions for wellbeing – Žít dobře"},
    "repurpose-cluster": {"cluster": "wellbeing", "purpose": "To live well\nand longer."},
    "reestablish-cluster": {"cluster": "wellbeing", "title": "Wellbeing again", "purpose": "To be well again."},
    "reinstate-segment": {
        "segment": "wellbeing/holistic-health",
        "title": "Health",
        "scope": "All of it.",
        "sectors": SECTORS,
    },
    "nest-cluster": {"cluster": "wellbeing", "within": "living-places"},
    "unnest-cluster": {"cluster": "wellbeing", "within": "living-places"},
    "dissolve-cluster": {"cluster": "wellbeing", "successors": ["living-places"], "reason": "merged"},
    "add-segment": {
        "segment": "wellbeing/holistic-health",
        "title": "Holistic health",
        "scope": "Body and mind.",
        "sectors": SECTORS,
        "identifiers": KEYS,
    },
    "retitle-segment": {"segment": "wellbeing/holistic-health", "title": "Whole health"},
    "rescope-segment": {"segment": "wellbeing/holistic-health", "scope": "Body, mind and home.", "sectors": SECTORS},
    "relate-segments": {
        "segment": "wellbeing/holistic-health",
        "other": "living-places/green-space",
        "relation": "needs",
        "note": "A walk a day.",
    },
    "unrelate-segments": {
        "segment": "wellbeing/holistic-health",
        "other": "living-places/green-space",
        "note": "No longer.",
    },
    "transfer-segment": {"segment": "wellbeing/holistic-health", "to": "living-places"},
    "retire-segment": {
        "segment": "wellbeing/holistic-health",
        "successors": ["wellbeing/care", "wellbeing/mind"],
        "reason": "split",
    },
    "launch-mission": {
        "mission": "sleep-well",
        "title": "Sleep well",
        "statement": "Everybody sleeps eight hours.",
        "type": "transformative",
        "reach": "national",
        "lead": "Ministry of Health",
        "actors": ["Ministry of Labour", "Cities"],
        "horizon_on": "2030",
        "sectors": SECTORS,
        "identifiers": KEYS,
    },
    "add-mission": {"mission": "sleep-well", "segments": ["wellbeing/holistic-health"], "extent": "partial"},
    "realign-mission": {
        "mission": "sleep-well",
        "from": ["wellbeing/holistic-health"],
        "to": ["wellbeing/mind", "wellbeing/care"],
        "extent": "full",
    },
    "remove-mission": {"mission": "sleep-well", "segments": ["wellbeing/mind"]},
    "retitle-mission": {"mission": "sleep-well", "title": "Sleep better"},
    "reword-mission": {"mission": "sleep-well", "statement": "Everybody sleeps as long as they need."},
    "rescope-mission": {
        "mission": "sleep-well",
        "type": "incremental",
        "reach": "regional",
        "lead": "Ministry of Labour",
        "actors": ["Cities"],
        "sectors": SECTORS,
    },
    "reschedule-mission": {"mission": "sleep-well", "horizon_on": "2031-06-30"},
    "relate-missions": {"mission": "sleep-well", "other": "quiet-nights", "relation": "needs", "note": "No lorries."},
    "unrelate-missions": {"mission": "sleep-well", "other": "quiet-nights", "note": "They are quiet now."},
    "pause-mission": {"mission": "sleep-well", "outcome": "No money this year."},
    "resume-mission": {"mission": "sleep-well", "outcome": "Money."},
    "complete-mission": {
        "mission": "sleep-well",
        "outcome": "Eight hours.",
        "successors": ["dream-well"],
        "reason": "completed",
    },
    "stop-mission": {
        "mission": "sleep-well",
        "outcome": "Nobody slept.",
        "successors": ["rest-well"],
        "reason": "replaced",
    },
    "issue-mandate": {"mandate": "wellbeing/live-longer", "text": "Live longer.", "instrument": "Act 12/2026"},
    "assign-mandate": {
        "mandate": "wellbeing/live-longer",
        "segments": ["wellbeing/holistic-health"],
        "missions": ["sleep-well"],
    },
    "revise-mandate": {"mandate": "wellbeing/live-longer", "text": "Live longer and better."},
    "discharge-mandate": {"mandate": "wellbeing/live-longer", "outcome": "Two years."},
    "revoke-mandate": {"mandate": "government/live-longer", "outcome": "Repealed."},
    "appoint-leader": {"of": "wellbeing", "office": "Minister", "holder": {"commitment": "sha256:" + "ef" * 32}},
    "release-leader": {"of": "wellbeing", "office": "Minister"},
    "offer-expertise": {"cluster": "wellbeing", "field": "Epidemiology"},
    "withdraw-expertise": {"cluster": "wellbeing", "field": "Epidemiology"},
    "draw-expertise": {"mission": "sleep-well", "cluster": "living-places", "field": "Noise"},
    "release-expertise": {"mission": "sleep-well", "cluster": "living-places", "field": "Noise"},
    "review-matrix": {"cluster": "wellbeing", "conclusion": "One gap.", "next_review_on": "2028-01"},
    "discontinue-review": {"cluster": "wellbeing", "conclusion": "It is reviewed with the whole."},
    "review-decision": {
        "decision": NAME,
        "outcome": "It cost more.",
        "actual": {"amount": "-17.000000001", "currency": "EUR"},
    },
    "observe-signal": {
        "signal": "ageing-trend",
        "kind": "trend",
        "description": "People grow older.",
        "source": "Statistics office",
        "observed_on": "2025",
        "concerns": ["wellbeing", "wellbeing/care", "sleep-well"],
    },
    "close-signal": {"signal": "ageing-trend", "outcome": "It is answered."},
    "identify": {"of": "sleep-well", "identifiers": {"lei": "", "gov-uk": "sleep"}},
    "state-name": {"of": "wellbeing", "name": "Bien-être", "use": "official", "language": "fr"},
    "withdraw-name": {"of": "wellbeing", "name": "Bien-être"},
    "declare-series": {
        "series": "si",
        "office": "Council of Ministers",
        "pattern": "SI {year}/{n}",
        "restarts": "yearly",
        "first_number": 12,
        "first_year": 2026,
    },
    "skip-numbers": {
        "series": "si",
        "numbers": ["14", "19..21"],
        "year": 2026,
        "because": "They were reserved, and given to nothing.",
    },
    "adopt-settings": {
        "late_after_days": 10,
        "minimum_horizon_days": 0,
        "matrix_review_after_days": 365,
        "segment_review_after_days": 90,
        "signal_response_after_days": 36500,
        "assessment_after_days": 400,
        "fiscal_year_begins": 4,
        "licence": "CC BY 4.0",
        "publisher": "Registry of Illyria",
        "target_notice_days": 100,
    },
    "correct": {
        "target": "cluster:wellbeing@7",
        "data": {"title": "Wellbeing", "sectors": None, "identifiers": {"lei": ""}},
        "decision": {"decided_on": "2026-03-01", "illustrative": False},
        "new_effective": "2026-04",
        "new_effective_basis": "inferred",
        "because": "A slip of the pen.",
    },
    "strike": {"target": NAME, "because": "It was a draft."},
    "rescind-decision": {"decision": NAME},
    "postpone-decision": {"decision": NAME, "new_effective": "2027"},
    "set-objective": {
        "objective": "sleep-well/hours",
        "indicator": "Hours of sleep",
        "definition": "Mean of self-reported hours.",
        "unit": "hours",
        "direction": "up",
        "baseline": "6.5",
        "target": "8",
        "due_on": "2030",
    },
    "redefine-objective": {"objective": "sleep-well/hours", "definition": "Median.", "definition_version": 2},
    "retarget-objective": {"objective": "sleep-well/hours", "target": "7.5", "due_on": "2031-06"},
    "state-objective": {"objective": "sleep-well/hours", "unit": "hours", "direction": "up", "baseline": "6.5"},
    "withdraw-objective": {"objective": "sleep-well/hours", "outcome": "Another says more."},
    "return-objective": {"objective": "sleep-well/hours"},
    "move-objective": {"objective": "sleep-well/hours", "to": "quiet-nights"},
    "record-measurement": {
        "objective": "sleep-well/hours",
        "value": "-0.25",
        "observed_on": "2026-02",
        "definition_version": 1,
        "source": "Statistics office",
        "quality": QUALITY,
    },
    "define-scale": {
        "scale": "execution",
        "version": "2",
        "grades": ["behind", "on course", "ahead"],
        "maps_to": {"execution/1": {"behind": "red", "on course": "green", "ahead": "green"}},
    },
    "define-rollup": {
        "rollup": "clusters",
        "version": "1",
        "scale": "execution/2",
        "rule": "share",
        "at_least": "on course",
    },
    "assess-mission": {
        "mission": "sleep-well",
        **ASSESSED,
        "recommendations": [{"id": "sleep-well/ask-the-young", **RECOMMENDED}],
    },
    "assess-cluster": {
        "cluster": "wellbeing",
        **ASSESSED,
        "recommendations": [{"id": "wellbeing/ask-the-young", **RECOMMENDED}],
    },
    "answer-recommendation": {"recommendation": "wellbeing/ask-the-young", "answer": "rejected", "note": "Too dear."},
    "assert-count": {"kind": "segment", "count": 4, "within": "wellbeing", "known": "p120"},
    "assert-life": {"thing": "sleep-well", "life": "not-live", "known": "2026-03-05T10:00:00Z"},
    "assert-value": {
        "thing": "wellbeing/care",
        "attribute": "identifiers:lei",
        "value": ["5493001KJTIIGC8Y1R12"],
        "known": "p7",
    },
    "assert-affiliation": {
        "mission": "sleep-well",
        "segment": "wellbeing/care",
        "extent": "partial",
        "known": "p7",
    },
    "assert-root": {"position": 4120, "root": "sha256:" + "12" * 32},
}
# What an envelope may hold besides, each on one schema.
EFFECTIVE = {"establish-cluster": "..", "retitle-cluster": "2018", "add-segment": "2018-04"}
INFERRED, CORRECTING, OWN_DATE = "add-segment", "retitle-cluster", "rescope-segment"
MIGRATED = {"establish-cluster": Migrated(source="UK departments, register of 2024", when=RECORDED_AT)}


def golden_file(event_type: str) -> Path:
    """The file of one schema: cluster.retitled.1.json for cluster.retitled/1."""
    return GOLDEN / f"{event_type.replace('/', '.')}.json"


def sample(change: type[Change]) -> Decision:
    """The decision from which the golden line of a schema is made; read from a document, as every other."""
    fields, name = SAMPLES[change.NAME], change.NAME
    if change.OWN:
        said = change.model_validate(fields)
        dated = {**HEADER, "effective": ".."} if change.DATED else HEADER
        return Decision(Header.model_validate(dated), (Intent(said, ".." if change.DATED else None),))
    asked: dict[str, Any] = {"change": name, **fields}
    if name == INFERRED:
        asked["effective_basis"] = "inferred"
    if name == CORRECTING:
        asked["corrects"] = "cluster:wellbeing@2"
    if name == OWN_DATE:
        asked["effective"] = "2018-05"
    return read_decision({**HEADER, "effective": EFFECTIVE.get(name, "2026-04-01"), "changes": [asked]})


def line_of(change: type[Change]) -> bytes:
    """The line that the application drafts from the sample of a schema."""
    decision = sample(change)
    recorder = recorder_fields(Recorder(id="Registry", basis="configured"))
    [draft] = drafts_of(decision, decision.header.key, recorder, MIGRATED.get(change.NAME))
    return draft.encode(7, RECORDED_AT)


def main() -> None:
    """Write the golden lines that are missing."""
    GOLDEN.mkdir(exist_ok=True)
    for change in BY_NAME.values():
        file = golden_file(change.TYPE)
        if not file.exists():
            file.write_bytes(line_of(change))
            print(file.name)


if __name__ == "__main__":
    main()

"""The catalogue of rules: each by its stable name, with its kind and one line that says what it expects."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["refused", "needs-acceptance", "flagged"]
Severity = Literal["error", "warning", "information"]


class Rule(NamedTuple):
    """One rule; `line` says what is expected, in words that an official uses."""

    name: str
    kind: Kind
    severity: Severity
    line: str


def _rules(kind: Kind, severity: Severity, lines: dict[str, str]) -> list[Rule]:
    return [Rule(name, kind, severity, line) for name, line in lines.items()]


_REFUSED = {
    "unknown-id": "Every id that a change names is of something recorded.",
    "wrong-kind": "An id names a thing of the kind that the change is about.",
    "id-used-twice": "An id is given once, and kept for life.",
    "outside-life": "A change takes effect on a day on which the thing that it changes is live.",
    "reference-not-live": "What a change leads to is live on the day on which it takes effect.",
    "changes-nothing": "A change makes a difference on the day on which it takes effect.",
    "unknown-target": "A correction, strike, rescission or postponement names an earlier event or decision.",
    "target-not-standing": "What is corrected, struck, rescinded or postponed still stands.",
    "not-correctable": "Ids and types are not correctable; a corrected field is one that the event has.",
    "already-in-effect": "A decision is rescinded or postponed before any of it takes effect.",
    "rescheduled-into-the-past": "A decision is given no date before the day on which that takes effect.",
    "first-event": "The first event is neither corrected nor struck; a government that changes its name decides so.",
    "ends-before-it-begins": "A thing ends after it begins.",
    "void-change": "A change holds on some day once the whole decision takes effect.",
    "extent-needed": "A realignment says the extent where the affiliations that it leaves differ in theirs.",
    "other-thing": "A change that corrects an event is about the same thing as that event.",
    "assertion-does-not-hold": "What is asserted is so when it is recorded.",
    "unknown-scale": "An assessment is made on a scale that is defined.",
    "unknown-grade": "A grade is one of its scale, and stands in it once.",
    "version-taken": "A version of a scale or of a roll-up rule is defined once.",
    "key-of-another-ledger": "A key bears the origin of the ledger as its name.",
    "key-taken": "A key is published once.",
    "unknown-key": "A key that is retired was published by then.",
    "unknown-definition": "A measurement is pinned to a definition that its objective has.",
    "too-many-faults": "No decision has more than a hundred faults; those are listed.",
    "said-twice": "A list says each thing once.",
    "nested-in-itself": "A cluster is not a part of itself, nor of one that is a part of it.",
    "names-itself": "What a thing leads to, and what a decision speaks of, is another one.",
    "parts-unclear": "What a merger, split or move names is there on its day, and nothing is left behind.",
    "unknown-series": "Numbers are skipped of a series that is declared, with their year where it restarts each year.",
    "unknown-rule": "An acceptance names a rule that needs acceptance.",
}
_HELD = {
    "segment-retired-with-missions": "A segment that is retired has no missions left.",
    "cluster-dissolved-with-live-parts": "A cluster that is dissolved has no live segments or mandates left.",
    "mission-left-unaffiliated": "Every mission is affiliated with at least one segment.",
    "horizon-too-short": "A mission's horizon is as long as the settings ask.",
    "target-eased-near-due": "A target is not eased, nor its day put off, shortly before it is due.",
    "yardstick-changed": "The unit, direction and baseline of an objective stay as they were stated.",
    "events-left-without-effect": "No event that was recorded earlier loses its effect.",
}
_WARNINGS = {
    "unaffiliated-mission": "Every mission is affiliated with a live segment.",
    "dangling-affiliation": "The segments that a mission is affiliated with are live.",
    "segment-without-cluster": "The cluster of a live segment is live.",
    "empty-segment": "Every segment has at least one mission.",
    "mandate-not-carried-out": "Every mandate is carried out by at least one live mission.",
    "mandate-without-segment": "Every mandate is assigned to at least one live segment.",
    "mandate-outside-its-segments": "A mandate is carried out by missions of the segments that it is assigned to.",
    "without-effect": "An event takes effect within the life of the thing that it is about.",
    "review-overdue": "A review that was promised is held when it is due.",
    "decision-review-overdue": "A decision is reviewed on the day that it promised.",
    "recorded-late": "A decision is recorded soon after it was decided.",
    "decided-in-the-future": "A decision is recorded on or after the day on which it was decided.",
    "measured-in-the-future": "A measurement is recorded on or after the day of which it is.",
    "observed-in-the-future": "A signal is recorded on or after the day on which it was observed.",
    "period-in-the-future": "An assessment is recorded on or after the last day of its period.",
    "identifier-used-twice": "Two things do not have one key of one scheme.",
    "look-alike": "No id or reference looks like another.",
    "successor-not-live": "What succeeds a thing lives on the day on which that ends, or later.",
    "retroactive": "A decision takes effect on or after the day on which it was decided.",
    "assessment-overdue": "A mission is assessed as often as the settings ask.",
    "recommendation-overdue": "A recommendation is answered by the day on which it is due.",
    "unanswered-signal": "A signal is answered by a decision.",
    "gap-in-series": "Every number of a series has a decision on record, or is said to be skipped.",
    "skipped-number-used": "No decision on record has a number that is said to be skipped.",
    "brought-forward": "A decision takes effect on the day that it named, or later.",
    "acceptance-not-needed": "An acceptance names something that needs it.",
    "text-mended": "A text of the older register can stand as it was.",
    "clock-ran-backwards": "The clock of the recording machine goes forward.",
}
_INFORMATION = {
    "without-leader": "Every cluster and every mission has a leader.",
    "bound-to-one-sector": "A segment reaches beyond one sector of government (COFOG division).",
    "retitled-without-review": "A cluster that is retitled has its segments reviewed afterwards.",
    "decision-without-document": "A decision names a document.",
    "spaces-cut": "A text begins and ends with a character that is seen.",
    "objective-incomplete": "An objective states its unit, direction, baseline, target and due day.",
    "missing-purpose": "A cluster states its purpose.",
    "missing-scope": "A segment states its scope.",
    "missing-statement": "A mission has a statement.",
}

RULES: tuple[Rule, ...] = (
    *_rules("refused", "error", _REFUSED),
    *_rules("needs-acceptance", "error", _HELD),
    *_rules("flagged", "warning", _WARNINGS),
    *_rules("flagged", "information", _INFORMATION),
)
BY_NAME: dict[str, Rule] = {rule.name: rule for rule in RULES}

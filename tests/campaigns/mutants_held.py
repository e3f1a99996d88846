"""Which tests hold which files to what they do, and the mutants that differ in nothing."""

from __future__ import annotations

FOLD = (
    "tests/test_state_standing.py tests/test_state_entries.py tests/test_state_heading.py",
    "tests/test_state_acts.py",
    "tests/test_state_fold.py tests/test_state_two_times.py",
    "tests/test_state_edits.py tests/test_state_forks.py tests/test_state_days.py",
    "tests/test_rules_acts.py tests/test_rules_held.py tests/test_rules_refused.py tests/test_projections_answers.py",
    "tests/test_projections_views.py tests/test_rules_ahead.py tests/test_rules_outcome.py",
    "tests/test_state_histories.py -k 0-0",
    "tests/test_doubt_worlds.py tests/test_history_timeline.py tests/test_application_gathered.py",
)
STORED = (
    "tests/test_store_contract.py tests/test_store_held.py tests/test_recording_disk.py tests/test_store_library.py",
    "tests/test_store_carried.py tests/test_store_copying.py",
    "tests/test_store_processes.py tests/test_store_queue.py tests/test_store_opening.py tests/test_store_personal.py",
    "tests/test_store_trust.py tests/test_store_model.py tests/test_store_making.py tests/test_store_attacks.py",
)
JUDGED = (
    "tests/test_application_recording.py tests/test_application_rivals.py tests/test_application_together.py",
    "tests/test_application_again.py tests/test_application_gathered.py tests/test_application_streams.py",
    "tests/test_application_trial.py tests/test_application_composed.py tests/test_application_import.py",
    "tests/test_application_cut_short.py",
    "tests/test_application_model.py tests/test_application_two_times.py tests/test_rules_ahead.py",
)
# By the beginning of a file's path: groups of tests, the quickest first.
TESTS = {
    "ledger/state/": FOLD,
    "ledger/timeline.py": FOLD,
    "ledger/store/sqlite/commit.py": STORED,
    "ledger/store/sqlite/edge.py": STORED,
    "ledger/store/sqlite/store.py": STORED,
    "ledger/store/sqlite/library/recorder.py": STORED,
    "ledger/store/library/sealing.py": STORED,
    "ledger/application/judging.py": JUDGED,
    "ledger/application/settling.py": JUDGED,
    "ledger/application/batching.py": JUDGED,
}
# By why nobody could see them: file, how the line begins, and how it does then (nothing: it is taken out).
EQUIVALENT: dict[str, tuple[tuple[str, str, str], ...]] = {
    "it costs time or memory, and changes no answer": (
        ("ledger/timeline.py", "@lru_cache(maxsize=", "@lru_cache(maxsize="),
        ("ledger/state/thing.py", "return BYTES_AN_ENTRY * alone + sum(", "return BYTES_AN_ENTRY * alone - sum("),
        ("ledger/application/judging.py", "turned = False", "turned = True"),
        ("ledger/state/effects.py", " - -@cache", ""),
        ("ledger/state/state.py", "self.entries -= 1", "self.entries -= "),
        ("ledger/state/reach.py", "@lru_cache(maxsize=", "@lru_cache(maxsize="),
        (
            "ledger/store/sqlite/library/recorder.py",
            "slept, pause = slept + pause, min(2 * pause, _PAUSE_SECONDS)",
            "slept, pause = slept + pause, min(2 // pause, _PAUSE_SECONDS)",
        ),
        ("ledger/store/sqlite/edge.py", "if expected is None and not self._is_held:", "if expected is None or "),
        ("ledger/state/entries.py", "PLAIN_MAX = ", "PLAIN_MAX = "),
        ("ledger/timeline.py", " - -@lru_cache(", ""),
    ),
    "nothing is said on the day of no end": (("ledger/timeline.py", "end_order: int = 0", "end_order: int = 1"),),
    "what ends a life says no value": (
        (
            "ledger/timeline.py",
            "if entry.day == life.end and (entry.order, entry.position) < (life.end_order, life.ended_by):",
            "if entry.day == life.end and (entry.order, entry.position) <= ",
        ),
    ),
    "nothing is said from the last of all days on": (
        (
            "ledger/state/day.py",
            "def as_it_last_was(thing: Thing, day: int = FOREVER - 1)",
            "def as_it_last_was(thing: Thing, day: int = FOREVER - 0)",
        ),
        (
            "ledger/state/day.py",
            "thing: Thing, life: Interval, day: int, names: Set[str] | None = None, said_by: int = FOREVER - 1",
            "thing: Thing, life: Interval, day: int, names: Set[str] | None = None, said_by: int = FOREVER + 1",
        ),
    ),
    "nobody tries to change one": (
        ("ledger/state/structure.py", "@dataclass(frozen=True)", "@dataclass(frozen=False)"),
    ),
    "a life is sure to last beyond the first of all days": (
        (
            "ledger/state/lives.py",
            "return life._replace(sure_to=max(life.sure_to, min(life.end, max(days, default=0) + 1)))",
            "return life._replace(sure_to=max(life.sure_to, min(life.end, max(days, default= 1) + 1)))",
        ),
    ),
    "there are as many of the one as of the other": (
        (
            "ledger/store/library/sealing.py",
            "for event, beside in zip(events, columns, strict=True)",
            "for event, beside in zip(events, columns, strict=False)",
        ),
    ),
    "one more is too many, too": (
        (
            "ledger/store/sqlite/edge.py",
            "((entries,),) = self._query(_ENTRIES, (size + 1,))",
            "((entries,),) = self._query(_ENTRIES, (size + 2,))",
        ),
        (
            "ledger/store/sqlite/edge.py",
            "for stream, *row in self._query(_ENDS, (size + 1,))",
            "for stream, *row in self._query(_ENDS, (size + 2,))",
        ),
    ),
    "before the first row no part is wanted": (
        (
            "ledger/store/library/sealing.py",
            'stamped, part, parts = stamp(before) if before else "", 0, 0',
            'stamped, part, parts = stamp(before) if before else "", 0, -1',
        ),
    ),
    "one is in order": (
        (
            "ledger/state/record.py",
            "return sorted(found, key=lambda later: later.position) if len(found) > 1 else found",
            "return sorted(found, key=lambda later: later.position) if len(found) > 0 else found",
        ),
    ),
    "sorted anew where the owner stays, it is as it was": (
        (
            "ledger/state/thing.py",
            "return self._sort_anew() if self.beginnings[:1] != owner else ()",
            "return self._sort_anew() if self.beginnings[: 2] != owner else ()",
        ),
    ),
    "of one beginning none comes after the first": (
        (
            "ledger/state/ownership.py",
            "if len(beginnings) > 1 and any(entry.position == other.position for other in beginnings[1:]):",
            "if len(beginnings) > 0 and ",
        ),
    ),
}

"""The settings of a ledger: what its notices and held rules measure against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from ledger.events.change import Attributes, Change
from ledger.events.types import Title

Days = Annotated[int, Field(ge=0, le=36_500)]
Month = Annotated[int, Field(ge=1, le=12)]


class AdoptSettings(Change):
    """Adopt settings by name; those left out stay as they are."""

    NAME, TYPE, KIND = "adopt-settings", "settings.adopted/1", "government"
    COMMAND = "settings adopt"
    SENTENCE = "Settings are adopted: {given_values:list}."
    late_after_days: Days | None = None
    minimum_horizon_days: Days | None = None
    matrix_review_after_days: Days | None = None
    segment_review_after_days: Days | None = None
    signal_response_after_days: Days | None = None
    target_notice_days: Days | None = None
    assessment_after_days: Days | None = None
    fiscal_year_begins: Month | None = None  # the month that its first day opens
    licence: Title | None = None  # under which what is published of the ledger may be used
    publisher: Title | None = None  # who publishes it
    DEFAULTS: ClassVar[dict[str, int]] = {
        "late_after_days": 30,
        "minimum_horizon_days": 365,
        "matrix_review_after_days": 730,
        "segment_review_after_days": 365,
        "signal_response_after_days": 365,
        "target_notice_days": 180,
        "assessment_after_days": 730,
        "fiscal_year_begins": 1,
    }
    TEXTS: ClassVar[tuple[str, ...]] = ("licence", "publisher")  # none of them has a default

    def keyed(self, stated: str) -> Attributes:
        """Return each setting that is adopted."""
        names = (*self.DEFAULTS, *self.TEXTS)
        return {f"settings:{name}": value for name in names if (value := getattr(self, name)) is not None}

    @classmethod
    def in_force(cls, adopted: Mapping[str, Any]) -> dict[str, int]:
        """Return the settings that are numbers, those of `adopted` in place of their defaults."""
        return {name: adopted.get(name, default) for name, default in cls.DEFAULTS.items()}

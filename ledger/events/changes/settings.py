"""The settings of a ledger: what its notices and held rules measure against."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ledger.events.changes.base import Change

Days = Annotated[int, Field(ge=0, le=36_500)]


class AdoptSettings(Change):
    """Adopt settings by name; those left out stay as they are."""

    NAME, TYPE, KIND = "adopt-settings", "settings.adopted/1", "government"
    late_after_days: Days | None = None
    minimum_horizon_days: Days | None = None
    matrix_review_after_days: Days | None = None
    segment_review_after_days: Days | None = None
    signal_response_after_days: Days | None = None
    target_notice_days: Days | None = None
    assessment_after_days: Days | None = None
    DEFAULTS: ClassVar[dict[str, int]] = {
        "late_after_days": 30,
        "minimum_horizon_days": 365,
        "matrix_review_after_days": 730,
        "segment_review_after_days": 365,
        "signal_response_after_days": 365,
        "target_notice_days": 180,
        "assessment_after_days": 730,
    }

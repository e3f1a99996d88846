"""Settings of a ledger and series of references: what its notices and held rules measure against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ledger.events.change import Attributes, Change
from ledger.events.changes.record import PUBLIC_REASON
from ledger.events.numbering import YEAR, Number, Numbered, Numbers, Pattern, Year
from ledger.events.types import Id, Listed, Text, Title

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


class DeclareSeries(Change):
    """Declare how an authority numbers its decisions, so that a number without a decision is noticed.

    In the pattern `{n}` stands for the number, `{year}` for a year of four digits. Where it names the year, numbers
    begin with 1 in each, unless the series never restarts.
    """

    NAME, TYPE, KIND = "declare-series", "series.declared/1", "government"
    COMMAND, ARGUMENT = "series declare", "series"
    SENTENCE = "{office} numbers its decisions as series {series}: {pattern}{start:aside}."
    HELP = {
        "office": "The authority whose decisions bear the numbers.",
        "pattern": "Its references, with {n} for the number and {year} for the year: SI {year}/{n}.",
        "restarts": "Whether numbers begin anew each year. Default: yearly where the pattern names the year.",
        "first_number": "The number that the series begins with. Default: 1.",
        "first_year": "The year that it begins in. Default: any.",
    }
    series: Id
    office: Title
    pattern: Pattern
    restarts: Literal["yearly", "never"] | None = None
    first_number: Number | None = None
    first_year: Year | None = None

    @model_validator(mode="after")
    def _years(self) -> Self:
        if YEAR not in self.pattern and (self.restarts == "yearly" or self.first_year is not None):
            raise ValueError(f"the pattern does not say where the year stands; write {YEAR} there")
        if self.first_number is not None and self.first_year is None and self.is_yearly:
            raise ValueError("its numbers begin anew each year; say with first_year in which one it has first_number")
        return self

    @property
    def is_yearly(self) -> bool:
        """Whether numbers begin anew each year."""
        return YEAR in self.pattern and self.restarts != "never"

    @classmethod
    def of(cls, series: str, value: Mapping[str, Any]) -> Self:
        """Return the series of an id, made of the value that it sets."""
        return cls.model_validate({"series": series, **value})

    def first_of(self, year: int | None) -> int:
        """Return the first number of a year; None: of a series that does not begin anew each year."""
        return 1 if self.first_number is None or year not in (None, self.first_year) else self.first_number

    def holds(self, found: Numbered) -> bool:
        """Return whether a reference of its pattern belongs to it: not where its year or number comes before."""
        if found.year is not None and self.first_year is not None and found.year < self.first_year:
            return False
        return found.number >= self.first_of(found.year if self.is_yearly else None)

    @property
    def start(self) -> str | None:
        """Where the series begins, in words; None where nothing is said of it."""
        number = None if self.first_number is None else f"number {self.first_number}"
        begin = " of ".join(str(part) for part in (number, self.first_year) if part is not None)
        return f"from {begin} on" if begin else None

    def keyed(self, stated: str) -> Attributes:
        """Return the series."""
        return {f"series:{self.series}": self.without("series")}


class SkipNumbers(Change):
    """Say that numbers of a series stand for no decision, and why."""

    NAME, TYPE, KIND = "skip-numbers", "numbers.skipped/1", "government"
    COMMAND, ARGUMENT = "series skip", "series"
    SENTENCE = "Of series {series}{year:aside} these numbers stand for no decision: {numbers:list}."
    HELP = {
        "numbers": "A number, or the first and the last of several: 12, 14..19.",
        "year": "Their year, where numbers begin anew each year.",
        "because": PUBLIC_REASON,
    }
    series: Id
    numbers: Annotated[Listed[Numbers], Field(min_length=1, max_length=1000)]
    year: Year | None = None
    because: Text

    def keyed(self, stated: str) -> Attributes:
        """Return the reason, under each number or span of numbers."""
        place = self.series if self.year is None else f"{self.series}/{self.year}"
        return {f"skipped:{place}/{numbers}": self.because for numbers in self.numbers}

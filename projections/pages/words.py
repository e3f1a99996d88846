"""Words of the pages: every text that a page shows is said through one function, so that it has one translation."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup, escape

Catalogue = Mapping[str, str]  # the English text -> the text of another language, with the same {names}


class Words:
    """One language of the pages; English where a catalogue has no text."""

    def __init__(self, language: str = "en", catalogue: Catalogue | None = None) -> None:
        self.language, self._catalogue = language, catalogue or {}

    def say(self, text: str, **values: object) -> Markup:
        """Return a text with its values, as HTML: both are escaped, but for values that are HTML already."""
        said = escape(self._catalogue.get(text, text))
        return said.format(**values) if values else said

    def count(self, number: int, one: str, many: str) -> Markup:
        """Return the text that agrees with a number, which stands in it as {n}."""
        return self.say(one if abs(number) == 1 else many, n=f"{number:,}")


ENGLISH = Words()

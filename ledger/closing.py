"""Resources that are closed at the end of the `with` block that they stand in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Closing(ABC):
    """Something that is closed once and for all, with or without a `with` block."""

    @abstractmethod
    def close(self) -> None:
        """Close what is held open; a second time does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

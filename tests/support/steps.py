"""Steps of the interpreter, counted: whether something grows with what it is given, without asking a clock."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def steps(function: Callable[[], object]) -> int:
    """How many instructions of Python calling `function` takes; what C does inside one is not seen."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return count


def grows_linearly(small: int, large: int, times: int) -> bool:
    """Whether `large` steps are no more than `times` the `small` ones, and a little for what is looked up by halves."""
    return large <= 1.25 * times * small

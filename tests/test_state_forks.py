"""A fork is judged on and let go for every decision: it leaves nothing behind that only a search for cycles finds."""

from __future__ import annotations

import gc
import weakref

from support.histories import ListSource

from ledger.state.state import State


def test_a_fork_that_is_let_go_is_gone_without_a_search_for_cycles() -> None:
    state = State(ListSource(()))
    gc.disable()
    try:
        seen = weakref.ref(state.fork())
        assert seen() is None
    finally:
        gc.enable()

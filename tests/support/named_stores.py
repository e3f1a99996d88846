"""Stores that answer to what their protocol names and to nothing else, in the place of those that are opened."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType, TracebackType
from typing import Any, Self

import pytest

import commands
import ledger
import projections
from ledger.store.choice import reading, recording
from ledger.store.protocol import ReadStore, Store

PACKAGES = (commands, ledger, projections)


def names(protocol: type) -> frozenset[str]:
    """The public names of a protocol, with those of the protocols that it continues."""
    own = (name for one in protocol.__mro__ for name in (*vars(one), *vars(one).get("__annotations__", ())))
    return frozenset(name for name in own if not name.startswith("_"))


class Asked:
    """What was asked of stores: by name, and apart whatever their protocols do not name."""

    def __init__(self) -> None:
        self.named: set[str] = set()
        self.unnamed: set[str] = set()


class NamedStore:
    """A store behind a protocol; whoever asks for another name is noted, and gets an `AttributeError`."""

    def __init__(self, store: Any, protocol: type, asked: Asked) -> None:
        self.__store, self.__names, self.__asked = store, names(protocol), asked

    def __getattr__(self, name: str) -> Any:
        if name not in self.__names:
            self.__asked.unnamed.add(name)
            raise AttributeError(f'no store promises a "{name}"')
        self.__asked.named.add(name)
        return getattr(self.__store, name)

    def __enter__(self) -> Self:
        self.__store.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.__store.__exit__(kind, error, trace)


def install(patch: pytest.MonkeyPatch) -> Asked:
    """Let every store that the program opens from now on be a `NamedStore`; return what is asked of them.

    All modules are imported first: wherever one has the function that opens, it gets the other one.
    """
    for package in PACKAGES:
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    asked = Asked()
    for open_, protocol in ((reading.opened_to_read, ReadStore), (recording.opened, Store), (recording.make, Store)):
        _replace(patch, open_, _behind(open_, protocol, asked))
    return asked


def _behind(open_: Callable[..., Any], protocol: type, asked: Asked) -> Callable[..., NamedStore]:
    return lambda *given, **options: NamedStore(open_(*given, **options), protocol, asked)


def _replace(patch: pytest.MonkeyPatch, function: Callable[..., Any], other: Callable[..., Any]) -> None:
    for module in _modules():
        for name, value in list(vars(module).items()):
            if value is function:
                patch.setattr(module, name, other)


def _modules() -> Iterable[ModuleType]:
    prefixes = tuple(package.__name__ for package in PACKAGES)
    return [module for name, module in sys.modules.items() if name.partition(".")[0] in prefixes]

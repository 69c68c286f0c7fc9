"""Lets Qt for Python's patterns wait until somebody asks for them.

Its Python part compiles three regular expressions, large ones, whenever it is loaded; they read the
signatures of Qt's functions, for a traceback's text or an introspection, and a till that runs never
needs them. Within `late_patterns()` what that part compiles is compiled when it is first used.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

SUPPORT: Final = "shibokensupport."
METHODS: Final = frozenset(
    {"search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"}
)


class LatePattern:
    """A pattern that is compiled by its first use; its methods can be taken before that."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None

    def _pattern(self) -> Any:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __getattr__(self, name: str) -> Any:
        """A method that waits, or what only the pattern itself can tell."""
        if name.startswith("__"):
            raise AttributeError(name)  # making a class asks whatever it holds for such
        if name not in METHODS:
            return getattr(self._pattern(), name)

        def late(*arguments: Any, **named: Any) -> Any:
            return getattr(self._pattern(), name)(*arguments, **named)

        return late


@contextmanager
def late_patterns() -> Iterator[None]:
    """Meanwhile `re.compile` puts off what Qt for Python asks for, and nobody else's."""
    plain = re.compile

    def compile(pattern: Any, flags: Any = 0) -> Any:  # noqa: A001 - it stands in for re's own
        if sys._getframe(1).f_globals.get("__name__", "").startswith(SUPPORT):
            return LatePattern(lambda: plain(pattern, flags))
        return plain(pattern, flags)

    re.compile = compile
    try:
        yield
    finally:
        re.compile = plain

"""Warnings: what a file may say, but hardly means; each is one small function, found by registry.

    @warns
    def _nothing_to_give(draft: Draft) -> Iterator[Found]: ...

A `Found` is (path, code, facts); the code is a wording key of area "doubt".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from posloyalty.domain.programme.finding import Finding, Path
from posloyalty.domain.programme.toml_file import Found, located
from posloyalty.insight.draft.draft import Draft

Warns = Callable[[Draft], Iterator[Found]]
WARNINGS: Final[list[Warns]] = []


def warns(check: Warns) -> Warns:
    """Register a check."""
    WARNINGS.append(check)
    return check


def found(path: Path, code: str, **facts: object) -> Found:
    """Something to think about, at a place."""
    return path, code, tuple((key, str(value)) for key, value in facts.items())


def warnings_of(draft: Draft) -> list[Finding]:
    """All warnings, in the order of the file."""
    each = [one for check in WARNINGS for one in check(draft)]
    return located(each, draft.loaded.file.text) if each else []

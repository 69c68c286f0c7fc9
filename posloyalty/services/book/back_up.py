"""Copies of the book: whole, encrypted with the same key, made while the till goes on selling."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Protocol

from posloyalty.services.ports import Clock


class Copier(Protocol):
    """Whoever can copy the open book."""

    def copy(self, *, at: datetime, why: str) -> Path:
        """Copy into the book's own folder of copies."""
        ...

    def copy_to(self, target: Path) -> Path:
        """Copy into a file that a person chose; raises `NoPlaceForCopies`."""
        ...


class BackUp:
    """Makes copies. A copy is opened with the book's key or its recovery code."""

    def __init__(self, copier: Copier, clock: Clock) -> None:
        self._copier = copier
        self._clock = clock

    def now(self) -> Path:
        """A copy beside the book; the oldest beyond ten are removed."""
        return self._copier.copy(at=self._clock.now(), why="asked")

    def to(self, target: Path) -> Path:
        """A copy where somebody wants it, with what another computer opens it by."""
        return self._copier.copy_to(target)

"""Where a book lies: one folder with the encrypted book and its companions.

till.book       the book itself (SQLCipher; `-wal` and `-shm` beside it while it is open)
till.json       book id and a check of the key: tells a wrong key from a damaged file
till.lock       held by the process that has the book open
till.key        the key, only where the system has no safe place for it
recovery.json   the key, wrapped by the recovery code
look_up.book    the cache; may be deleted at any moment
roll.book       members of the chain whom nobody met here; head office gives it again
till.ballast    room that is held for a full disk; may be deleted at any moment
backups/        copies made before an upgrade and on demand
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from posloyalty.services.book.book_faults import NoBook, ReadOnlyPlace


@dataclass(frozen=True, slots=True)
class BookPlace:
    """The folder of a book."""

    folder: Path

    @staticmethod
    def at(path: Path) -> BookPlace:
        """The place that a person names: the folder, or the book file in it."""
        return BookPlace(path.parent if path.name == "till.book" else path)

    def require_book(self) -> None:
        """Raise `NoBook` when there is none, `ReadOnlyPlace` when we may not even look."""
        try:
            there = self.book.exists()
        except PermissionError as fault:
            raise ReadOnlyPlace(place=str(self.folder)) from fault
        if not there:
            raise NoBook(place=str(self.folder))

    @property
    def book(self) -> Path:
        """The encrypted book."""
        return self.folder / "till.book"

    @property
    def label(self) -> Path:
        """Book id and key check, plain."""
        return self.folder / "till.json"

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self.folder / "till.lock"

    @property
    def witness(self) -> Path:
        """How far the journal had come."""
        return self.folder / "till.witness"

    @property
    def key(self) -> Path:
        """The key file, where there is no keystore."""
        return self.folder / "till.key"

    @property
    def recovery(self) -> Path:
        """The key, wrapped by the recovery code."""
        return self.folder / "recovery.json"

    @property
    def look_up(self) -> Path:
        """The look-up cache."""
        return self.folder / "look_up.book"

    @property
    def roll(self) -> Path:
        """The roll, as head office packed it."""
        return self.folder / "roll.book"

    @property
    def ballast(self) -> Path:
        """Room for the day on which the disk is full."""
        return self.folder / "till.ballast"

    @property
    def backups(self) -> Path:
        """Copies of the book."""
        return self.folder / "backups"

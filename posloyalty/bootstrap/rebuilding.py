"""A damaged book is made anew, with its lock held and its key at hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from posloyalty.front_door import unlock
from posloyalty.services.book.book_keys import Keyring
from posloyalty.services.ports import Clock
from posloyalty.storage.rebuild import Progress, Rebuilt, rebuild


def rebuild_book(
    folder: Path,
    *,
    clock: Clock,
    keyring: Keyring | None,
    file: Iterable[bytes] | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Rebuilt:
    """Make the book of a folder anew; `file` are the lines of this till's journal, where somebody
    has one. Raises a `BookError`, or `BadLines` for a file that is another's.
    """
    held = unlock(folder, keyring)
    try:
        return rebuild(held.place, held.key, at=clock.now(), file=file, progress=progress)
    finally:
        held.lock.release()

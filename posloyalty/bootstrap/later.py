"""A book that only a later release may write to: its journal is written out, or sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from posloyalty import __version__
from posloyalty.front_door import unlock
from posloyalty.services.book.book_keys import Keyring
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office.join_head_office import kept_facts
from posloyalty.services.office.push_later import PushedOnly, push_only
from posloyalty.services.office.till_start import this_start
from posloyalty.services.ports import Chance, Clock
from posloyalty.storage.later_book import LaterBook, later_book


@contextmanager
def journal_of(folder: Path, keyring: Keyring | None) -> Iterator[LaterBook]:
    """The journal of a book of any release; its lock is held meanwhile. Raises a `BookError`."""
    held = unlock(folder, keyring)
    try:
        with later_book(held.place, held.key) as book:
            yield book
    finally:
        held.lock.release()


def send_journal_of(book: LaterBook, *, clock: Clock, chance: Chance) -> PushedOnly | None:
    """Send it to the head office that the book knows; None where it knows none.

    Raises `OutOfReach`.
    """
    facts = kept_facts(book)
    if facts is None:
        return None
    from posloyalty.network.link import Links

    links = Links(
        # The start that spoke last goes on speaking: a start of its own could not be kept, and the
        # next one would be taken for a copy's.
        boot=this_start(book)[0],
        chance=chance,
        now_s=lambda: int(clock.now().timestamp()),
    )
    link = links.connect(facts, SigningKey.generate(book.seed), book.till_id)
    try:
        return push_only(book, link, app=__version__)
    finally:
        link.close()

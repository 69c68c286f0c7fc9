"""Making a book's files: built aside, named when whole.

Order: the database is made and filled in `making/`; then the key is kept and wrapped and the label
written; the rename of the database into its place is the last step. Whatever a crash leaves behind
is swept away by the next attempt, because without `till.book` there is no book here.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from posloyalty.services.book.book_faults import BookExists, ReadOnlyPlace
from posloyalty.services.book.book_keys import KeyPlace
from posloyalty.services.ports import BookFacts, Chance, Clock, Ids
from posloyalty.storage.drive import refuse_network
from posloyalty.storage.driver import KEY_BYTES, faults_at
from posloyalty.storage.keys.files import sync_folder
from posloyalty.storage.keys.key_store import KeyStore, write_label
from posloyalty.storage.keys.recovery import Recovery
from posloyalty.storage.lock import BookLock
from posloyalty.storage.open_book import make_book, open_book
from posloyalty.storage.place import BookPlace
from posloyalty.storage.unit_of_work import SqlBook


class NewBook:
    """Implements `services.first_run.BookMaker` for one place."""

    def __init__(
        self, place: BookPlace, *, key_store: KeyStore, clock: Clock, ids: Ids, chance: Chance
    ) -> None:
        self._place = place
        self._key_store = key_store
        self._clock = clock
        self._ids = ids
        self._chance = chance
        self._key = chance.token_bytes(KEY_BYTES)

    def certificate(self, *, seed: bytes, till_id: bytes, serial: bytes, at: datetime) -> bytes:
        """A self-signed certificate, DER."""
        # Loaded for a first run only: X.509 takes 40 ms to import.
        from posloyalty.storage.keys.certificate import self_signed

        return self_signed(seed=seed, till_id=till_id, serial=serial, at=at)

    @contextmanager
    def making(self, facts: BookFacts, *, at: datetime) -> Iterator[SqlBook]:
        """A book under construction; it gets its name when the block ends without a fault."""
        place = self._place
        if place.book.exists():
            raise BookExists(place=str(place.folder))
        with faults_at(place.folder):
            try:
                place.folder.mkdir(parents=True, exist_ok=True)
            except (FileNotFoundError, FileExistsError, NotADirectoryError) as fault:
                # A file lies where the folder or one above it should be, or nothing can.
                raise ReadOnlyPlace(place=str(place.folder)) from fault
            refuse_network(place.folder)
        lock = BookLock(place.lock)
        lock.acquire()
        aside = BookPlace(place.folder / "making")
        try:
            with faults_at(aside.folder):
                shutil.rmtree(aside.folder, ignore_errors=True)
            make_book(aside, self._key, facts, at=at)
            book = open_book(aside, self._key, clock=self._clock, make_ids=lambda _till: self._ids)
            try:
                yield book
            finally:
                book.close()
            with faults_at(place.book):
                aside.book.rename(place.book)
                sync_folder(place.folder)
        finally:
            shutil.rmtree(aside.folder, ignore_errors=True)
            lock.release()

    def keep_key(self, facts: BookFacts) -> tuple[str, KeyPlace]:
        """Wrap and keep the key: (recovery code, where it is kept)."""
        recovery = Recovery(self._place, book_id=facts.book_id, key=self._key, chance=self._chance)
        code = recovery.renew()
        write_label(self._place, facts.book_id, self._key)
        return code, self._key_store.keep(self._place, facts.book_id, self._key)

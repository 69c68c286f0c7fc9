"""A damaged book made anew: its tables from its journal, and the rest as far as it can be read.

Shape: `rebuild(place, key, at, file)` sets the damaged files aside, fills a new book and puts it in
their place; the answer says what it came to. What follows from the journal (sales, ledger, shifts,
audit, ...) is made from the events alone. What exists nowhere else (members, goods, people,
settings) is taken over row by row. An event that cannot be read is looked for in the copies of the
book and in a file of this till's journal, such as head office writes: whatever follows, byte for
byte, from the hash before it is the event. Where nobody has it, the journal ends; what is known to
have come after is told, never invented, and the next start begins another epoch there, because a
witness says how far the journal had come.

A cut at any moment leaves the damaged book or the new one: `damaged/<when>` is whole before
anything is touched, and a rebuilding that was cut off begins anew from there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete

from posloyalty.services.book.book_faults import BookDamaged
from posloyalty.storage.driver import faults_at as driver_faults_at
from posloyalty.storage.engine import WRITER_CACHE_KIB, faults_at, open_engine
from posloyalty.storage.keys.files import sync_folder
from posloyalty.storage.place import BookPlace
from posloyalty.storage.projection import Projection, Row
from posloyalty.storage.rebuilt_journal import Candidates
from posloyalty.storage.rebuilt_rows import (
    OWN,
    member_row,
    put_own,
    put_projected,
    put_sums,
    put_visits,
    told,
)
from posloyalty.storage.salvage import Salvage
from posloyalty.storage.statements import Insert
from posloyalty.storage.tables import BOOK, JOURNAL_EVENT, MEMBER, OUTBOX, SETTING, TILL_KEY
from posloyalty.storage.upgrade import REVISIONS, upgrade
from posloyalty.storage.witness import read_witness, write_witness
from posloyalty.sync import events
from posloyalty.sync.hlc import Hlc
from posloyalty.sync.journal import Head, genesis_predecessor

Progress = Callable[[int, int], None]
"""(events done, events in all)."""

UNFINISHED: Final = "unfinished"
TOLD_EVERY: Final = 1_000
_INSERT_EVENT: Final = Insert(JOURNAL_EVENT)
_INSERT_OUTBOX: Final = Insert(OUTBOX)
HEARD: Final = {
    "members": ("profiles_heard", "card_keys_heard"),
    "goods": ("articles_heard",),
}
"""How far head office's members, the keys of their cards and its articles were heard
(`services/office`), by what is missing: without these the till hears all of them again.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What came of it. `events` are in the new book, `found` of them not from the damaged one;
    from `lost_from` through `lost_to` nothing is known but that it was, 0 and 0 for nothing; so
    many of these were `cut_off`: they can be read, but not what they follow from. `missing` are
    words for what of the shop's own is not whole, `aside` is where the damaged files are.
    """

    events: int
    found: int
    lost_from: int
    lost_to: int
    cut_off: int
    missing: tuple[str, ...]
    aside: Path


def rebuild(
    place: BookPlace,
    key: bytes,
    *,
    at: datetime,
    file: Iterable[bytes] | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Rebuilt:
    """Make the book of a folder anew; whoever calls holds its lock.

    Raises `BookDamaged` where not even its list of tables, or whose it is, can be read, `BadLines`
    for a file that is not this till's, and the faults of the disk. The book is then as it was.
    """
    aside = _set_aside(place, at)
    new = BookPlace(place.folder / "rebuilding")
    shutil.rmtree(new.folder, ignore_errors=True)
    try:
        with faults_at(place.folder):
            new.folder.mkdir()
        upgrade(new, key, at=at, making=True)
        made = _Making(place, new, key, aside, progress).make(file)
        _swap(place, new, aside, made.head)
    finally:
        shutil.rmtree(new.folder, ignore_errors=True)
    return made.came_to


@dataclass(frozen=True, slots=True)
class _Made:
    came_to: Rebuilt
    head: Head | None  # how far the journal is known to have come, where that is beyond its end


class _Making:
    """One new book that is being filled."""

    def __init__(
        self, place: BookPlace, new: BookPlace, key: bytes, aside: Path, progress: Progress
    ) -> None:
        self._place = place
        self._new = new
        self._key = key
        self._aside = aside
        self._progress = progress
        self._old = Salvage(aside / place.book.name, key)
        self._joined: dict[bytes, Row] = {}
        self._refused: set[str] = set()

    def make(self, file: Iterable[bytes] | None) -> _Made:
        """Fill it."""
        self._require_this_release()
        facts = next(iter(self._old.rows(BOOK)), None)
        if facts is None:
            raise BookDamaged(place=str(self._place.book), detail="it does not say whose it is")
        names = list(BOOK.columns.keys())
        till_id, certificate = facts[names.index("till_id")], facts[names.index("certificate")]
        candidates = Candidates(
            self._new.folder / "candidates",
            self._key,
            till_id=till_id,
            copies=self._copies(),
        )
        try:
            candidates.take_book(self._old)
            if file is not None:
                candidates.take_file(file, self._keys())
            engine = open_engine(
                self._new.book, self._key, cache_kib=WRITER_CACHE_KIB, query_only=False
            )
            try:
                with faults_at(self._new.book), engine.connect() as connection:
                    begins = genesis_predecessor(till_id, certificate)
                    came_to = self._fill(connection, candidates, begins)
            finally:
                engine.dispose()
            return _Made(came_to, self._head_beyond(candidates, till_id, came_to.events))
        finally:
            candidates.close()

    def _copies(self) -> list[Path]:
        """Where else an event may be: the newest first, earlier damaged books last."""
        copies = sorted(self._place.backups.glob("*.book"), reverse=True)
        earlier = self._aside.parent.glob(f"*/{self._place.book.name}")
        return [*copies, *(one for one in sorted(earlier) if one.parent != self._aside)]

    def _keys(self) -> tuple[bytes, ...]:
        place = list(TILL_KEY.columns.keys()).index("public_key")
        return tuple(bytes(row[place]) for row in self._old.rows(TILL_KEY))

    def _require_this_release(self) -> None:
        connection = self._old.opened()
        try:
            with driver_faults_at(self._place.book):
                (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            connection.close()
        if found != REVISIONS[-1]:
            raise BookDamaged(
                place=str(self._place.book),
                detail=f"it is of revision {found}, not {REVISIONS[-1]}",
            )

    def _fill(self, connection: Connection, candidates: Candidates, begins: bytes) -> Rebuilt:
        with connection.begin():
            # Transfers come before their accounts, whose rows are sums.
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            projected, last, found = self._events(connection, candidates, begins)
            put_sums(connection, projected)
        with connection.begin():
            for table in OWN:
                rows = self._members() if table is MEMBER else self._old.rows(table)
                if put_own(connection, table, rows):
                    self._refused.add(table.name)
            put_visits(connection, projected)
            missing = told(self._old.unread | self._refused)
            for word, heard in HEARD.items():
                if word in missing:
                    connection.execute(delete(SETTING).where(SETTING.c.name.in_(heard)))
        known = max(candidates.furthest()[1], self._noted())
        return Rebuilt(
            events=last,
            found=found,
            lost_from=last + 1 if known > last else 0,
            lost_to=known if known > last else 0,
            cut_off=candidates.after(last),
            missing=missing,
            aside=self._aside,
        )

    def _events(
        self, connection: Connection, candidates: Candidates, begins: bytes
    ) -> tuple[Projection, int, int]:
        """Every event that follows, with what it left; how many they are, and how many of them the
        damaged book could not have given.
        """
        states = {row[0]: row[1:] for row in self._old.rows(OUTBOX)}
        projected, last, found, known = Projection(), 0, 0, candidates.furthest()[1]
        for one in candidates.chained(begins):
            _INSERT_EVENT.one(connection, *one.row())
            # What head office has already it counts as known.
            _INSERT_OUTBOX.one(connection, one.seq, *states.get(one.seq, ("waiting", 0, "")))
            put_projected(connection, one.seq, projected.rows(one.seq, one.event))
            if isinstance(one.event, events.MemberCreate):
                row = member_row(one.seq, one.event)
                self._joined[row[0]] = row
            last, found = one.seq, found + (not one.own)
            if last % TOLD_EVERY == 0:
                self._progress(last, known)
        self._progress(last, last)
        return projected, last, found

    def _members(self) -> Iterator[Row]:
        """Those who were read, then those whose joining the journal tells of."""
        for row in self._old.rows(MEMBER):
            self._joined.pop(row[0], None)
            yield row
        yield from self._joined.values()

    def _noted(self) -> int:
        witness = read_witness(self._place.witness)
        return 0 if witness is None else witness.seq

    def _head_beyond(self, candidates: Candidates, till_id: bytes, last: int) -> Head | None:
        """Where the journal had been at least, where no note beside the book says so."""
        epoch, seq, hashed = candidates.furthest()
        if seq <= max(last, self._noted()):
            return None
        return Head(till_id=till_id, epoch=epoch, seq=seq, hash=hashed, hlc=Hlc(0))


def _set_aside(place: BookPlace, at: datetime) -> Path:
    """The damaged files, whole in a folder of their own; that of a rebuilding that was cut off when
    it put the new book in its place.
    """
    damaged = place.folder / "damaged"
    for begun in sorted(damaged.glob(f"*/{UNFINISHED}")):
        return begun.parent
    stamp = f"{at.astimezone(UTC):%Y%m%dT%H%M%S}"
    aside = next(
        one for one in (damaged / f"{stamp}-{number}" for number in count(1)) if not one.exists()
    )
    with faults_at(aside):
        aside.mkdir(parents=True)
        for one in _files(place):
            shutil.copyfile(one, aside / one.name)
            _synced(aside / one.name)
        sync_folder(aside)
    return aside


def _swap(place: BookPlace, new: BookPlace, aside: Path, known: Head | None) -> None:
    """Put the new book in place of the damaged one, whose log must not be folded into it."""
    with faults_at(place.folder):
        _synced(new.book)
        (aside / UNFINISHED).touch()
        sync_folder(aside)
        if known is not None:
            write_witness(place.witness, known)
        for one in _files(place):
            if one != place.book:
                one.unlink()
        new.book.replace(place.book)
        place.look_up.unlink(missing_ok=True)
        sync_folder(place.folder)
        (aside / UNFINISHED).unlink()


def _files(place: BookPlace) -> list[Path]:
    return [one for one in (place.book, *place.folder.glob("till.book-*")) if one.exists()]


def _synced(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""The look-up cache as the till uses it: opened, followed, and built again when it is gone.

Shape: `LookUpCache` keeps one connection for the look-up lane and one for the writer lane.
`follow()` takes what changed in the book since; `open()` does so at the start. A file that is
missing, damaged or far behind is built anew from the book, which takes half a minute for a million
members; until then `ready` is False and not everybody is found, but sales go on.

Beside the book's members stand those of the roll (`KeptRoll`), whom nobody met here yet. Where both
know somebody, the book's word counts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from posloyalty.domain.members.member import MemberStatus
from posloyalty.services.members.member_look_up import Found
from posloyalty.services.ports import Book, MemberCopy
from posloyalty.storage.look_up.kept_roll import KeptRoll
from posloyalty.storage.look_up.member_index import LookUpDamaged, MemberIndex
from posloyalty.storage.look_up.member_table import MemberTable, nearness
from posloyalty.storage.look_up.name_words import folded

CHANGES_PER_READ: Final = 1_000
# Beyond this many changes a new file is quicker than following.
FOLLOW_MAX: Final = 20_000

Progress = Callable[[int, int], None]
Question = Callable[[MemberTable], list[Found]]


class LookUpCache:
    """Members for finding, as `MemberLookUp`; safe to call from the look-up and writer lanes."""

    def __init__(
        self,
        *,
        book: Book,
        path: Path,
        key: bytes,
        home_store: str,
        roll: KeptRoll | None = None,
    ) -> None:
        self._book = book
        self._path = path
        self._key = key
        self._home_store = home_store
        self._reading: MemberIndex | None = None
        self._writing: MemberIndex | None = None
        # Counting reads every row; every search asks.
        self._count = 0
        self._on_roll = 0
        self._whole = False
        self._roll = roll
        if roll is not None:
            roll.changed = self._recount
        # Guards the two handles while a new file takes the old one's place.
        self._lock = threading.RLock()

    @property
    def ready(self) -> bool:
        """Whether everybody can be found now."""
        return self._whole

    def open(self, progress: Progress | None = None) -> None:
        """Open the file and bring it up to the book, building it when it cannot be followed."""
        if not self.take_up():
            self.rebuild(progress)

    def take_up(self) -> bool:
        """Open the file and bring it up to the book; False when it has to be built anew."""
        try:
            self._attach()
            behind = self._behind()
        except LookUpDamaged:
            return False
        if behind > FOLLOW_MAX:
            return False
        self._recount()
        self.follow()
        self._whole = True
        return True

    def rebuild(self, progress: Progress | None = None) -> None:
        """Make a new file from the book and put it in place; the old one answers until then."""
        MemberIndex.build(self._path, self._key, self._from_book(progress))
        with self._lock:
            self._let_go()
            self._attach()
        self._recount()
        self.follow()
        self._whole = True

    def follow(self) -> None:
        """Take what changed in the book since the last time; nothing to do while not ready."""
        with self._lock:
            index = self._writing
            if index is None:
                return
            while changes := self._changes(index.applied):
                new = index.put([(change.changed, self._found(change)) for change in changes])
                self._count += len(new)
                self._on_roll -= self._known_to_roll(new)

    def close(self) -> None:
        """Close the files; they may be deleted then."""
        self._let_go()
        if self._roll is not None:
            self._roll.close()

    def _let_go(self) -> None:
        with self._lock:
            for index in (self._reading, self._writing):
                if index is not None:
                    index.close()
            self._reading = self._writing = None
            self._whole = False
            self._count = 0

    @property
    def count(self) -> int:
        """How many members there are on this till."""
        with self._lock:
            return self._count + self._on_roll

    def by_card(self, code: str) -> bytes | None:
        """The member of a canonical short code, of those in the book."""
        with self._lock:
            return self._reading.by_card(code) if self._reading else None

    def by_phone(self, digits: str) -> bytes | None:
        """The member of a whole phone number in digits, of those in the book."""
        with self._lock:
            return self._reading.by_phone(digits) if self._reading else None

    def by_last_digits(self, digits: str, limit: int) -> list[Found]:
        """Members whose phone ends in these four digits, best first."""
        found = self._both(lambda table: table.by_last_digits(digits, limit))
        return sorted(found, key=lambda one: (not one.home, -one.last_visit))[:limit]

    def by_phone_start(self, digits: str, limit: int) -> list[Found]:
        """Members whose phone begins with these digits."""
        found = self._both(lambda table: table.by_phone_start(digits, limit))
        return sorted(found, key=lambda one: one.phone or "")[:limit]

    def by_name(self, text: str, limit: int) -> list[Found]:
        """Members whose name, pinyin or initials begin with every word of the text."""
        found = self._both(lambda table: table.by_name(text, limit))
        whole = folded(text).replace(" ", "")
        return sorted(found, key=lambda one: nearness(one, whole))[:limit]

    def by_id(self, member_id: bytes) -> Found | None:
        """One member, of the book or of the roll."""
        found = self._both(lambda table: [one] if (one := table.by_id(member_id)) else [])
        return found[0] if found else None

    def _both(self, question: Question) -> list[Found]:
        """What the book's members and those of the roll answer; nobody of the book twice."""
        with self._lock:
            found = question(self._reading) if self._reading else []
            if self._roll is None:
                return found
            nobody: list[Found] = []
            others = self._roll.ask(question, nobody)
            if self._reading is not None:
                others = [one for one in others if self._reading.by_id(one.member_id) is None]
        return found + others

    def _known_to_roll(self, member_ids: Sequence[bytes]) -> int:
        """How many of these stand on the roll too."""
        if self._roll is None:
            return 0
        return self._roll.ask(
            lambda file: sum(1 for one in member_ids if file.by_id(one) is not None), 0
        )

    def _recount(self) -> None:
        """Another roll is in place, or somebody was struck off it: who of it is not in the book."""
        if self._roll is None:
            return
        with self._lock:
            mark = None if self._writing is None else self._writing.applied
        shared = 0 if mark is None else self._roll.shared_with(self._path)
        with self._lock:
            if mark is not None and self._writing is not None and self._writing.applied != mark:
                shared = self._roll.shared_with(self._path)  # the book went on meanwhile
            self._on_roll = self._roll.count - shared

    def _attach(self) -> None:
        self._writing = MemberIndex(self._path, self._key)
        self._reading = MemberIndex(self._path, self._key, read_only=True)
        self._count = self._writing.count

    def _behind(self) -> int:
        with self._book.read() as reader:
            known = reader.members.count()
        return abs(known - self._count)

    def _changes(self, after: int) -> tuple[MemberCopy, ...]:
        with self._book.read() as reader:
            return reader.members.copies(after=after, limit=CHANGES_PER_READ)

    def _from_book(self, progress: Progress | None) -> Iterator[tuple[int, Found]]:
        with self._book.read() as reader:
            total = reader.members.count()
        done = mark = 0
        while changes := self._changes(mark):
            for change in changes:
                yield change.changed, self._found(change)
            mark = changes[-1].changed
            done += len(changes)
            if progress is not None:
                progress(done, total)

    def _found(self, change: MemberCopy) -> Found:
        gone = change.status in (MemberStatus.ERASED, MemberStatus.CLOSED)
        return Found(
            member_id=change.member_id,
            name="" if gone else change.name,
            card=None if gone else change.card,
            phone=None if gone else change.phone,
            home=change.home_store == self._home_store,
            last_visit=change.last_visit.date().toordinal() if change.last_visit else 0,
        )

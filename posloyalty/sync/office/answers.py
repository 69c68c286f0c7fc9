"""What a till has to hear of some owners: events that it lacks, and what settles its book.

Shape: `Answers(...).of(till_id, owners, seq, at)`. Of an owner of whom till and head office agreed
before, only what came since is looked at (`since_agreed`); where that alone does not bring the book
to what head office says, everything is, as of anybody else. Of those who only count, the next part.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from posloyalty.domain.ledger.transfer import Transfer
from posloyalty.domain.values.calendar import format_instant
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync.comes_behind import in_order
from posloyalty.sync.fold import MemberFold, Overspend
from posloyalty.sync.journals import Filed
from posloyalty.sync.office.archive import Archive
from posloyalty.sync.office.belongings import Belongings, difference
from posloyalty.sync.office.counted import UNTOLD_MOST
from posloyalty.sync.office.heard_in_part import unheard_of
from posloyalty.sync.office.since_agreed import Since
from posloyalty.sync.office.telling import SETTLE, Teller, Telling

NOTHING: Final = difference(Belongings(b""), Belongings(b""), event_id=b"")


@dataclass(frozen=True, slots=True)
class ToTell:
    """What is told, whether there is more of those who are `counting` alone, and of whom what came
    since would not do.
    """

    tellings: tuple[Telling, ...]
    counting: tuple[bytes, ...]
    left: bool
    unlike: tuple[bytes, ...] = ()


class Answers:
    """Of one head office, whose `fold` of an owner is everything."""

    def __init__(
        self,
        office_id: bytes,
        archive: Archive,
        *,
        fold: Callable[[bytes], MemberFold],
        overspend: Callable[[], Overspend],
    ) -> None:
        self._office_id = office_id
        self._archive = archive
        self._fold, self._overspend = fold, overspend

    def of(self, till_id: bytes, owners: Sequence[bytes], seq: int, at: datetime) -> ToTell:
        """What a till whose journal stands at `seq` has to hear of owners, sorted."""
        bearer, since = self._overspend(), dict[bytes, Since]()
        for owner in owners:
            found = self._archive.since_agreed(till_id, owner, bearer)
            if found is not None:
                since[owner] = found
        told = self._told(till_id, owners, since, seq, at)
        while told.unlike:
            for owner in told.unlike:
                del since[owner]
            told = self._told(till_id, owners, since, seq, at)
        return told

    def _told(
        self,
        till_id: bytes,
        owners: Sequence[bytes],
        since: Mapping[bytes, Since],
        seq: int,
        at: datetime,
    ) -> ToTell:
        rest = [owner for owner in owners if owner not in since]
        counting = [owner for owner in rest if self._archive.counted(owner).only]
        folded = [owner for owner in owners if owner not in set(counting)]
        books = [
            since[owner].book if owner in since else self._archive.book(till_id, owner)
            for owner in owners
        ]
        teller = Teller(self._office_id, books, self._moved(folded, since))
        unheard, left = self._unheard(till_id, folded, since, counting)
        tellings = [one for one in map(teller.tell, unheard) if one is not None]
        unlike = []
        for owner in owners:
            event_id = derive_id(SETTLE, till_id, seq, owner)
            then = self._then(owner, since, counting)
            does = difference(teller.books[owner], then, event_id=event_id)
            if does == NOTHING:
                continue
            if owner in since:
                unlike.append(owner)
            tellings.append(
                Telling(
                    event_id=event_id,
                    at=format_instant(at),
                    what=SETTLE,
                    src=self._office_id,
                    does=does,
                    owners=frozenset((owner,)),
                )
            )
        return ToTell(tuple(tellings), tuple(counting), left, tuple(unlike))

    def _moved(self, folded: Iterable[bytes], since: Mapping[bytes, Since]) -> Iterable[Transfer]:
        """The transfers of owners as they stand."""
        for owner in folded:
            yield from since[owner].moved if owner in since else self._fold(owner).transfers

    def _then(
        self, owner: bytes, since: Mapping[bytes, Since], counting: Collection[bytes]
    ) -> Belongings:
        """What an owner has as head office says."""
        if owner in since:
            return since[owner].then
        return Belongings(owner) if owner in counting else Belongings.of(self._fold(owner))

    def _unheard(
        self,
        till_id: bytes,
        folded: Iterable[bytes],
        since: Mapping[bytes, Since],
        counting: Iterable[bytes],
    ) -> tuple[list[Filed], bool]:
        """What a till has not heard of owners, and whether that is not all; of those who only count
        the next part.
        """
        of_owners: dict[bytes, Sequence[Filed]] = {
            owner: since[owner].filed if owner in since else self._archive.events_of(owner)
            for owner in folded
        }
        ids = {one.event_id for filed in of_owners.values() for one in filed}
        seen, unheard = self._archive.seen(till_id, ids), dict[bytes, Filed]()
        for owner, filed in of_owners.items():
            mine = unheard_of(self._archive, till_id, owner, filed, seen)
            unheard |= {one.event_id: one for one in mine}
        left = False
        for owner in counting:
            untold, more = self._archive.untold(till_id, owner, UNTOLD_MOST)
            unheard |= {one.event_id: one for one in untold}
            left = left or more
        return in_order(unheard.values()), left

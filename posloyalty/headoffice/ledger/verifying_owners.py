"""Proving under whom events are filed, and how far the ledger says that it is with each owner.

Shape: `differing(connection, concerned, loose)` goes through `event_owner` owner by owner, holds
the events' mix against the one that the journals give, and then `owner_place` against the rows. The
order of the last folded event decides whether a late one is folded in its place: a wrong one would
give wrong balances with the next sale only.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.ledger.verifying_noted import PAGE
from posloyalty.headoffice.store.archive_tables import EVENT_OWNER, OWNER_PLACE
from posloyalty.services.book.verify_book import Difference

Mix = tuple[int, int]
"""How many events, and what identifies each of them mixed."""

NO_MIX: Final = (0, 0)

Order = tuple[int, bytes, int, int]


def mark_of(event_id: bytes, till_id: bytes, epoch: int, seq: int, at_us: int) -> bytes:
    """What identifies an event together with where and when it was filed."""
    return b"%b%b%d/%d/%d" % (event_id, till_id, epoch, seq, at_us)


def mixed(before: Mix, mark: bytes) -> Mix:
    """One more in a mix; the order of them makes no difference. A mark is hashed first, so that
    what is alike in many of them does not cancel out.
    """
    count, sum_ = before
    return count + 1, sum_ ^ int.from_bytes(sha256(mark).digest()[:16], "big")


def differing(
    connection: Connection, concerned: Mapping[bytes, Mix], loose: Container[bytes]
) -> Iterator[Difference]:
    """What differs, by owner. `concerned` are the mixes by the journals; of the events in `loose`
    the id alone is mixed in, since no journal says where or when they were filed.
    """
    missing, places = set(concerned), _Places(connection)
    for owner, rows in _by_owner(connection):
        yield from places.unfiled_before(owner)
        found = _Found(places.at(owner))
        for row in rows:
            found.take(row, loose)
        missing.discard(owner)
        yield from _filing(owner, concerned.get(owner, NO_MIX), found.mix)
        yield from found.differing(owner)
    yield from places.unfiled_before(None)
    for owner in sorted(missing):
        yield from _filing(owner, concerned[owner], NO_MIX)


class _Places:
    """`owner_place` in the order of owners, read along with their events."""

    def __init__(self, connection: Connection) -> None:
        asked = select(OWNER_PLACE).order_by(OWNER_PLACE.c.owner)
        self._rows = iter(connection.execute(asked.execution_options(yield_per=PAGE)))
        self._next: Any = next(self._rows, None)

    def at(self, owner: bytes) -> Any:
        """The row of an owner, behind whom nobody was asked for."""
        row = self._next
        if row is None or bytes(row.owner) != owner:
            return None
        self._next = next(self._rows, None)
        return row

    def unfiled_before(self, owner: bytes | None) -> Iterator[Difference]:
        """Those up to an owner, or to the end, of whom something was folded though nothing is
        filed under them.
        """
        while self._next is not None and (owner is None or bytes(self._next.owner) < owner):
            row, self._next = self._next, next(self._rows, None)
            if row.last_us is not None:
                yield _difference("owner", bytes(row.owner), "no event", f"last {row.last_us}")


class _Found:
    """The events of one owner beside its place, in the order of their arrival."""

    def __init__(self, place: Any) -> None:
        self._place = place
        self._newest = 0
        self._last: Order | None = None
        self.mix = NO_MIX

    def take(self, row: Any, loose: Container[bytes]) -> None:
        """One more event."""
        event_id, till_id = bytes(row.event_id), bytes(row.till_id)
        mark = mark_of(event_id, till_id, row.epoch, row.seq, row.at_us)
        self.mix = mixed(self.mix, event_id if event_id in loose else mark)
        self._newest = row.arrival
        if self._place is not None and row.arrival <= self._place.folded:
            order = (row.at_us, till_id, row.epoch, row.seq)
            self._last = order if self._last is None else max(order, self._last)

    def differing(self, owner: bytes) -> Iterator[Difference]:
        """What its place says otherwise."""
        row = self._place
        if row is None:
            yield _difference("owner", owner, f"{self.mix[0]} events", "-")
            return
        behind = row.decided <= row.arrived and row.folded <= row.arrived
        if row.arrived < self._newest or not behind:
            said = f"arrived {row.arrived}, decided {row.decided}, folded {row.folded}"
            yield _difference("owner", owner, f"arrived {self._newest}", said)
        stands = (
            None
            if row.last_us is None
            else (row.last_us, bytes(row.last_till), row.last_epoch, row.last_seq)
        )
        if self._last != stands:
            yield _difference("owner", owner, _told(self._last), _told(stands))


def _by_owner(connection: Connection) -> Iterator[tuple[bytes, Iterator[Any]]]:
    asked = select(EVENT_OWNER).order_by(EVENT_OWNER.c.owner, EVENT_OWNER.c.arrival)
    rows = connection.execute(asked.execution_options(yield_per=PAGE))
    yield from groupby(rows, key=lambda row: bytes(row.owner))


def _filing(owner: bytes, wanted: Mix, found: Mix) -> Iterator[Difference]:
    if wanted != found:
        other = "other " if wanted[0] == found[0] else ""
        yield _difference("filing", owner, f"{wanted[0]} {other}events", f"{found[0]} events")


def _told(order: Order | None) -> str:
    if order is None:
        return "nothing folded"
    us, till, epoch, seq = order
    return f"last {us} {till.hex()} {epoch}-{seq}"


def _difference(what: str, owner: bytes, expected: str, found: str) -> Difference:
    return Difference(seq=0, what=what, which=owner.hex(), expected=expected, found=found)

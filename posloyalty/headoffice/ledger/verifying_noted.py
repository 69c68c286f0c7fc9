"""Proving what head office notes beside its ledger: members, households, and whose a right is.

Shape: `Noted` gathers from each event that was read what has to be noted of it, and `differing`
holds that against the tables. These rows decide to whom later events are filed, so that one that is
lost would turn up as another balance only once something more happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from posloyalty.headoffice.store.archive_tables import (
    HOUSEHOLD_MEMBER,
    MEMBER,
    RIGHT_OWNER,
    RIGHT_WAITING,
    TILL_OWNER,
)
from posloyalty.services.book.verify_book import Difference
from posloyalty.sync.office.archive import Filing

PAGE: Final = 2_000
"""How many rows are fetched at once."""


@dataclass(slots=True)
class _Member:
    """What is known of one: the earliest day of joining, whom the record means now, if erased."""

    joined: str | None = None
    alias_of: bytes | None = None
    erased: bool = False


@dataclass(slots=True)
class Noted:
    """What the events say that has to be noted.

    `opened` has the owner of each right by the event that was read last; of a right that two
    tills opened for different owners every one of them is in `claimed`.
    """

    opened: dict[bytes, bytes] = field(default_factory=dict)
    claimed: set[tuple[bytes, bytes]] = field(default_factory=set)
    waiting: set[tuple[bytes, bytes]] = field(default_factory=set)
    """A right and an event that counts and changes it, for rights that nobody opened so far."""
    knows: set[tuple[bytes, bytes]] = field(default_factory=set)
    """A till and somebody of whom it hears, since it made or met them."""
    _members: dict[bytes, _Member] = field(default_factory=dict)
    _homes: set[tuple[str, bytes]] = field(default_factory=set)

    def open(self, filing: Filing) -> None:
        """Note whose the rights are that an event opens, also one that does not count."""
        for right_id, owner in filing.opens.items():
            if not owner:
                continue
            before = self.opened.setdefault(right_id, owner)
            if before != owner:
                self.claimed |= {(right_id, before), (right_id, owner)}

    def know(self, filing: Filing) -> None:
        """Note of whom a till hears from an event on that stands in the book it has now."""
        self.knows |= {(filing.one.till_id, owner) for owner in filing.knows}

    def take(self, filing: Filing) -> None:
        """Note what follows from an event that counts."""
        if filing.joined is not None:
            one, day = self._member(filing.joined[0]), filing.joined[1].isoformat()
            one.joined = day if one.joined is None else min(day, one.joined)
        if filing.alias is not None:
            goes, stays = filing.alias
            self._member(goes).alias_of = stays
        if filing.erased is not None:
            self._member(filing.erased).erased = True
        self._homes |= {(home.hex(), member_id) for home, member_id in filing.homes}
        self.waiting |= {(right_id, filing.one.event_id) for right_id in filing.touches}

    def differing(self, connection: Connection) -> Iterator[Difference]:
        """What the tables say otherwise."""
        yield from self._differing_members(connection)
        yield from self._differing_homes(connection)
        yield from self._differing_rights(connection)
        yield from self._differing_waiting(connection)
        yield from self._differing_knowing(connection)

    def _member(self, member_id: bytes) -> _Member:
        return self._members.setdefault(member_id, _Member())

    def _differing_members(self, connection: Connection) -> Iterator[Difference]:
        left = dict(self._members)
        for row in rows_of(connection, MEMBER):
            member_id, alias = bytes(row.member_id), row.alias_of
            found = (row.joined, None if alias is None else bytes(alias), row.erased == 1)
            one = left.pop(member_id, None)
            should = None if one is None else (one.joined, one.alias_of, one.erased)
            if should != found:
                yield _difference("member", member_id, _told(should), _told(found))
        for member_id, one in left.items():
            should = (one.joined, one.alias_of, one.erased)
            yield _difference("member", member_id, _told(should), _told(None))

    def _differing_homes(self, connection: Connection) -> Iterator[Difference]:
        left = set(self._homes)
        for row in rows_of(connection, HOUSEHOLD_MEMBER):
            pair = (row.household, bytes(row.member_id))
            if pair not in left:
                yield _difference("household", pair[1], "-", pair[0])
            left.discard(pair)
        for home, member_id in left:
            yield _difference("household", member_id, home, "-")

    def _differing_rights(self, connection: Connection) -> Iterator[Difference]:
        left = dict(self.opened)
        for row in rows_of(connection, RIGHT_OWNER):
            right_id, owner = bytes(row.right_id), bytes(row.owner)
            should = left.pop(right_id, b"")
            if owner != should and (right_id, owner) not in self.claimed:
                yield _difference("right_owner", right_id, _told((should,)), _told((owner,)))
        for right_id, owner in left.items():
            yield _difference("right_owner", right_id, _told((owner,)), _told(None))

    def _differing_waiting(self, connection: Connection) -> Iterator[Difference]:
        left = {pair for pair in self.waiting if pair[0] not in self.opened}
        for row in rows_of(connection, RIGHT_WAITING):
            pair = (bytes(row.right_id), bytes(row.event_id))
            if pair[0] in self.opened:
                yield _difference("right_waiting", pair[0], "-", pair[1].hex())
            left.discard(pair)
        for right_id, event_id in left:
            yield _difference("right_waiting", right_id, event_id.hex(), "-")

    def _differing_knowing(self, connection: Connection) -> Iterator[Difference]:
        """Others may be there as well: whom head office made a till hear of, by no event."""
        left = set(self.knows)
        for row in rows_of(connection, TILL_OWNER):
            left.discard((bytes(row.till_id), bytes(row.owner)))
        for till_id, owner in left:
            yield _difference("till_owner", till_id, owner.hex(), "-")


def rows_of(connection: Connection, table: Table) -> Iterator[Any]:
    """Every row, without ever holding more than a page of them in memory."""
    yield from connection.execute(select(table).execution_options(yield_per=PAGE))


def _difference(what: str, key: bytes, expected: str, found: str) -> Difference:
    return Difference(seq=0, what=what, which=key.hex(), expected=expected, found=found)


def _told(values: tuple[object, ...] | None) -> str:
    """A row's values for a person, "-" where there is none."""
    if values is None:
        return "-"
    return " ".join(one.hex() if isinstance(one, bytes) else str(one) for one in values) or "-"

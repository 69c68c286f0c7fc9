"""What a look-up connection has read of members, kept for as long as nobody commits anything.

Shape: `KeptReads(connection).of(key, read)` answers what `read` gave before under that key, if this
snapshot of the connection is the one that it was read in or another of the same state. SQLite says
so itself: its data version is another one as soon as any other connection has committed, whoever
that is and whatever it wrote. So nothing here knows what a sale changes, and nothing can be
forgotten that does. A member who is in the sale is asked for again and again between two commits:
the panel, what could be redeemed, each way to pay.

Only for connections that never write: a connection's own writes do not change its data version.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.services.ports import MemberSeen
from posloyalty.storage.repositories.ledger import Ledger
from posloyalty.storage.repositories.members import Members
from posloyalty.storage.statements import data_version

KEPT_MOST: Final = 512
"""Answers, two a member: some hundred kilobytes."""

Read = TypeVar("Read")


class KeptReads:
    """The answers of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._version: int | None = None
        self._found: dict[Hashable, Any] = {}

    def of(self, key: Hashable, read: Callable[[], Read]) -> Read:
        """What is kept, or what is read now; frozen values only."""
        version = data_version(self._connection)
        if version != self._version:
            self._found.clear()
            self._version = version
        if key in self._found:
            kept: Read = self._found[key]
            return kept
        found = read()
        if len(self._found) >= KEPT_MOST:
            del self._found[next(iter(self._found))]
        self._found[key] = found
        return found


class KeptMembers(Members):
    """Members who come to the counter are read once."""

    def __init__(self, connection: Connection, kept: KeptReads) -> None:
        super().__init__(connection)
        self._kept = kept

    def seen(self, member_id: bytes) -> MemberSeen | None:
        """A member with what stands beside it."""
        return self._kept.of(("seen", member_id), lambda: Members.seen(self, member_id))


class KeptLedger(Ledger):
    """What a member has is read once."""

    def __init__(self, connection: Connection, kept: KeptReads) -> None:
        super().__init__(connection)
        self._kept = kept

    def member_state(
        self,
        member_id: bytes,
        *,
        lots_since: date,
        whole_life: bool = False,
        seen: MemberSeen | None = None,
    ) -> MemberState | None:
        """The member as the rules see them."""
        return self._kept.of(
            (member_id, lots_since, whole_life),
            lambda: Ledger.member_state(
                self, member_id, lots_since=lots_since, whole_life=whole_life, seen=seen
            ),
        )

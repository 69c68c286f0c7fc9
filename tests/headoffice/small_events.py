"""Small sound events for a till's journal: somebody joins, points come and go by hand.

`Books(till)` adds them to a till's journal, dated `behind` the clock where it is to be late; `send`
pushes what is new to a head office.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync import events
from tests.headoffice.a_till import ATill

MEMBER = b"m" * 16
LEDGER = "cafe/stamps"
LOT = "10" * 16


@dataclass
class Books:
    """Writes into one till's journal; the clock goes on a second an event."""

    till: ATill
    sent: int = 0
    behind: timedelta = timedelta()
    ledger: str = LEDGER

    def joins(self, member: bytes = MEMBER) -> None:
        self._add(
            events.MemberCreate(
                id=self._id(), at=self._at(), hlc=(1, 1), member=member.hex(),
                joined="2026-01-01", store="S1", source="test",
            )
        )  # fmt: skip

    def gives(
        self, points: int, *, member: bytes = MEMBER, lot: str = LOT, usable: str = ""
    ) -> None:
        """Points that are usable from a day, or wait for an event."""
        days = {"usable": usable} if usable else {}
        opens = events.LotOpened(id=lot, earned="2026-01-02", **days)
        holder = ("member", member.hex())
        self._act(member, "earn", ("issued",), holder, points, opens=opens)

    def spends(self, points: int, *, member: bytes = MEMBER, lot: str = LOT) -> str:
        """The event's id."""
        holder = ("member", member.hex())
        return self._act(member, "redeem", holder, ("redeemed",), points, uses=((lot, points),))

    def takes_back(self, points: int, *, member: bytes = MEMBER, lot: str = LOT) -> str:
        """Points of a return; what is not there any more the member owes."""
        holder = ("member", member.hex())
        return self._act(member, "reverse_earn", holder, ("issued",), points, uses=((lot, points),))

    def repays(self, points: int, *, member: bytes = MEMBER) -> str:
        """So much of what is owed."""
        owing = ("member_debt", member.hex())
        return self._act(member, "repay", ("issued",), owing, points)

    def send(self, office: OpenOffice) -> None:
        heard = self.till.push(office, self.sent + 1, len(self.till.journal))
        assert heard.status == 200, heard.said
        self.sent = len(self.till.journal)

    def _act(
        self,
        member: bytes,
        code: str,
        debit: tuple[str, ...],
        credit: tuple[str, ...],
        points: int,
        *,
        opens: events.LotOpened | None = None,
        uses: tuple[tuple[str, int], ...] = (),
    ) -> str:
        event_id = self._id()
        post = events.Post(
            id=self._id(), code=code, ledger=self.ledger, dr=debit, cr=credit, n=points,
            **({} if opens is None else {"opens": opens}), **({"uses": uses} if uses else {}),
        )  # fmt: skip
        self._add(
            events.Act(
                id=event_id, at=self._at(), hlc=(1, 1), kind="adjust", what="stamps",
                day="2026-11-01", member=member.hex(), post=(post,),
            )
        )  # fmt: skip
        return event_id

    def _add(self, event: events.Event) -> None:
        self.till.add(events.encode(event), event_id=bytes.fromhex(event.id))

    def _id(self) -> str:
        return self.till.chance.token_bytes(16).hex()

    def _at(self) -> str:
        self.till.clock.pass_time(timedelta(seconds=1))
        at: datetime = self.till.clock.now()
        return (at - self.behind).isoformat(timespec="milliseconds")

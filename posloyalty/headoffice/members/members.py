"""A member as head office knows them, for whoever answers them: what they hold and what happened.

Shape: `find` takes what somebody can say or read off a paper: a member's id, a receipt's number,
a card, phone, e-mail address, or an earlier number;
`history` folds the member's events anew, with every balance, lot, right and level, and the newest
events first. It tells no names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, case, func, select

from posloyalty.domain.engine.member_state import TierHolding
from posloyalty.domain.engine.works.risk import CAUSE
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import AccountKind, Lot
from posloyalty.headoffice.ledger.filing import us_instant
from posloyalty.headoffice.ledger.pure_office import archive_of
from posloyalty.headoffice.members.named_members import named
from posloyalty.headoffice.members.receipt_claims import GIVEN
from posloyalty.headoffice.members.told_receipts import numbered
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.archive_tables import LEASE, MEMBER
from posloyalty.headoffice.store.case_tables import RECEIPT_CLAIM
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.tables import TILL
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.fold import MemberFold, fold_member
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import AssetKind
from posloyalty.sync.office.by_hand import WHY

EVENTS_SHOWN: Final = 100
MEMBERS_SHOWN: Final = 50
LEASES_SHOWN: Final = 200
_M: Final = MEMBER.c
_L: Final = LEASE.c


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A member in a list; `joined` is empty for one of whom only a decision was heard."""

    member_id: str
    joined: str
    erased: bool
    alias_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LentRow:
    """What is out of one kind: points by their ledger in `key`, which is "" for any other kind;
    `left` is what of them nobody has used yet, in minor units of the ledger, else of no one unit.
    """

    kind: str
    key: str
    leases: int
    tills: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event of a member's: what kind, where, what it moved of which wallet, and the reason that
    somebody gave for it.
    """

    at: datetime
    store: str
    kind: str
    number: str
    moved: tuple[tuple[str, int], ...]
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything of a member. Balances and debts are in each wallet's minor units."""

    row: MemberRow
    balances: tuple[tuple[str, int], ...]
    debts: tuple[tuple[str, int], ...]
    lots: tuple[Lot, ...]
    rights: tuple[Right, ...]
    levels: tuple[TierHolding, ...]
    happenings: tuple[Happening, ...]
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRow:
    """A lease that is out: so much of something, held aside for one till."""

    store: str
    till: str
    kind: str
    key: str
    owner: str
    amount: int
    left: int
    not_after: datetime
    recalled: bool


class Members:
    """Reads members and leases; changes nothing."""

    def __init__(self, database: Database, office: Office, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._clock = clock

    def newest(self, *, limit: int = MEMBERS_SHOWN) -> list[MemberRow]:
        """The members who joined last."""
        asked = select(MEMBER).order_by(_M.joined.desc(), _M.member_id).limit(limit)
        with self._database.read() as connection:
            return [_member(row) for row in connection.execute(asked)]

    def find(self, typed: str) -> str | None:
        """The id of a member by whatever names them, or by the number of a receipt of theirs, also
        one whose points were given to them; None for nobody. Refuses SEVERAL_FOUND, and
        NUMBER_OF_SEVERAL for a number that several tills printed.
        """
        with self._database.read() as connection:
            if len(typed) == 32 and (row := _row(connection, typed)) is not None:
                return bytes(row.member_id).hex()
            members = named(connection, [typed]).get(typed, ())
            if len(members) > 1:
                raise ServiceRefusal("SEVERAL_FOUND")
            return members[0].hex() if members else _of_receipt(connection, typed)

    def history(self, member_id: str) -> History | None:
        """Everything of a member; None for somebody of whom nothing is known."""
        with self._database.read() as connection:
            row = _row(connection, member_id)
            if row is None:
                return None
            archive = archive_of(self._database, connection, self._office, now=self._clock.now())
            filed = archive.events_of(bytes.fromhex(member_id))
        fold = fold_member(bytes.fromhex(member_id), filed)
        return _history(_member(row), filed, fold)

    def lent(self) -> list[LentRow]:
        """How much is out in all: points by ledger, of every other kind how many leases."""
        points = case((_L.kind == AssetKind.POINTS.value, _L.key), else_="")
        left = func.sum(_L.amount - _L.used - _L.returned)
        asked = (
            select(_L.kind, points, func.count(), func.count(_L.till_id.distinct()), left)
            .where(_L.state == "open")
            .group_by(_L.kind, points)
            .order_by(_L.kind, points)
        )
        with self._database.read() as connection:
            return [
                LentRow(kind=kind, key=key, leases=leases, tills=tills, left=int(held))
                for kind, key, leases, tills, held in connection.execute(asked)
            ]

    def leases(self, *, limit: int = LEASES_SHOWN) -> list[LeaseRow]:
        """What is out, by store and till."""
        asked = (
            select(LEASE, TILL.c.store_code, TILL.c.till_code)
            .join(TILL, TILL.c.till_id == _L.till_id)
            .where(_L.state == "open")
            .order_by(TILL.c.store_code, TILL.c.till_code, _L.not_after_us)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [_lease(row) for row in connection.execute(asked)]


def _history(row: MemberRow, filed: Sequence[Filed], fold: MemberFold) -> History:
    mine = {
        kind: tuple(
            sorted(
                (account.ledger, amount)
                for account, amount in fold.accounts.items()
                if account.kind is kind and account.owner == fold.member_id
            )
        )
        for kind in (AccountKind.MEMBER, AccountKind.MEMBER_DEBT)
    }
    newest = sorted(filed, key=lambda one: one.order, reverse=True)[:EVENTS_SHOWN]
    return History(
        row=row,
        balances=mine[AccountKind.MEMBER],
        debts=tuple((ledger, -amount) for ledger, amount in mine[AccountKind.MEMBER_DEBT]),
        lots=tuple(
            sorted(
                (lot for lot in fold.lots if lot.remaining),
                key=lambda lot: (lot.account.ledger, lot.last_day or date.max, lot.id),
            )
        ),
        rights=fold.rights,
        levels=fold.holdings,
        happenings=tuple(_happening(one, fold) for one in newest),
        events=len(filed),
    )


def _happening(one: Filed, fold: MemberFold) -> Happening:
    """As head office booked it: a till may have written more than there was."""
    moved: dict[str, int] = {}
    for transfer in fold.transfers:
        if transfer.event_id != one.event_id:
            continue
        for account, sign in ((transfer.credit, 1), (transfer.debit, -1)):
            if account.kind is AccountKind.MEMBER and account.owner == fold.member_id:
                moved[account.ledger] = moved.get(account.ledger, 0) + sign * transfer.amount
    kind = "unknown" if isinstance(one.event, events.Opaque) else events.kind(one.event)
    why = ""
    if isinstance(one.event, events.Act):
        kind, facts = one.event.kind, dict(one.event.facts)
        why = facts.get(CAUSE, facts.get(WHY, ""))
    number = one.event.no if isinstance(one.event, events.Sale | events.Refund) else ""
    return Happening(
        at=one.at,
        store=one.store,
        kind=kind,
        number=number,
        moved=tuple(sorted(moved.items())),
        why=why,
    )


def _of_receipt(connection: Connection, typed: str) -> str | None:
    """The member of the sale with a number: the number says where in which journal it stands."""
    found = numbered(connection, typed)
    if found is None:
        return None
    event = found[1]
    return event.member if isinstance(event.member, str) else _claimed_by(connection, event.id)


def _claimed_by(connection: Connection, sale_id: str) -> str | None:
    """Whom the points of a sale were given to that was rung for nobody."""
    asked = select(RECEIPT_CLAIM.c.member_id).where(
        RECEIPT_CLAIM.c.sale_id == bytes.fromhex(sale_id), RECEIPT_CLAIM.c.state == GIVEN
    )
    member_id = connection.execute(asked).scalar()
    return None if member_id is None else bytes(member_id).hex()


def _row(connection: Connection, member_id: str) -> Any:
    try:
        wanted = bytes.fromhex(member_id)
    except ValueError:
        return None
    return connection.execute(select(MEMBER).where(_M.member_id == wanted)).first()


def _member(row: Any) -> MemberRow:
    return MemberRow(
        member_id=bytes(row.member_id).hex(),
        joined=row.joined or "",
        erased=bool(row.erased),
        alias_of="" if row.alias_of is None else bytes(row.alias_of).hex(),
    )


def _lease(row: Any) -> LeaseRow:
    return LeaseRow(
        store=row.store_code,
        till=row.till_code,
        kind=row.kind,
        key=row.key,
        owner=bytes(row.owner).hex(),
        amount=row.amount,
        left=row.amount - row.used - row.returned,
        not_after=us_instant(row.not_after_us),
        recalled=bool(row.recalled),
    )

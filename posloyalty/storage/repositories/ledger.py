"""Transfers, accounts, lots and tier holdings on disk.

Everything here is a projection of the journal: transfers and lot uses are appended, accounts and
lots carry running sums beside them. An account's key is derived from what it is, so that posting
needs no look-up. Writes of one event go out table by table, each in one call of the driver.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, or_, select, text, update
from sqlalchemy.dialects.sqlite import insert

from posloyalty.domain.engine.consequences import NO_CONSEQUENCES, Consequences
from posloyalty.domain.engine.households import household_of
from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    Transfer,
    TransferCode,
)
from posloyalty.domain.members.member import Birthday, MemberStatus
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.ports import Appended, MemberSeen
from posloyalty.storage.repositories.ledger_rows import (
    account_id,
    lot_row,
    tier_rows,
    transfer_rows,
    use_rows,
)
from posloyalty.storage.repositories.meters import (
    carried_before,
    meters_of_several,
    meters_since,
    sums_by_day,
    write_meters,
)
from posloyalty.storage.repositories.owners import owners_left
from posloyalty.storage.repositories.rights import (
    given_back_by,
    open_leases,
    right_by_id,
    rights_by_code,
    rights_of,
    rights_of_several,
    write_rights,
)
from posloyalty.storage.statements import Insert, Statement, in_pieces, several, those
from posloyalty.storage.tables import (
    ACCOUNT,
    JOURNAL_EVENT,
    LOT,
    LOT_USE,
    MEMBER,
    PROFILE,
    TIER_HOLDING,
    TRANSFER,
)
from posloyalty.sync import events
from posloyalty.sync.consequence_event import Doing, consequences_of

_INSERT_ACCOUNT = Insert(ACCOUNT, or_ignore=True)
_INSERT_TRANSFER = Insert(TRANSFER)
_INSERT_LOT = Insert(LOT)
_INSERT_USE = Insert(LOT_USE)
_MOVE = Statement(
    update(ACCOUNT)
    .where(ACCOUNT.c.id == bindparam("account"))
    .values(dr=ACCOUNT.c.dr + bindparam("more_dr"), cr=ACCOUNT.c.cr + bindparam("more_cr"))
)
_USE = Statement(
    update(LOT)
    .where(LOT.c.id == bindparam("lot"))
    .values(remaining=LOT.c.remaining - bindparam("taken"))
)


def _hold() -> Statement:
    # The newest event says what stands: a return may end a level sooner than was written.
    rows: dict[str, Any] = {column.name: bindparam(column.name) for column in TIER_HOLDING.columns}
    statement = insert(TIER_HOLDING).values(rows)
    newer = {name: statement.excluded[name] for name in ("met_on", "through", "seq")}
    return Statement(
        statement.on_conflict_do_update(index_elements=["member_id", "scheme", "level"], set_=newer)
    )


_HOLD = _hold()
_LOT_SHAPE = (
    LOT.c.id,
    ACCOUNT.c.ledger,
    ACCOUNT.c.kind,
    LOT.c.owner,
    LOT.c.original,
    LOT.c.remaining,
    LOT.c.earned_on,
    LOT.c.usable_from,
    LOT.c.last_day,
    LOT.c.funder,
    LOT.c.shop_cost,
)


def _lots(*where: Any) -> Statement:
    joined = LOT.join(ACCOUNT, ACCOUNT.c.id == LOT.c.account)
    return Statement(select(*_LOT_SHAPE).select_from(joined).where(*where))


_MEMBER_LOTS = _lots(
    LOT.c.owner == bindparam("owner"),
    or_(LOT.c.remaining > 0, LOT.c.earned_on >= bindparam("since")),
)
_OPEN_LOTS = _lots(
    LOT.c.owner == bindparam("owner"), text("lot.remaining > 0"), LOT.c.account == bindparam("id")
)
_LOTS_NAMED = _lots(several(LOT.c.id))
_LAPSED = Statement(
    select(LOT_USE.c.lot_id, func.sum(LOT_USE.c.amount).label("lapsed"))
    .select_from(
        LOT_USE.join(
            TRANSFER, (TRANSFER.c.seq == LOT_USE.c.seq) & (TRANSFER.c.place == LOT_USE.c.place)
        )
    )
    .where(several(LOT_USE.c.lot_id), TRANSFER.c.code == TransferCode.EXPIRE.value)
    .group_by(LOT_USE.c.lot_id)
)
_BALANCE = Statement(select(ACCOUNT.c.dr, ACCOUNT.c.cr).where(ACCOUNT.c.id == bindparam("id")))
_DEBTS = Statement(
    select(ACCOUNT.c.ledger, (ACCOUNT.c.dr - ACCOUNT.c.cr).label("owed"))
    .where(
        ACCOUNT.c.owner == bindparam("owner"),
        ACCOUNT.c.kind == AccountKind.MEMBER_DEBT.value,
        ACCOUNT.c.dr > ACCOUNT.c.cr,
    )
    .order_by(ACCOUNT.c.ledger)
)
_HOLDINGS = Statement(
    select(
        TIER_HOLDING.c.scheme, TIER_HOLDING.c.level, TIER_HOLDING.c.met_on, TIER_HOLDING.c.through
    )
    .where(TIER_HOLDING.c.member_id == bindparam("member"))
    .order_by(TIER_HOLDING.c.scheme, TIER_HOLDING.c.level)
)
_PERSON_SHAPE = select(
    MEMBER.c.id,
    MEMBER.c.status,
    MEMBER.c.joined_on,
    MEMBER.c.purchases,
    PROFILE.c.birth_month,
    PROFILE.c.birth_day,
    PROFILE.c.birth_year,
).select_from(MEMBER.outerjoin(PROFILE, PROFILE.c.member_id == MEMBER.c.id))
_PERSON = Statement(_PERSON_SHAPE.where(MEMBER.c.id == bindparam("member")))
_PERSONS = Statement(_PERSON_SHAPE.where(several(MEMBER.c.id)))
_LOTS_OF_SEVERAL = _lots(
    several(LOT.c.owner), or_(LOT.c.remaining > 0, LOT.c.earned_on >= bindparam("since"))
)
_DEBTS_OF_SEVERAL = Statement(
    select(ACCOUNT.c.owner, ACCOUNT.c.ledger, (ACCOUNT.c.dr - ACCOUNT.c.cr).label("owed"))
    .where(
        several(ACCOUNT.c.owner),
        ACCOUNT.c.kind == AccountKind.MEMBER_DEBT.value,
        ACCOUNT.c.dr > ACCOUNT.c.cr,
    )
    .order_by(ACCOUNT.c.ledger)
)
_HOLDINGS_OF_SEVERAL = Statement(
    select(
        TIER_HOLDING.c.member_id,
        TIER_HOLDING.c.scheme,
        TIER_HOLDING.c.level,
        TIER_HOLDING.c.met_on,
        TIER_HOLDING.c.through,
    )
    .where(several(TIER_HOLDING.c.member_id))
    .order_by(TIER_HOLDING.c.scheme, TIER_HOLDING.c.level)
)
_BODY = Statement(
    select(JOURNAL_EVENT.c.body).where(JOURNAL_EVENT.c.event_id == bindparam("event_id"))
)


class Ledger:
    """The ledger on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def member_state(
        self,
        member_id: bytes,
        *,
        lots_since: date,
        whole_life: bool = False,
        seen: MemberSeen | None = None,
    ) -> MemberState | None:
        """The member as the rules see them; None when the book does not know them."""
        row = None if seen is not None else _PERSON.run(self._connection, member=member_id).first()
        if seen is None and row is None:
            return None
        person = _person(row) if seen is None else _person_seen(seen)
        rights = rights_of(self._connection, member_id)
        state = _state(person, self.holdings(member_id), rights)
        owners = [member_id] if state.household_id is None else [member_id, state.household_id]
        own: list[tuple[Sequence[Any], Sequence[Any], tuple[MeterEntry, ...]]] = [
            (
                _MEMBER_LOTS.run(
                    self._connection, owner=owner, since=lots_since.isoformat()
                ).fetchall(),
                _DEBTS.run(self._connection, owner=owner).fetchall(),
                (
                    *(carried_before(self._connection, [owner], lots_since) if whole_life else ()),
                    *meters_since(self._connection, owner, lots_since),
                ),
            )
            for owner in owners
        ]
        return _with_belongings(
            state,
            [row for lots, _, _ in own for row in lots],
            [row for _, debts, _ in own for row in debts],
            [entry for _, _, meters in own for entry in meters],
        )

    def member_states(
        self, member_ids: Sequence[bytes], *, lots_since: date, whole_life: bool = False
    ) -> dict[bytes, MemberState]:
        """Several members at once: six statements, however many they are, three more where
        households share something, and one for whole lives.
        """
        connection, wanted = self._connection, those(member_ids)
        holdings = defaultdict[bytes, list[TierHolding]](list)
        rights = defaultdict[bytes, list[Right]](list)
        for row in _HOLDINGS_OF_SEVERAL.run(connection, **wanted):
            holdings[row.member_id].append(_holding(row))
        for right in rights_of_several(connection, member_ids):
            rights[right.owner].append(right)
        states = [
            _state(_person(person), tuple(holdings[person.id]), tuple(rights[person.id]))
            for person in _PERSONS.run(connection, **wanted)
        ]
        shared = {s.household_id for s in states if s.household_id is not None}
        own = _Belongings()
        for owners in (member_ids, sorted(shared)):
            own.read(connection, owners, lots_since, whole_life)
        return {
            state.member_id: _with_belongings(
                state,
                own.of(own.lots, state),
                own.of(own.debts, state),
                own.of(own.meters, state),
            )
            for state in states
        }

    def rights_by_code(self, code: str) -> tuple[Right, ...]:
        """The rights that a code proves, the newest first."""
        return rights_by_code(self._connection, code)

    def open_leases(self) -> tuple[Right, ...]:
        """The leases that were not given back."""
        return open_leases(self._connection)

    def rights_of(self, owner: bytes) -> tuple[Right, ...]:
        """Every right of an owner."""
        return rights_of(self._connection, owner)

    def right(self, right_id: bytes) -> Right | None:
        """A right by its id."""
        return right_by_id(self._connection, right_id)

    def given_back_by(self, right_id: bytes) -> bytes | None:
        """The id of the last event that gave back a use of a right."""
        return given_back_by(self._connection, right_id)

    def meters(self, owner: bytes, since: date) -> tuple[MeterEntry, ...]:
        """What an owner's meters counted on the days from `since`."""
        return meters_since(self._connection, owner, since)

    def meter_sums(
        self, owners: Sequence[bytes], since: date, *, whole_life: bool
    ) -> tuple[MeterEntry, ...]:
        """What the meters of some owners add up to, day by day."""
        return sums_by_day(self._connection, owners, since, whole_life=whole_life)

    def owners_left(self, programme: str, ledgers: Sequence[str], **by: Any) -> tuple[bytes, ...]:
        """Who has anything left in some ledgers, or a voucher that ends with the programme."""
        return owners_left(self._connection, programme, ledgers, **by)

    def lots(self, account: Account) -> tuple[Lot, ...]:
        """The lots of an account that have something remaining."""
        rows = _OPEN_LOTS.run(self._connection, owner=account.owner, id=account_id(account))
        return tuple(_lot(row) for row in rows)

    def lots_named(self, lot_ids: Sequence[bytes]) -> tuple[Lot, ...]:
        """Lots by their ids, spent ones too."""
        return tuple(
            _lot(row)
            for some in in_pieces(lot_ids)
            for row in _LOTS_NAMED.run(self._connection, **those(some))
        )

    def lapsed(self, lot_ids: Sequence[bytes]) -> dict[bytes, int]:
        """How much of each lot was booked as run out."""
        return {
            row.lot_id: row.lapsed
            for some in in_pieces(lot_ids)
            for row in _LAPSED.run(self._connection, **those(some))
        }

    def balance(self, account: Account) -> tuple[int, int]:
        """(debits, credits) of an account; an account that never moved has none."""
        row = _BALANCE.run(self._connection, id=account_id(account)).first()
        return (0, 0) if row is None else (row.dr, row.cr)

    def done_by(self, event_id: bytes) -> Consequences:
        """What an event did, from its own bytes; nothing for one that is not known."""
        row = _BODY.run(self._connection, event_id=event_id).first()
        event = None if row is None else events.decode(row.body)
        return consequences_of(event) if isinstance(event, Doing) else NO_CONSEQUENCES

    def holdings(self, member_id: bytes) -> tuple[TierHolding, ...]:
        """The newest holding of each level."""
        rows = _HOLDINGS.run(self._connection, member=member_id)
        return tuple(_holding(row) for row in rows)

    def post(self, appended: Appended, does: Consequences) -> None:
        """Write what an appended event does."""
        connection, transfers = self._connection, does.transfers
        if transfers:
            accounts, moves = _moves(transfers)
            _INSERT_ACCOUNT.many(connection, accounts)
            _MOVE.many(connection, moves)
            _INSERT_TRANSFER.many(connection, transfer_rows(appended.seq, transfers))
            _INSERT_LOT.many(connection, _lot_rows(appended.seq, transfers))
            uses = use_rows(appended.seq, transfers)
            _INSERT_USE.many(connection, uses)
            _USE.many(connection, [{"lot": use[3], "taken": use[4]} for use in uses])
        _HOLD.many(connection, tier_rows(appended.seq, does.tiers))
        if does.rights:
            write_rights(connection, appended.seq, does.rights)
        write_meters(connection, appended.seq, does.meters)


class _Belongings:
    """Lots, debts and meters of many owners, by owner."""

    def __init__(self) -> None:
        self.lots = defaultdict[bytes, list[Any]](list)
        self.debts = defaultdict[bytes, list[Any]](list)
        self.meters = defaultdict[bytes, list[MeterEntry]](list)

    def read(
        self, connection: Connection, owners: Sequence[bytes], since: date, whole_life: bool
    ) -> None:
        """Add what some owners have; of none nothing is read."""
        if not owners:
            return
        wanted = those(owners)
        for row in _LOTS_OF_SEVERAL.run(connection, since=since.isoformat(), **wanted):
            self.lots[row.owner].append(row)
        for row in _DEBTS_OF_SEVERAL.run(connection, **wanted):
            self.debts[row.owner].append(row)
        before = carried_before(connection, owners, since) if whole_life else ()
        for entry in (*before, *meters_of_several(connection, owners, since)):
            self.meters[entry.owner].append(entry)

    @staticmethod
    def of(found: dict[bytes, list[Any]], state: MemberState) -> list[Any]:
        """What a member has, and what their household shares."""
        shared = [] if state.household_id is None else found[state.household_id]
        return [*found[state.member_id], *shared]


class _Person(NamedTuple):
    """What of a member and their profile the rules look at."""

    id: bytes
    status: MemberStatus
    joined_on: date
    birthday: Birthday | None
    purchases: int


def _person(row: Any) -> _Person:
    birthday = None
    if row.birth_month is not None:
        birthday = Birthday(row.birth_month, row.birth_day, row.birth_year)
    return _Person(
        row.id,
        MemberStatus(row.status),
        date.fromisoformat(row.joined_on),
        birthday,
        row.purchases,
    )


def _person_seen(seen: MemberSeen) -> _Person:
    member = seen.member
    return _Person(
        member.id, member.status, member.joined_on, member.profile.birthday, seen.purchases
    )


def _state(
    person: _Person, holdings: tuple[TierHolding, ...], rights: tuple[Right, ...]
) -> MemberState:
    household = household_of(rights)
    return MemberState(
        member_id=person.id,
        status=person.status,
        joined_on=person.joined_on,
        birthday=person.birthday,
        purchases=person.purchases,
        holdings=holdings,
        rights=rights,
        household_id=None if household is None else household.id,
        heads_household=household is not None and household.head,
    )


def _with_belongings(
    state: MemberState,
    lots: Sequence[Any],
    debts: Sequence[Any],
    meters: Sequence[MeterEntry],
) -> MemberState:
    return replace(
        state,
        lots=tuple(_lot(row) for row in lots),
        debts=tuple((row.ledger, row.owed) for row in debts),
        meters=tuple(meters),
    )


def _holding(row: Any) -> TierHolding:
    return TierHolding(
        scheme=row.scheme,
        level=row.level,
        met_on=date.fromisoformat(row.met_on),
        through=date.fromisoformat(row.through),
    )


def _moves(
    transfers: Sequence[Transfer],
) -> tuple[list[tuple[object, ...]], list[dict[str, object]]]:
    """New account rows, and per account what the event adds to its two sums.

    Summed per account first: between two transfers of one event a sum may pass through a state that
    the account's checks would refuse.
    """
    sums: dict[Account, list[int]] = {}
    for transfer in transfers:
        sums.setdefault(transfer.debit, [0, 0])[0] += transfer.amount
        sums.setdefault(transfer.credit, [0, 0])[1] += transfer.amount
    rows: list[tuple[object, ...]] = []
    moves: list[dict[str, object]] = []
    for account, (dr, cr) in sums.items():
        key = account_id(account)
        rows.append((key, account.ledger, account.kind.value, account.owner, 0, 0))
        moves.append({"account": key, "more_dr": dr, "more_cr": cr})
    return rows, moves


def _lot_rows(seq: int, transfers: Sequence[Transfer]) -> list[tuple[object, ...]]:
    return [lot_row(seq, transfer.opens) for transfer in transfers if transfer.opens is not None]


def _lot(row: Any) -> Lot:
    return Lot(
        id=row.id,
        account=Account(row.ledger, AccountKind(row.kind), row.owner),
        original=row.original,
        remaining=row.remaining,
        earned_on=date.fromisoformat(row.earned_on),
        usable_from=None if row.usable_from is None else date.fromisoformat(row.usable_from),
        last_day=None if row.last_day is None else date.fromisoformat(row.last_day),
        funder=row.funder or "",
        shop_cost=None if row.shop_cost is None else Ratio.parse(row.shop_cost),
    )

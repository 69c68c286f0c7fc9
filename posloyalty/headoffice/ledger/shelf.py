"""Leases in head office's database: a `LendingShelf` on the tables `lease` and `contingent`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from posloyalty.headoffice.ledger.filing import instant_us, us_instant
from posloyalty.headoffice.store.archive_tables import CONTINGENT, LEASE
from posloyalty.headoffice.store.statements import ask_behind, many, marked
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import Asset, AssetKind, Contingent, Lease, LeaseState
from posloyalty.sync.office.lending import LEASE_MOVES, LendingShelf, OfficeLending

_L = LEASE.c
_KNOWN: Final = "SELECT lease_id FROM lease WHERE lease_id IN"
_ENDS: Final = """
SELECT lease_id FROM lease WHERE till_id = ? AND state = 'open' AND not_after_us < ? LIMIT 1"""


class DatabaseShelf(LendingShelf):
    """The leases, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._noted: dict[bytes, tuple[str | None, int]] = {}  # last day, recalled; as read

    def get(self, lease_id: bytes) -> Lease | None:
        """A lease by id, locked."""
        found = select(LEASE).where(_L.lease_id == lease_id).with_for_update()
        row = self._connection.execute(found).first()
        return None if row is None else self._read(row)

    def put(self, lease: Lease) -> None:
        """A new lease, or a known one as it is now."""
        changing: dict[str, Any] = {
            "used": lease.used,
            "returned": lease.returned,
            "state": lease.state.value,
            "gen": lease.gen,
        }
        mine = LEASE.update().where(_L.lease_id == lease.id)
        if self._connection.execute(mine.values(changing)).rowcount:
            return
        new = {
            "lease_id": lease.id,
            "kind": lease.asset.kind.value,
            "key": lease.asset.key,
            "owner": lease.asset.owner,
            "till_id": lease.till_id,
            "amount": lease.amount,
            "granted_us": instant_us(lease.granted_at),
            "not_after_us": instant_us(lease.not_after),
            "recalled": 0,
            "taken": 0,
            "given": 0,
        }
        self._connection.execute(LEASE.insert().values(new | changing))

    def of_till(self, till_id: bytes, state: LeaseState) -> list[Lease]:
        """The leases of a till in a state."""
        return self._found(_L.till_id == till_id, _L.state == state.value)

    def of_asset(self, asset: Asset) -> list[Lease]:
        """The open leases of an asset."""
        kind = _L.kind == asset.kind.value
        return self._found(*_open(), _L.owner == asset.owner, kind, _L.key == asset.key)

    def of_owner(self, owner: bytes) -> list[Lease]:
        """The open leases of whatever somebody owns."""
        return self._found(*_open(), _L.owner == owner)

    def open(self, kind: AssetKind | None = None) -> list[Lease]:
        """Every open lease."""
        own = () if kind is None else (_L.kind == kind.value,)
        return self._found(*_open(), *own)

    def contingent(self, lease_id: bytes) -> Contingent | None:
        """What a reclaimed lease may still cost."""
        found = select(CONTINGENT).where(CONTINGENT.c.lease_id == lease_id)
        row = self._connection.execute(found).first()
        return None if row is None else _contingent(row)

    def put_contingent(self, contingent: Contingent) -> None:
        """What it may still cost now."""
        changing = {"amount": contingent.amount, "until_us": instant_us(contingent.until)}
        mine = CONTINGENT.update().where(CONTINGENT.c.lease_id == contingent.lease_id)
        if not self._connection.execute(mine.values(changing)).rowcount:
            new = {"lease_id": contingent.lease_id, **changing}
            self._connection.execute(CONTINGENT.insert().values(new))

    def contingents(self) -> list[Contingent]:
        """Everything that may still come back as a loss."""
        return [_contingent(row) for row in self._connection.execute(select(CONTINGENT))]

    def end_on(self, lease_id: bytes, last_day: date) -> None:
        """A new lease is good through a day."""
        self._change(lease_id, last_day=last_day.isoformat())

    def last_day(self, lease_id: bytes) -> date | None:
        """Through which day a lease is good."""
        found = self._note(lease_id)[0]
        return None if found is None else date.fromisoformat(found)

    def recall(self, lease_id: bytes) -> None:
        """Note that a lease was asked back."""
        self._change(lease_id, recalled=1)

    def is_recalled(self, lease_id: bytes) -> bool:
        """Whether a lease was asked back."""
        return self._note(lease_id)[1] == 1

    def known(self, lease_ids: Collection[bytes]) -> set[bytes]:
        """Those of some leases that lie here."""
        return {bytes(one) for (one,) in many(self._connection, _KNOWN, lease_ids)}

    def believe(self, gone: Collection[bytes] = ()) -> None:
        """What tills say that they were lent is theirs."""
        said = LEASE.update().where(_L.gen == 0, _L.till_id.not_in(gone))
        self._connection.execute(said.values(state=LeaseState.OPEN.value, gen=1))

    def marks(self, till_id: bytes, lease_ids: Collection[bytes]) -> dict[bytes, bool]:
        """Those that a till took up, and whether it still holds them."""
        asked = "SELECT lease_id, given FROM lease WHERE taken = 1 AND till_id = ? AND lease_id IN"
        rows = many(self._connection, asked, lease_ids, till_id)
        return {bytes(lease_id): given == 0 for lease_id, given in rows}

    def _note(self, lease_id: bytes) -> tuple[str | None, int]:
        """What is noted of a lease, which mostly was read a moment ago."""
        if lease_id not in self._noted:
            asked = select(_L.last_day, _L.recalled).where(_L.lease_id == lease_id)
            row = self._connection.execute(asked).first()
            return (None, 0) if row is None else (row.last_day, row.recalled)
        return self._noted[lease_id]

    def _read(self, row: Any) -> Lease:
        self._noted[bytes(row.lease_id)] = (row.last_day, row.recalled)
        return _lease(row)

    def _change(self, lease_id: bytes, **values: Any) -> None:
        self._noted.pop(lease_id, None)
        self._connection.execute(LEASE.update().where(_L.lease_id == lease_id).values(values))

    def _found(self, *conditions: ColumnElement[bool]) -> list[Lease]:
        asked = select(LEASE).where(*conditions).order_by(_L.granted_us, _L.lease_id)
        return [self._read(row) for row in self._connection.execute(asked)]


class Came(NamedTuple):
    """New events of a till, and the latest instant of its own events, these included."""

    till_id: bytes
    filed: Iterable[Filed]
    seen_to: datetime | None


NamedByOther = tuple[Filed, Lease]
"""An event, and a lease of another till that it says it used or gave back."""


def follow_leases(connection: Connection, came: Sequence[Came]) -> list[NamedByOther]:
    """What new events of some tills, at least one, used of leases and gave back, and what ran out
    behind them. Gives the events that name leases of other tills, which do nothing.
    """
    named: list[NamedByOther] = []
    changed = [_changed_in(one.filed) for one in came]
    ending = marked(connection, _ENDS)
    run_out = [
        (ending, (one.till_id, -1 if one.seen_to is None else instant_us(one.seen_to)))
        for one in came
    ]
    asked = {right_id for rights in changed for right_id in rights}
    *ends, known = ask_behind(connection, run_out, [(_KNOWN, asked)])
    leases = {bytes(lease_id) for (lease_id,) in known}
    for one, rights, ended in zip(came, changed, ends, strict=True):
        moved = {
            each.event_id: each for right_id in rights.keys() & leases for each in rights[right_id]
        }
        if moved or ended:
            lending = OfficeLending(DatabaseShelf(connection))
            for each in sorted(moved.values(), key=lambda each: (each.epoch, each.seq)):
                lending.follow(each)
            lending.expire(one.till_id, one.seen_to)
            named += lending.named_by_others
    return named


def _changed_in(filed: Iterable[Filed]) -> dict[bytes, list[Filed]]:
    """The events by the rights that they use or give back."""
    changed: dict[bytes, list[Filed]] = {}
    for one in filed:
        for change in one.does.rights:
            if change.move in LEASE_MOVES:
                changed.setdefault(change.right_id, []).append(one)
    return changed


def _open() -> tuple[ColumnElement[bool], ...]:
    return (_L.state == LeaseState.OPEN.value,)


def _lease(row: Any) -> Lease:
    return Lease(
        id=bytes(row.lease_id),
        asset=Asset(AssetKind(row.kind), row.key, bytes(row.owner)),
        till_id=bytes(row.till_id),
        amount=row.amount,
        used=row.used,
        returned=row.returned,
        granted_at=us_instant(row.granted_us),
        not_after=us_instant(row.not_after_us),
        state=LeaseState(row.state),
        gen=row.gen,
    )


def _contingent(row: Any) -> Contingent:
    return Contingent(bytes(row.lease_id), row.amount, us_instant(row.until_us))

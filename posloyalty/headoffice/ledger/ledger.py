"""The ledger follows what was filed: owners of whom something arrived are folded, by the batch.

Shape: `Ledger.follow(most)` takes owners who wait, longest first, folds what is new of each, and
writes the transfers, lots, rights and sums in one transaction. Where the new events come after all
that were folded before, the fold goes on from where it stood; where one is late, all of the owner
is folded anew, and what is no longer so is reversed by new transfers. On PostgreSQL several workers
share the owners: whom one has, the others pass over.

An owner whose events cannot be booked (only a forger's cannot) is named with the fault and holds
up nobody else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection

from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Transfer,
    TransferCode,
)
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger.archive import filed_of_row
from posloyalty.headoffice.ledger.going_on import (
    ALIASES,
    UNBOOKABLE,
    Writing,
    go_on,
    stand,
    write,
)
from posloyalty.headoffice.ledger.ledger_reading import Owner, read_all, read_before
from posloyalty.headoffice.ledger.ledger_rows import finding_rows
from posloyalty.headoffice.ledger.ledger_writing import add_sums, folded
from posloyalty.headoffice.programmes.risk import POLICY, policy_of
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.statements import (
    UNHURRIED,
    Question,
    ask,
    many,
    many_of,
    on_postgresql,
    together,
)
from posloyalty.headoffice.tills.recent import Recent
from posloyalty.sync.fold import MemberFold, Overspend, fold_member
from posloyalty.sync.journals import Filed

OWNERS_MAX: Final = 400
"""How many owners one transaction folds."""

_STANDS: Final = """
SELECT owner, arrived, last_us, last_till, last_epoch, last_seq, again, bearer
FROM owner_place"""
_WAITING: Final = f"{_STANDS} WHERE waits = 1 ORDER BY due_s, owner LIMIT {{mark}}"
_OF_THESE: Final = f"{_STANDS} WHERE waits = 1 AND owner IN"
_ONLY: Final = f"{_STANDS} WHERE owner = {{mark}}"
_LOCK: Final = " FOR UPDATE SKIP LOCKED"
_LOCK_ONE: Final = " FOR UPDATE"
_NEW_PLACES: Final = """
SELECT e.till_id, e.epoch, e.seq, e.event_id, e.owner FROM owner_place p
JOIN event_owner e ON e.owner = p.owner AND e.arrival > p.folded AND e.arrival <= p.arrived
WHERE p.owner IN"""
_ALL_OF: Final = """
SELECT e.till_id, e.epoch, e.seq, e.event_id, e.at_us, t.store_code, j.body, e.owner
FROM owner_place p
JOIN event_owner e ON e.owner = p.owner AND {after}e.arrival <= p.arrived
JOIN journal_event j ON j.till_id = e.till_id AND j.epoch = e.epoch AND j.seq = e.seq
JOIN till t ON t.till_id = e.till_id
WHERE p.owner IN"""
_NEW: Final = _ALL_OF.format(after="e.arrival > p.folded AND ")
_NEW_DECIDED: Final = """
SELECT e.till_id, e.epoch, e.seq, e.event_id, e.at_us, '', d.body, e.owner
FROM owner_place p
JOIN event_owner e ON e.owner = p.owner AND e.arrival > p.folded AND e.arrival <= p.arrived
JOIN decision d ON d.seq = e.seq AND d.event_id = e.event_id
WHERE e.till_id = ? AND p.owner IN"""
ALL: Final = _ALL_OF.format(after="")
ALL_DECIDED: Final = _NEW_DECIDED.replace("e.arrival > p.folded AND ", "")
STANDING: Final = """
SELECT t.* FROM transfer t WHERE t.reverses IS NULL
AND NOT EXISTS (SELECT 1 FROM transfer r WHERE r.reverses = t.transfer_id) AND t.owner IN"""


class Ledger:
    """The ledger of one head office. Unless it `decides`, by rules of its own, whatever is folded
    is settled too, and is never looked through for decisions.
    """

    def __init__(
        self,
        database: Database,
        *,
        office_id: bytes,
        overspend: Overspend = Overspend.STORE,
        recent: Recent | None = None,
        decides: bool = False,
    ) -> None:
        self._decides = decides
        self._recent = Recent() if recent is None else recent
        self._database = database
        self._office_id = office_id
        self._overspend = overspend

    def follow(self, most: int = OWNERS_MAX, *, now_s: int) -> int:
        """Fold owners who wait, at most so many; returns how many were taken up."""
        try:
            return self._database.again(partial(self._follow, most))
        except UNBOOKABLE:
            return self._one_by_one(most, now_s)

    def waiting(self) -> int:
        """How many owners wait."""
        with self._database.read() as connection:
            asked = "SELECT count(*) FROM owner_place WHERE waits = 1"
            return int(connection.exec_driver_sql(asked).scalar_one())

    def follow_in(
        self, connection: Connection, most: int, only: bytes | None = None, *, anew: bool = False
    ) -> int:
        """The same inside a transaction, or for one owner, or without going on from anything."""
        return len(self._fold(connection, most, only, anew=anew, commits=False))

    def _fold(
        self, connection: Connection, most: int, only: bytes | None, *, anew: bool, commits: bool
    ) -> Collection[Owner]:
        owners = self._own(connection, most) if only is None else {}
        owners = owners or self._taken(connection, most, only)
        if owners:
            writing = Writing()
            late = {o.owner: o for o in owners.values() if anew or not o.follows}
            following = [one for one in owners.values() if one.owner not in late]
            read_before(connection, {one.owner: one for one in following if one.last is not None})
            for one in following:
                go_on(one, writing)
            if late:
                read_all(connection, late)
                self._anew(connection, late, writing)
            with together(connection, commits=commits):
                write(connection, writing)
                folded(connection, writing.folded, settled=not self._decides)
                # Last, because every batch meets at the programme's own accounts.
                add_sums(connection, writing.sums)
        return owners.values()

    def _follow(self, most: int, only: bytes | None = None, *, anew: bool = False) -> int:
        with self._database.write_derived() as connection:
            owners = self._fold(connection, most, only, anew=anew, commits=True)
        self._recent.forget(
            (event.till_id, event.epoch, event.seq) for one in owners for event in one.new
        )
        return len(owners)

    def _one_by_one(self, most: int, now_s: int) -> int:
        """The same, so that whoever cannot be booked holds up nobody."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_worded(connection, _WAITING), (most,)).all()
        for row in rows:
            owner = bytes(row[0])
            try:
                self._database.again(partial(self._follow, 1, owner, anew=True))
            except UNBOOKABLE as fault:
                with self._database.write() as connection:
                    _note_fault(connection, owner, type(fault).__name__, now_s)
        return len(rows)

    def _own(self, connection: Connection, most: int) -> dict[bytes, Owner]:
        """Owners of whom this server itself took something in, locked, each with what is new of
        it, which need not be read again.
        """
        ids = self._recent.owners(most)
        if not ids:
            return {}
        asked, marks = many_of(connection, _OF_THESE, ids)
        first = [*_unhurried(connection), (_locking(connection, asked, _LOCK), marks)]
        answers = ask(connection, *first, *_about(connection, ids))
        owners = _owners(answers[len(first) - 1])
        self._read(connection, owners, *answers[len(first) :])
        return owners

    def _taken(self, connection: Connection, most: int, only: bytes | None) -> dict[bytes, Owner]:
        """One owner, or whoever waits longest, likewise."""
        wording, mark, lock = (_WAITING, most, _LOCK) if only is None else (_ONLY, only, _LOCK_ONE)
        asked = _locking(connection, _worded(connection, wording), lock)
        *_, rows = ask(connection, *_unhurried(connection), (asked, (mark,)))
        owners = _owners(rows)
        if owners:
            self._read(connection, owners, *ask(connection, *_about(connection, owners)))
        return owners

    def _read(
        self,
        connection: Connection,
        owners: Mapping[bytes, Owner],
        aliases: Iterable[Any],
        places: Iterable[Any],
        newest_policy: Sequence[Any],
    ) -> None:
        """What is new of each, from what `_about` answered; of others nothing."""
        bearer = Overspend.MEMBER if policy_of(newest_policy).member_debt else self._overspend
        for one in owners.values():
            one.bearer = bearer
        for (member_id,) in aliases:
            if bytes(member_id) in owners:
                owners[bytes(member_id)].merged = True
        self._read_new(connection, owners, [one for one in places if bytes(one[4]) in owners])

    def _read_new(
        self, connection: Connection, owners: Mapping[bytes, Owner], places: Iterable[Any]
    ) -> None:
        """What is new of each: as it was read when it came in, or again from the tables."""
        unread: set[bytes] = set()
        decided: set[bytes] = set()
        for till_id, epoch, seq, event_id, owner in places:
            one = owners[bytes(owner)]
            filed = self._recent.find((bytes(till_id), epoch, seq))
            # A request that was undone may have left another event there.
            if filed is not None and filed.event_id == bytes(event_id):
                one.new.append(filed)
            else:
                (decided if bytes(till_id) == self._office_id else unread).add(one.owner)
        for owner in unread:
            owners[owner].new.clear()
        for row in many(connection, _NEW, unread):
            owners[bytes(row[7])].new.append(filed_of_row(row))
        for row in many(connection, _NEW_DECIDED, decided, self._office_id):
            owners[bytes(row[7])].new.append(filed_of_row(row))

    def _anew(
        self, connection: Connection, owners: Mapping[bytes, Owner], writing: Writing
    ) -> None:
        """Something came late: fold all, reverse what stands no longer."""
        filed: dict[bytes, list[Filed]] = {owner: [] for owner in owners}
        for row in many(connection, ALL, owners):
            filed[bytes(row[7])].append(filed_of_row(row))
        for row in many(connection, ALL_DECIDED, owners, self._office_id):
            filed[bytes(row[7])].append(filed_of_row(row))
        stood: dict[bytes, dict[bytes, tuple[bytes, Transfer]]] = {owner: {} for owner in owners}
        for row in many(connection, STANDING, owners):
            transfer = _transfer(row)
            stood[bytes(row[1])][transfer.id] = (bytes(row[0]), transfer)
        for one in owners.values():
            fold = fold_member(one.owner, filed[one.owner], overspend=one.bearer)
            one.new, one.again = filed[one.owner], one.again + 1
            self._differ(one, fold, stood[one.owner], writing)
            writing.findings_anew.append(one.owner)
            writing.replanned.append((one.owner, one.arrived))
            writing.findings += finding_rows(one.owner, fold.anomalies)
            stand(one, fold, writing)

    def _differ(
        self,
        one: Owner,
        fold: MemberFold,
        stood: Mapping[bytes, tuple[bytes, Transfer]],
        writing: Writing,
    ) -> None:
        now = {transfer.id: transfer for transfer in fold.transfers}
        for planned_id, (transfer_id, transfer) in stood.items():
            if planned_id not in now or not _same(now[planned_id], transfer):
                writing.reverse(one.owner, transfer, transfer_id)
        for planned_id, transfer in now.items():
            before = stood.get(planned_id)
            if before is not None and _same(transfer, before[1]):
                continue
            first = one.last is None
            again = planned_id if first else derive_id("again", planned_id, one.again)
            writing.post(one.owner, transfer, again)


def _same(one: Transfer, other: Transfer) -> bool:
    return (one.code, one.debit, one.credit, one.amount, one.event_id) == (
        other.code,
        other.debit,
        other.credit,
        other.amount,
        other.event_id,
    )


def _transfer(row: Any) -> Transfer:
    """A row of `transfer` as what it moved; its lots are in the fold alone."""
    ledger = row[6]
    return Transfer(
        id=bytes(row[3]),
        code=TransferCode(row[5]),
        debit=Account(ledger, AccountKind(row[7]), bytes(row[8])),
        credit=Account(ledger, AccountKind(row[9]), bytes(row[10])),
        amount=row[11],
        event_id=bytes(row[2]),
    )


def _note_fault(connection: Connection, owner: bytes, fault: str, now_s: int) -> None:
    """An owner who cannot be booked waits for a person; new events of theirs are tried again."""
    mark = "%s" if on_postgresql(connection) else "?"
    connection.exec_driver_sql(
        f"INSERT INTO owner_fault VALUES ({mark}, {mark}, {mark}) ON CONFLICT (owner) DO NOTHING",
        (owner, fault, now_s),
    )
    connection.exec_driver_sql(
        f"UPDATE owner_place SET folded = arrived WHERE owner = {mark}", (owner,)
    )


def _owners(rows: Iterable[Any]) -> dict[bytes, Owner]:
    """Owners by id, each with how far it was folded."""
    found: dict[bytes, Owner] = {}
    for owner, arrived, at_us, till_id, epoch, seq, again, bearer in rows:
        one = found[bytes(owner)] = Owner(bytes(owner), arrived, again=again)
        if bearer is not None:
            one.last, one.bore = (at_us, bytes(till_id), epoch, seq), Overspend(bearer)
    return found


def _about(connection: Connection, ids: Collection[bytes]) -> tuple[Question, ...]:
    """What has to be known of owners before they are folded; asked once they are locked."""
    return (
        many_of(connection, ALIASES, ids),
        many_of(connection, _NEW_PLACES, ids),
        POLICY,
    )


def _unhurried(connection: Connection) -> list[Question]:
    return [UNHURRIED] if on_postgresql(connection) else []


def _locking(connection: Connection, wording: str, lock: str) -> str:
    return wording + lock if on_postgresql(connection) else wording


def _worded(connection: Connection, wording: str) -> str:
    return wording.format(mark="%s" if on_postgresql(connection) else "?")

"""A long batch is folded as it comes in: its owners are locked, and its events read, already.

Shape: an `AtOnce` belongs to what is filed in one transaction, a till's batch or those of several
tills that came together. `lock` locks the owners concerned and asks, in the same
trip, what their folds have to know; `write`, the last of the transaction, folds those whose events
all follow and puts into the tables what comes of it, in one trip with where the owners stand, each
row once. Whoever has something late, waits already or cannot be booked is left to the ledger's lane
(`Ledger.follow`), which comes to the same by the same fold.

Every fold meets at the programme's own accounts, whose rows stay locked until the commit is on the
disk. What is filed together bears that once for all its events; many small batches that come alone
would queue there, so those are left to the lane, which takes them together and does not wait for
the disk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection

from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.headoffice.ledger.folds import Numbered, Taken
from posloyalty.headoffice.ledger.going_on import ALIASES, UNBOOKABLE, Writing, go_on, write
from posloyalty.headoffice.ledger.ledger_reading import (
    DEBTS,
    LOTS_NAMED,
    RIGHTS_NAMED,
    Owner,
    hold_debt,
    hold_lot,
    hold_right,
    holding,
    read_lots_left,
)
from posloyalty.headoffice.ledger.ledger_writing import add_sums
from posloyalty.headoffice.programmes.risk import POLICY, policy_of
from posloyalty.headoffice.store.arrays import bytea, columns_or_once
from posloyalty.headoffice.store.statements import (
    ask,
    ask_behind,
    ask_many,
    given_names,
    many_of,
    on_postgresql,
    run,
    run_each,
    together,
)
from posloyalty.sync.fold import Overspend, named_lots_hold
from posloyalty.sync.office.archive import Filing

# Names of the module: a member of an enumeration takes ten times as long to find.
_MEMBER: Final = AccountKind.MEMBER
_DEBT: Final = AccountKind.MEMBER_DEBT
AT_ONCE_FROM: Final = 20
"""So many events that are filed together are folded at once."""

_OPEN: Final = "INSERT INTO owner_place (owner, arrived, decided, folded, due_s, everywhere) "
_PG_OPEN: Final = (
    f"{_OPEN}SELECT o, 0, 0, 0, %s, 0 FROM unnest(%s::bytea[]) AS given (o) ORDER BY o"
    " ON CONFLICT (owner) DO NOTHING RETURNING owner"
)
_SQLITE_OPEN: Final = f"{_OPEN}VALUES (?, 0, 0, 0, ?, 0)"
_NOTHING_YET: Final = (None, None, None, None, 0, None)
"""The end of a row of `_STANDS` of an owner of whom nothing was folded."""
_STANDS: Final = """
SELECT owner, arrived, folded, due_s, everywhere, last_us, last_till, last_epoch, last_seq, again,
    bearer
FROM owner_place WHERE owner IN"""
_LOCKING: Final = " ORDER BY owner FOR UPDATE"
_TYPES: Final = (
    *("bytea", "int8", "int8", "int8"),
    *("int8", "bytea", "int8", "int8", "int8", "text"),
)
_NAMES: Final = (
    *("owner", "arrived", "folded", "due_s"),
    *("last_us", "last_till", "last_epoch", "last_seq", "again", "bearer"),
)
_ALIKE: Final = tuple(map(_NAMES.index, ("due_s", "last_till", "last_epoch", "again", "bearer")))
"""Those that mostly have one value in all rows of a batch."""
_PG_SETTLES: Final = """,
    decided = CASE WHEN given.folded = given.arrived THEN given.folded ELSE known.decided END"""
_SQLITE_STAND: Final = (
    f"UPDATE owner_place SET {', '.join(f'{one} = ?' for one in _NAMES[1:])}"
    "{settles} WHERE owner = ?"
)
_SQLITE_SETTLES: Final = ", decided = CASE WHEN ?2 = ?1 THEN ?2 ELSE decided END"


class AtOnce:
    """The ledger's part of one batch. Unless it `settles`, whoever decides looks through what was
    folded, as in a `Ledger` that decides. On PostgreSQL it `commits` with its last statement: the
    programme's own accounts are locked from there, and nobody waits for another trip.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        now_s: int,
        overspend: Overspend = Overspend.STORE,
        settles: bool = True,
        commits: bool = False,
    ) -> None:
        self._connection = connection
        self._now_s = now_s
        self._overspend = overspend
        self._settles = settles
        self._commits = commits
        self._owners: dict[bytes, Owner] = {}
        self._spenders: set[bytes] = set()

    def lock(
        self,
        counts: Mapping[bytes, int],
        read: Sequence[Filing],
        *questions: tuple[str, Collection[Any]],
    ) -> tuple[dict[bytes, Numbered], list[list[Any]]]:
        """Lock owners and number so many more events of each; and then what `many` would answer to
        each of some questions.
        """
        ids = sorted(counts)
        lots, rights, repayers = self._looks(read)
        own = ((LOTS_NAMED, lots), (RIGHTS_NAMED, rights), (DEBTS, repayers), (ALIASES, ids))
        rows, policy, answers = self._locked(ids, (*own, *questions))
        bearer = Overspend.MEMBER if policy_of(policy).member_debt else self._overspend
        for owner, arrived, folded, due_s, everywhere, us, till_id, epoch, seq, again, bore in rows:
            one = Owner(bytes(owner), arrived, folded, due_s, everywhere, again=again)
            one.bearer = bearer
            if bore is not None:
                one.last, one.bore = (us, bytes(till_id), epoch, seq), Overspend(bore)
            self._owners[one.owner] = one
        for hold, found in zip((hold_lot, hold_right, hold_debt), answers[:3], strict=True):
            holding(self._owners, hold, found)
        for (member_id,) in answers[3]:
            self._owners[bytes(member_id)].merged = True
        numbered = {
            owner: Numbered(one.arrived + counts[owner], one.everywhere)
            for owner, one in self._owners.items()
        }
        return numbered, answers[4:]

    def write(self, taken: Iterable[Taken], numbered: Mapping[bytes, Numbered]) -> set[bytes]:
        """Fold whom it can, and note where everybody stands; gives those who are left to the lane.

        Everything else of the batch is written, and nothing of it depends on what comes of this.
        """
        owners = self._owners
        for one_till in taken:
            owners_of = one_till.owners_of
            for filing in one_till.new:
                event = filing.one
                for owner in owners_of[event.seq]:
                    owners[owner].new.append(event)
        follows = [one for one in owners.values() if self._follows(one, numbered[one.owner])]
        self._read_lots_left(follows)
        writing = Writing()
        try:
            for one in follows:
                go_on(one, writing)
            with together(self._connection, commits=self._commits):
                run(self._connection, "SAVEPOINT at_once", ())
                write(self._connection, writing)
                left = self._stand(numbered, writing.folded)
                # Last, because every batch meets at the programme's own accounts.
                add_sums(self._connection, writing.sums)
        except UNBOOKABLE:
            # One of them cannot be booked: the lane finds out who, and books the others.
            run(self._connection, "ROLLBACK TO SAVEPOINT at_once", ())
            left = self._stand(numbered, ())
        return left

    def _looks(self, read: Iterable[Filing]) -> tuple[set[bytes], set[bytes], set[bytes]]:
        """The lots and rights that the events name, and who repays: as `sync/fold.asked_before`
        says of each owner, here of all at once. A lot that one of them opens is taken for new:
        where it is there the table refuses it, and the lane looks.
        """
        lots, rights, repayers = set[bytes](), set[bytes](), set[bytes]()
        for filing in read:
            does = filing.one.does
            for transfer in does.transfers:
                if transfer.uses:
                    lots.update([use.lot_id for use in transfer.uses])
                if transfer.uses or transfer.debit.kind is _MEMBER:
                    self._spenders |= {transfer.debit.owner, transfer.credit.owner}
                if transfer.credit.kind is _DEBT:
                    repayers.add(transfer.credit.owner)
            if does.rights:
                rights.update([change.right_id for change in does.rights])
        return lots, rights, repayers

    def _locked(
        self, ids: Sequence[bytes], asked: Sequence[tuple[str, Collection[Any]]]
    ) -> tuple[list[Any], list[Any], list[list[Any]]]:
        """The owners' rows, the policy, and answers. Most batches concern nobody new. Of whoever
        is, nothing was there when the answers were given if this transaction is the one to open the
        row; on PostgreSQL another one's that came between may have brought anything, so all is
        asked again.
        """
        rows, policy, answers = self._asked(ids, asked)
        new = sorted(set(ids) - {bytes(row[0]) for row in rows})
        if new and not self._open(new):
            rows, policy, answers = self._asked(ids, asked)
        elif new:
            rows += [(owner, 0, 0, self._now_s, 0, *_NOTHING_YET) for owner in new]
        return rows, policy, answers

    def _asked(
        self, ids: Sequence[bytes], asked: Sequence[tuple[str, Collection[Any]]]
    ) -> tuple[list[Any], list[Any], list[list[Any]]]:
        """Lock the owners who are there, and ask."""
        connection = self._connection
        if on_postgresql(connection):
            locking, marks = many_of(connection, _STANDS, ids)
            first = ((locking + _LOCKING, marks), POLICY)
            rows, policy, *answers = ask_behind(connection, first, asked)
            return rows, policy, answers
        rows, *answers = ask_many(connection, (_STANDS, ids), *asked)
        return rows, ask(connection, POLICY)[0], answers

    def _open(self, new: Sequence[bytes]) -> bool:
        """Open owners' rows; whether nobody else had opened one of them."""
        connection, now_s = self._connection, self._now_s
        if on_postgresql(connection):
            (opened,) = ask(connection, (_PG_OPEN, (now_s, bytea(new))))
            return len(opened) == len(new)
        run_each(connection, _SQLITE_OPEN, [(owner, now_s) for owner in new])
        return True

    def _follows(self, one: Owner, numbered: Numbered) -> bool:
        """Whether nothing of an owner waits, nothing is late or named before, and something may
        be new.
        """
        return (
            one.arrived == one.folded
            and not numbered.anew
            and numbered.arrived == numbered.last > one.arrived
            and one.follows
        )

    def _read_lots_left(self, follows: Iterable[Owner]) -> None:
        """All that is left of those whose spending the lots that it names do not hold."""
        short = [
            one.owner
            for one in follows
            if one.owner in self._spenders and not named_lots_hold(one.owner, one.new, one.lots)
        ]
        read_lots_left(self._connection, self._owners, short)

    def _stand(
        self, numbered: Mapping[bytes, Numbered], folds: Iterable[tuple[Any, ...]]
    ) -> set[bytes]:
        """Where the owners stand now, each row once; gives those who are not folded."""
        folded = {row[0]: row for row in folds}
        rows, left = [], set[bytes]()
        for owner, one in self._owners.items():
            arrived, stood = numbered[owner].arrived, folded.get(owner)
            if stood is not None:
                rows.append((owner, arrived, arrived, one.due_s, *stood[2:]))
            elif arrived > one.arrived:
                left.add(owner)
                due_s = self._now_s if one.arrived == one.folded else one.due_s
                last = one.last or (None,) * 4
                bore = None if one.bore is None else one.bore.value
                folded_to = 0 if numbered[owner].anew else one.folded
                rows.append((owner, arrived, folded_to, due_s, *last, one.again, bore))
        if not rows:
            return left
        if on_postgresql(self._connection):
            once, values = columns_or_once(rows, _TYPES, _ALIKE)
            run(self._connection, _pg_stand(once, settles=self._settles), values)
        else:
            stand = _SQLITE_STAND.format(settles=_SQLITE_SETTLES if self._settles else "")
            run_each(self._connection, stand, [(*row[1:], row[0]) for row in rows])
        return left


@cache
def _pg_stand(once: tuple[int, ...], *, settles: bool) -> str:
    """On PostgreSQL: where owners stand now, with those columns of one value said `once`."""
    names, arrays = given_names(_TYPES, once)
    given = ", ".join(f"{value} AS {name}" for value, name in zip(names, _NAMES, strict=True))
    changes = ", ".join(f"{name} = given.{name}" for name in _NAMES[1:])
    return (
        f"UPDATE owner_place AS known SET {changes}{_PG_SETTLES if settles else ''}"
        f" FROM (SELECT {given} FROM {arrays}) AS given"
        " WHERE known.owner = given.owner"
    )

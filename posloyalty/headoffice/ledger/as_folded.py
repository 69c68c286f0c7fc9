"""What somebody has by the ledger, and by what came since: nothing that was folded is read again.

Shape: `as_folded(connection, owner, bearer, new_of)` is a `Checkpoint` that has all that can be
spent, or None where only a fold of every event says it. The ledger's rows are where a fold of the
events through `owner_place.folded` stood, as `verify` proves; events behind that are folded on to
it in memory, and nothing is written. Whoever asks has locked the owner, so the lane of the ledger
writes none of it meanwhile.

None wherever the ledger would fold anew (something is late, comes back of a sale, or another bears
what is overspent), wherever it could not book, and where what is spent lies in lots that the events
do not name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Final

from sqlalchemy import Connection

from posloyalty.domain.ledger.transfer import Account, AccountKind, Lot
from posloyalty.headoffice.ledger.ledger_reading import (
    DEBTS,
    LOTS_NAMED,
    Owner,
    hold_debt,
    hold_lot,
    hold_right,
    holding,
)
from posloyalty.headoffice.ledger.ledger_rows import lot_of
from posloyalty.headoffice.store.statements import ask_many, ask_one, many
from posloyalty.sync.fold import (
    Checkpoint,
    Overspend,
    asked_before,
    fold_on,
    named_lots_hold,
)
from posloyalty.sync.journals import Filed

NEW_MOST: Final = 200
"""So many events of one owner wait for the ledger only where it is far behind."""
_STANDS: Final = """
SELECT p.arrived, p.folded, p.last_us, p.last_till, p.last_epoch, p.last_seq, p.bearer,
    (SELECT 1 FROM member m WHERE m.member_id = p.owner AND m.alias_of IS NOT NULL)
FROM owner_place p WHERE p.owner = ?
AND NOT EXISTS (SELECT 1 FROM owner_fault f WHERE f.owner = p.owner)"""
_LEFT: Final = """
SELECT ledger, kind, usable, last, CAST(sum(remaining) AS BIGINT) FROM lot
WHERE owner = ? AND remaining > 0 GROUP BY ledger, kind, usable, last"""
_RIGHTS: Final = "SELECT * FROM held_right WHERE owner IN"

Kind = tuple[str, str, str | None, str | None]
"""What lots have in common that are spent alike: ledger, kind of account, and their days."""
NewOf = Callable[[bytes, int], Sequence[Filed]]
"""The events of an owner behind a number."""


def as_folded(
    connection: Connection, owner: bytes, *, bearer: Overspend, new_of: NewOf
) -> Checkpoint | None:
    """What an owner has left; lots that are spent alike are one. See the module for None."""
    one = standing(connection, owner, bearer=bearer, new_of=new_of)
    if one is None:
        return None
    named = asked_before(owner, one.new).lots
    _read(connection, one, named)
    if not named_lots_hold(owner, one.new, one.lots):
        return None
    return _on(one, _left(connection, one))


def standing(
    connection: Connection, owner: bytes, *, bearer: Overspend, new_of: NewOf
) -> Owner | None:
    """Where an owner was folded to, with what is new, of whom nothing else is read yet; None where
    the ledger would fold them anew.
    """
    rows = ask_one(connection, _STANDS, (owner,))
    if not rows:
        return None
    arrived, folded, us, till_id, epoch, seq, bore, merged = rows[0]
    if bore is None or arrived - folded > NEW_MOST:
        return None
    one = Owner(owner, arrived, folded, last=(us, bytes(till_id), epoch, seq))
    one.bore, one.bearer = Overspend(bore), bearer
    one.new = list(new_of(owner, folded)) if arrived > folded else []
    one.merged = bool(merged)
    return one if one.follows else None


def _read(connection: Connection, one: Owner, named: Collection[bytes]) -> None:
    """Debts and rights, and the lots that the new events name."""
    debts, rights = ask_many(connection, (DEBTS, [one.owner]), (_RIGHTS, [one.owner]))
    for hold, rows in (
        (hold_debt, debts),
        (hold_right, rights),
        (hold_lot, many(connection, LOTS_NAMED, named)),
    ):
        holding({one.owner: one}, hold, rows)


def _left(connection: Connection, one: Owner) -> list[Lot]:
    """What is left in lots that the new events do not name."""
    sums: dict[Kind, int] = {}
    for ledger, kind, usable, last, amount in ask_one(connection, _LEFT, (one.owner,)):
        sums[ledger, kind, usable, last] = int(amount)
    for lot in one.lots.values():
        if lot.remaining > 0:
            sums[_kind(lot)] -= lot.remaining
    return [_together(one.owner, kind, amount) for kind, amount in sums.items() if amount]


def _kind(lot: Lot) -> Kind:
    return lot.account.ledger, lot.account.kind.value, _day(lot.usable_from), _day(lot.last_day)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _together(owner: bytes, of: Kind, amount: int) -> Lot:
    """Several lots as one, which nobody can name: whoever asks spends nothing of it."""
    ledger, kind, usable, last = of
    first = usable or "0001-01-01"  # when they were earned is nothing to what can be spent
    return lot_of((b"", owner, ledger, kind, amount, amount, first, usable, last, "", ""))


def _on(one: Owner, left: Sequence[Lot]) -> Checkpoint:
    """Where an owner stands behind what is new."""
    fold = fold_on(one.before, one.new, overspend=one.bearer)
    debts: dict[Account, int] = dict(one.debts)
    for account, amount in fold.debts.items():
        debts[account] = debts.get(account, 0) + amount
    return Checkpoint(
        member_id=one.owner,
        lots=(*left, *fold.lots),
        rights=fold.rights,
        debts={of: n for of, n in debts.items() if of.kind is AccountKind.MEMBER_DEBT},
    )

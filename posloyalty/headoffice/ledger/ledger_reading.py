"""What the ledger reads of where owners stand before it folds what is new of them.

Shape: an `Owner` is one owner of a batch. `read_before` reads of lots, rights and debts what the
new events look at (`sync/fold.asked_before`): a member with years of spent lots costs no more than
a new one, and lots that are left are not read where a till's own choice of lots holds what it took.
`read_all` reads everything of those who are folded anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct, field
from sqlalchemy import Connection

from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import Account, AccountKind, Lot
from posloyalty.headoffice.ledger.filing import instant_us
from posloyalty.headoffice.ledger.ledger_rows import lot_of, right_of
from posloyalty.headoffice.store.statements import ask_many
from posloyalty.sync import events
from posloyalty.sync.comes_behind import in_order
from posloyalty.sync.fold import Checkpoint, Overspend, asked_before, gone_by, named_lots_hold
from posloyalty.sync.goods_back import came_back_to, sold_at
from posloyalty.sync.journals import Filed
from posloyalty.sync.taken_back import taken_from

_LOTS: Final = "SELECT * FROM lot WHERE owner IN"
_LOTS_LEFT: Final = "SELECT * FROM lot WHERE remaining > 0 AND owner IN"
LOTS_NAMED: Final = "SELECT * FROM lot WHERE lot_id IN"
_RIGHTS: Final = "SELECT * FROM held_right WHERE owner IN"
RIGHTS_NAMED: Final = "SELECT * FROM held_right WHERE right_id IN"
DEBTS: Final = """
SELECT ledger, owner, credits - debits FROM account WHERE kind = 'member_debt' AND owner IN"""

Order = tuple[int, bytes, int, int]
"""Where an event stands among all of an owner's: its instant, till, epoch and sequence."""


class Owner(Struct, gc=False):
    """One owner in a batch: what is known, what is new, and what comes of it."""

    owner: bytes
    arrived: int
    folded: int = 0
    due_s: int = 0
    everywhere: int = 0
    last: Order | None = None
    again: int = 0
    new: list[Filed] = field(default_factory=list)
    lots: dict[bytes, Lot] = field(default_factory=dict)
    rights: dict[bytes, Right] = field(default_factory=dict)
    debts: dict[Account, int] = field(default_factory=dict)
    bearer: Overspend = Overspend.STORE
    bore: Overspend | None = None
    merged: bool = False

    @property
    def follows(self) -> bool:
        """Whether everything new comes after everything folded, and by the same policy: head office
        may decide anew who bears what was overspent.
        """
        if self.last is None:
            return True
        if self.bore is not self.bearer or (self.merged and self._goes_amid()):
            return False
        for one in self.new:
            # What is left of a sale, and of what it earned, hangs on all that came back of it.
            if order_of(one) <= self.last or _is_of_goods(one, self.owner):
                return False
        return True

    @property
    def before(self) -> Checkpoint:
        """Where the owner stood ahead of what is new, as far as that is read."""
        return Checkpoint(
            member_id=self.owner,
            lots=tuple(self.lots.values()),
            rights=tuple(self.rights.values()),
            debts=self.debts,
            gone=self.merged and all(gone_by(event) != self.owner for event in self.new),
        )

    def _goes_amid(self) -> bool:
        """Whether it is said behind something new that the record went: it is said whenever more
        went over, so whether it had gone before, and whose loss that is, all events say together.
        """
        return any(gone_by(one) == self.owner for one in in_order(self.new)[1:])


_Hold = Callable[[Owner, Any], None]


def order_of(one: Filed) -> Order:
    """Where an event stands."""
    return (instant_us(one.at), one.till_id, one.epoch, one.seq)


def read_before(connection: Connection, owners: Mapping[bytes, Owner]) -> None:
    """What the new events of owners look at; nothing is asked where they look at nothing."""
    looks = {one.owner: asked_before(one.owner, one.new) for one in owners.values()}
    lots = {lot_id for one in looks.values() for lot_id in one.lots}
    rights = {right_id for one in looks.values() for right_id in one.rights}
    repayers = [owner for owner, one in looks.items() if one.repays]
    asked = [
        (LOTS_NAMED, lots, hold_lot),
        (RIGHTS_NAMED, rights, hold_right),
        (DEBTS, repayers, hold_debt),
    ]
    _read(connection, owners, [one for one in asked if one[1]])
    spenders = [
        owner
        for owner, one in looks.items()
        if one.spends and not named_lots_hold(owner, owners[owner].new, owners[owner].lots)
    ]
    read_lots_left(connection, owners, spenders)


def read_lots_left(
    connection: Connection, owners: Mapping[bytes, Owner], spenders: Collection[bytes]
) -> None:
    """Every lot of some owners that has something left."""
    if spenders:
        _read(connection, owners, [(_LOTS_LEFT, spenders, hold_lot)])


def read_all(connection: Connection, owners: Mapping[bytes, Owner]) -> None:
    """Every lot, right and debt of owners who were folded before."""
    known = [one.owner for one in owners.values() if one.last is not None]
    asked = [(_LOTS, known, hold_lot), (_RIGHTS, known, hold_right), (DEBTS, known, hold_debt)]
    _read(connection, owners, asked if known else [])


def _read(
    connection: Connection,
    owners: Mapping[bytes, Owner],
    asked: Sequence[tuple[str, Collection[bytes], _Hold]],
) -> None:
    """Ask everything at once; a row of somebody else is passed over."""
    answers = ask_many(connection, *((select, ids) for select, ids, _ in asked))
    for (_, _, hold), rows in zip(asked, answers, strict=True):
        holding(owners, hold, rows)


def holding(owners: Mapping[bytes, Owner], hold: _Hold, rows: Iterable[Any]) -> None:
    """Give each owner their rows."""
    for row in rows:
        owner = owners.get(bytes(row[1]))
        if owner is not None:
            hold(owner, row)


def hold_lot(owner: Owner, row: Any) -> None:
    """A row of `lot` is an owner's."""
    lot = lot_of(row)
    owner.lots[lot.id] = lot


def hold_right(owner: Owner, row: Any) -> None:
    """A row of `held_right` is an owner's."""
    right = right_of(row)
    owner.rights[right.id] = right


def hold_debt(owner: Owner, row: Any) -> None:
    """What an owner owes in a ledger."""
    owner.debts[Account(row[0], AccountKind.MEMBER_DEBT, owner.owner)] = row[2]


def _is_of_goods(one: Filed, owner: bytes) -> bool:
    """Whether an owner is a sale's place, and an event is that sale, or of what came back of it; or
    whether a return takes back what the owner had earned.
    """
    sale = isinstance(one.event, events.Sale)  # as most events are
    place = sold_at(one) if sale else came_back_to(one)
    if place is not None and place.owner == owner:
        return True
    return owner in taken_from(one)

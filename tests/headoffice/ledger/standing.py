"""What a ledger is held against: the folds of everybody, and helpers to let it follow.

`stands(connection, office)` compares all that is kept; `ledger_of`, `follow_all` and `follow` are
the ledger of a fleet, and of an office, that goes after what came in.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, select

from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger.ledger import Ledger
from posloyalty.headoffice.ledger.ledger_rows import lot_of, right_of
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.ledger_tables import ACCOUNT, FINDING, HELD_RIGHT, LOT, TRANSFER
from posloyalty.sync import events
from posloyalty.sync.office.head_office import HeadOffice
from tests.headoffice.ledger.test_archive import act
from tests.sync.fleet import OFFICE, Fleet


def stands(connection: Connection, office: HeadOffice) -> None:
    """Accounts, lots, rights and findings are those of the folds, transfer by transfer."""
    sums: Counter[Account] = Counter()
    for row in connection.execute(select(TRANSFER)):
        sums[Account(row.ledger, AccountKind(row.debit_kind), bytes(row.debit_owner))] -= row.amount
        sums[Account(row.ledger, AccountKind(row.credit_kind), bytes(row.credit_owner))] += (
            row.amount
        )
    kept = {
        Account(row.ledger, AccountKind(row.kind), bytes(row.owner)): row.credits - row.debits
        for row in connection.execute(select(ACCOUNT))
    }
    assert {a: n for a, n in kept.items() if n} == {a: n for a, n in sums.items() if n}
    assert {a: n for a, n in kept.items() if n} == {a: n for a, n in office.accounts().items() if n}
    assert sum(kept.values()) == 0
    lots = {lot.id: lot for lot in map(lot_of, connection.execute(select(LOT)))}
    rights = {right.id: right for right in map(right_of, connection.execute(select(HELD_RIGHT)))}
    folds = [office.fold(owner) for owner in office.archive.owners()]
    assert lots == {lot.id: lot for fold in folds for lot in fold.lots}
    assert rights == {right.id: right for fold in folds for right in fold.rights}
    found = Counter(
        (bytes(r.event_id), r.what, r.amount) for r in connection.execute(select(FINDING))
    )
    assert found == Counter((one.event_id, one.what, one.amount) for one in office.alerts())


def ledger_of(office: OpenOffice, fleet: Fleet) -> Ledger:
    """The ledger that stands for a fleet's head office."""
    return Ledger(office.database, office_id=OFFICE, overspend=fleet.office.overspend, decides=True)


def follow_all(ledger: Ledger, connection: Connection) -> None:
    """Let it follow, within a transaction, until nobody waits."""
    while ledger.follow_in(connection, 100):
        pass


def follow(office: OpenOffice) -> Ledger:
    ledger = Ledger(office.database, office_id=bytes.fromhex(office.office.id))
    while ledger.follow(now_s=0):
        pass
    return ledger


def spending(member_id: bytes, number: int, points: int, *, at: str) -> events.Act:
    """An activity that takes points from lot 1."""
    post = events.Post(
        id=derive_id("post", number).hex(),
        code="redeem",
        ledger="club/points",
        dr=("member", member_id.hex()),
        cr=("redeemed",),
        n=points,
        uses=((derive_id("lot", 1).hex(), points),),
    )
    made = act(member_id, number, post=(post,))
    return events.Act(**{name: getattr(made, name) for name in made.__struct_fields__} | {"at": at})

"""Points that returns take back of what a sale had earned: once, whichever tills they came to."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import msgspec
import pytest

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.transfer import Account, AccountKind, Lot, LotUse, Transfer
from posloyalty.domain.ledger.transfer import TransferCode as Code
from posloyalty.sync import events
from posloyalty.sync.fold import MemberFold, fold_member
from posloyalty.sync.journals import Filed
from posloyalty.sync.taken_back import taken_from
from tests.sync.test_goods_back import NUMBER, REFUND, SALE, filed

ANNA = b"anna............"
POINTS = "club/points"
MINE = Account(POINTS, AccountKind.MEMBER, ANNA)
DEBT = Account(POINTS, AccountKind.MEMBER_DEBT, ANNA)
ISSUED = Account(POINTS, AccountKind.ISSUED)
SOLD = b"sold............"
DAY = date(2026, 3, 1)


def earned(points: int, event_id: bytes = SOLD, *, code: Code = Code.EARN) -> Transfer:
    lot = Lot(b"l" + event_id[1:], MINE, points, points, DAY, DAY, None)
    return Transfer(
        id=b"e" + event_id[1:], code=code, debit=ISSUED, credit=MINE, amount=points,
        event_id=event_id, opens=lot,
    )  # fmt: skip


def happened(event: events.Event, event_id: bytes, minute: int, *moved: Transfer) -> Filed:
    event = msgspec.structs.replace(event, id=event_id.hex())
    return msgspec.structs.replace(filed(event, minute), does=Consequences(transfers=moved))


def sale(points: int) -> Filed:
    made = msgspec.structs.replace(SALE, no=NUMBER, member=ANNA.hex())
    return happened(made, SOLD, 0, earned(points))


def other_sale(points: int) -> Filed:
    """Points that the goods have nothing to do with."""
    event_id = b"other..........."
    made = msgspec.structs.replace(SALE, no="S01-T02-3-0200", member=ANNA.hex())
    return happened(made, event_id, -10, earned(points, event_id))


def back(minute: int, *moved: Transfer) -> Filed:
    made = msgspec.structs.replace(REFUND, of=NUMBER, receipt=msgspec.UNSET, member=ANNA.hex())
    return happened(made, minute.to_bytes(16), minute, *moved)


def taking(minute: int, points: int, *, link: bytes | None = None, owed: bool = False) -> Transfer:
    return Transfer(
        id=b"t" + minute.to_bytes(14) + bytes([owed]),
        code=Code.DEBT if owed else Code.REVERSE_EARN,
        debit=DEBT if owed else MINE,
        credit=ISSUED,
        amount=points,
        event_id=minute.to_bytes(16),
        uses=() if owed else (LotUse(b"l" + SOLD[1:], points),),
        link=link,
    )


def here(minute: int, points: int, *, owed: int = 0) -> Filed:
    """A return at the till that sold, which names what it takes back of."""
    link = earned(1).id
    moved = [taking(minute, points, link=link)] if points else []
    return back(minute, *moved, *([taking(minute, owed, link=link, owed=True)] if owed else []))


def there(minute: int, points: int) -> Filed:
    """A return at another till, which knows the receipt alone."""
    return back(minute, taking(minute, points))


def folded(*journal: Filed) -> MemberFold:
    return fold_member(ANNA, journal)


def stands(*journal: Filed) -> tuple[int, int]:
    """(points, points owed)."""
    fold = folded(*journal)
    return sum(lot.remaining for lot in fold.lots), fold.debt(POINTS)


@pytest.mark.parametrize("returns", [(here, there), (there, here), (there, there), (here, here)])
def test_the_200_of_a_sale_go_back_once_and_the_300_of_another_stay(returns: tuple) -> None:
    first, second = returns[0](1, 200), returns[1](2, 200)
    assert stands(other_sale(300), sale(200), first, second) == (300, 0)
    assert folded(other_sale(300), sale(200), first, second).anomalies == ()


def test_returns_of_different_goods_take_200_of_200_together() -> None:
    assert stands(other_sale(300), sale(200), here(1, 120), there(2, 80)) == (300, 0)


def test_of_a_return_that_is_too_much_only_what_is_left_is_taken() -> None:
    fold = folded(other_sale(300), sale(200), there(1, 120), here(2, 120))
    taken = [one.amount for one in fold.transfers if one.code is Code.REVERSE_EARN]
    assert (taken, sum(lot.remaining for lot in fold.lots)) == ([120, 80], 300)


def test_what_was_owed_for_spent_points_is_owed_once() -> None:
    redeemed = Transfer(
        id=b"r" * 16, code=Code.REDEEM, debit=MINE, amount=200, event_id=b"spent...........",
        credit=Account(POINTS, AccountKind.REDEEMED), uses=(LotUse(b"l" + SOLD[1:], 200),),
    )  # fmt: skip
    made = msgspec.structs.replace(SALE, no="S01-T02-3-0215", member=ANNA.hex())
    spent = happened(made, b"spent...........", 1, redeemed)
    assert stands(sale(200), spent, here(2, 0, owed=200)) == (0, 200)
    assert stands(sale(200), spent, here(2, 0, owed=200), there(3, 200)) == (0, 200)
    assert stands(sale(200), spent, there(2, 200), here(3, 0, owed=200)) == (0, 200)


def test_a_receipt_takes_back_what_the_sale_gave_on_top_as_well() -> None:
    bonus = msgspec.structs.replace(earned(50, b"bonus...........", code=Code.BONUS), event_id=SOLD)
    both = msgspec.structs.replace(sale(200), does=Consequences(transfers=(earned(200), bonus)))
    assert stands(both, there(1, 240)) == (10, 0)
    assert stands(both, there(1, 240), there(2, 240)) == (0, 0)


def test_what_another_event_gave_for_the_goods_is_bounded_by_what_that_gave() -> None:
    given = other_sale(300).does.transfers[0]
    first, second = (back(n, taking(n, 200, link=given.id)) for n in (1, 2))
    assert stands(other_sale(300), sale(200), first) == (300, 0)
    assert stands(other_sale(300), sale(200), first, second) == (200, 0)


def test_points_of_a_sale_that_is_not_there_are_taken_as_the_till_wrote() -> None:
    assert stands(other_sale(300), there(1, 200)) == (100, 0)
    assert stands(other_sale(300), here(1, 200)) == (100, 0)


def test_whatever_arrives_first_the_same_stands() -> None:
    journal = (other_sale(300), sale(200), here(1, 150), there(2, 200))
    assert {stands(*order) for order in permutations(journal)} == {(300, 0)}


def test_a_return_takes_from_whom_it_says_and_nothing_else_does() -> None:
    assert taken_from(there(1, 200)) == taken_from(here(1, 0, owed=200)) == {ANNA}
    assert taken_from(sale(200)) == taken_from(back(1)) == frozenset()

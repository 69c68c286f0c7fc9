"""Points that change hands or state: released, shared, merged, written off; the ledger balances."""

from __future__ import annotations

from datetime import date

from msgspec import structs

from posloyalty.domain.ledger.balance import fold
from posloyalty.domain.ledger.postings import EventPostings
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.values.ratio import Ratio

LEDGER = "club/points"
ANNA, HOME = b"member-number-01", b"household-nr-001"
TODAY = date(2026, 11, 25)


def lot(points: int, *, owner: bytes = ANNA, name: str = "a", usable: bool = True) -> Lot:
    return Lot(
        id=name.encode().ljust(16, b"."),
        account=Account(LEDGER, AccountKind.MEMBER, owner),
        original=points,
        remaining=points,
        earned_on=date(2026, 1, 5),
        usable_from=date(2026, 1, 5) if usable else None,
        last_day=date(2027, 1, 5),
    )


def postings(*lots: Lot, debt: int = 0, shared: bool = False) -> EventPostings:
    return EventPostings(
        event_id=b"E" * 16,
        member_id=ANNA,
        day=TODAY,
        lots=lots,
        debts=((LEDGER, debt),) if debt else (),
        pools=((LEDGER, HOME),) if shared else (),
    )


def opened(*lots: Lot) -> list[Transfer]:
    """The transfers that once opened lots."""
    return [
        Transfer(
            id=b"t" + one.id[:15],
            code=TransferCode.EARN,
            debit=Account(LEDGER, AccountKind.ISSUED),
            credit=one.account,
            amount=one.original,
            event_id=b"F" * 16,
            opens=one,
        )
        for one in lots
    ]


def of(account: AccountKind, owner: bytes, *transfers: Transfer) -> int:
    return fold(transfers).of(Account(LEDGER, account, owner))


def test_released_points_keep_their_days_and_are_usable_from_today() -> None:
    waiting, ready = lot(50, usable=False), lot(30, name="b")
    event = postings(waiting, ready)
    assert event.activate(LEDGER) == 50
    new = next(one for one in event.lots if one.usable_from == TODAY)
    assert (new.remaining, new.earned_on, new.last_day) == (50, date(2026, 1, 5), date(2027, 1, 5))
    assert [(t.code, t.amount) for t in event.transfers] == [(TransferCode.ACTIVATE, 50)] * 2
    folded = fold([*opened(waiting, ready), *event.transfers])
    assert folded.of(Account(LEDGER, AccountKind.MEMBER, ANNA)) == 80
    assert event.activate(LEDGER) == 0


def test_spending_from_own_and_shared_lots_is_one_transfer_for_each_owner() -> None:
    own, shared = lot(30), structs.replace(lot(50, owner=HOME, name="b"), last_day=date(2027, 6, 1))
    event = postings(own, shared, shared=True)
    event.redeem(LEDGER, 70)
    assert [(t.debit.owner, t.amount) for t in event.transfers] == [(ANNA, 30), (HOME, 40)]
    everything = [*opened(own, shared), *event.transfers]
    assert of(AccountKind.MEMBER, HOME, *everything) == 10
    assert of(AccountKind.MEMBER, ANNA, *everything) == 0


def test_what_is_earned_in_a_shared_wallet_belongs_to_the_household() -> None:
    event = postings(shared=True)
    event.earn(LEDGER, 40, usable_from=TODAY, last_day=None)
    (made,) = event.lots
    assert made.account.owner == HOME


def test_given_back_points_go_to_whom_they_came_from() -> None:
    own = lot(30)
    event = postings(own, shared=True)
    event.redeem(LEDGER, 30)
    (spent,) = event.transfers
    later = EventPostings(
        event_id=b"G" * 16,
        member_id=ANNA,
        day=TODAY,
        lots=event.lots,
        pools=((LEDGER, HOME),),
    )
    later.restore(spent, 30)
    (back,) = later.transfers
    assert back.credit.owner == ANNA
    assert of(AccountKind.MEMBER, ANNA, *opened(own), spent, back) == 30


def test_parts_of_lots_move_from_one_owner_to_another() -> None:
    mine = lot(80)
    event = postings(mine)
    assert event.move_out(LEDGER, (LotUse(mine.id, 50),), code=TransferCode.TRANSFER_OUT) == 50
    theirs = EventPostings(
        event_id=b"E" * 16,
        member_id=HOME,
        day=TODAY,
        debts=((LEDGER, 20),),
        transfers=event._transfers,
    )
    theirs.move_in(LEDGER, 50, code=TransferCode.TRANSFER_IN, like=mine)
    folded = fold([*opened(mine), *theirs.transfers, *owed(HOME, 20)])
    assert folded.of(Account(LEDGER, AccountKind.MEMBER, ANNA)) == 30
    assert folded.of(Account(LEDGER, AccountKind.MEMBER, HOME)) == 30
    assert folded.debt(LEDGER, HOME) == 0
    assert sum(folded.accounts.values()) == 0


def owed(owner: bytes, points: int) -> list[Transfer]:
    event = EventPostings(event_id=b"H" * 16, member_id=owner, day=TODAY)
    event.owe(LEDGER, points)
    return list(event.transfers)


def test_a_debt_that_is_let_go_is_gone() -> None:
    event = postings(debt=25)
    assert event.write_off(LEDGER) == 25
    assert event.debts == ()
    assert event.write_off(LEDGER) == 0
    folded = fold([*owed(ANNA, 25), *event.transfers])
    assert folded.debt(LEDGER, ANNA) == 0
    assert sum(folded.accounts.values()) == 0


def test_an_adjustment_has_the_days_of_what_it_adds_to() -> None:
    event = postings()
    made = event.adjust(
        LEDGER, 20, earned_on=date(2026, 1, 2), usable_from=TODAY, last_day=date(2027, 1, 2)
    )
    assert made is not None
    assert (made.earned_on, made.last_day) == (date(2026, 1, 2), date(2027, 1, 2))
    assert [t.code for t in event.transfers] == [TransferCode.ADJUST]


def test_whoever_stands_for_points_stays_with_them_when_they_move_or_become_usable() -> None:
    theirs = structs.replace(lot(30, name="b"), funder="partner:air", shop_cost=Ratio(4, 5))
    waits = structs.replace(
        lot(20, name="c", usable=False), funder="campaign:spring", shop_cost=Ratio(1)
    )
    steps = postings(waits)
    moved = steps.move_in(LEDGER, 30, code=TransferCode.MERGE, like=theirs)
    steps.activate(LEDGER)
    assert moved is not None
    assert moved.funder == "partner:air"
    usable = [one for one in steps.lots if one.usable_on(TODAY)]
    assert sorted((one.funder, one.remaining, one.shop_cost) for one in usable) == [
        ("campaign:spring", 20, Ratio(1)),
        ("partner:air", 30, Ratio(4, 5)),
    ]


def test_a_lot_is_made_at_what_a_point_of_its_wallet_costs_the_shop_that_day() -> None:
    steps = EventPostings(
        event_id=b"E" * 16, member_id=b"M" * 16, day=TODAY, costs={LEDGER: Ratio(4, 5)}
    )
    for ledger in (LEDGER, "other/points"):
        steps.earn(ledger, 10, usable_from=TODAY, last_day=None)
        steps.adjust(ledger, 10, earned_on=TODAY, usable_from=TODAY, last_day=None)
        steps.opening(ledger, 10, last_day=None)
    found = {(one.account.ledger, one.shop_cost) for one in steps.lots}
    assert found == {(LEDGER, Ratio(4, 5)), ("other/points", None)}


def test_points_that_come_back_too_late_keep_their_costs_in_lots_of_their_own() -> None:
    gone = {"last_day": date(2026, 11, 1), "remaining": 0}
    lots = [
        structs.replace(lot(10, name=name), shop_cost=cost, **gone)
        for name, cost in (("d", Ratio(4, 5)), ("e", None), ("f", Ratio(4, 5)))
    ]
    spent = Transfer(
        id=b"s" * 16,
        code=TransferCode.REDEEM,
        debit=lots[0].account,
        credit=Account(LEDGER, AccountKind.REDEEMED),
        amount=30,
        event_id=b"F" * 16,
        uses=tuple(LotUse(one.id, 10) for one in lots),
    )
    steps = postings(*lots)
    steps.restore(spent, 30, grace_last_day=date(2026, 12, 31))
    back = [one for one in steps.lots if one.usable_on(TODAY)]
    assert {(one.shop_cost, one.remaining) for one in back} == {(Ratio(4, 5), 20), (None, 10)}


def test_points_that_come_back_too_late_keep_their_funders_in_lots_of_their_own() -> None:
    ended = structs.replace(lot(100, name="d"), last_day=date(2026, 11, 1), funder="partner:air")
    own = structs.replace(lot(50, name="e"), last_day=date(2026, 11, 1))
    spent = Transfer(
        id=b"s" * 16,
        code=TransferCode.REDEEM,
        debit=ended.account,
        credit=Account(LEDGER, AccountKind.REDEEMED),
        amount=70,
        event_id=b"F" * 16,
        uses=(LotUse(own.id, 50), LotUse(ended.id, 20)),
    )
    steps = postings(structs.replace(own, remaining=0), structs.replace(ended, remaining=80))
    steps.restore(spent, 70, grace_last_day=date(2026, 12, 31))
    back = [one for one in steps.lots if one.usable_on(TODAY)]
    assert sorted((one.funder, one.remaining) for one in back) == [("", 50), ("partner:air", 20)]

"""What a paid sale does to a member's ledger, in its fixed order."""

from __future__ import annotations

import pytest

from posloyalty.domain.engine.context import freeze
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.posting import SalePostings, plan_sale, sold_by
from posloyalty.domain.ledger.balance import fold
from posloyalty.domain.ledger.lots import SpendRefusal
from posloyalty.domain.ledger.transfer import TransferCode
from tests.domain.engine.made import (
    LEDGER,
    NOON,
    SALE_ID,
    STORE,
    basket,
    lot,
    member,
    product,
    quote,
    rules,
)

RULES = rules()


def planned(state: MemberState, *, seen: MemberState | None = None, redeem: int) -> SalePostings:
    """The postings of a sale of 10.00; `seen` is the state that its quote was made for."""
    goods = basket(product("A", "10.00"), member=True, redeem=redeem)
    found = quote(RULES, goods, seen or state)
    return plan_sale(
        freeze(RULES, goods, state, NOON, STORE),
        sold_by(found),
        event_id=SALE_ID,
        at=NOON,
        redemptions=found.redemptions,
        earnings=found.earnings,
    )


def moves(postings: SalePostings) -> list[tuple[TransferCode, int]]:
    return [(transfer.code, transfer.amount) for transfer in postings.does.transfers]


def test_what_ran_out_goes_first_then_what_is_spent_then_what_is_earned() -> None:
    state = member(lot(70, last="2026-11-24"), lot(500, last="2026-12-31"))
    after = planned(state, redeem=200)
    assert moves(after) == [
        (TransferCode.EXPIRE, 70),
        (TransferCode.REDEEM, 200),
        (TransferCode.EARN, 8),
    ]
    assert sum(one.remaining for one in after.lots) == 308


def test_a_debt_is_repaid_out_of_what_the_sale_earns() -> None:
    after = planned(member(debt=6), redeem=0)
    assert moves(after) == [(TransferCode.EARN, 10), (TransferCode.REPAY, 6)]
    assert after.debts == ()
    assert planned(member(debt=25), redeem=0).debts == ((LEDGER, 15),)


def test_the_transfers_of_a_sale_balance_by_themselves() -> None:
    state = member(debt=6)
    folded = fold(planned(state, redeem=0).does.transfers)
    assert sum(folded.accounts.values()) == 0


def test_points_that_are_gone_since_the_quote_are_not_spent() -> None:
    with pytest.raises(SpendRefusal) as refusal:
        planned(member(lot(150)), seen=member(lot(500)), redeem=500)
    assert refusal.value.missing == 350


def test_planning_again_gives_the_same_transfers() -> None:
    state = member(lot(500))
    assert planned(state, redeem=100) == planned(state, redeem=100)


def test_a_sale_counts_as_a_purchase_its_spend_and_what_it_earned() -> None:
    counted = {entry.meter: entry.amount for entry in planned(member(), redeem=0).does.meters}
    assert counted == {"purchases": 1, "spend": 1000, f"earned/{LEDGER}": 10}

"""What the customer owns: proposed with its gain, used when chosen, never burned for nothing."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from posloyalty.domain.engine import owned as seam
from posloyalty.domain.engine.context import Context, freeze
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.owned import Owned
from posloyalty.domain.engine.posting import SalePostings, plan_sale, sold_by
from posloyalty.domain.engine.uses import Uses
from posloyalty.domain.ledger.right import Right, RightMove
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.services.selling.build_sale import build_sale
from tests.domain.engine.made import (
    MEMBER_ID,
    NOON,
    STORE,
    basket,
    codes,
    lot,
    member,
    product,
    quote,
    rules,
)
from tests.domain.engine.test_offers import applied, offer, refused
from tests.fakes.returns_story import OPERATOR

TWENTY = offer("twenty", 'amount = "20.00"', when='{ min_spend = "100.00" }')


def terms(text: str) -> Offer:
    """An offer on its own, as a voucher's terms."""
    return rules(text).offers[0]


def right(name: str, **more: int) -> Right:
    return Right(
        id=name.encode().ljust(16, b"."),
        kind="voucher",
        of="twenty",
        owner=MEMBER_ID,
        programme="test",
        **more,
    )


@pytest.fixture
def owning(monkeypatch: pytest.MonkeyPatch) -> list[Owned]:
    """What the customer owns, for a test to fill."""
    things: list[Owned] = []

    def source(_context: Context, _basket: Basket) -> Iterable[Owned]:
        return tuple(things)

    monkeypatch.setattr(seam, "SOURCES", [source])
    return things


def voucher(of: Right, text: str = TWENTY, *, auto: bool = False, line: int | None = None) -> Owned:
    uses = Uses(kind="voucher", of=of.of, right=of)
    choice = Chosen(kind="voucher", of=of.of, right_id=of.id)
    return Owned(offer=terms(text), uses=uses, choice=choice, auto=auto, line=line)


def reward(points: int, text: str) -> Owned:
    uses = Uses(kind="reward", of="r", cost=("points", points))
    return Owned(offer=terms(text), uses=uses, choice=Chosen(kind="reward", of="r"))


@pytest.mark.parametrize(
    ("public", "payable", "gain"), [("20%", 8008, 0), ("19.9%", 8018, 8), ("10%", 9009, 999)]
)
def test_a_voucher_is_proposed_with_its_gain_and_not_burned(
    owning: list[Owned], public: str, payable: int, gain: int
) -> None:
    owning.append(voucher(right("v")))
    made = rules(offer("public", f'percent = "{public}"', exclusive="true"))
    goods = basket(product("A", "100.10"), member=True)
    found = quote(made, goods)
    assert found.payable_minor == payable
    (proposed,) = found.proposals
    assert proposed.gain_minor == gain
    assert codes(proposed.reasons) == ([] if gain else ["BETTER_DEAL"])
    taken = quote(made, goods.choosing(proposed.choice))
    assert taken.payable_minor == payable - gain
    assert ("twenty" in applied(taken)) is bool(gain)
    if not gain:
        assert codes(refused(taken, "twenty").reasons) == ["BETTER_DEAL"]


def test_a_chosen_voucher_is_used_up_by_the_sale_and_named_in_it(owning: list[Owned]) -> None:
    owning.append(voucher(right("v")))
    state = member(rights=(right("v"),))
    goods = basket(product("A", "120.00"), member=True).choosing(owning[0].choice)
    found = quote(rules(), goods, state)
    (used,) = sold_by(found).used
    assert (found.payable_minor, used.right) == (10000, right("v"))
    assert found.proposals == ()
    made = _plan(rules(), goods, state)
    assert [(c.right_id, c.move) for c in made.does.rights] == [(right("v").id, RightMove.USE)]
    sale = build_sale(
        goods, found, (), programme=rules(), operator=OPERATOR, number="1", at=NOON, language="en"
    )
    assert [(o.source, o.right_id) for o in sale.offers] == [("voucher", right("v").id)]


def test_the_same_voucher_twice_is_two_offers_of_the_sale(owning: list[Owned]) -> None:
    text = offer("five", 'amount = "5.00"')
    owning += [voucher(right("b"), text), voucher(right("a"), text)]
    goods = basket(product("A", "12.00"), member=True)
    for one in owning:
        goods = goods.choosing(one.choice)
    found = quote(rules(), goods)
    assert applied(found) == {"five": 500, "five~2": 500}
    by_id = {one.offer_id: one.uses for one in found.offers}
    assert by_id["five"] is not None
    assert by_id["five"].right == right("a")


def test_what_uses_itself_needs_no_word_and_a_threshold_is_told(owning: list[Owned]) -> None:
    owning.append(voucher(right("v"), auto=True))
    assert applied(quote(rules(), basket(product("A", "100.00"), member=True))) == {"twenty": 2000}
    short = quote(rules(), basket(product("A", "99.90"), member=True))
    assert refused(short, "twenty").reasons[0].fact("short_by_minor") == 10


def test_a_voucher_is_measured_and_taken_after_the_public_offers(owning: list[Owned]) -> None:
    owning.append(voucher(right("v"), offer("half", 'percent = "50%"'), auto=True))
    made = rules(offer("ten", 'amount = "10.00"', priority="9"))
    found = quote(made, basket(product("A", "100.00"), member=True))
    assert applied(found) == {"ten": 1000, "half": 4500}


def test_points_are_not_spent_on_two_rewards_that_they_do_not_cover(owning: list[Owned]) -> None:
    text = offer("five", 'amount = "5.00"')
    owning += [reward(300, text), reward(300, text)]
    goods = basket(product("A", "40.00"), member=True)
    for one in owning:
        goods = goods.choosing(one.choice)
    state = member(lot(500))
    found = quote(rules(), goods, state)
    assert applied(found) == {"five": 500}
    assert found.usable[0].balance == 200
    spent = [t.amount for t in _plan(rules(), goods, state).does.transfers if t.code == "redeem"]
    assert spent == [300]


def test_a_voucher_for_one_line_lowers_no_other(owning: list[Owned]) -> None:
    text = offer("half", 'percent = "50%"', scope="line")
    owning.append(voucher(right("v"), text, auto=True, line=2))
    found = quote(rules(), basket(product("A", "10.00"), product("B", "4.00"), member=True))
    assert found.offers[0].shares == ((2, 200),)


def test_what_was_chosen_for_a_member_or_a_line_goes_with_them() -> None:
    by_line = Chosen(kind="gift", of="mug", line=1)
    shown = Chosen(kind="voucher", of="v", code="ABC")
    own = Chosen(kind="voucher", of="v", right_id=b"r")
    full = basket(product("A", "10.00"), member=True)
    for one in (by_line, shown, own):
        full = full.choosing(one)
    assert full.without(1).chosen == (shown, own)
    assert full.for_member(None).chosen == (shown,)
    assert full.leaving(own).chosen == (by_line, shown)
    assert full.leaving(Chosen(kind="voucher", of="other")) == full


def _plan(made: Programme, goods: Basket, state: MemberState) -> SalePostings:
    found = quote(made, goods, state)
    return plan_sale(
        freeze(made, goods, state, NOON, STORE),
        sold_by(found),
        event_id=goods.sale_id,
        at=NOON,
        redemptions=found.redemptions,
        earnings=found.earnings,
    )

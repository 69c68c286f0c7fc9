"""Gift cards and wallets between two tills: real books, a real desk, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.stored_value import card_id
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.pay_out import Document, PayOutWay
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.domain.values.calendar import parse_instant
from posloyalty.headoffice.ledger.shelf import DatabaseShelf
from posloyalty.services.office.soundness import CLONE, freeze, thaw
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.sale_wishes import Spending
from posloyalty.sync.leases import Lease
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.sync.wire.lending import Held
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.a_chain import (
    CARD,
    GIFT_CARDS,
    Chain,
    Placed,
    findings,
    in_reach,
    opened_chain,
    out_of_reach,
)
from tests.headoffice.a_kept_chain import chain_after
from tests.services.counter import goods, paid

CODE = "1001"
MORE = (
    GIFT_CARDS
    + """
[[wallet]]
id = "cash"
name = { en = "Cash back" }
unit = "money"
scale = 2

[wallet.spend]
points = 1
money = "1.00"
as = "tender"

[[earn]]
id = "back"
wallet = "cash"
per_spend = { points = 1, money = "10.00" }
"""
)


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with opened_chain(tmp_path, url=database_url, more=MORE) as found:
        yield found


@pytest.fixture
def sold(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """The first till sold a card of 50.00, and everybody knows."""
    with chain_after(sold_a_card, tmp_path, url=database_url, more=MORE) as found:
        yield found


def sold_a_card(chain: Chain, _more: str) -> None:
    counter = chain.tills[0].counter
    basket = counter.till.check_out.open_basket().add(CARD, unit_price_minor=5_000, card=CODE)
    counter.book(basket)
    chain.talk()


def by_card(till: Placed, *, most: int | None = None) -> tuple[Basket, tuple[Tender, ...]]:
    """Two articles of 20.00, paid by the card as far as it goes, or up to so much."""
    basket = till.counter.till.check_out.open_basket().add(goods(1)).add(goods(2))
    quote = till.counter.quote(basket)
    tender = till.counter.till.gift_cards.tender(CODE, quote.payable_minor, (), amount_minor=most)
    return basket, (tender,)


def book(till: Placed, basket: Basket, tenders: tuple[Tender, ...]) -> Sale:
    return till.counter.pay(basket, till.counter.quote(basket), tenders)


def on_card(till: Placed) -> int:
    return till.counter.till.gift_cards.look_up(CODE).balance_minor


def leases(chain: Chain) -> list[Lease]:
    """What is lent to anybody."""
    with chain.office.database.read() as connection:
        return [one for one in DatabaseShelf(connection).open() if one.left]


# Gift cards


@pytest.mark.long(beside="test_a_card_pays_in_reach_by_what_head_office_held_aside_for_the_sale")
def test_in_an_exchange_what_comes_back_to_a_card_pays_without_being_asked_for(
    sold: Chain,
) -> None:
    one, other = sold.tills
    basket, tenders = by_card(one)
    one.reserve(basket, tenders)
    sale = book(one, basket, tenders)
    sold.talk()  # everybody knows of 10.00 that are left
    till, manager = one.counter.till, one.shop.manager
    wish = replace(till.refunds.wish((1, 1_000)), cause="wrong")
    made = till.check_out.open_basket().add(goods(3)).add(goods(4))
    quote = till.exchange.quote(sale.id, wish, made, manager)
    ((_, back_minor),) = quote.cards_back
    card = till.gift_cards.tender(CODE, quote.due_minor, (), back_minor=back_minor)
    assert (back_minor, card.amount_minor) == (2_000, 3_000)
    cash = replace(
        card, number=2, kind=TenderKind.CASH, account_id=None, reference=None,
        amount_minor=1_000, given_minor=1_000,
    )  # fmt: skip
    spending = Spending(
        basket=made, quote=quote.sale, tenders=(card, cash), cards_back=quote.cards_back
    )
    found = one.way.reserving.reserve(spending)
    assert (found.lent, found.short) == (1_000, ())
    till.exchange.complete(sale.id, wish, quote, made, (card, cash), manager)
    assert on_card(one) == 0
    in_reach(sold)
    assert on_card(other) == 0


def test_a_card_pays_in_reach_by_what_head_office_held_aside_for_the_sale(sold: Chain) -> None:
    other = sold.tills[1]
    basket, tenders = by_card(other)
    assert other.reserve(basket, tenders).lent == 4_000
    (lease,) = leases(sold)
    assert (lease.asset.owner, lease.amount) == (card_id(CODE), 4_000)
    book(other, basket, tenders)
    sold.talk()
    assert [on_card(till) for till in sold.tills] == [1_000, 1_000]
    assert leases(sold) == []


def test_two_tills_in_reach_do_not_both_take_the_same_card(sold: Chain) -> None:
    one, other = sold.tills
    first, second = by_card(one), by_card(other)
    assert one.reserve(*first).short == ()
    found = other.reserve(*second)
    assert found.lent == 1_000  # what the first sale leaves on the card
    (short,) = found.short
    assert (short.card_id, short.missing, short.worth_minor) == (card_id(CODE), 3_000, 3_000)
    assert short.elsewhere == (Held(store="S1", n=4_000),)
    with pytest.raises(ServiceRefusal) as refused:
        book(other, *second)
    assert (refused.value.reason, refused.value.facts["most_minor"]) == ("CARD_HELD", 1_000)
    book(one, *first)
    basket, part = by_card(other, most=1_000)
    with pytest.raises(ServiceRefusal, match="UNPAID"):
        book(other, basket, part)  # the rest has to be paid otherwise
    sold.talk()
    assert [on_card(till) for till in sold.tills] == [1_000, 1_000]


def test_a_card_that_nobody_asked_head_office_about_does_not_pay(sold: Chain) -> None:
    with pytest.raises(ServiceRefusal, match="CARD_HELD"):
        book(sold.tills[1], *by_card(sold.tills[1]))


def test_a_card_is_refused_out_of_reach(sold: Chain) -> None:
    other = sold.tills[1]
    sale = by_card(other)
    seen = other.counter.till.clock.now()
    out_of_reach(other)
    with pytest.raises(ServiceRefusal, match="CARD_NEEDS_NETWORK"):
        by_card(other)  # as soon as it is shown
    with pytest.raises(ServiceRefusal, match="CARD_NEEDS_NETWORK") as refusal:
        book(other, *sale)  # and where it was shown before the line broke
    name = refusal.value.facts["card"]
    view = other.counter.till.gift_cards.look_up(CODE)
    assert (view.balance_minor, view.here_minor, view.as_of) == (5_000, 0, seen)
    in_reach(sold)
    assert other.counter.till.gift_cards.look_up(CODE).here_minor is None
    assert by_card(other)[1][0].amount_minor == 4_000
    assert name.endswith(CODE[-4:])
    for language, card in (("en", "gift card"), ("zh_CN", "礼品卡"), ("zh_TW", "禮物卡")):
        said = Words(language)("refusal.CARD_NEEDS_NETWORK", **refusal.value.facts)
        assert f"{card} {name}" in said


def pay_out(till: Placed, *, asked: bool) -> int:
    """Pay the card out by a transfer, after head office was asked; what went."""
    pay_outs = till.counter.till.pay_outs
    pay_out_id = pay_outs.new_id()
    if asked:
        till.way.reserving.reserve_for(pay_out_id, pay_outs.wants(CODE))
    manager = till.shop.manager
    paid = pay_outs.complete(
        pay_out_id, CODE, PayOutWay.ACCOUNT, manager, seen=Document.ID_CARD.value
    )
    return paid.given_minor


def test_a_card_is_paid_out_by_one_till_when_head_office_held_all_of_it_aside(
    sold: Chain,
) -> None:
    one, other = sold.tills
    with pytest.raises(ServiceRefusal, match="CARD_PAY_OUT_HELD"):
        pay_out(other, asked=False)
    assert pay_out(other, asked=True) == 5_000
    with pytest.raises(ServiceRefusal, match="CARD_PAY_OUT_HELD"):
        pay_out(one, asked=True)
    sold.talk()
    assert [on_card(till) for till in sold.tills] == [0, 0]
    with pytest.raises(ServiceRefusal, match="CARD_CLOSED"):
        pay_out(one, asked=True)
    assert all(till.counter.till.verify.verify().holds for till in sold.tills)


@pytest.mark.long(beside="test_a_card_does_not_move_out_of_reach")
def test_a_card_is_not_paid_out_out_of_reach(sold: Chain) -> None:
    other = sold.tills[1]
    out_of_reach(other)
    with pytest.raises(ServiceRefusal, match="CARD_PAY_OUT_NEEDS_NETWORK"):
        other.counter.till.pay_outs.offer(CODE)  # before anybody is asked which way
    with pytest.raises(ServiceRefusal, match="CARD_PAY_OUT_NEEDS_NETWORK"):
        pay_out(other, asked=True)
    assert on_card(other) == 5_000


NEW = "LG1:GIFTNEW8"


def move(till: Placed, *, asked: bool) -> int:
    """Move all of the card to a new one, after head office was asked; what is on that."""
    cards, move_id = till.counter.till.gift_cards, b"a move of one card"[:16]
    if asked:
        wants = cards.wants_to_move(CODE)
        till.way.reserving.reserve_for(move_id, wants, whole=True)
    moved = cards.replace(CODE, NEW, till.counter.manager, move_id=move_id)
    return moved.balance_minor


@pytest.mark.long(
    beside="test_a_card_is_paid_out_by_one_till_when_head_office_held_all_of_it_aside"
)
def test_a_card_moves_at_one_till_when_head_office_held_all_of_it_aside(sold: Chain) -> None:
    one, other = sold.tills
    with pytest.raises(ServiceRefusal, match="CARD_MOVE_HELD"):
        move(other, asked=False)
    sale = by_card(one)
    one.reserve(*sale)
    with pytest.raises(ServiceRefusal, match="CARD_MOVE_HELD"):
        move(other, asked=True)
    book(one, *sale)
    sold.talk()
    assert move(other, asked=True) == 1_000
    assert move(other, asked=True) == 1_000  # the same move again moves nothing
    with pytest.raises(ServiceRefusal, match="CARD_MOVE_HELD"):
        move(one, asked=True)
    sold.talk()
    found = [till.counter.till.gift_cards.look_up(NEW).balance_minor for till in sold.tills]
    assert (found, [on_card(till) for till in sold.tills]) == ([1_000, 1_000], [0, 0])
    assert all(till.counter.till.verify.verify().holds for till in sold.tills)


def test_a_lost_card_that_is_frozen_moves_and_a_second_time_nowhere(sold: Chain) -> None:
    one, other = sold.tills
    one.counter.till.gift_cards.freeze(CODE, one.counter.manager)
    sold.talk()
    assert move(other, asked=True) == 5_000
    with pytest.raises(ServiceRefusal, match="CARD_MOVE_HELD"):
        move(one, asked=True)


def test_a_card_does_not_move_out_of_reach(sold: Chain) -> None:
    other = sold.tills[1]
    out_of_reach(other)
    for act in (other.counter.till.gift_cards.check_move, lambda _: move(other, asked=True)):
        with pytest.raises(ServiceRefusal, match="CARD_MOVE_NEEDS_NETWORK"):
            act(CODE)
    assert on_card(other) == 5_000


@pytest.mark.long(beside="test_out_of_reach_a_card_that_was_sold_here_and_not_told_yet_pays")
def test_out_of_reach_a_card_moves_that_was_sold_here_and_not_told_yet(chain: Chain) -> None:
    one = chain.tills[0]
    chain.talk()
    out_of_reach(one)
    basket = one.counter.till.check_out.open_basket()
    one.counter.book(basket.add(CARD, unit_price_minor=5_000, card=CODE))
    one.counter.till.gift_cards.check_move(CODE)
    assert move(one, asked=False) == 5_000


def test_what_was_held_aside_before_the_line_broke_pays(sold: Chain) -> None:
    one, other = sold.tills
    sale = by_card(other)
    other.reserve(*sale)
    out_of_reach(other)
    book(other, *sale)
    with pytest.raises(ServiceRefusal, match="CARD_NEEDS_NETWORK"):
        by_card(other)  # nothing is left of what it held
    late = by_card(one)
    assert [short.missing for short in one.reserve(*late).short] == [3_000]
    in_reach(sold)
    assert [on_card(till) for till in sold.tills] == [1_000, 1_000]


def test_out_of_reach_a_card_pays_what_was_lent_of_it_and_the_rest_is_paid_otherwise(
    sold: Chain,
) -> None:
    other = sold.tills[1]
    other.reserve(*by_card(other, most=1_500))
    out_of_reach(other)
    assert other.counter.till.gift_cards.look_up(CODE).here_minor == 1_500
    basket, (tender,) = by_card(other)
    assert tender.amount_minor == 1_500  # of 40.00 that are due
    with pytest.raises(ServiceRefusal, match="CARD_HERE_MOST") as refused:
        by_card(other, most=1_501)
    assert refused.value.facts["most_minor"] == 1_500
    quote = other.counter.quote(basket)
    (cash,) = paid(quote, given_minor=quote.payable_minor - 1_500)
    book(other, basket, (tender, *_numbered((cash,), 2)))
    in_reach(sold)
    assert [on_card(till) for till in sold.tills] == [3_500, 3_500]


def test_out_of_reach_a_card_that_was_sold_here_and_not_told_yet_pays(chain: Chain) -> None:
    one = chain.tills[0]
    chain.talk()
    chain.clock.pass_time(timedelta(minutes=2))
    basket = one.counter.till.check_out.open_basket()
    out_of_reach(one)
    one.counter.book(basket.add(CARD, unit_price_minor=5_000, card=CODE))
    assert one.counter.till.gift_cards.look_up(CODE).here_minor is None
    book(one, *by_card(one))
    in_reach(chain)
    assert [on_card(till) for till in chain.tills] == [1_000, 1_000]


def test_a_card_waits_at_a_till_whose_book_was_copied(sold: Chain) -> None:
    other = sold.tills[1]
    sale = by_card(other)
    other.reserve(*sale)
    freeze_it(other, CLONE)
    with pytest.raises(ServiceRefusal, match="USE_TILL_NOT_SOUND"):
        by_card(other)
    with pytest.raises(ServiceRefusal, match="USE_TILL_NOT_SOUND"):
        book(other, *sale)
    freeze_it(other, "")
    book(other, *sale)


def freeze_it(till: Placed, cause: str) -> None:
    with till.shop.till.book.write() as unit:
        if cause:
            freeze(unit.settings, cause, 40)
        else:
            thaw(unit.settings)
        unit.commit()
    till.shop.till.lending.forget()


def test_a_frozen_card_is_held_aside_for_nobody(sold: Chain) -> None:
    one, other = sold.tills
    sale = by_card(other)
    one.counter.till.gift_cards.freeze(CODE, one.counter.manager)
    one.talk()
    assert other.reserve(*sale).lent == 0


@pytest.mark.long(beside="test_out_of_reach_a_card_that_was_sold_here_and_not_told_yet_pays")
def test_a_card_that_is_sold_and_spent_before_anything_is_sent_pays(chain: Chain) -> None:
    one = chain.tills[0]
    chain.talk()
    chain.clock.pass_time(timedelta(minutes=2))
    basket = one.counter.till.check_out.open_basket()
    one.counter.book(basket.add(CARD, unit_price_minor=5_000, card=CODE))
    sale = by_card(one)
    assert one.reserve(*sale).lent == 0  # head office has not heard of it, so nobody else has
    book(one, *sale)
    chain.talk()
    assert [on_card(till) for till in chain.tills] == [1_000, 1_000]


# Money of a wallet that pays


def cash(till: Placed) -> int:
    wallets = {one.wallet: one for one in till.counter.quote(till.counter.basket()).wallets}
    return wallets["cash"].balance


def by_wallet(till: Placed) -> tuple[Basket, tuple[Tender, ...]]:
    basket = till.counter.basket()
    quote = till.counter.quote(basket)
    first = till.counter.till.check_out.pay_from_wallet(basket, quote, ())
    rest = paid(quote, given_minor=quote.payable_minor - first.amount_minor)
    return basket, (first, *_numbered(rest, 2))


def _numbered(tenders: tuple[Tender, ...], first: int) -> tuple[Tender, ...]:
    return tuple(replace(one, number=first + n) for n, one in enumerate(tenders))


def test_money_of_a_wallet_pays_by_a_reservation_and_once(chain: Chain) -> None:
    one, other = chain.tills
    one.counter.sell()
    chain.talk()
    assert (cash(one), cash(other)) == (200, 200)
    first, second = by_wallet(one), by_wallet(other)
    assert one.reserve(*first).lent == 200
    (short,) = other.reserve(*second).short
    assert (short.wallet, short.worth_minor) == ("cash", 200)
    with pytest.raises(ServiceRefusal, match="LEASE_SHORT"):
        book(other, *second)
    book(one, *first)


@pytest.mark.long(
    beside="test_out_of_reach_a_card_pays_what_was_lent_of_it_and_the_rest_is_paid_otherwise"
)
def test_out_of_reach_a_wallet_pays_what_was_lent_of_it_and_says_so_when_it_is_chosen(
    chain: Chain,
) -> None:
    one, other = chain.tills
    one.counter.sell()
    chain.talk()
    other.shop.till.lending.adopt(replace(RiskPolicy(), floor_minor=0))
    out_of_reach(other)
    basket = other.counter.basket()
    quote, paying = other.counter.quote(basket), other.counter.till.check_out
    for language in LANGUAGES:
        with pytest.raises(ServiceRefusal, match="WALLET_NEEDS_NETWORK") as refusal:
            paying.pay_from_wallet(basket, quote, ())
        assert Words(language)("refusal.WALLET_NEEDS_NETWORK", **refusal.value.facts)
    assert paying.wallet_money(basket, quote, ())[1] == 0
    other.shop.till.lending.adopt(replace(RiskPolicy(), floor_minor=150))
    with pytest.raises(ServiceRefusal, match="WALLET_HERE_MOST") as refusal:
        paying.pay_from_wallet(basket, quote, (), amount_minor=151)
    assert refusal.value.facts["most_minor"] == 150
    tender = paying.pay_from_wallet(basket, quote, ())
    assert tender.amount_minor == 150
    rest = paid(quote, given_minor=quote.payable_minor - 150)
    book(other, basket, (tender, *_numbered(rest, 2)))  # what was offered is what is booked


def test_a_wallet_that_another_till_is_about_to_use_says_so_when_it_is_chosen_again(
    chain: Chain,
) -> None:
    one, other = chain.tills
    one.counter.sell()
    chain.talk()
    first, second = by_wallet(one), by_wallet(other)
    assert one.reserve(*first).lent == 200
    assert other.reserve(*second).short
    basket = second[0]
    with pytest.raises(ServiceRefusal, match="WALLET_HELD"):
        other.counter.till.check_out.pay_from_wallet(basket, other.counter.quote(basket), ())


# Time


def test_a_till_whose_clock_is_behind_spends_behind_what_it_heard_and_no_loss_is_named(
    tmp_path: Path, database_url: str
) -> None:
    with opened_chain(tmp_path, url=database_url, more=MORE) as chain:
        one, other = chain.tills
        set_back(other, timedelta(hours=5))
        one.counter.sell()
        chain.talk()
        assert other.redeem(1_500).payable_minor == 500
        chain.talk()
        assert findings(chain) == []
        with other.shop.till.book.read() as reader:
            spent = max(reader.journal.events(), key=lambda one: one.seq).at
        assert parse_instant(spent) >= chain.clock.now() - timedelta(seconds=1)


def set_back(till: Placed, by: timedelta) -> None:
    """The machine's clock of one till goes wrong; the others' does not."""
    clock = till.shop.till.clock
    right = clock._clock

    class Behind:
        def now(self) -> datetime:
            return right.now() - by

        def monotonic_ms(self) -> int:
            return right.monotonic_ms()

    clock._clock = Behind()

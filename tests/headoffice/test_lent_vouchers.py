"""Vouchers between two tills: real books, a real desk, each used once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.sale_wishes import Spending
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.sync.wire.lending import RESERVE, Held
from tests.headoffice.a_chain import (
    MEMBER,
    Chain,
    Placed,
    findings,
    in_reach,
    opened_chain,
    out_of_reach,
)
from tests.headoffice.policies import adopt_policy
from tests.services.counter import goods, paid

MORE = """
[[voucher]]
id = "sorry"
name = { en = "Sorry" }
amount = "10.00"
codes = "each"
"""


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with opened_chain(tmp_path, url=database_url, more=MORE) as found:
        yield found


def welcome(till: Placed) -> Basket:
    """An article, and the member's voucher with it."""
    basket = till.counter.basket()
    proposals = till.counter.quote(basket).proposals
    (choice,) = {one.choice for one in proposals if isinstance(one.choice, Chosen)}
    return basket.choosing(choice)


@pytest.fixture
def rich(chain: Chain) -> Chain:
    chain.tills[0].counter.sell()
    chain.talk()
    return chain


def test_fault_24_a_voucher_at_two_stores_is_honoured_where_it_is_held(rich: Chain) -> None:
    one, other = rich.tills
    baskets = welcome(one), welcome(other)
    assert one.reserve(baskets[0]).lent == 1
    assert [short.missing for short in other.reserve(baskets[1]).short] == [1]
    refused = other.counter.quote(baskets[1]).refused
    assert [reason.code for each in refused for reason in each.reasons] == ["HELD_ELSEWHERE"]
    out_of_reach(one)
    out_of_reach(other)
    assert one.counter.book(baskets[0]).payable_minor == 1_200
    assert other.counter.book(baskets[1]).payable_minor == 2_000  # dear, and not lent to it
    in_reach(rich)
    assert uses(rich) == [1, 1]
    assert findings(rich) == []


def test_fault_24_a_voucher_of_little_worth_used_twice_out_of_reach_is_named(
    rich: Chain,
) -> None:
    raise_face(rich)
    for till in rich.tills:
        out_of_reach(till)
    for till in rich.tills:
        assert till.counter.book(welcome(till)).payable_minor == 1_200  # at the merchant's risk
    in_reach(rich)
    assert uses(rich) == [1, 1]
    assert findings(rich) == ["right_used_twice"]


@pytest.mark.parametrize(("hours", "payable"), [(71, 1_200), (73, 2_000)])
def test_after_72_hours_out_of_reach_no_voucher_is_the_merchants_risk(
    rich: Chain, hours: int, payable: int
) -> None:
    raise_face(rich)
    other = rich.tills[1]
    basket = welcome(other)
    out_of_reach(other)
    rich.clock.pass_time(timedelta(hours=hours))
    quote = other.counter.quote(basket)
    assert quote.payable_minor == payable
    told = [reason.code for each in quote.refused for reason in each.reasons]
    assert told == ([] if payable == 1_200 else ["RIGHT_NOT_LENT"])


def test_a_voucher_that_nobody_asked_head_office_about_is_not_used_in_reach(rich: Chain) -> None:
    other = rich.tills[1]
    with pytest.raises(ServiceRefusal, match="RIGHT_HELD"):
        other.counter.book(welcome(other))


def test_what_the_quote_uses_is_asked_for_whoever_chose_it(rich: Chain) -> None:
    other = rich.tills[1]
    basket = welcome(other)
    quote = other.counter.quote(basket)
    forgot = basket.leaving(basket.chosen[0])
    other.way.reserving.reserve(Spending(basket=forgot, quote=quote))
    assert other.way.network.asked.count(RESERVE) == 1
    other.counter.pay(basket, quote, paid(quote))  # a lease makes no quote stale


def test_a_voucher_that_is_used_in_the_instant_in_which_it_was_given_is_used(
    chain: Chain,
) -> None:
    one, other = chain.tills  # of the same instant the first till's events come first
    other.counter.sell()
    chain.talk()
    basket = welcome(one)
    assert one.reserve(basket).lent == 1
    one.counter.book(basket)
    in_reach(chain)
    assert uses(chain) == [1, 1]
    assert findings(chain) == []


def test_a_bearers_voucher_is_used_once_in_reach(chain: Chain) -> None:
    one, other = chain.tills
    right = hand_out(one)
    chain.talk()
    baskets = [shown(till, right) for till in chain.tills]
    assert one.reserve(baskets[0]).lent == 1
    (short,) = other.reserve(baskets[1]).short
    assert short.elsewhere == (Held(store="S1", n=1),)
    assert other.counter.quote(baskets[1]).payable_minor == 2_000
    assert one.counter.book(baskets[0]).payable_minor == 1_000


def hand_out(till: Placed) -> Right:
    """A voucher for whoever shows its code."""
    happening = Happening(trigger=Trigger.ACTIVITY, recorded=Recorded(what="voucher/sorry"))
    acted = till.counter.till.acts.record(happening, till.counter.manager)
    (change,) = acted.does.rights
    assert change.opens is not None
    return change.opens


def shown(till: Placed, right: Right) -> Basket:
    basket = till.counter.till.check_out.open_basket().add(goods(1))
    chosen = Chosen(kind="voucher", of="sorry", right_id=right.id, code=right.code)
    return basket.choosing(chosen)


def uses(chain: Chain) -> list[int]:
    """How often the voucher was used, as each till knows."""
    found = []
    for till in chain.tills:
        with till.shop.till.book.read() as reader:
            found += [one.used for one in reader.ledger.rights_of(MEMBER) if one.kind == "voucher"]
    return found


def raise_face(chain: Chain) -> None:
    risky = replace(RiskPolicy(), voucher_face_minor=1_000, lends_budgets=False)
    adopt_policy(chain.office.administration, risky)
    chain.clock.pass_time(timedelta(minutes=10))
    chain.talk()

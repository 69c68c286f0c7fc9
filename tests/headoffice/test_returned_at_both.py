"""Goods back at two tills out of reach: points, a campaign's budget, its stock, a gift card after.

The till that sold knows the whole sale and undoes it; the other one knows the receipt, gives cash
and takes the points that it says were earned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import TenderKind
from tests.headoffice.a_chain import GIFT_CARDS, MEMBER, Chain, in_reach, out_of_reach
from tests.headoffice.a_published_chain import published, talk_and_publish
from tests.headoffice.test_lent_budgets import BUDGETS
from tests.headoffice.test_points_taken_back import points
from tests.headoffice.test_repaid_too_much import back_here, opened, priced
from tests.headoffice.test_returned_twice import back_there, book_there, shown, trusting
from tests.headoffice.test_stored_value import book, by_card, on_card, sold_a_card

SPRING = "chain/use/ten-off/money"
MUGS = "chain/use/rule:a-mug/count"


def trusting_and_published(chain: Chain, more: str) -> None:
    trusting(chain, more)
    talk_and_publish(chain, more)


def trusting_and_sold_a_card(chain: Chain, more: str) -> None:
    trusting_and_published(chain, more)
    sold_a_card(chain, more)


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """Two tills of a programme with a campaign of 100.00 and one of 3 mugs."""
    with published(tmp_path, database_url, BUDGETS, then=trusting_and_published) as found:
        yield found


@pytest.fixture
def by_cards(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """Two tills that know of a gift card of 50.00."""
    with published(tmp_path, database_url, GIFT_CARDS, then=trusting_and_sold_a_card) as found:
        yield found


def sold_with_everything(chain: Chain) -> Sale:
    """20.00, of which the campaign takes 10.00 and 400 points 4.00; a mug, and 600 points."""
    one = chain.tills[0]
    for article in (2, 3):
        one.counter.sell(article=article)
    chain.talk()
    basket = one.counter.basket(points=400)
    one.reserve(basket)
    sale = one.counter.book(basket)
    chain.talk()
    assert (sale.payable_minor, points(chain), given(chain)) == (600, [4_200] * 2, (1_000, 2))
    return sale


def owner(chain: Chain, campaign: str) -> bytes:
    """Under whom head office counts what a campaign gives."""
    till = chain.tills[0].shop.till
    with till.book.read() as reader:
        programme = till.programmes.at(reader, chain.clock.now())
    assert programme is not None
    declared = programme.find(Campaign, campaign)
    assert declared is not None
    return declared.owner(programme.id)


def given(chain: Chain) -> tuple[int, int]:
    """(money of the first campaign in minor units, mugs of the second) that are given."""
    with chain.office.database.write() as connection:
        core = chain.office.head_office(connection)
        owners = [owner(chain, campaign) for campaign in ("spring", "mugs")]
        meters = [entry for one in owners for entry in core.fold(one).meters]
    money = sum(entry.amount for entry in meters if entry.meter == SPRING)
    return money, sum(entry.amount for entry in meters if entry.meter == MUGS)


def mugs_in_hand(chain: Chain) -> int:
    """Vouchers for a mug that the member can use."""
    with chain.office.database.write() as connection:
        rights = chain.office.head_office(connection).fold(MEMBER).rights
    return sum(one.of == "mug" and not one.cancelled for one in rights)


@pytest.mark.parametrize(
    ("here", "there", "left", "campaigns", "mugs", "twice"),
    [
        (True, False, 4_000, (0, 1), 1, 0),
        (False, True, 3_600, (1_000, 2), 2, 0),
        (True, True, 4_000, (0, 1), 1, 1),
    ],
)
def test_a_sale_by_points_and_campaigns_that_comes_back_at_one_till_or_at_both(
    chain: Chain,
    here: bool,
    there: bool,
    left: int,
    campaigns: tuple[int, int],
    mugs: int,
    twice: int,
) -> None:
    one, other = chain.tills
    sale = sold_with_everything(chain)
    for till in chain.tills:
        out_of_reach(till)
    if here:
        assert back_here(one, sale, 1) == 600
    chain.clock.pass_time(timedelta(minutes=1))
    if there:
        wish = replace(priced(shown(other, one, sale, 1), 600), member_id=MEMBER)
        assert book_there(other, wish).total_minor == 600
    in_reach(chain)
    case = ("over_returned", f"{sale.number}/Article 1", 1_000, "S2")
    assert points(chain) == [left, left]
    assert (given(chain), mugs_in_hand(chain)) == (campaigns, mugs)
    assert opened(chain) == [case] * twice


@pytest.mark.parametrize(("line", "twice"), [(1, 1), (2, 0)])
def test_goods_that_a_gift_card_paid_come_back_to_the_card_and_elsewhere_in_cash(
    by_cards: Chain, line: int, twice: int
) -> None:
    one, other = by_cards.tills
    basket, tenders = by_card(one)
    one.reserve(basket, tenders)
    sale = book(one, basket, tenders)
    by_cards.talk()
    assert (sale.payable_minor, [on_card(till) for till in by_cards.tills]) == (4_000, [1_000] * 2)
    for till in by_cards.tills:
        out_of_reach(till)
    back = back_there(other, one, sale, 1)
    assert [(one.kind, one.amount_minor) for one in back.tenders] == [(TenderKind.CASH, 2_000)]
    by_cards.clock.pass_time(timedelta(minutes=1))
    assert back_here(one, sale, line) == 2_000
    in_reach(by_cards)
    assert [on_card(till) for till in by_cards.tills] == [3_000] * 2
    case = ("over_returned", f"{sale.number}/Article 1", 1_000, "S1")
    assert opened(by_cards) == [case] * twice

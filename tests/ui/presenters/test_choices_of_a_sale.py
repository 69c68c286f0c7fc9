"""Marks, donations and goals as chips, on the real engine: what they say, what they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posloyalty.domain.shop.product import Product
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.wording import Words
from tests.fakes.desk import Desk, desk
from tests.fakes.small_shop import TOAST
from tests.fakes.till_services import FakeTill
from tests.services.a_shop import Shop, new_shop
from ui.presenters.amounts import Figures
from ui.presenters.chips import ChipIs, ChipState, chip_states

PROGRAMME = b"""language = 2
id = "green"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"

[[activity]]
id = "own-cup"
name = "Own cup"

[[offer]]
id = "cup"
name = "Own cup, 1.00 off"
scope = "order"
amount = "1.00"
when = { mark = "own-cup" }

[[cause]]
id = "trees"
name = "Trees"
round_up = "1.00"
"""
PRICE = 980


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Desk]:
    """Toast at 9.80 on a counter of fakes, but for the check-out, which is a real till's."""
    with new_shop(tmp_path, programme=None) as shop:
        shop.till.programmes.install(PROGRAMME)
        till = FakeTill()
        till.check_out = shop.till.check_out
        made = desk(till=till)
        made.scan(*TOAST.codes)
        yield made


def chip(counter: Desk, name: str) -> ChipState:
    return next(c for c in counter.sale.state.chips if c.id == name)


def test_a_mark_is_a_chip_that_one_press_sets_and_one_takes_back(counter: Desk) -> None:
    assert chip(counter, "mark:own-cup").kind is ChipIs.USABLE
    counter.sale.press_chip("mark:own-cup")
    assert chip(counter, "mark:own-cup").kind is ChipIs.APPLIED
    assert counter.sale.state.total.total_minor == PRICE - 100
    counter.sale.press_chip("mark:own-cup")
    assert counter.sale.state.total.total_minor == PRICE


def test_rounding_up_says_its_amount_first_and_stands_beside_the_goods(counter: Desk) -> None:
    assert chip(counter, "giving:trees").sub == "Round up: gives 0.20"
    counter.sale.press_chip("giving:trees")
    total = counter.sale.state.total
    assert total.total_minor == 1000
    assert total.before == ("Before offers", "9.80")
    assert total.given == ("Given", "+0.20")
    assert counter.sale.state.rows[0].amount_minor == PRICE


def test_a_donation_is_taken_back_while_paying(counter: Desk) -> None:
    counter.sale.press_chip("giving:trees")
    counter.press("F12")
    assert counter.pay.state.payable_minor == 1000
    assert ("Given to a cause", "0.20", "ink") in counter.pay.state.sums
    counter.pay.press_chip("giving:trees")
    assert counter.pay.state.payable_minor == PRICE


def test_clearing_the_basket_takes_marks_and_donations_along(counter: Desk) -> None:
    counter.sale.press_chip("mark:own-cup")
    counter.sale.press_chip("giving:trees")
    counter.sale._sale.clear()
    basket = counter.sale._sale.basket
    assert basket is not None
    assert (basket.marks, basket.donations) == (frozenset(), ())


@pytest.mark.parametrize("about", ["mark:own-cup", "giving:trees"])
def test_why_says_what_they_mean(counter: Desk, about: str) -> None:
    counter.sale.why_chip(about)
    state = counter.why.state
    assert state.title.startswith("Why: ")
    assert state.rows


VISITS = b"""language = 2
id = "visits"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"

[[challenge]]
id = "five"
name = "Five visits"
need = { visit_days = 5 }
within = { days = 14 }
gives = { points = 100 }
"""


def test_a_goal_on_its_way_says_how_far_it_is_as_if_the_sale_were_paid(tmp_path: Path) -> None:
    with new_shop(tmp_path, programme=None) as shop:
        shop.till.programmes.install(VISITS)
        ann = EnrolForm(phone="13800000042", name="Ann", consents=(("terms", "", True),))
        member = shop.till.enrol.enrol(ann, shop.manager).member
        form = ProductForm(sku="COF1", name="Coffee", price_minor=2800, tax_class="std13")
        coffee = shop.till.catalogue.save_product(form, shop.manager)
        basket = shop.till.check_out.open_basket().add(coffee).for_member(member.id, proof="card")
        quote = shop.till.check_out.quote(basket)
        wallets = shop.till.check_out.wallets("en")
    figures = Figures(words=Words("en"), currency=quote.currency, wallets=wallets)
    (goal,) = [one for one in chip_states(quote, figures) if one.kind is ChipIs.PROGRESS]
    assert (goal.title, goal.amount, goal.share) == ("Five visits", "1 / 5", 200)
    assert goal.sub.startswith("4 days with a visit to go, until ")
    assert not goal.toggles


THRESHOLDS = b"""language = 2
id = "thresholds"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"

[[offer]]
id = "bands"
name = "More for more"
scope = "order"
[offer.bands]
of = "spend"
mode = "whole"
step = [{ from = "100.00", percent = "5%" }, { from = "300.00", percent = "10%" }]

[[offer]]
id = "mug"
name = "A mug from 200"
when = { min_spend = "200.00" }
gift = { on = { tag = ["mug"] }, count = 1, source = "added" }
"""


@pytest.fixture
def thresholds(tmp_path: Path) -> Iterator[tuple[Desk, Shop]]:
    """The same counter with bands and a gift; goods of 299.99 are scanned."""
    with new_shop(tmp_path, programme=None) as shop:
        shop.till.programmes.install(THRESHOLDS)
        till = FakeTill()
        till.check_out = shop.till.check_out
        till.catalogue = shop.till.catalogue
        made = desk(till=till)
        form = ProductForm(sku="DEAR", name="Dear", price_minor=29999, tax_class="std13")
        made.sale._sale.add(shop.till.catalogue.save_product(form, shop.manager))
        yield made, shop


def mug(shop: Shop, sku: str) -> Product:
    form = ProductForm(sku=sku, name=sku.title(), price_minor=1800, tax_class="std13")
    return shop.till.catalogue.save_product(replace(form, tags=("mug",)), shop.manager)


def test_a_threshold_close_ahead_says_what_more_would_save(
    thresholds: tuple[Desk, Shop],
) -> None:
    counter, _ = thresholds
    step = chip(counter, "step:bands")
    assert (step.kind, step.title) == (ChipIs.PROGRESS, "0.01 more saves 14.99")
    assert counter.sale.state.total.total_minor == 28499


def test_one_press_adds_the_gift_where_there_is_only_one(
    thresholds: tuple[Desk, Shop],
) -> None:
    counter, shop = thresholds
    mug(shop, "BLUE")
    counter.sale._sale.decline("bands", declined=True)
    assert chip(counter, "gift:mug").kind is ChipIs.USABLE
    assert "offer:mug" not in [one.id for one in counter.sale.state.chips]
    counter.sale.press_chip("gift:mug")
    assert [row.name for row in counter.sale.state.rows] == ["Dear", "Blue"]
    assert chip(counter, "offer:mug").amount == "−18.00"
    assert counter.sale.state.total.total_minor == 29999


def test_of_several_gifts_the_customer_chooses_and_none_is_said(
    thresholds: tuple[Desk, Shop],
) -> None:
    counter, shop = thresholds
    counter.sale.press_chip("gift:mug")
    assert counter.said == "No product of this shop is such a gift"
    mug(shop, "BLUE")
    mug(shop, "RED")
    counter.sale.press_chip("gift:mug")
    assert counter.said == "Scan the gift that they choose: Blue, Red"
    assert len(counter.sale.state.rows) == 1


def test_the_gift_that_is_scanned_after_the_press_is_the_one_that_is_given(
    thresholds: tuple[Desk, Shop],
) -> None:
    """What was bought anyway stays to be paid, and so does what comes after the gift."""
    counter, shop = thresholds
    counter.sale._sale.decline("bands", declined=True)
    red, blue = mug(shop, "RED"), mug(shop, "BLUE")
    counter.sale._sale.add(blue)
    assert counter.sale.state.total.total_minor == 31799
    counter.sale.press_chip("gift:mug")
    dear = counter.sale._sale.lines[0].product
    counter.sale._sale.add(dear)
    assert counter.sale.state.total.total_minor == 61798
    counter.sale._sale.add(red)
    assert chip(counter, "offer:mug").amount == "−18.00"
    assert counter.sale.state.total.total_minor == 61798
    (chosen,) = counter.sale._sale.basket.chosen if counter.sale._sale.basket else ()
    assert (chosen.kind, chosen.of, chosen.line) == ("gift", "mug", 3)
    counter.sale._sale.add(blue)
    assert counter.sale.state.total.total_minor == 63598


@pytest.mark.parametrize("others", [(), ("RED",)])
def test_a_gift_may_join_a_line_of_the_same_goods(
    thresholds: tuple[Desk, Shop], others: tuple[str, ...]
) -> None:
    """Two of a kind, of which the second is given, whether the press or a scan adds it."""
    counter, shop = thresholds
    counter.sale._sale.decline("bands", declined=True)
    blue = mug(shop, "BLUE")
    for sku in others:
        mug(shop, sku)
    counter.sale._sale.add(blue)
    counter.sale._sale.add(counter.sale._sale.lines[0].product)
    form = ProductForm(sku="LAST", name="Last", price_minor=100, tax_class="std13")
    counter.sale._sale.add(shop.till.catalogue.save_product(form, shop.manager))
    counter.sale.press_chip("gift:mug")
    if others:
        counter.sale._sale.add(blue)
    assert chip(counter, "offer:mug").amount == "−18.00"
    assert counter.sale.state.total.total_minor == 29999 * 2 + 1800 + 100


def test_a_gift_that_was_asked_for_is_not_given_in_the_next_sale(
    thresholds: tuple[Desk, Shop],
) -> None:
    counter, shop = thresholds
    mug(shop, "RED")
    blue = mug(shop, "BLUE")
    counter.sale.press_chip("gift:mug")
    counter.sale._sale.completed()
    counter.sale._sale.add(blue, quantity_milli=2000)
    basket = counter.sale._sale.basket
    assert basket is not None
    assert basket.chosen == ()

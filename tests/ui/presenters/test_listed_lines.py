"""A line at a list's price, on the real engine: its row, "why?", and how it comes and goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.price_list import Buyers
from posloyalty.services.shop.price_lists import PriceListForm
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.small_shop import CNY, TOAST
from tests.services.a_shop import Shop, new_shop
from tests.ui.presenters.test_choices_of_a_sale import PROGRAMME
from ui.presenters.amounts import Figures
from ui.presenters.basket_rows import LineRow, LineRows
from ui.presenters.sale_state import total_state
from ui.presenters.why import WhyIs, line_why


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Toast at 9.80, 8.80 this week, and 7.80 for members."""
    with new_shop(tmp_path, programme=None) as made:
        made.till.programmes.install(PROGRAMME)
        with made.till.book.write() as unit:
            toast = replace(TOAST, tax_class="std13", category_id=None)
            unit.catalogue.save_product(toast, initials="")
            unit.commit()
        lists = made.till.price_lists
        for code, buyers, minor in (
            ("WEEK", Buyers.EVERYBODY, 880),
            ("CLUB", Buyers.MEMBERS, 780),
        ):
            form = PriceListForm(code=code, name=code.title(), buyers=buyers)
            found = lists.save(form, made.manager)
            lists.set_price(found.id, TOAST.sku, minor, made.manager)
        yield made


def on_counter(shop: Shop, quantity_milli: int = 2000) -> Basket:
    toast = shop.till.catalogue.product(TOAST.id)
    assert toast is not None
    return shop.till.check_out.open_basket().add(toast, quantity_milli=quantity_milli)


def figures(language: str = "en") -> Figures:
    return Figures(words=Words(language), currency=CNY)


def row(basket: Basket, quote: Quote | None, language: str = "en") -> LineRow:
    (only,) = LineRows().of(basket.lines, quote, figures(language))
    return only


def test_what_is_to_pay_is_the_sum_of_the_lines_at_their_lists_price(shop: Shop) -> None:
    basket = on_counter(shop)
    quote = shop.till.check_out.quote(basket)
    told = total_state(basket.lines, quote, figures())
    assert (told.total_minor, told.total) == (quote.payable_minor, "¥17.60")
    assert row(basket, quote).amount == "17.60"


def test_until_the_next_quote_what_came_since_stands_at_its_shelf_price(shop: Shop) -> None:
    basket = on_counter(shop)
    quote = shop.till.check_out.quote(basket)
    more = basket.add(basket.lines[0].product, quantity_milli=1000)
    assert total_state(more.lines, quote, figures()).total_minor == 1760 + 980
    assert total_state((), quote, figures()).total_minor == 0


def test_a_line_stands_at_the_shelf_price_until_it_is_quoted(shop: Shop) -> None:
    assert row(on_counter(shop), None).amount == "19.60"


def test_a_quoted_line_shows_the_lists_price_its_name_and_the_shelf(shop: Shop) -> None:
    basket = on_counter(shop)
    shown = row(basket, shop.till.check_out.quote(basket))
    assert (shown.unit_price, shown.amount, shown.amount_minor) == ("8.80", "17.60", 1760)
    assert [(one.name, one.amount) for one in shown.offers] == [("Week, shelf 9.80", "")]
    assert shown.spoken.endswith("17.60, Week, shelf 9.80")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_single_piece_says_it_too_in_every_language(shop: Shop, language: str) -> None:
    basket = on_counter(shop, 1000)
    shown = row(basket, shop.till.check_out.quote(basket), language)
    (note,) = shown.offers
    assert "Week" in note.name
    assert "9.80" in note.name


def test_a_quote_of_a_basket_before_says_nothing_of_a_line_that_changed(shop: Shop) -> None:
    basket = on_counter(shop)
    quote = shop.till.check_out.quote(basket)
    assert row(basket.with_quantity(1, 3000), quote).amount == "29.40"


def test_why_tells_the_shelf_price_and_every_list(shop: Shop) -> None:
    quote = shop.till.check_out.quote(on_counter(shop))
    told = line_why(quote.lines[0], quote, figures()).rows
    assert [(one.kind, one.text, one.amount) for one in told[:6]] == [
        (WhyIs.FIGURE, "Shelf price", "9.80"),
        (WhyIs.FIGURE, "Club", "7.80"),
        (WhyIs.FAILED, "For members", ""),
        (WhyIs.FIGURE, "Week", "8.80"),
        (WhyIs.HELD, "The price that counts", ""),
        (WhyIs.FIGURE, "2 × 8.80", "17.60"),
    ]

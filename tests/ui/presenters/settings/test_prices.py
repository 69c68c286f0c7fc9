"""Price lists in the settings: whose they are, when they hold, their prices, and files of them."""

from datetime import date

import pytest

from posloyalty.domain.shop.price_list import Buyers
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.refusal import ServiceRefusal, finding
from posloyalty.services.selling.scanned import ScannedProduct
from tests.fakes.goods import PRODUCTS
from tests.ui.presenters.settings.office import Office

CLUB = (b"P" * 16).hex()


def opened() -> Office:
    at = Office("prices")
    at.section.choose(CLUB)
    return at


def test_lists_stand_with_whose_they_are_and_their_code() -> None:
    (entry,) = Office("prices").state.entries
    assert (entry.title, entry.note, entry.figure) == ("会员价", "Every member", "CLUB")


def test_an_open_list_shows_what_it_names_beside_the_shelf_price() -> None:
    count, milk = [notice.text for notice in opened().state.notices]
    assert count == "It names 1 price"
    assert milk.endswith("44.90 (shelf 49.90)")
    assert PRODUCTS[0].name in milk


def test_a_new_list_is_typed_and_kept_exact() -> None:
    at = Office("prices")
    at.section.new()
    at.fill(
        code="XMAS",
        name="Christmas",
        who="tier:level/gold",
        first_day="2026/12/1",
        last_day="2026-12-24",
        rate="92.5 %",
        stores="S01, S02",
    )
    at.screen.save()
    (form,) = at.till.price_lists.forms
    assert (form.id, form.code, form.name, form.active) == (None, "XMAS", "Christmas", True)
    assert (form.buyers, form.buyers_of) == (Buyers.TIER, "level/gold")
    assert (form.first_day, form.last_day) == (date(2026, 12, 1), date(2026, 12, 24))
    assert (form.rate, form.stores) == (Ratio(925, 1000), ("S01", "S02"))
    assert at.state.form_title == "Christmas"


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("code", ""),
        ("name", " "),
        ("first_day", "tomorrow"),
        ("last_day", "2026-02-30"),
        ("rate", "cheap"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_entry(name: str, typed: str) -> None:
    at = Office("prices")
    at.section.new()
    at.fill(**{"code": "A", "name": "A", name: typed})
    at.screen.save()
    assert set(at.findings()) == {name}
    assert at.till.price_lists.forms == []


def test_findings_of_the_service_stand_at_their_entries() -> None:
    at = opened()
    at.till.price_lists.refuses = ServiceRefusal(
        "INVALID", findings=(finding("last_day", "ENDS_BEFORE_IT_BEGINS"),), count=1
    )
    at.fill(last_day="2020-01-01")
    at.screen.save()
    assert at.findings() == {"last_day": "It ends before it begins"}


@pytest.mark.parametrize(("typed", "minor"), [("44.50", 4450), ("", None)])
def test_a_price_is_set_or_taken_out_at_once_by_stock_number(typed: str, minor: int | None) -> None:
    at = opened()
    at.fill(price_sku="SKU1", price=typed)
    assert not at.state.can_save
    at.section.act("set_price")
    assert at.till.price_lists.prices == [("SKU1", minor)]
    assert at.state.form.field("price_sku").value == ""


def test_a_price_without_goods_or_one_that_cannot_be_read_is_not_set() -> None:
    at = opened()
    at.fill(price="4.5.6")
    at.section.act("set_price")
    assert set(at.findings()) == {"price_sku", "price"}
    assert at.till.price_lists.prices == []


def test_scanning_goods_names_them_in_the_open_list() -> None:
    at = opened()
    at.till.scan.means["6901"] = ScannedProduct(
        product=PRODUCTS[1], quantity_milli=None, gross_minor=None
    )
    at.screen.scanned("6901")
    assert at.state.form.field("price_sku").value == PRODUCTS[1].sku
    assert (at.state.focus, at.desks.sale.scans) == ("price", [])


def test_a_scan_without_an_open_list_goes_to_the_sale() -> None:
    at = Office("prices")
    at.screen.scanned("6901")
    assert at.desks.sale.scans == ["6901"]


def test_a_file_of_lists_is_taken_and_reported() -> None:
    at = Office("prices")
    at.section.act("import", "/tmp/prices.toml")
    assert at.desks.office.asked == [("prices", "/tmp/prices.toml")]
    assert at.state.notices[0].text.startswith("prices.toml")


def test_a_list_for_a_level_that_the_programme_lacks_keeps_its_word() -> None:
    at = opened()
    at.fill(who="tier:level/gold")
    at.screen.save()
    at.till.price_lists.levels.clear()
    at.screen.opened(section="prices")
    (entry,) = at.state.entries
    assert entry.note == "level/gold and above"

"""Products, quick keys and taxes in the settings: found, typed, checked, saved."""

from dataclasses import replace

import pytest

from posloyalty.domain.shop.product import TaxMode
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.selling.scanned import ScannedProduct, UnknownProduct
from tests.fakes.goods import BAKERY, DAIRY, PRODUCTS, STANDARD
from tests.ui.presenters.settings.office import Office
from ui.presenters.ports import Screen
from ui.presenters.settings.taxes import percent_text

# Products


def test_a_product_is_found_and_its_price_changed() -> None:
    at = Office("products")
    at.section.search("牛奶")
    at.section.choose(PRODUCTS[0].id.hex())
    assert at.state.form.field("price").value == "49.90"
    at.fill(price="52")
    at.screen.save()
    [form] = at.till.catalogue.forms
    assert (form.id, form.price_minor, form.codes) == (PRODUCTS[0].id, 5200, PRODUCTS[0].codes)


def test_an_article_of_head_office_is_shown_and_cannot_be_changed_here() -> None:
    at = Office("products")
    at.till.catalogue.office.add(PRODUCTS[0].id)
    at.section.search("")
    assert [entry.note.endswith(" · head office") for entry in at.state.entries or ()][:2] == [
        True,
        False,
    ]
    at.section.choose(PRODUCTS[0].id.hex())
    assert {field.enabled for field in at.state.form.fields} == {False}
    assert at.state.text.startswith("Head office keeps this article: name, price and codes")
    assert (at.state.can_save, at.state.save_label) == (False, "")
    at.section.choose(PRODUCTS[1].id.hex())
    assert {field.enabled for field in at.state.form.fields} == {True}
    assert (at.state.text, at.state.save_label) == ("", "Save")


def test_a_scan_beside_an_article_of_head_office_begins_a_product_of_the_shops_own() -> None:
    at = Office("products")
    at.till.catalogue.office.add(PRODUCTS[0].id)
    at.section.search("")
    at.section.choose(PRODUCTS[0].id.hex())
    at.till.scan.means["6901234567892"] = UnknownProduct("06901234567892")
    at.screen.scanned("6901234567892")
    assert at.state.form_title == "New product"
    assert at.state.form.field("codes").value == "6901234567892"


def test_an_unknown_code_of_a_sale_opens_a_form_and_leads_back_with_the_same_scan() -> None:
    at = Office("products")
    at.screen.opened(section="products", new_product="6901234567892")
    assert at.state.form.field("codes").value == "6901234567892"
    assert at.state.save_label == "Save, and back to the sale"
    at.fill(name="柠檬茶", price="3.50")
    at.screen.save()
    [form] = at.till.catalogue.forms
    assert (form.id, form.name, form.price_minor) == (None, "柠檬茶", 350)
    assert at.desks.sale.scans == ["6901234567892"]
    assert at.shell.navigator.shown[-1][0] is Screen.SALE


def test_a_new_product_begins_with_the_tax_that_most_products_have() -> None:
    at = Office("products")
    at.till.catalogue.items = [replace(PRODUCTS[n], tax_class="food9") for n in range(3)]
    at.section.search("")
    at.section.new()
    assert at.state.form.field("tax_class").value == "food9"


def test_in_an_empty_shop_a_new_product_begins_with_a_rate_above_zero() -> None:
    at = Office("products")
    at.till.catalogue.items = []
    at.till.catalogue.classes.insert(0, replace(STANDARD, code="free", rate=Ratio(0)))
    at.screen.opened(section="products")
    at.section.new()
    assert at.state.form.field("tax_class").value == "std13"


def test_an_empty_price_is_an_open_price() -> None:
    at = Office("products")
    at.section.new()
    at.fill(name="礼盒", sku="G1", price="")
    at.screen.save()
    assert at.till.catalogue.forms[0].price_minor is None


@pytest.mark.parametrize("price", ["abc", "1.234", "-5", "1,23"])
def test_a_price_that_cannot_be_read_is_said_at_the_price(price: str) -> None:
    at = Office("products")
    at.section.new()
    at.fill(name="x", sku="x", price=price)
    at.screen.save()
    assert set(at.findings()) == {"price"}
    assert at.till.catalogue.forms == []


def test_a_scan_adds_its_code_to_the_open_form() -> None:
    at = Office("products")
    at.section.choose(PRODUCTS[1].id.hex())
    at.till.scan.means["6900000000001"] = UnknownProduct("06900000000001")
    at.screen.scanned("6900000000001")
    assert at.state.form.field("codes").value.split()[-1] == "06900000000001"
    at.screen.scanned("6900000000001")
    assert len(at.state.form.field("codes").value.split()) == 2


def test_codes_stand_in_the_form_as_they_are_printed_on_the_package() -> None:
    at = Office("products")
    at.section.choose(PRODUCTS[1].id.hex())
    at.till.scan.means["6901234567892"] = UnknownProduct("06901234567892")
    at.screen.scanned("6901234567892")
    at.screen.scanned("6901234567892")
    assert at.state.form.field("codes").value.split()[1:] == ["6901234567892"]
    assert "06901234567892" not in at.said


@pytest.mark.parametrize(
    ("code", "codes"), [("06901234567892", "6901234567892"), ("105", "105"), ("KAFFEE-1", "")]
)
def test_a_new_product_begins_with_its_code_as_the_shops_number_and_as_barcode_if_it_can_be_one(
    code: str, codes: str
) -> None:
    at = Office("products")
    at.section.opened(new_product=code)
    assert at.state.form.field("sku").value == (codes or code)
    assert at.state.form.field("codes").value == codes


def test_a_scan_of_another_article_says_whose_code_it_is() -> None:
    at = Office("products")
    at.section.choose(PRODUCTS[1].id.hex())
    at.till.scan.means["1"] = ScannedProduct(product=PRODUCTS[0])
    at.screen.scanned("1")
    assert PRODUCTS[0].name in at.said
    assert at.state.form_title == PRODUCTS[1].name


def test_a_scan_with_no_form_open_opens_the_article() -> None:
    at = Office("products")
    at.till.scan.means["1"] = ScannedProduct(product=PRODUCTS[0])
    at.screen.scanned("1")
    assert at.state.form_title == PRODUCTS[0].name


def test_inactive_and_open_price_articles_say_so_in_the_list() -> None:
    at = Office("products")
    rows = {entry.title: entry for entry in at.state.entries}
    assert rows["开放价"].figure == "open price"
    assert "not on sale" in rows["旧款酸奶"].note
    assert rows["旧款酸奶"].dim


def test_arrows_walk_the_list_but_never_drop_what_was_typed() -> None:
    at = Office("products")
    at.screen.down()
    at.screen.down()
    assert at.state.form_title == PRODUCTS[1].name
    at.fill(name="changed")
    at.screen.down()
    assert at.state.form.field("name").value == "changed"


# Quick keys


def test_a_product_goes_on_the_chosen_place_and_the_next_place_is_chosen() -> None:
    at = Office("keys")
    at.section.choose_place("3")
    at.section.choose(PRODUCTS[2].id.hex())
    assert at.till.catalogue.keys[None, 3] == PRODUCTS[2].id
    assert at.state.grid[3].title == PRODUCTS[2].name
    assert [place.key for place in at.state.grid if place.chosen] == ["4"]


def test_a_product_without_a_place_is_placed_nowhere() -> None:
    at = Office("keys")
    before = dict(at.till.catalogue.keys)
    at.section.choose(PRODUCTS[2].id.hex())
    assert at.till.catalogue.keys == before
    assert at.said == "Choose a place first"


def test_a_place_is_emptied() -> None:
    at = Office("keys")
    at.section.choose_place("0")
    at.section.act("clear")
    assert (None, 0) not in at.till.catalogue.keys
    assert at.state.grid[0].dim


def test_each_category_has_its_page() -> None:
    at = Office("keys")
    at.section.choose_page(DAIRY.id.hex())
    at.section.choose_place("0")
    at.section.choose(PRODUCTS[1].id.hex())
    assert at.till.catalogue.keys[DAIRY.id, 0] == PRODUCTS[1].id


def test_places_are_reached_by_the_arrow_keys_alone() -> None:
    at = Office("keys")
    at.screen.down()
    at.screen.down()
    at.section.search("吐司")
    at.screen.enter()
    assert at.till.catalogue.keys[None, 1] == PRODUCTS[1].id


def test_a_category_is_added_with_name_and_colour() -> None:
    at = Office("keys")
    at.section.new()
    at.screen.save()
    assert at.till.catalogue.forms == []
    at.fill(category_name="饮料", category_colour="blue")
    at.screen.save()
    assert [c.name for c in at.till.catalogue.shelves] == [DAIRY.name, BAKERY.name, "饮料"]


# Taxes


@pytest.mark.parametrize(
    ("typed", "rate"), [("13", Ratio(13, 100)), ("7.5 %", Ratio(75, 1000)), ("0", Ratio(0))]
)
def test_a_rate_is_typed_in_percent_and_kept_exact(typed: str, rate: Ratio) -> None:
    at = Office("taxes")
    at.section.new()
    at.fill(code="new", name="New", rate=typed, mode=TaxMode.EXCLUSIVE.value)
    at.screen.save()
    assert at.till.catalogue.classes[-1].rate == rate
    assert at.till.catalogue.classes[-1].mode is TaxMode.EXCLUSIVE


@pytest.mark.parametrize("typed", ["", "abc", "101", "-1", "1.2345"])
def test_a_rate_that_makes_no_sense_is_said_at_the_rate(typed: str) -> None:
    at = Office("taxes")
    at.section.new()
    at.fill(code="new", name="New", rate=typed)
    at.screen.save()
    assert set(at.findings()) == {"rate"}


@pytest.mark.parametrize(
    ("rate", "typed", "kept"),
    [("", "0.10", (Ratio(0), 10)), ("13", "0.24", (Ratio(13, 100), 24)), ("13", "", None)],
)
def test_a_fixed_tax_stands_beside_a_rate_or_alone(
    rate: str, typed: str, kept: tuple[Ratio, int] | None
) -> None:
    at = Office("taxes")
    at.section.new()
    at.fill(code="levy", name="Levy", rate=rate, fixed=typed)
    at.screen.save()
    made = at.till.catalogue.classes[-1]
    assert (made.rate, made.fixed_minor) == (kept or (Ratio(13, 100), 0))


@pytest.mark.parametrize("typed", ["abc", "-1", "0.001"])
def test_a_fixed_tax_that_makes_no_sense_is_said_at_its_entry(typed: str) -> None:
    at = Office("taxes")
    at.section.new()
    at.fill(code="levy", name="Levy", rate="13", fixed=typed)
    at.screen.save()
    assert set(at.findings()) == {"fixed"}


def test_a_code_that_exists_is_not_taken_twice() -> None:
    at = Office("taxes")
    at.section.new()
    at.fill(code="std13", name="New", rate="13")
    at.screen.save()
    assert set(at.findings()) == {"code"}


@pytest.mark.parametrize(
    ("rate", "text"), [(Ratio(13, 100), "13"), (Ratio(75, 1000), "7.5"), (Ratio(0), "0")]
)
def test_a_rate_is_written_without_needless_zeros(rate: Ratio, text: str) -> None:
    assert percent_text(rate) == text

"""Products are found by whatever a cashier types, and changed by a manager with every finding."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.catalogue import CategoryForm, ProductForm, canonical_codes
from posloyalty.services.shop.initials import initials
from tests.services.conftest import Shop

GTIN = "6900000079195"


def form(**changes: object) -> ProductForm:
    given: dict[str, object] = {
        "sku": "COF1",
        "name": "冰美式 Iced americano",
        "price_minor": 1800,
        "tax_class": "std13",
    }
    return ProductForm(**(given | changes))  # type: ignore[arg-type]


def refused(shop: Shop, wrong: ProductForm) -> set[tuple[str, str]]:
    with pytest.raises(ServiceRefusal) as caught:
        shop.till.catalogue.save_product(wrong, shop.manager)
    assert caught.value.reason == "INVALID"
    return {(one.place, one.reason) for one in caught.value.findings}


@pytest.mark.parametrize(
    "typed",
    [
        "冰美",
        "美式",
        "iced",
        "ICED americano",
        "americano iced",
        "cof1",
        "COF",
        "bmsia",
        "bms",
        GTIN,
    ],
)
def test_a_product_is_found_by_name_number_code_or_initials(shop: Shop, typed: str) -> None:
    made = shop.till.catalogue.save_product(form(codes=(GTIN,)), shop.manager)
    assert shop.till.catalogue.search(typed) == (made,)
    assert shop.till.catalogue.by_code("0" + GTIN) == made
    assert shop.till.catalogue.product(made.id) == made


def test_nothing_typed_gives_the_first_and_nonsense_gives_none(shop: Shop) -> None:
    assert len(shop.till.catalogue.search("", limit=5)) == 5
    assert shop.till.catalogue.search("zzzz") == ()


def test_the_better_match_comes_first_and_what_is_not_sold_last(shop: Shop) -> None:
    save = shop.till.catalogue.save_product
    inside = save(form(sku="A", name="热美式咖啡"), shop.manager)
    start = save(form(sku="B", name="美式"), shop.manager)
    gone = save(form(sku="C", name="美式旧款", active=False), shop.manager)
    assert shop.till.catalogue.search("美式") == (start, inside, gone)


def test_a_change_of_price_keeps_the_id_and_is_seen_at_once(shop: Shop) -> None:
    made = shop.till.catalogue.save_product(form(), shop.manager)
    shop.till.catalogue.search("冰")
    changed = shop.till.catalogue.save_product(form(id=made.id, price_minor=1900), shop.manager)
    assert changed.id == made.id
    assert shop.till.catalogue.search("冰美式") == (changed,)


def test_every_finding_is_told_at_once(shop: Shop) -> None:
    wrong = form(sku=" ", name="", price_minor=-1, tax_class="none", codes=("6900000079196", "abc"))
    assert refused(shop, wrong) == {
        ("sku", "REQUIRED"),
        ("name", "REQUIRED"),
        ("price", "PRICE_RANGE"),
        ("tax_class", "UNKNOWN_TAX_CLASS"),
        ("codes", "CODE_CHECK_DIGIT"),
        ("codes", "CODE_DIGITS"),
    }


def test_a_number_or_code_that_another_product_has_is_refused(shop: Shop) -> None:
    shop.till.catalogue.save_product(form(codes=(GTIN,)), shop.manager)
    twin = form(name="另一个", codes=(GTIN,))
    assert refused(shop, twin) == {("sku", "SKU_TAKEN"), ("codes", "CODE_TAKEN")}


def test_an_unknown_category_is_refused(shop: Shop) -> None:
    assert refused(shop, form(category_id=b"?" * 16)) == {("category", "UNKNOWN_CATEGORY")}


def test_a_cashier_changes_nothing(shop: Shop) -> None:
    cashier = Operator(b"C" * 16, "小陈", Role.CASHIER)
    for act in (
        lambda: shop.till.catalogue.save_product(form(), cashier),
        lambda: shop.till.catalogue.save_category(
            CategoryForm(id=None, name="x", colour="red", position=0), cashier
        ),
        lambda: shop.till.catalogue.set_quick_key(None, 0, None, cashier),
    ):
        with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
            act()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ((GTIN,), ("0" + GTIN,)),
        ((GTIN, "0" + GTIN, GTIN), ("0" + GTIN,)),
        (("4011",), ("4011",)),
        (("  4011 ", "94011"), ("4011", "94011")),
        ((), ()),
    ],
)
def test_codes_are_stored_canonical_and_once(
    typed: tuple[str, ...], stored: tuple[str, ...]
) -> None:
    assert canonical_codes(typed) == (stored, [])


@pytest.mark.parametrize(
    ("code", "reason"),
    [("1234567", "CODE_LENGTH"), ("6900000079190", "CODE_CHECK_DIGIT"), ("12-3", "CODE_DIGITS")],
)
def test_a_code_that_cannot_be_is_named(code: str, reason: str) -> None:
    stored, findings = canonical_codes((code,))
    assert stored == ()
    assert [(one.place, one.reason) for one in findings] == [("codes", reason)]


@pytest.mark.parametrize(
    ("name", "short"),
    [("纯牛奶", "cnn"), ("纯牛奶 Whole 250ml", "cnnw2"), ("Whole milk", "wm"), ("", "")],
)
def test_initials_are_of_characters_and_of_words(name: str, short: str) -> None:
    assert initials(name) == short


def test_a_category_shows_its_products_until_somebody_places_them(shop: Shop) -> None:
    catalogue = shop.till.catalogue
    shelf = catalogue.save_category(
        CategoryForm(id=None, name="咖啡", colour="brown", position=0), shop.manager
    )
    first = catalogue.save_product(form(sku="1", name="A", category_id=shelf.id), shop.manager)
    second = catalogue.save_product(form(sku="2", name="B", category_id=shelf.id), shop.manager)
    favourites, page = catalogue.quick_keys()
    assert (favourites.category, favourites.keys) == (None, ())
    assert [key.product for key in page.keys] == [first, second]
    catalogue.set_quick_key(shelf.id, 5, first.id, shop.manager)
    page = catalogue.quick_keys()[1]
    assert [(key.position, key.product.sku) for key in page.keys] == [(0, "1"), (1, "2"), (5, "1")]
    catalogue.set_quick_key(shelf.id, 0, None, shop.manager)
    catalogue.set_quick_key(None, 3, second.id, shop.manager)
    favourites, page = catalogue.quick_keys()
    assert [(key.position, key.product.sku) for key in favourites.keys] == [(3, "2")]
    assert [key.position for key in page.keys] == [1, 5]


def test_keys_beyond_the_page_and_of_unknown_products_are_refused(shop: Shop) -> None:
    with pytest.raises(ServiceRefusal, match="NO_SUCH_KEY"):
        shop.till.catalogue.set_quick_key(None, 64, None, shop.manager)
    with pytest.raises(ServiceRefusal, match="UNKNOWN_PRODUCT"):
        shop.till.catalogue.set_quick_key(None, 0, b"?" * 16, shop.manager)


def test_two_categories_of_one_name_are_refused(shop: Shop) -> None:
    shelf = CategoryForm(id=None, name="咖啡", colour="brown", position=0)
    shop.till.catalogue.save_category(shelf, shop.manager)
    with pytest.raises(ServiceRefusal, match="INVALID"):
        shop.till.catalogue.save_category(shelf, shop.manager)


def test_a_tax_class_is_added_changed_and_bounded(shop: Shop) -> None:
    save = shop.till.catalogue.save_tax_class
    save(TaxClass("low9", "9%", Ratio(9, 100), TaxMode.INCLUSIVE), shop.manager)
    save(TaxClass("low9", "低税", Ratio(6, 100), TaxMode.EXCLUSIVE), shop.manager)
    assert TaxClass("low9", "低税", Ratio(6, 100), TaxMode.EXCLUSIVE) in (
        shop.till.catalogue.tax_classes()
    )
    with pytest.raises(ServiceRefusal) as caught:
        save(TaxClass(" ", "", Ratio(3, 2), TaxMode.INCLUSIVE), shop.manager)
    assert {(one.place, one.reason) for one in caught.value.findings} == {
        ("code", "REQUIRED"),
        ("name", "REQUIRED"),
        ("rate", "RATE_RANGE"),
    }

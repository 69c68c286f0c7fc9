"""Which prefix means what is the shop's own choice, kept in the book."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.product import Unit
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.domain.shop.scan_code.rules import Charset, EmbedKind, EmbedRule, ForeignRule
from posloyalty.domain.values.check_digit import gs1_check_digit
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.scan_table import USUAL, ScanTable
from posloyalty.services.selling.scanned import ScannedProduct
from posloyalty.services.shop.catalogue import ProductForm
from tests.services.conftest import Shop

LABEL = "220004200437"  # prefix 22, PLU 42, 0.437 kg


def scanned(shop: Shop, body: str) -> object:
    return shop.till.scan.recognise(body + gs1_check_digit(body), screen=ScanScreen.SALE)


@pytest.fixture
def apples(shop: Shop) -> bytes:
    form = ProductForm(
        sku="APPLE",
        name="苹果",
        price_minor=1280,
        tax_class="std13",
        unit=Unit.KILOGRAM,
        codes=("42",),
    )
    return shop.till.catalogue.save_product(form, shop.manager).id


def test_a_new_shop_reads_the_usual_scale_labels(shop: Shop, apples: bytes) -> None:
    assert shop.till.scan_table.table() == USUAL
    found = scanned(shop, LABEL)
    assert isinstance(found, ScannedProduct)
    assert (found.product.id, found.quantity_milli) == (apples, 437)


def test_a_changed_table_counts_at_once_and_after_a_restart(shop: Shop, apples: bytes) -> None:
    table = ScanTable(
        embeds=(EmbedRule(prefix="28", item_digits=5, kind=EmbedKind.WEIGHT, decimals=3),),
        foreign=(
            ForeignRule(
                scheme="old", prefix="OLD-", length_min=4, length_max=8, charset=Charset.DIGITS
            ),
        ),
    )
    shop.till.scan_table.save(table, shop.manager)
    for _ in range(2):
        assert shop.till.scan_table.table() == table
        assert isinstance(scanned(shop, "28" + LABEL[2:]), ScannedProduct)
        assert not isinstance(scanned(shop, LABEL), ScannedProduct)
        shop.restart()


def test_a_prefix_that_means_two_things_is_refused(shop: Shop) -> None:
    with pytest.raises(ServiceRefusal) as refused:
        shop.till.scan_table.save(ScanTable(USUAL.embeds * 2), shop.manager)
    assert [one.reason for one in refused.value.findings] == ["PREFIX_TWICE", "PREFIX_TWICE"]


def test_only_a_manager_changes_the_table(shop: Shop) -> None:
    with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
        shop.till.scan_table.save(USUAL, Operator(b"C" * 16, "小陈", Role.CASHIER))

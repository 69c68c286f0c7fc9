"""The shop's details come back as saved; what is wrong with them is told at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.tender import take_cash
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.shop_settings import PrinterKind, PrinterSetup, ShopDetails
from tests.services.conftest import Shop

CASHIER = Operator(b"C" * 16, "小陈", Role.CASHIER)
PNG = b"\x89PNG\r\n\x1a\n rest"


def refused(shop: Shop, details: ShopDetails) -> set[tuple[str, str]]:
    before = shop.till.shop.details()
    with pytest.raises(ServiceRefusal) as caught:
        shop.till.shop.save(details, shop.manager)
    assert shop.till.shop.details() == before
    return {(one.place, one.reason) for one in caught.value.findings}


def test_every_detail_comes_back_also_after_a_restart(shop: Shop) -> None:
    changed = replace(
        shop.till.shop.details(),
        name="晨光 🥛 便利",
        address="人民路 1 号\n二楼",
        tax_number="91310000",
        phone="021-1",
        logo_png=PNG,
        timezone="Asia/Taipei",
        cutoff="04:30",
        country="TW",
        language="zh_TW",
        cash_step_minor=10,
        cash_rounding=Rounding.DOWN,
        receipt_footer="谢谢",
        invoice_link="https://fp.example/r?n={number}",
        receipt_width_mm=58,
        printer=PrinterSetup(kind=PrinterKind.SERIAL, address="COM3", options=(("baud", "19200"),)),
        look="dark",
        scale_percent=150,
        volume=30,
    )
    assert shop.till.shop.save(changed, shop.manager) == changed
    assert shop.till.shop.details() == changed
    assert str(shop.till.clock.now().tzinfo) == "Asia/Taipei"
    shop.restart()
    assert shop.till.shop.details() == changed
    assert str(shop.till.clock.now().tzinfo) == "Asia/Taipei"


def test_a_logo_is_removed_again(shop: Shop) -> None:
    with_logo = replace(shop.till.shop.details(), logo_png=PNG)
    shop.till.shop.save(with_logo, shop.manager)
    shop.till.shop.save(replace(with_logo, logo_png=None), shop.manager)
    assert shop.restart().shop.details().logo_png is None


def test_every_finding_is_told_at_once(shop: Shop) -> None:
    wrong = replace(
        shop.till.shop.details(),
        name=" ",
        store_name="x" * 61,
        timezone="Mars/Olympus",
        language="tlh",
        cash_step_minor=0,
        receipt_width_mm=60,
        look="pink",
        scale_percent=90,
        volume=101,
        printer=PrinterSetup(kind=PrinterKind.NETWORK),
        logo_png=b"GIF89a",
    )
    assert refused(shop, wrong) == {
        ("name", "REQUIRED"),
        ("store_name", "TOO_LONG"),
        ("timezone", "UNKNOWN_ZONE"),
        ("language", "UNKNOWN_LANGUAGE"),
        ("cash_step_minor", "NOT_POSITIVE"),
        ("receipt_width_mm", "RECEIPT_WIDTH"),
        ("look", "UNKNOWN_LOOK"),
        ("scale_percent", "UNKNOWN_SCALE"),
        ("volume", "PERCENT_RANGE"),
        ("printer", "PRINTER_ADDRESS"),
        ("logo_png", "NOT_A_PICTURE"),
    }


@pytest.mark.parametrize(
    ("field", "value"), [("store_code", "S02"), ("till_code", "T09"), ("currency", "JPY")]
)
def test_what_receipts_and_amounts_stand_on_is_fixed(shop: Shop, field: str, value: str) -> None:
    wrong = replace(shop.till.shop.details(), **{field: value})  # type: ignore[arg-type]
    assert (field, "FIXED") in refused(shop, wrong)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "/etc/localtime"])
def test_a_time_zone_is_never_a_path(shop: Shop, name: str) -> None:
    wrong = replace(shop.till.shop.details(), timezone=name)
    assert ("timezone", "UNKNOWN_ZONE") in refused(shop, wrong)


@pytest.mark.parametrize("hour", ["", "4:00", "12:00", "24:00", "04:60", "04:00:00", "٠٤:٠٠", "x"])
def test_the_day_ends_at_an_hour_before_noon(shop: Shop, hour: str) -> None:
    wrong = replace(shop.till.shop.details(), cutoff=hour)
    assert refused(shop, wrong) == {("cutoff", "CUTOFF_FORM")}


@pytest.mark.parametrize("link", ["fp.example/r", "https://fp.example/{member}"])
def test_the_link_for_invoices_is_one_that_a_code_can_carry(shop: Shop, link: str) -> None:
    wrong = replace(shop.till.shop.details(), invoice_link=link)
    assert refused(shop, wrong) == {("invoice_link", "INVOICE_LINK")}


@pytest.mark.parametrize(
    ("cutoff", "day"), [("00:00", date(2026, 3, 15)), ("04:00", date(2026, 3, 14))]
)
def test_a_sale_at_two_in_the_night_belongs_to_the_day_that_is_not_over(
    shop: Shop, cutoff: str, day: date
) -> None:
    till = shop.till
    till.shop.save(replace(till.shop.details(), cutoff=cutoff), shop.manager)
    basket = till.check_out.open_basket().add(till.catalogue.search("")[0])
    at = datetime(2026, 3, 15, 2, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    quote = till.check_out.quote(basket, at=at)
    cash = take_cash(
        quote.payable_minor,
        (),
        given_minor=quote.payable_minor,
        rounding=till.shop.details().cash,
    )
    sale = till.check_out.complete(basket, quote, (cash,), shop.manager, at=at)
    assert (quote.day, sale.day) == (day, day)
    assert shop.restart().verify.verify().holds


def test_a_picture_that_is_too_large_is_refused(shop: Shop) -> None:
    wrong = replace(shop.till.shop.details(), logo_png=PNG + bytes(512 * 1024))
    assert refused(shop, wrong) == {("logo_png", "PICTURE_TOO_LARGE")}


def test_anybody_sets_look_and_volume_and_only_a_manager_the_rest(shop: Shop) -> None:
    details = shop.till.shop.details()
    dark = replace(details, look="dark", volume=0, language="en", scale_percent=200)
    assert shop.till.shop.save(dark, CASHIER) == dark
    with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
        shop.till.shop.save(replace(dark, name="Mine"), CASHIER)

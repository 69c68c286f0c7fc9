"""Codes that the sale screen does not know: said, sold at a typed price, or made a product."""

from posloyalty.domain.shop.deeds import DeedKind
from tests.fakes.desk import desk
from tests.fakes.small_shop import MANAGER, OPEN_PRICE
from ui.presenters.ports import Screen, Sound


def test_an_unknown_code_says_what_to_do():
    counter = desk()
    counter.scan("6901234567892")
    assert counter.said == "Unknown code. Scan again or press F3"
    assert counter.sale.state.unknown == ""
    assert counter.shell.sounds.heard == [Sound.REFUSED]


def test_an_article_that_is_sold_no_more_says_so_and_no_product_is_offered_for_it():
    counter = desk(operator=MANAGER)
    counter.till.scan.withdrawn["6901234567892"] = "Old tea"
    counter.scan("6901234567892")
    assert counter.said == "Old tea is not sold any more. Goods that were sold can still come back."
    assert counter.sale.state.unknown == ""
    assert counter.basket == []
    assert counter.shell.sounds.heard == [Sound.REFUSED]


def test_an_unknown_code_is_sold_at_a_typed_price_where_an_article_stands_for_it():
    counter = desk()
    counter.till.scan.stand_in = OPEN_PRICE
    counter.scan("06901234567892")
    assert (
        counter.said
        == "No article has the code 6901234567892. Type its price, or leave it with Esc"
    )
    assert counter.shell.sounds.heard[-1] is Sound.REFUSED
    (noted,) = [deed for deed, _ in counter.till.deeds.noted]
    assert (noted.kind, noted.what) == (DeedKind.UNKNOWN_SCANNED, "06901234567892")
    counter.press("1", "2", ".", "5", "Enter")
    assert counter.basket == [("1", OPEN_PRICE.name, "12.50")]


def test_an_unknown_code_is_shown_as_it_is_printed_and_kept_as_it_is_filed():
    counter = desk(operator=MANAGER)
    counter.scan("06901234567892")
    assert counter.sale.state.unknown == "6901234567892"
    counter.sale.new_product()
    assert counter.navigator.shown[-1][1]["new_product"] == "06901234567892"


def test_no_product_is_offered_for_what_is_too_long_to_be_a_number():
    counter = desk(operator=MANAGER)
    counter.scan("X" * 41)
    assert counter.said == "Unknown code. Scan again or press F3"
    assert counter.sale.state.unknown == ""
    counter.scan("X" * 40)
    assert counter.sale.state.unknown == "X" * 40


def test_a_manager_is_offered_a_new_product_for_an_unknown_code():
    counter = desk(operator=MANAGER)
    counter.scan("6901234567892")
    assert counter.sale.state.unknown == "6901234567892"
    counter.sale.new_product()
    screen, arguments = counter.navigator.shown[-1]
    assert screen is Screen.SETTINGS
    assert arguments["new_product"] == "6901234567892"
    assert counter.sale.state.unknown == ""


def test_the_next_scan_takes_the_offer_of_a_new_product_away():
    counter = desk(operator=MANAGER)
    counter.scan("6901234567892", "101")
    assert counter.sale.state.unknown == ""


def test_a_payment_code_is_refused_and_never_echoed():
    counter = desk()
    counter.scan("134567890123456789")
    assert counter.said.startswith("A payment code. Take it on the terminal")
    assert "134567890123456789" not in repr(counter.sale.state) + counter.said

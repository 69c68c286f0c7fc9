"""A code that no article has, at the sale of a shop with an article for such goods."""

from posloyalty.domain.shop.deeds import DeedKind
from tests.fakes.desk import desk
from tests.fakes.small_shop import OPEN_PRICE
from ui.presenters.ports import Sound


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

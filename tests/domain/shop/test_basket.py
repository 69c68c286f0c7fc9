"""The open basket: adding, merging, changing, undoing."""

from __future__ import annotations

import msgspec
import pytest

from posloyalty.domain.shop.basket import (
    LINES_MAX,
    QUANTITY_MAX,
    Basket,
    BasketRefusal,
    Redemption,
)
from posloyalty.domain.shop.product import Product, Unit
from posloyalty.domain.values.money import currency

EMPTY = Basket(sale_id=b"s" * 16, currency=currency("CNY"))


def product(number: int = 1, price_minor: int | None = 250, unit: Unit = Unit.EACH) -> Product:
    return Product(
        id=number.to_bytes(16, "big"),
        sku=f"A{number}",
        name=f"Article {number}",
        price_minor=price_minor,
        tax_class="std13",
        unit=unit,
    )


APPLES = product(9, 3980, Unit.KILOGRAM)


def numbers(basket: Basket) -> list[tuple[int, int, int]]:
    return [(line.number, line.quantity_milli, line.gross_minor) for line in basket.lines]


def test_the_same_article_raises_its_line_and_moves_it_last() -> None:
    basket = EMPTY.add(product(1)).add(product(2)).add(product(1))
    assert numbers(basket) == [(2, 1000, 250), (1, 2000, 500)]
    assert basket.gross_minor == 750


def test_an_article_at_another_price_opens_a_line_of_its_own() -> None:
    dearer = product(1, 300)
    assert numbers(EMPTY.add(product(1)).add(dearer)) == [(1, 1000, 250), (2, 1000, 300)]


def test_weighed_goods_and_labels_stand_alone() -> None:
    basket = EMPTY.add(APPLES, quantity_milli=437).add(APPLES, quantity_milli=437)
    assert numbers(basket) == [(1, 437, 1739), (2, 437, 1739)]
    labelled = EMPTY.add(APPLES, quantity_milli=437, gross_minor=1740).add(APPLES)
    assert numbers(labelled) == [(1, 437, 1740), (2, 1000, 3980)]


def test_a_keyed_price_stands_alone_and_can_be_changed() -> None:
    basket = EMPTY.add(product(1), unit_price_minor=199).add(product(1))
    assert numbers(basket) == [(1, 1000, 199), (2, 1000, 250)]
    assert numbers(basket.with_price(1, 150)) == [(1, 1000, 150), (2, 1000, 250)]


def test_a_line_number_is_never_used_again() -> None:
    basket = EMPTY.add(product(1)).without(1).add(product(2))
    assert numbers(basket) == [(2, 1000, 250)]


def test_a_quantity_is_set_and_zero_removes_the_line() -> None:
    basket = EMPTY.add(product(1)).add(product(2))
    assert numbers(basket.with_quantity(1, 3000)) == [(1, 3000, 750), (2, 1000, 250)]
    assert numbers(basket.with_quantity(1, 0)) == [(2, 1000, 250)]


def test_undo_is_keeping_the_old_basket() -> None:
    before = EMPTY.add(product(1))
    before.add(product(2)).without(1)
    assert numbers(before) == [(1, 1000, 250)]


@pytest.mark.parametrize(
    ("reason", "numbers_said", "quantity_milli", "article"),
    [
        ("OPEN_PRICE_NEEDED", {}, 1000, product(1, None)),
        ("WHOLE_PIECES_ONLY", {}, 1500, product(1)),
        ("QUANTITY_NOT_POSITIVE", {}, 0, product(1)),
        ("QUANTITY_NOT_POSITIVE", {}, -1000, product(1)),
        ("QUANTITY_TOO_LARGE", {"limit_milli": QUANTITY_MAX}, QUANTITY_MAX + 1000, product(1)),
    ],
)
def test_what_a_basket_cannot_take_is_refused_with_the_reason(
    reason: str, numbers_said: dict[str, int], quantity_milli: int, article: Product
) -> None:
    with pytest.raises(BasketRefusal) as refused:
        EMPTY.add(article, quantity_milli=quantity_milli)
    assert (refused.value.reason, refused.value.numbers) == (reason, numbers_said)


def test_a_full_basket_takes_more_of_what_it_has_but_no_new_line() -> None:
    basket = EMPTY
    for number in range(LINES_MAX):
        basket = basket.add(product(number + 1))
    assert len(basket.add(product(1)).lines) == LINES_MAX
    with pytest.raises(BasketRefusal) as refused:
        basket.add(product(LINES_MAX + 1))
    assert refused.value.reason == "BASKET_FULL"


def test_another_member_drops_what_the_last_one_wished_to_spend() -> None:
    wish = Redemption(wallet="points", points=100)
    basket = EMPTY.for_member(b"a" * 16, proof="card").redeeming(wish, wallet="points")
    assert basket.redemptions == (wish,)
    assert basket.for_member(b"a" * 16, proof="phone").redemptions == (wish,)
    assert basket.for_member(b"b" * 16, proof="card").redemptions == ()
    assert basket.for_member(None).empty


def test_a_wish_is_replaced_or_dropped() -> None:
    basket = EMPTY.redeeming(Redemption(wallet="points", points=100), wallet="points")
    again = basket.redeeming(Redemption(wallet="points", points=50), wallet="points")
    assert [wish.points for wish in again.redemptions] == [50]
    assert again.redeeming(None, wallet="points").redemptions == ()
    # Whose points are spent without asking says no to it.
    no = Redemption(wallet="points", points=0)
    assert again.redeeming(no, wallet="points").redemptions == (no,)


def test_an_offer_is_declined_and_let_in_again() -> None:
    declined = EMPTY.declining("ten", declined=True)
    assert declined.declined == {"ten"}
    assert declined.declining("ten", declined=False).declined == frozenset()


def test_a_line_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        EMPTY.line(1)


def test_what_follows_from_a_line_follows_every_change_of_it() -> None:
    (line,) = EMPTY.add(product(1), quantity_milli=2000).lines
    assert (line.pieces, line.key) == (2, (product(1).id, 250, 2000, 500))
    (more,) = EMPTY.add(product(1), quantity_milli=2000).with_quantity(1, 5000).lines
    assert (more.pieces, more.key) == (5, (product(1).id, 250, 5000, 1250))


def test_what_is_weighed_is_one_piece() -> None:
    (line,) = EMPTY.add(APPLES, quantity_milli=2437).lines
    assert line.pieces == 1


def test_a_kept_basket_holds_nothing_that_follows_from_the_rest() -> None:
    basket = EMPTY.add(product(1)).add(APPLES, quantity_milli=437)
    kept = msgspec.json.encode(basket)
    assert b'"pieces"' not in kept
    assert b'"names"' not in kept
    again = msgspec.json.decode(kept, type=Basket)
    assert again == basket
    assert [line.key for line in again.lines] == [line.key for line in basket.lines]
    assert [line.product.names for line in again.lines] == [
        (("product", "A1"),),
        (("product", "A9"),),
    ]

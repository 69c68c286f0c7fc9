"""What was done is undone by one finger: sales voided, goods without their sale taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from posloyalty.domain.shop.operator import Role
from tests.ui.test_touch_alone import Begin, Hand, Sizes, begin, demo, shop, sign_in  # noqa: F401
from ui.keyboard import wait
from ui.presenters.ports import Screen


def pay_something(hand: Hand) -> None:
    """A sale of one article, paid to the last cent."""
    hand.tap("action.find")
    hand.touch.write("kl")
    found = hand.list("sale.find_name")
    wait(lambda: found.model().rowCount(), "nothing was found")
    hand.touch.tap_row(found, 0)
    wait(lambda: hand.state(Screen.SALE).can_pay, "nothing to pay")
    hand.tap("sale.pay")
    hand.front(Screen.PAY)
    hand.tap("pay.exact")
    hand.front(Screen.DONE)


def give_back(hand: Hand, reason: str) -> None:
    """Say why, and let the money out."""
    hand.tap(reason)
    wait(lambda: hand.state(Screen.RETURN).ready, "it was not reckoned")
    hand.time.rest(400)
    hand.touch.tap(hand.state(Screen.RETURN).main)
    hand.front(Screen.DONE)


@pytest.mark.long(sample=1)
@pytest.mark.parametrize(("size", "scale"), [((1366, 768), 100), ((1024, 768), 200)])
def test_a_sale_is_voided_from_the_history(
    begin: Begin,  # noqa: F811
    demo: Path,  # noqa: F811
    size: Sizes,
    scale: int,
) -> None:
    hand = begin(demo, size=size, scale=scale)
    sign_in(hand, Role.MANAGER)
    if hand.touch.window.look.narrow:
        hand.tap("sale.tab_more")
    pay_something(hand)
    hand.tap("done.next")
    hand.tap("action.menu")
    hand.tap("app.history")
    wait(lambda: hand.state(Screen.HISTORY).chosen, "no sale is listed")
    hand.tap("action.void")
    wait(lambda: hand.state(Screen.RETURN).lines, "the sale has no goods")
    give_back(hand, "return.reason_mistake")
    assert hand.state(Screen.DONE).title == hand.words("done.void_title")


def test_goods_without_their_sale_are_typed_and_priced(
    begin: Begin,  # noqa: F811
    demo: Path,  # noqa: F811
) -> None:
    hand = begin(demo)
    touch, words = hand.touch, hand.words
    sign_in(hand, Role.MANAGER)
    article = next(
        one for one in hand.till.session.till.catalogue.search("") if one.price_minor and one.codes
    )
    hand.tap("action.return")
    hand.front(Screen.RETURN)
    hand.tap("return.no_receipt")
    touch.into(words("return.code_label"))
    touch.write(article.codes[0])
    touch.key("act:enter")
    wait(lambda: hand.state(Screen.RETURN).lines, "the article was not found")
    hand.tap("return.price")
    touch.into(words("return.code_label"))
    touch.write("1.20")
    touch.key("act:enter")
    wait(lambda: hand.state(Screen.RETURN).lines[0].amount == "1.20", "the price was not taken")
    assert hand.state(Screen.RETURN).lines[0].sub == words("return.price_paid")

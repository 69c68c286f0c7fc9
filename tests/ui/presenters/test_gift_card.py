"""Gift cards at the counter: looked up by a scan, frozen, sold and filled on a line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.domain.shop.tender import TenderKind
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.back_office import CHEN, PIN
from tests.fakes.desk import Desk, desk
from tests.fakes.small_shop import PAYMENT_CODE, PRODUCTS
from ui.presenters.ports import Sheet

CODE = "LG1:GIFT7777"
CARD = replace(PRODUCTS[0], id=b"gift-card-number", name="Gift card", price_minor=None,
               codes=("900",), gift_card=True)  # fmt: skip


def counter(language: str = "en", **more: object) -> Desk:
    """An empty sale where the programme has gift cards; 120.00 are on one."""
    made = desk(language, **more)
    made.till.gift_cards.balances = {CODE: 12_000}
    made.till.check_out.stored = frozenset({TenderKind.GIFT_CARD})
    made.till.scan.more = (CARD,)
    made.sale.opened()
    return made


def test_a_scan_shows_what_is_on_the_card_but_not_its_code() -> None:
    at = counter()
    at.scan(CODE)
    assert at.navigator.open is Sheet.GIFT_CARD
    state = at.gift_card.state
    assert (state.title, state.state, state.balance) == ("Gift card •7777", "Good", "¥120.00")
    assert CODE not in repr(state)


def test_the_card_is_named_as_the_screens_speak_also_when_they_change() -> None:
    at = counter()
    at.till.gift_cards.names = {"zh_TW": "禮物卡"}
    at.scan(CODE)
    heard = list(at.shell.sounds.heard)
    at.shell.session.speak("zh_TW")
    at.gift_card.reworded()
    assert at.gift_card.state.title == "禮物卡 •7777"
    assert at.shell.sounds.heard == heard


def test_a_card_that_is_not_known_says_so() -> None:
    at = counter()
    at.scan("LG1:NOBODY22")
    assert at.gift_card.state.refused
    assert at.gift_card.state.balance == ""


def test_a_refusal_follows_the_language_of_the_screens() -> None:
    at = counter()
    at.scan("LG1:NOBODY22")
    heard = list(at.shell.sounds.heard)
    at.shell.session.speak("zh_TW")
    at.gift_card.reworded()
    in_chinese = counter("zh_TW")
    in_chinese.scan("LG1:NOBODY22")
    said = in_chinese.gift_card.state.refused
    assert said
    assert at.gift_card.state.refused == said
    assert at.shell.sounds.heard == heard


def test_a_card_without_a_last_day_has_no_end_date() -> None:
    at = counter()
    at.till.gift_cards.last_day = None
    at.scan(CODE)
    assert ("Validity", "No end date", "ink") in at.gift_card.state.figures


def test_anybody_freezes_and_a_supervisor_answers_for_making_it_good_again() -> None:
    at = counter()
    at.scan(CODE)
    at.gift_card.freeze()
    assert (at.gift_card.state.state, at.gift_card.state.frozen) == ("Frozen", True)
    at.gift_card.freeze()
    assert at.navigator.open is Sheet.APPROVE
    at.press(*PIN, "Enter")
    assert at.navigator.open is Sheet.GIFT_CARD
    assert not at.gift_card.state.frozen
    assert at.till.gift_cards.approved != [None]


def test_a_supervisor_alone_makes_a_card_good_again() -> None:
    at = counter(operator=CHEN)
    at.till.gift_cards.frozen = {CODE}
    at.scan(CODE)
    at.gift_card.freeze()
    assert not at.gift_card.state.frozen
    assert at.till.gift_cards.approved == [CHEN]


NEW = "LG1:GIFT8888"


def moving(**more: object) -> Desk:
    at = counter(**more)
    at.scan(CODE)
    at.gift_card.move()
    return at


def test_a_lost_card_is_moved_to_the_one_that_is_scanned_next() -> None:
    at = moving(operator=CHEN)
    assert (at.gift_card.state.moving, at.gift_card.takes_scans) == (True, True)
    at.gift_card.scanned(NEW)
    state = at.gift_card.state
    assert (state.title, state.balance, state.moving) == ("Gift card •8888", "¥120.00", False)
    assert at.till.gift_cards.balances == {NEW: 12_000}
    assert at.said == "All of it is on •8888 now"


def test_the_new_code_may_be_typed() -> None:
    at = moving(operator=CHEN)
    at.gift_card.type_code(NEW)
    assert at.gift_card.state.move == "Move all of it now"
    at.press("Enter")
    assert at.till.gift_cards.balances == {NEW: 12_000}


def test_for_a_cashier_a_supervisor_answers_for_moving_it() -> None:
    at = moving()
    at.gift_card.scanned(NEW)
    assert at.navigator.open is Sheet.APPROVE
    at.press(*PIN, "Enter")
    assert at.navigator.open is Sheet.GIFT_CARD
    assert at.till.gift_cards.balances == {NEW: 12_000}
    assert at.till.gift_cards.approved not in ([], [None])


def test_a_card_that_is_one_already_takes_nothing_and_the_old_one_keeps_it() -> None:
    at = moving(operator=CHEN)
    at.till.gift_cards.balances[NEW] = 100
    at.gift_card.scanned(NEW)
    assert at.said == "•8888 is a gift card already. Take a new one."
    assert at.till.gift_cards.balances == {CODE: 12_000, NEW: 100}
    assert at.gift_card.state.moving


def test_head_office_holds_all_of_it_aside_before_it_moves() -> None:
    at = counter(operator=CHEN)
    at.till.lending.asks_now = True
    at.scan(CODE)
    at.gift_card.move()
    assert at.till.reserving.reserved == []
    at.gift_card.scanned(NEW)
    assert at.till.reserving.reserved == [at.till.gift_cards.new_id()]
    assert at.till.gift_cards.balances == {NEW: 12_000}


@pytest.mark.parametrize("language", LANGUAGES)
def test_out_of_reach_a_card_does_not_move_and_no_new_one_is_asked_for(language: str) -> None:
    at = counter(language, operator=CHEN)
    at.till.gift_cards.here = {CODE: 0}
    at.scan(CODE)
    at.gift_card.move()
    words = Words(language)
    facts = {"card": "•7777", "time": "11-22 13:40"}
    assert at.said == words("refusal.CARD_MOVE_NEEDS_NETWORK", **facts)
    assert not at.gift_card.state.moving
    assert not at.gift_card.takes_scans


@pytest.mark.parametrize("typed", [False, True])
def test_a_payment_code_is_no_gift_card_and_is_kept_nowhere(typed: bool) -> None:
    at = moving(operator=CHEN)
    if typed:
        at.gift_card.type_code(PAYMENT_CODE)
        at.press("Enter")
    else:
        at.gift_card.scanned(PAYMENT_CODE)
    assert at.said == "This is no gift card. Scan the new card"
    assert at.till.gift_cards.balances == {CODE: 12_000}
    assert PAYMENT_CODE not in repr(vars(at.gift_card))
    assert PAYMENT_CODE[-4:] not in repr(at.gift_card.state)


def test_goods_that_are_scanned_are_no_gift_card_either() -> None:
    at = moving(operator=CHEN)
    at.gift_card.scanned("101")
    assert at.till.gift_cards.balances == {CODE: 12_000}
    assert at.gift_card.state.moving


def test_a_closed_sheet_moves_nothing_and_wants_no_scan_any_more() -> None:
    at = moving()
    at.press("Esc")
    assert not at.gift_card.takes_scans
    assert at.till.gift_cards.balances == {CODE: 12_000}
    at.scan(CODE)
    assert not at.gift_card.state.moving


def test_nothing_of_a_card_is_kept_when_the_sheet_closes() -> None:
    at = counter()
    at.scan(CODE)
    at.press("Esc")
    assert CODE not in repr(vars(at.gift_card))


def test_a_card_is_sold_by_its_product_its_scan_and_its_amount() -> None:
    at = counter()
    at.scan("900")
    assert at.said == "Scan the card to sell or fill: Gift card"
    assert at.basket == []
    at.scan(CODE)
    assert at.navigator.open is None
    at.press("5", "0", "Enter")
    assert [(name, amount) for _, name, amount in at.basket] == [("Gift card", "50.00")]
    basket = at.till.check_out.quoted[-1]
    assert [line.card for line in basket.lines] == [CODE]


def test_each_card_has_a_line_of_its_own() -> None:
    at = counter()
    for code in (CODE, "LG1:GIFT8888"):
        at.scan("900", code)
        at.press("5", "0", "Enter")
    assert len(at.basket) == 2


def test_goods_may_be_scanned_before_the_card_comes() -> None:
    at = counter()
    at.scan("900", "101", CODE)
    at.press("5", "0", "Enter")
    assert len(at.basket) == 2


def test_clearing_the_basket_forgets_the_card_that_was_wanted() -> None:
    at = counter()
    at.scan("101", "900")
    at.press("Ctrl+Backspace")
    at.scan(CODE)
    assert at.navigator.open is Sheet.GIFT_CARD


def test_without_gift_cards_in_the_programme_the_product_is_sold_like_any() -> None:
    at = counter()
    at.till.check_out.stored = frozenset()
    at.sale.opened()
    at.scan("900")
    at.press("5", "0", "Enter")
    assert len(at.basket) == 1


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_every_language_words_the_card(language: str) -> None:
    at = counter(language)
    at.scan(CODE)
    assert at.gift_card.state.figures
    assert at.gift_card.state.act

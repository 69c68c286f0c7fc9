"""Gift cards and the member's wallet at the pay screen: found, proposed, taken, mixed."""

from __future__ import annotations

import pytest

from posloyalty.domain.engine.stored_value import card_id
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.services.lending.lent_cards import card_asset
from posloyalty.services.lending.reserve_for_sale import Reservation, Short
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.wire.lending import Held
from tests.fakes.desk import Desk, desk, full_desk
from ui.presenters.ports import Screen
from ui.presenters.tendering import PayField

CARD = "LG1:GIFT7777"
BOTH = frozenset({TenderKind.GIFT_CARD, TenderKind.WALLET})


def paying(language: str = "en", *, balance: int = 5_000, purse: int = 2_000) -> Desk:
    """A counter with 138.76 to pay, where a gift card and the member's wallet may pay."""
    counter = full_desk(language)
    counter.till.gift_cards.balances = {CARD: balance}
    counter.till.check_out.stored = BOTH
    counter.till.check_out.purse_minor = purse
    counter.press("F12")
    return counter


def booked(counter: Desk) -> list[tuple[TenderKind, int, str | None]]:
    tenders = counter.till.check_out.completed[-1]
    return [(one.kind, one.amount_minor, one.reference) for one in tenders]


def test_a_scanned_card_proposes_what_is_on_it_and_enter_takes_it() -> None:
    counter = paying()
    counter.scan(CARD)
    state = counter.pay.state
    assert (state.reference, state.amount) == ("•7777\u200250.00", "50.00")
    assert (state.change_label, state.change) == ("Left on •7777", "0.00")
    assert state.main == "Take 50, still due 88.76"
    counter.press("Enter", "Enter")
    assert booked(counter) == [
        (TenderKind.GIFT_CARD, 5_000, "•7777"),
        (TenderKind.CASH, 8_876, None),
    ]


def test_a_card_that_holds_more_pays_all_and_says_what_is_left() -> None:
    counter = paying(balance=20_000)
    counter.scan(CARD)
    assert (counter.pay.state.amount, counter.pay.state.change) == ("138.76", "61.24")
    assert counter.pay.state.main == "Complete"
    counter.press("F12")
    assert counter.front is Screen.DONE


def test_a_typed_number_is_looked_up_first() -> None:
    counter = paying()
    counter.press("Ctrl+4")
    assert counter.pay.state.main == "Scan the card"
    assert counter.pay.state.reference_label == "Card number"
    counter.press(*CARD.lower())
    assert (counter.pay.state.main, counter.pay.state.ready) == ("Look the card up", True)
    counter.press("Enter")
    assert counter.pay.state.reference == "•7777\u200250.00"
    counter.press("Enter")
    assert [row.amount for row in counter.pay.state.paid_rows] == ["50.00"]


def test_less_than_all_may_be_taken_and_never_more() -> None:
    counter = paying()
    counter.scan(CARD)
    counter.press("6", "0")
    assert (counter.pay.state.main, counter.pay.state.ready) == ("At most 50.00", False)
    counter.press("Backspace", "Backspace", "2", "0", "Enter")
    assert [row.amount for row in counter.pay.state.paid_rows] == ["20.00"]
    counter.scan(CARD)
    assert counter.pay.state.amount == "30.00"


def test_a_card_that_cannot_pay_says_why_and_nothing_is_chosen() -> None:
    counter = paying()
    counter.till.gift_cards.frozen = {CARD}
    counter.scan(CARD)
    assert "•7777" in counter.said
    assert counter.pay.state.kinds[0].chosen
    counter.scan("LG1:NOBODY22")
    assert "•BODY22"[-4:] in counter.said


OUT_OF_REACH = [
    (
        "en",
        "Offline since 11-22 13:40: gift card •7777 cannot be checked. "
        "Pay otherwise, or try again later.",
    ),
    ("zh_CN", "11-22 13:40 起离线，无法核实礼品卡 •7777。请换其他方式付款，或稍后再试。"),
    ("zh_TW", "11-22 13:40 起離線，無法核實禮物卡 •7777。請改用其他方式付款，或稍後再試。"),
]


@pytest.mark.parametrize(("language", "said"), OUT_OF_REACH)
def test_a_card_that_cannot_be_asked_about_says_so_as_soon_as_it_is_scanned(
    language: str, said: str
) -> None:
    counter = paying(language)
    counter.till.gift_cards.here = {CARD: 0}
    counter.scan(CARD)
    assert counter.said == said
    assert counter.pay.state.kinds[0].chosen
    counter.press("Enter")  # the next key pays in cash
    assert booked(counter) == [(TenderKind.CASH, 13_876, None)]


def test_a_card_that_cannot_be_asked_about_says_so_as_soon_as_it_is_keyed_in() -> None:
    counter = paying()
    counter.till.gift_cards.here = {CARD: 0}
    counter.press("Ctrl+4", *CARD.lower(), "Enter")
    assert counter.said == OUT_OF_REACH[0][1]
    counter.press("Ctrl+1", "Enter")
    assert booked(counter) == [(TenderKind.CASH, 13_876, None)]


def test_what_may_be_taken_of_a_card_here_is_proposed() -> None:
    counter = paying()
    counter.till.gift_cards.here = {CARD: 1_500}
    counter.scan(CARD)
    assert counter.pay.state.amount == "15.00"
    counter.press("Enter", "Enter")
    assert booked(counter) == [
        (TenderKind.GIFT_CARD, 1_500, "•7777"),
        (TenderKind.CASH, 12_376, None),
    ]


def test_another_number_typed_over_a_found_card_is_another_card() -> None:
    counter = paying()
    counter.scan(CARD)
    counter.pay.fill(PayField.REFERENCE)
    counter.press("X")
    assert counter.pay.state.main == "Look the card up"


def test_the_members_wallet_pays_what_it_holds() -> None:
    counter = paying()
    counter.press("Ctrl+5")
    assert (counter.pay.state.amount, counter.pay.state.change) == ("20.00", "0.00")
    counter.press("Enter", "Enter")
    assert booked(counter) == [
        (TenderKind.WALLET, 2_000, "points"),
        (TenderKind.CASH, 11_876, None),
    ]


def test_a_wallet_is_told_by_its_name_in_whichever_language_is_spoken_now() -> None:
    counter = paying()
    counter.press("Ctrl+5")
    state = counter.pay.state
    assert (state.reference, state.change_label) == ("Points\u200220.00", "Left on Points")
    counter.shell.session.speak("zh_CN")
    counter.pay.reworded()
    assert counter.pay.state.reference == "积分\u200220.00"
    assert counter.pay.state.change_label.startswith("积分")
    counter.press("1", "2", "Enter")
    (row,) = counter.pay.state.paid_rows
    assert (row.sub, row.amount) == ("积分", "12.00")
    counter.shell.session.speak("en")
    counter.pay.reworded()
    assert counter.pay.state.paid_rows[0].sub == "Points"


def test_a_sale_that_a_wallet_paid_alone_is_told_by_its_name_too() -> None:
    counter = paying(purse=20_000)
    counter.press("Ctrl+5", "Enter")
    assert counter.done.state.given == "Member's wallet Points"


def test_without_a_member_no_wallet_pays() -> None:
    counter = desk()
    counter.till.check_out.stored = BOTH
    counter.scan("101")
    counter.press("F12", "Ctrl+5")
    assert counter.said
    assert counter.pay.state.kinds[0].chosen


def test_card_wallet_and_cash_mix_and_each_is_taken_back_until_the_end() -> None:
    counter = paying()
    counter.scan(CARD)
    counter.press("Enter", "Ctrl+5", "Enter", "Ctrl+2", "7", "7")
    counter.pay.fill(PayField.AMOUNT)
    counter.press("1", "0", "Enter")
    kinds = [row.kind for row in counter.pay.state.paid_rows]
    assert kinds == [TenderKind.GIFT_CARD, TenderKind.WALLET, TenderKind.CARD]
    counter.pay.take_back(1)
    assert counter.pay.state.due_minor == 13_876 - 3_000
    counter.press("Ctrl+Z")
    assert counter.pay.state.due_minor == 13_876 - 8_000
    counter.press("Ctrl+0")
    assert sum(amount for _, amount, _ in booked(counter)) == 13_876


def test_a_whole_journey_with_mixed_tender_needs_few_keys_beyond_its_scans() -> None:
    """Ten items with a member, an offer, points spent, a gift card, cash and the receipt again."""
    counter = paying()
    counter.press("Esc")
    counter.scan("101", "104", "105", "106")
    keys = ["F5", "Enter", "F12"]
    counter.press(*keys)
    counter.scan(CARD)
    rest = ["Enter", "2", "0", "0", "Enter", "Ctrl+P"]
    counter.press(*rest)
    assert counter.front is Screen.DONE
    kinds = [kind for kind, _, _ in booked(counter)]
    assert kinds == [TenderKind.GIFT_CARD, TenderKind.CASH]
    assert sum(1 for _ in (*keys, *rest)) <= 18


def test_kinds_that_no_programme_offers_are_not_offered() -> None:
    counter = full_desk()
    counter.press("F12", "Ctrl+4")
    offered = [kind.kind for kind in counter.pay.state.kinds if kind.offered]
    assert offered == [TenderKind.CASH, TenderKind.CARD, TenderKind.QR_WALLET]
    assert counter.pay.state.kinds[0].chosen


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_every_language_words_what_is_left(language: str) -> None:
    counter = paying(language)
    counter.scan(CARD)
    assert "•7777" in counter.pay.state.change_label


@pytest.mark.parametrize(
    ("language", "held", "said"),
    [
        (
            "en",
            True,
            "Another till is using it (store S2): the payment was taken back. "
            "20.00 of it can be taken here now.",
        ),
        (
            "en",
            False,
            "Head office has less of it: the payment was taken back. "
            "20.00 of it can be taken here now.",
        ),
        (
            "zh_CN",
            True,
            "正在门店 S2 的收银机使用：该付款已收回。此处现在可收 20.00。",
        ),
        (
            "zh_TW",
            True,
            "正在門市 S2 的收銀機使用：該付款已收回。此處現在可收 20.00。",
        ),
    ],
)
def test_a_card_that_another_till_may_be_emptying_is_taken_back_before_anything_is_booked(
    language: str, held: bool, said: str
) -> None:
    counter = paying(language, balance=20_000)
    elsewhere = (Held(store="S2", n=11_876),) if held else ()
    missing = Short(
        asset=card_asset(card_id(CARD)), missing=11_876, worth_minor=11_876, elsewhere=elsewhere
    )
    counter.till.reserving.answers = [Reservation(asked=True, short=(missing,))]
    counter.scan(CARD)
    counter.press("F12")
    assert counter.till.check_out.booked == []
    assert (counter.front, counter.said) == (Screen.PAY, said)
    assert (counter.pay.state.due_minor, counter.pay.state.paid_rows) == (13_876, ())
    counter.press("Ctrl+0")
    assert booked(counter) == [(TenderKind.CASH, 13_876, None)]


def test_a_wallet_that_another_till_may_be_emptying_is_taken_back_too() -> None:
    counter = paying(purse=20_000)
    missing = Short(
        asset=Asset(AssetKind.POINTS, "dawn-club/points", b"m" * 16),
        missing=13_876,
        worth_minor=13_876,
    )
    counter.till.reserving.answers = [Reservation(asked=True, short=(missing,))]
    counter.press("Ctrl+5", "F12")
    assert counter.till.check_out.booked == []
    assert counter.pay.state.paid_rows == ()

"""The sale screen: scans and keys in, one basket, its quote and its member out."""

from dataclasses import replace

import pytest

from posloyalty.services.refusal import ServiceRefusal
from tests.fakes.desk import desk, full_desk
from tests.fakes.lanes import LanesByStep
from tests.fakes.small_shop import (
    AMERICANO,
    APPLES,
    BAG,
    CARD,
    CASHIER,
    MILK,
    OPEN_PRICE,
    WANG,
)
from tests.fakes.till_services import FakeTill
from ui.presenters.ports import Screen, Sheet, Sound, ToastKind
from ui.presenters.sale_pad import PadFor


def test_goods_and_member_may_be_scanned_in_any_order():
    first, last = desk(), desk()
    first.scan(CARD, "101")
    last.scan("101", CARD)
    assert first.sale.state.member == last.sale.state.member
    assert first.sale.state.total == last.sale.state.total
    assert first.basket == last.basket == [("1", MILK.name, "44.90")]


def test_the_same_article_raises_its_line_and_is_selected():
    counter = desk()
    counter.scan("101", "105", "101")
    assert [row[0] for row in counter.basket] == ["1", "2"]
    assert counter.sale.state.selected == 1


def test_six_of_one_takes_two_keys_and_a_scan():
    counter = desk()
    counter.press("6", "*")
    assert counter.sale.state.echo == "6 ×"
    counter.scan("102")
    assert counter.basket == [("6", "饮用天然水 550ml", "12.00")]
    assert counter.sale.state.echo == ""


def test_a_typed_code_is_echoed_and_taken_with_enter():
    counter = desk()
    counter.press("1", "0", "5", "5", "Backspace")
    assert counter.sale.state.echo == "105"
    counter.press("Enter")
    assert counter.basket == [("1", "全麦吐司 400g", "9.80")]


def test_esc_clears_the_echo_and_never_the_basket():
    counter = desk()
    counter.scan("101")
    counter.press("9", "9", "Esc", "Esc", "Esc")
    assert counter.sale.state.echo == ""
    assert len(counter.basket) == 1


def test_letters_open_the_search_with_what_was_typed():
    counter = desk()
    counter.press("q", "m")
    assert counter.navigator.open is Sheet.FIND
    assert [row.name for row in counter.find.state.rows] == ["全麦吐司 400g"]
    counter.press("Enter")
    assert counter.navigator.open is None
    assert counter.basket == [("1", "全麦吐司 400g", "9.80")]


def test_a_quantity_before_the_search_is_for_what_is_found():
    counter = desk()
    counter.press("3", "*", "m", "s", "Enter")
    assert counter.basket == [("3", AMERICANO.name, "29.70")]


def test_what_the_search_does_not_find_says_so():
    counter = desk()
    counter.press("z", "z")
    assert counter.find.state.rows == ()
    assert "zz" in counter.find.state.empty
    counter.press("Enter")
    assert counter.basket == []


def test_the_line_shows_at_once_and_its_offer_follows_with_the_quote():
    counter = desk(by_step=True)
    lanes = counter.shell.lanes
    assert isinstance(lanes, LanesByStep)
    lanes.run_all()
    counter.scan("101", CARD)
    lanes.run_all()
    counter.scan("105")
    lanes.run("look_up")  # the scan is recognised, its quote still waits
    assert counter.basket[-1] == ("1", "全麦吐司 400g", "9.80")
    assert counter.sale.state.quoting
    lanes.run_all()
    assert not counter.sale.state.quoting
    assert counter.sale.state.total.total_minor == 4990 - 500 + 980


def test_an_offer_of_the_line_as_it_was_never_stands_under_the_changed_line():
    counter = desk(by_step=True)
    lanes = counter.shell.lanes
    assert isinstance(lanes, LanesByStep)
    lanes.run_all()
    counter.scan("101", CARD)
    lanes.run_all()
    assert counter.sale.state.rows[0].offers
    counter.press("+")
    assert counter.basket == [("2", MILK.name, "99.80")]
    assert counter.sale.state.rows[0].offers == ()
    lanes.run_all()
    assert counter.sale.state.rows[0].offers


def test_only_the_newest_quote_shows():
    counter = desk(by_step=True)
    lanes = counter.shell.lanes
    assert isinstance(lanes, LanesByStep)
    lanes.run_all()
    counter.scan("101", "105", "106")
    asked = len(counter.till.check_out.quoted)
    lanes.run_all()
    assert len(counter.till.check_out.quoted) - asked <= 3
    assert counter.till.check_out.quoted[-1].gross_minor == 4990 + 980 + 1590
    assert counter.sale.state.total.total_minor == 4990 + 980 + 1590


def test_scans_that_arrive_while_the_till_opens_the_basket_are_not_lost():
    counter = desk(by_step=True)
    lanes = counter.shell.lanes
    assert isinstance(lanes, LanesByStep)
    product = counter.till.catalogue.quick_keys()[0].keys[0].product
    counter.sale._sale.add(product)
    assert counter.basket == []
    lanes.run_all()
    assert counter.basket == [("1", product.name, "2.00")]


def test_removing_acts_at_once_and_undo_brings_it_back():
    counter = desk()
    counter.scan("101", "105")
    counter.press("Del")
    assert [row[1] for row in counter.basket] == [MILK.name]
    assert counter.said == "Removed: 全麦吐司 400g"
    assert counter.shell.toasts.undo is not None
    counter.press("Ctrl+Z")
    assert [row[1] for row in counter.basket] == [MILK.name, "全麦吐司 400g"]


def test_undo_goes_back_several_steps():
    counter = desk()
    counter.scan("101", "105")
    counter.press("+", "+", "Del", "Up", "Del")
    assert counter.basket == []
    counter.press("Ctrl+Z", "Ctrl+Z", "Ctrl+Z", "Ctrl+Z")
    assert [row[0] for row in counter.basket] == ["1", "1"]
    counter.press("Ctrl+Z", "Ctrl+Z")
    assert counter.basket == []
    counter.press("Ctrl+Z")
    assert counter.basket == []


def test_clearing_the_basket_is_undoable():
    counter = full_desk()
    before = counter.sale.state
    counter.press("Ctrl+Backspace")
    assert counter.basket == []
    assert counter.sale.state.member is None
    assert not counter.sale.state.can_pay
    counter.press("Ctrl+Z")
    assert counter.sale.state.rows == before.rows
    assert counter.sale.state.member == before.member


def test_one_more_one_less_and_the_last_one_removes():
    counter = desk()
    counter.scan("105")
    counter.press("+")
    assert counter.basket == [("2", "全麦吐司 400g", "19.60")]
    counter.press("-", "-")
    assert counter.basket == []


def test_plus_never_counts_what_a_scale_label_priced():
    counter = desk()
    counter.scan("label:")
    counter.press("+")
    assert counter.basket == [("1.286\xa0kg", APPLES.name, "16.46")]


def test_weighed_goods_ask_for_their_weight_on_the_pad():
    counter = desk()
    counter.scan("103")
    pad = counter.sale.state.pad
    assert pad is not None
    assert pad.wanted is PadFor.WEIGHT
    assert not pad.ready
    assert counter.basket == []
    counter.press("0", ".", "5", "Enter")
    assert counter.basket == [("0.5\xa0kg", APPLES.name, "6.40")]
    assert counter.sale.state.pad is None


def test_an_open_price_is_keyed_in_and_can_be_changed():
    counter = desk()
    counter.sale.press_key(OPEN_PRICE.id)
    counter.press("1", "2", ".", "5", "Enter")
    assert counter.basket == [("1", OPEN_PRICE.name, "12.50")]
    counter.press("/")
    pad = counter.sale.state.pad
    assert pad is not None
    assert (pad.value, pad.fresh) == ("12.50", True)
    counter.press("8", "Enter")
    assert counter.basket == [("1", OPEN_PRICE.name, "8.00")]


def test_what_a_label_priced_is_not_changed_at_the_till():
    counter = desk()
    counter.scan("label:")
    counter.press("/")
    assert counter.sale.state.pad is None
    assert "fixed" in counter.said


def test_a_scan_goes_into_the_basket_and_never_into_the_pad():
    counter = desk()
    counter.scan("103")
    counter.press("1")
    counter.scan("101")
    assert counter.basket == [("1", MILK.name, "49.90")]
    pad = counter.sale.state.pad
    assert pad is not None
    assert pad.value == "1"


def test_two_weighed_goods_are_asked_for_one_after_the_other():
    counter = desk()
    counter.scan("103", "206")
    counter.press("1", "Enter", "2", "Enter")
    assert [row[0] for row in counter.basket] == ["1\xa0kg", "2\xa0kg"]


def test_esc_drops_what_was_asked_for():
    counter = desk()
    counter.scan("103")
    counter.press("Esc")
    assert counter.sale.state.pad is None
    assert counter.basket == []


def test_paying_waits_for_a_missing_weight():
    counter = desk()
    counter.scan("101", "103")
    counter.press("F12")
    assert counter.front is Screen.SALE
    assert "weight" in counter.said


def test_the_quantity_is_keyed_in_with_three_taps():
    counter = desk()
    counter.scan("105")
    counter.sale.quantity(1)
    counter.sale.pad_key("6")
    counter.sale.pad_ok()
    assert counter.basket == [("6", "全麦吐司 400g", "58.80")]


def test_a_number_that_is_too_large_is_said_and_changes_nothing():
    counter = desk()
    counter.press("9", "9", "9", "9", "9", "*")
    counter.scan("105")
    assert counter.basket == []
    assert counter.shell.toasts.said[-1][1] is ToastKind.REFUSED
    assert counter.shell.sounds.heard[-1] is Sound.REFUSED


def test_sounds_tell_read_goods_from_a_found_member():
    counter = desk()
    counter.scan("101", CARD)
    assert counter.shell.sounds.heard == [Sound.UNDERSTOOD, Sound.MEMBER_FOUND]


def test_paying_goes_as_soon_as_the_quote_is_there():
    counter = desk(by_step=True)
    lanes = counter.shell.lanes
    assert isinstance(lanes, LanesByStep)
    lanes.run_all()
    counter.scan("101")
    lanes.run("look_up")
    counter.press("F12")
    assert counter.front is Screen.SALE
    lanes.run_all()
    assert counter.front is Screen.PAY


def test_enter_pays_when_nothing_is_typed_and_an_empty_basket_does_not():
    counter = desk()
    counter.press("Enter")
    assert counter.front is Screen.SALE
    assert counter.said == "Scan an item first"
    counter.scan("101")
    counter.press("Enter")
    assert counter.front is Screen.PAY


def test_a_quote_that_fails_is_said_and_the_basket_stays():
    counter = desk()
    counter.till.check_out.fails = ServiceRefusal("NO_SUCH_MEMBER")
    counter.scan("101")
    assert len(counter.basket) == 1
    assert counter.shell.toasts.said[-1][1] is ToastKind.REFUSED
    counter.press("F12")
    assert counter.front is Screen.PAY


def test_every_change_is_kept_and_an_empty_basket_is_dropped():
    counter = desk()
    counter.scan("101", "105")
    counter.press("Ctrl+Backspace")
    kept = counter.till.drafts.kept
    assert [None if b is None else len(b.lines) for b in kept] == [1, 2, None]


def test_a_kept_basket_comes_back_at_the_start():
    before = full_desk()
    till = FakeTill()
    till.drafts.stored = (before.sale._sale.basket, CASHIER.id)
    counter = desk(till=till)
    assert counter.basket == before.basket
    assert counter.sale.state.member is not None
    assert counter.said == "The open sale was brought back"


def test_receipts_in_doubt_are_told_once_after_the_start():
    till = FakeTill()
    till.receipts.doubtful = (object(), object())
    counter = desk(till=till)
    assert counter.said.startswith("2 receipts may not have come out")
    counter.navigator.show(Screen.SALE)
    assert len(counter.shell.toasts.said) == 1


def test_redeeming_needs_a_member():
    counter = desk()
    counter.scan("101")
    counter.press("F5")
    assert counter.navigator.open is None
    assert "member" in counter.said


def test_f2_opens_the_attached_member_or_the_search():
    counter = desk()
    counter.press("F2")
    assert counter.navigator.shown[-1] == (Screen.MEMBER, {})
    counter.navigator.front = Screen.SALE
    counter.scan(CARD)
    counter.press("F2")
    assert counter.navigator.shown[-1] == (Screen.MEMBER, {"member_id": WANG})


def test_quick_keys_keep_their_places_and_say_weighed_and_open_in_words():
    counter = desk()
    quick = counter.sale.state.quick
    assert quick.tabs == ("Top", "早餐", "果蔬", "日用")
    assert [key.price for key in quick.keys[8:10]] == ["weigh", "weigh"]
    assert quick.keys[14].price == "key in"
    counter.sale.choose_tab(3)
    assert [key.name for key in counter.sale.state.quick.keys][-1] == BAG.name


def test_a_quick_key_has_the_new_price_as_soon_as_head_office_changed_it():
    counter = desk()
    catalogue = counter.till.catalogue
    top, *pages = catalogue.quick_keys()
    first = replace(top.keys[0], product=replace(top.keys[0].product, price_minor=12_345))
    before = counter.sale.state.quick.keys[0].price
    catalogue.quick_keys = lambda: (replace(top, keys=(first, *top.keys[1:])), *pages)
    counter.sale._session.goods_changed()
    assert (before, counter.sale.state.quick.keys[0].price) == ("2.00", "123.45")
    counter.sale._sale.add(counter.till.catalogue.quick_keys()[0].keys[0].product)
    assert counter.basket[0][2] == "123.45"


def test_more_tabs_than_fit_are_turned_over_by_the_last_one():
    counter = desk()
    counter.sale.fit_keys(places=20, tabs_most=3)
    assert counter.sale.state.quick.tabs == ("Top", "早餐", "More")
    counter.sale.choose_tab(2)
    assert counter.sale.state.quick.tabs == ("果蔬", "日用", "More")
    counter.sale.choose_tab(2)
    assert counter.sale.state.quick.tabs[0] == "Top"


def test_more_keys_than_places_are_turned_within_their_tab_and_every_key_comes_once():
    counter = desk()
    whole = [key for key in counter.sale.state.quick.keys if key is not None]
    counter.sale.fit_keys(places=8, tabs_most=4)
    quick = counter.sale.state.quick
    assert quick.tabs == ("Top", "早餐", "果蔬", "日用")
    seen, places = [], []
    while quick.turn is not None and quick.turn.place not in places:
        assert len(quick.keys) <= 7
        places.append(quick.turn.place)
        seen += [key for key in quick.keys if key is not None]
        counter.sale.turn_keys()
        quick = counter.sale.state.quick
        assert quick.tab == 0
    assert places == ["1/3", "2/3", "3/3"]
    assert seen == whole
    counter.sale.turn_keys()
    counter.sale.choose_tab(0)
    turn = counter.sale.state.quick.turn
    assert turn is not None
    assert (turn.spoken, turn.back) == ("Next page; 1 of 3 shown", False)
    counter.sale.turn_keys()
    counter.sale.turn_keys()
    turn = counter.sale.state.quick.turn
    assert turn is not None
    assert (turn.spoken, turn.back) == ("First page; 3 of 3 shown", True)


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_every_language_words_the_whole_screen(language):
    counter = full_desk(language)
    counter.sale.press_chip("offer:ten-off")
    counter.sale.press_chip("points:points")
    counter.scan("103", "nothing", "R:S01-T01-1-0001")
    state = counter.sale.state
    assert state.pad is not None
    assert state.hint
    assert "{" not in repr(state)


def test_a_line_reads_as_a_sentence():
    counter = full_desk()
    assert (
        counter.sale.state.rows[0].spoken == "1, 纯牛奶 250ml×12, 49.90 each, 44.90, 会员价 −5.00"
    )


def test_a_switch_of_language_words_everything_anew():
    counter = full_desk()
    counter.shell.session.speak("zh_TW")
    assert counter.sale.state.total.label == "應收"
    assert counter.sale.state.earns.label == "本單可得"

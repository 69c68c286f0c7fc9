"""The member in the sale and the offers: card, totals, chips, what removing one costs."""

from dataclasses import replace

import pytest

from posloyalty.domain.engine.award import CARD_STAYS_FULL, REDEEMS_BY
from posloyalty.domain.engine.marked_members import TEST_MEMBER
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.right import UNBOUNDED, Right
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.shop.sale import Told
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.desk import desk, full_desk
from tests.fakes.plain_rules import wallet
from tests.fakes.small_shop import (
    CARD,
    MILK,
    WANG,
    member,
)
from tests.fakes.till_services import FakeTill
from ui.presenters.chips import ChipIs
from ui.presenters.member_panel import member_state
from ui.presenters.ports import Screen


def test_the_member_panel_tells_who_what_tier_and_how_old_the_balance_is():
    counter = full_desk()
    shown = counter.sale.state.member
    assert shown is not None
    assert (shown.name, shown.phone) == ("王小雨", "138 **** 6021")
    assert (shown.balance, shown.as_of, shown.pending) == ("2,480", "As of 13:52", "120 pending")
    assert (shown.tier, shown.rank, shown.levels, shown.progress) == ("金卡", 3, 4, 690)
    assert shown.progress_words == "620 pts to 铂金"
    assert shown.birthday == "Birthday 28 Nov"
    assert shown.note == "花生过敏"


def test_a_balance_is_stale_only_where_it_is_there_and_of_an_earlier_time() -> None:
    counter = full_desk()
    quote, panel = counter.sale._sale.quote, counter.sale._sale.panel
    assert panel is not None

    def stale(**changed: bool) -> bool:
        shown = member_state(replace(panel, **changed), quote, counter.sale._counter.figures)
        return shown is not None and shown.stale

    assert (stale(), stale(stale=True), stale(stale=True, complete=False)) == (False, True, False)


def test_what_further_wallets_hold_stands_beside_what_is_pending():
    counter = full_desk()
    quote, panel = counter.sale._sale.quote, counter.sale._sale.panel
    assert quote is not None
    stamps = replace(wallet(8, 0), wallet="stamps")
    empty = replace(wallet(0, 0), wallet="miles")
    quote = replace(quote, wallets=(*quote.wallets, stamps, empty))
    wallets = {"points": ("Points", 0), "stamps": ("Cup stamps", 0), "miles": ("Miles", 0)}
    figures = replace(counter.sale._counter.figures, wallets=wallets)
    shown = member_state(panel, quote, figures)
    assert shown is not None
    assert shown.pending == "120 pending · Cup stamps 8"


FULL_CARD = {
    "en": "Cup stamps: card full, given at the next visit",
    "zh_CN": "Cup stamps 已集满，下次光临时给予",
    "zh_TW": "Cup stamps 已集滿，下次光臨時給予",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_that_stays_full_is_explained_beside_the_note(language: str) -> None:
    counter = full_desk()
    quote, panel = counter.sale._sale.quote, counter.sale._sale.panel
    assert quote is not None
    told = Told(CARD_STAYS_FULL, (("name", "Cup stamps"), ("wallet", "stamps")))
    wallets = {"points": ("Points", 0), "stamps": ("Cup stamps", 0)}
    figures = replace(counter.sale._counter.figures, wallets=wallets, words=Words(language))
    shown = member_state(panel, replace(quote, told=(*quote.told, told)), figures)
    assert shown is not None
    assert (shown.note, shown.warning) == (f"花生过敏 · {FULL_CARD[language]}", False)


def test_a_note_without_consent_is_not_shown():
    till = FakeTill()
    till.members.who = replace(member(), consents=())
    counter = desk(till=till)
    counter.scan(CARD)
    shown = counter.sale.state.member
    assert shown is not None
    assert shown.note == ""


def test_a_frozen_member_is_said_to_be_frozen():
    till = FakeTill()
    till.members.who = member(status=MemberStatus.FROZEN)
    counter = desk(till=till)
    counter.scan(CARD)
    shown = counter.sale.state.member
    assert shown is not None
    assert shown.warning
    assert "Frozen" in shown.note


def test_the_member_leaves_the_sale_and_comes_back_with_undo():
    counter = full_desk()
    counter.sale.detach_member()
    assert counter.sale.state.member is None
    assert counter.sale.state.chips == ()
    assert counter.shell.toasts.undo is not None
    counter.shell.toasts.undo()
    assert counter.sale.state.member is not None


def test_a_neighbouring_screen_attaches_a_member_and_hands_a_scan_over():
    counter = desk()
    counter.navigator.show(Screen.SALE, scan="101", member_id=WANG)
    assert counter.basket[0][1] == MILK.name
    assert counter.sale.state.member is not None


def test_the_totals_say_what_was_before_what_is_saved_and_what_is_to_pay():
    counter = full_desk()
    total = counter.sale.state.total
    assert total.before == ("Before offers", "153.76")
    assert total.saved == ("You save", "−15.00")
    assert counter.sale.state.pay == f"Pay  {total.total}"


def test_tax_that_is_added_is_told_and_not_called_a_saving():
    till = FakeTill()
    till.check_out.taxes_added = True
    counter = desk(till=till)
    counter.scan("105")
    assert counter.sale.state.total.before == ("Before offers", "9.80")
    assert counter.sale.state.total.saved == ("Tax added", "+1.27")


def test_chips_are_applied_then_usable_then_refused():
    counter = full_desk()
    kinds = [chip.kind for chip in counter.sale.state.chips]
    assert kinds == [ChipIs.APPLIED, ChipIs.APPLIED, ChipIs.USABLE, ChipIs.REFUSED]
    assert counter.sale.state.usable == 1


def test_an_offer_on_the_whole_basket_stands_with_the_totals_not_under_the_lines():
    counter = full_desk()
    first = counter.sale.state.rows[0]
    assert [offer.name for offer in first.offers] == ["会员价"]
    assert first.amount_minor == 4490
    assert counter.sale.state.total.saved == ("You save", "−15.00")


def test_refused_offers_that_buying_more_would_bring_come_first():
    counter = desk()
    counter.scan("105", CARD)
    refused = [c for c in counter.sale.state.chips if c.kind is ChipIs.REFUSED]
    assert refused[0].title == "满 100 减 10 券"
    assert refused[0].sub == "90.20 more to use it"


def test_removing_an_offer_shows_the_loss_first():
    counter = full_desk()
    before = counter.sale.state.total.total_minor
    counter.sale.press_chip("offer:ten-off")
    armed = next(c for c in counter.sale.state.chips if c.id == "offer:ten-off")
    assert armed.sub == "10.00 more; press again"
    assert counter.sale.state.total.total_minor == before
    counter.sale.press_chip("offer:ten-off")
    assert counter.sale.state.total.total_minor == before + 1000
    removed = next(c for c in counter.sale.state.chips if c.id == "offer:ten-off")
    assert removed.kind is ChipIs.USABLE
    counter.sale.press_chip("offer:ten-off")
    assert counter.sale.state.total.total_minor == before


def test_esc_forgets_an_armed_offer():
    counter = full_desk()
    counter.sale.press_chip("offer:ten-off")
    counter.press("Esc")
    counter.sale.press_chip("offer:ten-off")
    assert "offer:ten-off" in [c.id for c in counter.sale.state.chips if c.amount_minor == 1000]
    assert counter.sale._sale.basket.declined == frozenset()


def test_the_most_useful_points_are_one_tap_on_the_chip():
    counter = full_desk()
    before = counter.sale.state.total.total_minor
    counter.sale.press_chip("points:points")
    assert counter.sale.state.total.total_minor == before - 2400
    counter.sale.press_chip("points:points")
    assert counter.sale.state.total.total_minor == before


def test_a_refused_offer_is_not_toggled():
    counter = full_desk()
    before = counter.sale._sale.basket
    counter.sale.press_chip("offer:birthday")
    assert counter.sale._sale.basket == before


def test_a_test_member_is_said_to_be_one_before_anything_else():
    counter = full_desk()
    quote, panel = counter.sale._sale.quote, counter.sale._sale.panel
    assert quote is not None
    assert quote.member_id is not None
    mark = Right(
        id=b"r" * 16, kind=TEST_MEMBER, of=TEST_MEMBER, owner=quote.member_id, programme="test",
        uses=UNBOUNDED,
    )  # fmt: skip
    state = MemberState(
        member_id=quote.member_id, status=MemberStatus.ACTIVE, joined_on=quote.day, rights=(mark,)
    )
    shown = member_state(panel, replace(quote, state=state), counter.sale._counter.figures)
    assert shown is not None
    assert shown.note == "Test member: counts in no budget and no report"
    assert shown.warning


def test_the_last_day_of_redeeming_stands_beside_the_member():
    counter = full_desk()
    quote, panel = counter.sale._sale.quote, counter.sale._sale.panel
    assert quote is not None
    told = Told(REDEEMS_BY, (("name", "Club"), ("day", "2027-03-31")))
    ending = replace(quote, told=(*quote.told, told))
    shown = member_state(panel, ending, counter.sale._counter.figures)
    assert shown is not None
    assert shown.note == "花生过敏 · Use by 31 Mar: the programme ends"
    assert not shown.warning

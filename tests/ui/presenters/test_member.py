"""The member screen: who is meant, what is shown of them, and what never happens by guessing."""

import pytest

from posloyalty.domain.engine.award import ALERT, Award
from posloyalty.domain.members.short_code import format_short_code
from posloyalty.domain.programme.reason import Reason
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
)
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.refusal import finding as service_finding
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.back_desks import FakeDesk, FakePapers
from tests.fakes.back_office import CODE, LI, NEW_CODE, NOW, WANG, WEI, WU, FakeTill, row
from tests.fakes.desk import full_desk
from tests.fakes.lanes import LanesByStep, Shell
from ui.presenters.counter import counter_of
from ui.presenters.member import AGAIN_MS, MemberPresenter
from ui.presenters.member_detail import time_text
from ui.presenters.member_state import Focus, Pane
from ui.presenters.ports import Screen, Sound, ToastKind


class Counter:
    """A member screen with everything around it."""

    def __init__(self, lanes: LanesByStep | None = None, language: str = "en") -> None:
        self.shell = Shell(language) if lanes is None else Shell(language, lanes=lanes)
        self.till = FakeTill()
        self.desk = FakeDesk()
        self.papers = FakePapers()
        self.shell.session.attach(self.till, None)
        self.shell.session.sign_in(LI)
        self.screen = MemberPresenter(self.shell.session, desk=self.desk, papers=self.papers)
        self.screen.opened()

    @property
    def said(self) -> str:
        return self.shell.toasts.said[-1][0]

    @property
    def form(self):
        return self.screen.enrolment


@pytest.mark.parametrize("text", ["6021", "13812346021", "王小", "王小雨"])
def test_enter_adds_the_one_member_who_is_meant(text: str) -> None:
    at = Counter()
    at.screen.search(text)
    at.screen.enter()
    assert at.desk.members == [(WANG.member_id, "phone")]
    assert at.shell.navigator.shown == [(Screen.SALE, {})]
    assert Sound.MEMBER_FOUND in at.shell.sounds.heard


def test_enter_never_guesses_among_several() -> None:
    at = Counter()
    at.screen.search("1")
    at.screen.enter()
    assert at.desk.members == []
    assert at.said == "3 people match. Choose with ↑ ↓ or tap"


def test_arrow_and_enter_add_the_chosen_one() -> None:
    at = Counter()
    at.screen.search("1")
    at.screen.down()
    at.screen.down()
    at.screen.enter()
    assert at.desk.members == [(WU.member_id, "phone")]


def test_arrows_stop_at_both_ends() -> None:
    at = Counter()
    at.screen.search("1")
    at.screen.up()
    for _ in range(9):
        at.screen.down()
    assert [tile.name for tile in at.screen.state.rows if tile.chosen] == ["卫雪莹"]


def test_typing_on_takes_the_choice_back() -> None:
    at = Counter()
    at.screen.search("1")
    at.screen.choose(WU.member_id)
    at.screen.search("13")
    at.screen.enter()
    assert at.desk.members == []


def test_enter_pressed_before_the_answer_waits_for_it() -> None:
    lanes = LanesByStep()
    at = Counter(lanes)
    lanes.run_all()
    at.screen.search("6021")
    at.screen.enter()
    assert at.desk.members == []
    lanes.run_all()
    assert at.desk.members == [(WANG.member_id, "phone")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_till_that_still_reads_its_members_says_so_and_not_that_there_is_nobody(
    language: str,
) -> None:
    at = Counter(language=language)
    at.till.members.whole = False
    at.screen.search("王小")
    state, words = at.screen.state, Words(language)
    assert (state.rows, state.summary) == ((), "")
    assert state.empty == words("member.still_reading")
    assert state.empty_hint == words("member.still_reading_hint")


def test_who_was_asked_for_too_early_comes_by_themselves_and_enter_has_waited() -> None:
    at = Counter()
    at.till.members.whole = False
    at.screen.search("王小")
    at.screen.enter()
    at.shell.timer.pass_ms(AGAIN_MS)
    assert at.shell.toasts.said == []
    assert at.desk.members == []
    at.till.members.whole = True
    at.shell.timer.pass_ms(AGAIN_MS)
    assert at.desk.members == [(WANG.member_id, "phone")]


def test_whoever_typed_on_is_not_asked_for_again() -> None:
    at = Counter()
    at.till.members.whole = False
    at.screen.search("王")
    at.till.members.whole = True
    at.screen.search("6021")
    at.till.members.asked.clear()
    at.shell.timer.pass_ms(AGAIN_MS)
    assert at.till.members.asked == []


def test_whole_numbers_count_at_once_and_a_new_one_joins() -> None:
    at = Counter()
    at.till.members.whole = False
    at.screen.search("13999999999")
    at.screen.enter()
    assert at.screen.state.focus is Focus.CONSENTS
    at.screen.search(WANG.phone)
    at.screen.enter()
    assert at.desk.members == [(WANG.member_id, "phone")]


def test_a_fast_typist_costs_two_look_ups_and_old_answers_are_dropped() -> None:
    lanes = LanesByStep()
    at = Counter(lanes)
    lanes.run_all()
    at.till.members.asked.clear()
    for text in ("6", "60", "602", "6021"):
        at.screen.search(text)
    lanes.run_all()
    assert at.till.members.asked == ["6", "6021"]
    assert [tile.name for tile in at.screen.state.rows] == ["王小雨"]


def test_rows_show_masked_phones_tier_and_points() -> None:
    at = Counter()
    at.screen.search("1")
    first = at.screen.state.rows[0]
    assert (first.name, first.phone, first.tier) == ("王小雨", "138 **** 6021", "金卡")
    assert first.points == "2,480 pts"
    assert at.screen.state.rows[2].note == "No visit yet"
    assert at.screen.state.summary == "3 found · 1,000,000 on this till"


def test_an_empty_search_says_what_to_do() -> None:
    at = Counter()
    assert at.screen.state.empty.startswith("Type, or scan")
    at.screen.enter()
    assert at.said == "Type a phone, card or name first"


def test_nobody_found_offers_to_join() -> None:
    at = Counter()
    at.screen.search("zzz")
    assert at.screen.state.empty == 'Nobody found for "zzz"'
    at.screen.enter()
    assert at.desk.members == []


def test_a_scan_goes_to_the_sale_and_the_half_filled_form_stays() -> None:
    at = Counter()
    at.form.change_phone("137000")
    at.form.change_name("李")
    at.screen.scanned("6901234567892")
    assert at.desk.scans == ["6901234567892"]
    assert at.shell.navigator.shown[-1] == (Screen.SALE, {})
    at.screen.opened()
    assert (at.form.state.phone, at.form.state.name) == ("137000", "李")


# Joining


def join_quickly(at: Counter, phone: str = "13700002208") -> None:
    """The fifteen keys of the design: F2, eleven digits, Enter, Space, F12."""
    typed = ""
    for digit in phone:
        typed += digit
        at.screen.search(typed)
    at.screen.enter()
    at.form.answer("terms", True)
    at.screen.main_action()


def test_fifteen_keys_make_a_member_and_put_them_into_the_sale() -> None:
    at = Counter()
    join_quickly(at)
    assert at.till.enrol.forms == [
        EnrolForm(
            phone="13700002208",
            name="",
            birthday=None,
            consents=(
                ("terms", "", True),
                ("marketing", "sms", False),
                ("notes", "", False),
            ),
            language="en",
        )
    ]
    assert len(at.desk.members) == 1
    assert at.screen.state.search == ""
    assert at.screen.state.pane is Pane.CARD
    assert at.screen.state.card.code == format_short_code(CODE)


@pytest.mark.parametrize(("in_reach", "asked"), [(True, 1), (False, 0)])
def test_who_joins_in_reach_is_asked_a_welcome_for_and_joins_in_any_case(
    in_reach: bool, asked: int
) -> None:
    at = Counter()
    at.till.reserve_use.asks = in_reach
    join_quickly(at)
    assert (at.till.reserve_use.newcomers, len(at.till.enrol.forms)) == (asked, 1)


def test_enter_on_a_number_nobody_has_moves_on_to_the_terms() -> None:
    at = Counter()
    at.screen.search("13700002208")
    before = at.screen.state.focus_n
    at.screen.enter()
    assert at.screen.state.focus is Focus.CONSENTS
    assert at.screen.state.focus_n == before + 1
    assert at.form.state.phone == "13700002208"


def test_no_answer_is_ticked_beforehand() -> None:
    at = Counter()
    assert [tile.granted for tile in at.form.state.consents] == [False, False, False]


def test_joining_without_terms_is_refused_at_its_entry() -> None:
    at = Counter()
    at.form.change_phone("13700002208")
    at.screen.main_action()
    assert at.till.enrol.forms == []
    assert at.form.state.consents[0].finding == "The member has to agree to the terms"


def test_all_findings_are_shown_at_once() -> None:
    at = Counter()
    at.form.change_phone("137")
    at.form.change_birthday("13-40")
    at.screen.main_action()
    state = at.form.state
    assert state.phone_finding.startswith("3 digits so far")
    assert state.birthday_finding.startswith("Month and day")
    assert state.consents[0].finding
    assert state.findings == 3
    at.form.change_phone("1370")
    assert at.form.state.phone_finding == ""
    assert at.form.state.birthday_finding


def test_a_duplicate_is_noticed_once_the_typing_pauses() -> None:
    at = Counter()
    at.form.change_phone("13812346021")
    assert at.form.state.duplicate is None
    at.shell.timer.pass_ms(300)
    assert at.form.state.phone_note == "Already a member. Add to sale"
    at.form.answer("terms", True)
    at.screen.main_action()
    assert at.till.enrol.forms == []
    at.screen.add_duplicate()
    assert at.desk.members == [(WANG.member_id, "phone")]


def test_a_free_number_is_said_to_be_free() -> None:
    at = Counter()
    at.form.change_phone("137 0000 2208")
    at.shell.timer.pass_ms(300)
    assert at.form.state.phone_note == "No duplicate found"


def test_what_the_search_proposed_goes_when_the_search_moves_on() -> None:
    at = Counter()
    at.screen.search("13700002208")
    assert at.form.state.phone == "13700002208"
    at.screen.search("wxy")
    assert at.form.state.phone == ""


def test_a_phone_typed_into_the_form_is_not_overwritten_by_a_search() -> None:
    at = Counter()
    at.form.change_phone("13700002208")
    at.screen.search("13912340417")
    assert at.form.state.phone == "13700002208"


def test_the_services_findings_come_to_their_entries_and_nothing_is_lost() -> None:
    at = Counter()
    at.till.enrol.refuses = ServiceRefusal(
        "INVALID", findings=(service_finding("phone", "PHONE_NOT_PLAUSIBLE", digits=11),), count=1
    )
    join_quickly(at)
    assert at.form.state.phone_finding
    assert at.form.state.phone == "13700002208"
    assert at.screen.state.pane is Pane.NEW


# Details and cards


def test_details_show_balance_with_its_time_pending_tier_and_visits() -> None:
    at = Counter()
    at.screen.open_member(WANG.member_id)
    detail = at.screen.state.detail
    assert at.screen.state.pane is Pane.DETAIL
    assert detail.as_of == "As of 11-22 14:06"
    assert detail.wallets[0].balance == "2,480"
    assert detail.wallets[0].notes == ("120 pending", "300 expire after 2026-12-31")
    assert detail.tiers[0].pips == "●●●○"
    assert detail.tiers[0].note == "620 more to 铂金"
    assert detail.phone == "138 **** 6021"
    assert len(detail.visits) == 5


def test_details_that_come_late_do_not_come_between_somebody_who_types() -> None:
    lanes = LanesByStep()
    at = Counter(lanes)
    lanes.run_all()
    at.screen.open_member(WANG.member_id)
    at.screen.search("王小")
    lanes.run_all()
    assert at.screen.state.pane is Pane.NEW
    assert at.screen.state.focus is not Focus.PANE
    assert at.screen.state.rows


def test_esc_closes_the_details_before_the_screen() -> None:
    at = Counter()
    at.screen.open_member(WANG.member_id)
    at.screen.escape()
    assert at.screen.state.pane is Pane.NEW
    assert at.shell.navigator.backs == 0
    at.screen.escape()
    assert at.shell.navigator.backs == 1


def test_replacing_a_card_stands_on_its_own_pane_and_shows_the_new_card() -> None:
    at = Counter()
    at.screen.open_member(WANG.member_id)
    at.screen.ask_replace()
    assert at.screen.state.pane is Pane.REPLACE
    assert at.till.enrol.replaced == []
    at.screen.main_action()
    assert at.till.enrol.replaced == [WANG.member_id]
    assert at.screen.state.card.code == format_short_code(NEW_CODE)
    assert at.said.startswith(f"The new card is {format_short_code(NEW_CODE)}")


def test_a_shown_card_masks_the_name_and_can_be_printed_and_saved() -> None:
    at = Counter()
    at.screen.open_member(WANG.member_id)
    at.screen.show_card()
    assert at.screen.state.card.name == "王**"
    at.screen.print_card()
    assert [card.short_code for card in at.papers.printed] == [CODE]
    assert at.said == "The card was printed"
    at.screen.save_card()
    assert at.said == f"Saved as cards/{CODE}.pdf"


@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.UNKNOWN])
@pytest.mark.parametrize(
    ("condition", "said"),
    [
        *((PrinterCondition(state), f"settings.printer_{state}") for state in PrinterState),
        (PrinterCondition(PrinterState.OFF, "cover_open"), "printer.cover_open"),
        (PrinterCondition(PrinterState.OFF, "fault"), "printer.fault"),
        (PrinterCondition(PrinterState.OFF, "bad_address"), "printer.bad_address"),
        (PrinterCondition(PrinterState.READY, "paper_low"), "printer.paper_low"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_that_the_printer_did_not_confirm_is_said_in_its_words(
    outcome: Outcome, condition: PrinterCondition, said: str, language: str
) -> None:
    at = Counter(language=language)
    at.papers.result = PrintResult(outcome, condition)
    at.screen.open_member(WANG.member_id)
    at.screen.show_card()
    at.screen.print_card()
    words = Words(language)
    assert words.has(said)
    assert at.said == words("member.card_not_printed", state=words(said))
    assert at.shell.toasts.said[-1][1] is ToastKind.LOOK


def test_consents_can_be_given_and_taken_back_but_the_terms_cannot() -> None:
    at = Counter()
    at.screen.open_member(WANG.member_id)
    assert [line.fixed for line in at.screen.state.detail.consents] == [True, False, False]
    at.screen.set_consent("marketing", "sms", True)
    assert at.till.enrol.answers == [(WANG.member_id, "marketing", "sms", True)]


def test_locking_the_till_hides_whose_details_were_open() -> None:
    at = Counter()
    at.screen.open_member(WANG.member_id)
    at.shell.session.sign_in(None)
    assert at.screen.state.pane is Pane.NEW
    assert at.screen.state.detail is None


def test_a_member_who_is_gone_is_said_and_the_search_stays() -> None:
    at = Counter()
    at.screen.search("王")
    at.till.members.rows = (WEI,)
    at.screen.open_member(WANG.member_id)
    assert at.shell.toasts.said[-1][1] is ToastKind.REFUSED
    assert at.screen.state.search == "王"


@pytest.mark.parametrize(
    ("language", "unknown", "as_of"),
    [
        ("en", "Points not yet known", "As of "),
        ("zh_CN", "积分尚未知晓", "截至 "),
        ("zh_TW", "點數尚未知曉", "截至 "),
    ],
)
def test_points_that_nobody_here_knows_yet_are_said_to_be_so_and_are_not_none(
    language: str, unknown: str, as_of: str
) -> None:
    at = Counter()
    at.till.members.rows = (
        row(7, "王远", "13700000007", balance=None, tier_name="", last_visit=None, as_of=NOW),
    )
    at.shell.session.speak(language)
    at.screen.search("王远")
    (tile,) = at.screen.state.rows
    assert (tile.tier, tile.points) == ("", unknown)
    assert tile.note == as_of + time_text(NOW)


def test_a_language_switch_words_everything_anew() -> None:
    at = Counter()
    at.screen.search("王")
    at.shell.session.speak("zh_CN")
    at.screen.reworded()
    assert at.screen.state.rows[0].points == "2,480 分"
    assert at.form.state.consents[0].label == "会员章程"


def test_what_looks_wrong_about_a_sign_up_is_said_at_the_counter() -> None:
    counter = full_desk()
    many = Reason("TOO_MANY_SIGN_UPS", (("sign_ups", 5), ("minutes", 15)))
    alert = Award(kind=ALERT, of="sign_ups", name="", amount=1, rule_id="risk", reasons=(many,))
    given = Award(kind="points", of="points", name="", amount=50, rule_id="w", reasons=(many,))
    counter_of(counter.shell.session).say_alerts((given, alert))
    assert counter.said == (
        "5 sign-ups by one cashier in 15 minutes before this one; what joining gives waits for a "
        "supervisor"
    )

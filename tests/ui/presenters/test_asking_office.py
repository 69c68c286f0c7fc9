"""Head office is asked for a whole number or card that nobody here has; the cashier goes on."""

from __future__ import annotations

import pytest

from posloyalty.domain.members.member import Identifier, IdentifierKind
from posloyalty.services.selling.scanned import ScannedMember, ScanRefused
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.back_office import row
from tests.fakes.desk import Desk, desk
from tests.fakes.lanes import LanesByStep
from tests.fakes.small_shop import WANG
from tests.ui.presenters.test_member import Counter
from ui.presenters.counter import counter_of
from ui.presenters.member_state import Focus
from ui.presenters.ports import Screen, ToastKind
from ui.presenters.reserving import PATIENCE_MS

NUMBER = "13700002208"
PHONE = Identifier(IdentifierKind.PHONE, NUMBER)
BEA = row(77, "Bea", NUMBER, balance=None, tier_name="")
CODE = "M7K4QW9D2X"
CARD = Identifier(IdentifierKind.CARD, CODE)


def searching(*, known: bool = True, online: bool = True, language: str = "en") -> Counter:
    """A member screen in reach of a head office that knows Bea, or not."""
    at = Counter(language=language)
    at.till.lending.online = online
    if known:

        def comes() -> None:
            at.till.members.rows += (BEA,)

        at.till.about_members.finds[PHONE] = comes
    return at


def waits(at: Counter | Desk) -> LanesByStep:
    """What head office is asked for waits until the test lets it answer."""
    step = LanesByStep()
    at.shell.session.lanes.reserving = step.reserving  # type: ignore[method-assign]
    return step


# The member screen


@pytest.mark.parametrize("language", LANGUAGES)
def test_enter_on_a_number_that_nobody_here_has_asks_and_adds_who_is_found(language: str) -> None:
    at = searching(language=language)
    step, words = waits(at), Words(language)
    at.screen.search(NUMBER)
    at.screen.enter()
    assert (at.said, at.screen.state.empty) == (words("member.asking_office"),) * 2
    assert at.screen.state.empty_hint == words("member.asking_office_hint")
    step.run("reserving")
    assert at.till.about_members.asked == [PHONE]
    assert at.desk.members == [(BEA.member_id, "phone")]
    assert at.shell.navigator.shown == [(Screen.SALE, {})]


def test_nobody_there_either_goes_over_into_the_form_and_is_asked_for_once() -> None:
    at = searching(known=False)
    at.screen.search(NUMBER)
    at.screen.enter()
    assert at.screen.state.focus is Focus.CONSENTS
    assert at.desk.members == []
    at.screen.enter()
    at.form.answer("terms", True)
    at.screen.main_action()
    assert at.till.about_members.asked == [PHONE]
    assert [form.phone for form in at.till.enrol.forms] == [NUMBER]


@pytest.mark.parametrize("typed", ["zzz", "王小五", "2208", "1370000", "wang"])
def test_a_name_or_a_part_of_a_number_is_never_asked_for(typed: str) -> None:
    at = searching()
    at.screen.search(typed)
    at.screen.enter()
    assert at.till.about_members.asked == []


def test_whoever_is_here_is_not_asked_for() -> None:
    at = searching()
    at.screen.search("13812346021")
    at.screen.enter()
    assert at.till.about_members.asked == []
    assert len(at.desk.members) == 1


def test_out_of_reach_everything_is_as_it_was() -> None:
    at = searching(online=False)
    at.screen.search(NUMBER)
    at.screen.enter()
    assert at.till.about_members.asked == []
    assert at.screen.state.focus is Focus.CONSENTS


def test_a_second_enter_while_it_is_asked_asks_no_second_time() -> None:
    at = searching()
    step = waits(at)
    at.screen.search(NUMBER)
    at.screen.enter()
    at.screen.enter()
    assert len(step.waiting["reserving"]) == 1


def test_after_two_seconds_the_form_is_there_and_who_comes_late_is_said_to_be_a_member() -> None:
    at = searching()
    step = waits(at)
    at.screen.search(NUMBER)
    at.screen.enter()
    at.shell.timer.pass_ms(PATIENCE_MS - 1)
    assert at.screen.state.focus is Focus.SEARCH
    at.shell.timer.pass_ms(1)
    assert at.screen.state.focus is Focus.CONSENTS
    assert at.screen.state.empty == f'Nobody found for "{NUMBER}"'
    step.run("reserving")
    assert at.desk.members == []  # nobody is put into a sale behind the cashier's back
    assert [tile.name for tile in at.screen.state.rows] == ["Bea"]
    assert at.form.state.duplicate == BEA.member_id


@pytest.mark.parametrize("moves", ["types on", "leaves"])
def test_an_answer_adds_nobody_to_a_sale_once_the_cashier_has_moved_on(moves: str) -> None:
    at = searching()
    step = waits(at)
    at.screen.search(NUMBER)
    at.screen.enter()
    if moves == "types on":
        at.screen.search("138")
    else:
        at.screen.closed()
    step.run("reserving")
    assert at.desk.members == []
    assert BEA in at.till.members.rows  # and is here the next time


def test_a_question_that_fails_is_an_answer_without_anybody() -> None:
    at = searching()

    def fails() -> None:
        raise OSError("gone")

    at.till.about_members.finds[PHONE] = fails
    at.screen.search(NUMBER)
    at.screen.enter()
    assert at.screen.state.focus is Focus.CONSENTS


# Joining


def fills(at: Counter) -> None:
    at.form.change_phone(NUMBER)
    at.form.answer("terms", True)


def test_who_joins_with_a_number_that_head_office_knows_joins_no_second_time() -> None:
    at = searching()
    fills(at)
    at.screen.main_action()
    assert at.till.enrol.forms == []
    assert at.form.state.duplicate == BEA.member_id
    assert not at.form.state.busy


def test_who_joins_with_a_number_that_nobody_has_joins() -> None:
    at = searching(known=False)
    fills(at)
    at.screen.main_action()
    assert at.till.about_members.asked == [PHONE]
    assert len(at.till.enrol.forms) == 1


def test_joining_waits_two_seconds_at_most_and_is_done_once() -> None:
    at = searching(known=False)
    step = waits(at)
    fills(at)
    at.screen.main_action()
    at.screen.main_action()
    assert (at.form.state.busy, at.till.enrol.forms) == (True, [])
    at.shell.timer.pass_ms(PATIENCE_MS)
    assert len(at.till.enrol.forms) == 1
    step.run_all()
    assert len(at.till.enrol.forms) == 1


# The sale


def selling(*, known: bool = True) -> Desk:
    """A sale in reach; head office knows whose the short code is, or not."""
    counter = desk()
    counter.till.lending.online = True
    counter.till.scan.doubtful[CODE] = ScanRefused("member_unknown", whom=CARD)

    def comes() -> None:
        counter.till.scan.doubtful[CODE] = ScannedMember(WANG, "code")

    if known:
        counter.till.about_members.finds[CARD] = comes
    return counter


def whose(counter: Desk) -> bytes | None:
    basket = counter_of(counter.shell.session).sale.basket
    return None if basket is None else basket.member_id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_code_that_nobody_here_has_is_asked_for_at_the_sale(language: str) -> None:
    counter = selling()
    counter.shell.session.words = Words(language)
    counter.scan(CODE)
    assert counter.till.about_members.asked == [CARD]
    assert whose(counter) == WANG
    asking = Words(language)("member.asking_office")
    assert (asking, ToastKind.NEWS) in counter.shell.toasts.said


def test_goods_are_scanned_meanwhile_and_the_member_comes_behind_them() -> None:
    counter = selling()
    step = waits(counter)
    counter.scan(CODE)
    counter.scan("101")
    assert (len(counter.basket), whose(counter)) == (1, None)
    step.run("reserving")
    assert (len(counter.basket), whose(counter)) == (1, WANG)


def test_nobody_there_either_is_said_as_it_was() -> None:
    counter = selling(known=False)
    counter.scan(CODE)
    assert counter.said == Words("en")("scan.member_unknown")
    assert whose(counter) is None


def test_who_comes_late_is_not_put_into_the_sale() -> None:
    counter = selling()
    step = waits(counter)
    counter.scan(CODE)
    counter.shell.timer.pass_ms(PATIENCE_MS)
    assert counter.said == Words("en")("scan.member_unknown")
    step.run("reserving")
    assert whose(counter) is None


def test_an_answer_for_a_sale_that_is_over_is_not_taken_for_the_next_one() -> None:
    counter = selling()
    step = waits(counter)
    counter.scan("101")
    counter.scan(CODE)
    counter_of(counter.shell.session).clear()
    counter.scan("101")
    step.run("reserving")
    assert whose(counter) is None

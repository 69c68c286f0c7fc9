"""An approval on the spot: the reason, the PIN of somebody who may, and the sale left alone."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.authority import Approval, Need
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.services.refusal import ServiceRefusal
from tests.fakes.back_office import CHEN, HUANG, LI, PIN, badge_of
from tests.fakes.desk import Desk, desk
from ui.presenters.approval import ReasonChoice, ask_approval
from ui.presenters.ports import Screen, Sheet, Sound

VOID = Need(Right.VOID)
REASONS = (ReasonChoice("damaged", "common.back"), ReasonChoice("other", "common.save"))


class Answers:
    """What came of asking."""

    def __init__(self, made: Desk, need: Need = VOID, reasons: tuple[ReasonChoice, ...] = ()):
        self.approved: list[Approval] = []
        self.left = 0
        ask_approval(
            made.shell.session,
            need,
            what=lambda: made.shell.session.words("common.cancel"),
            reasons=reasons,
            done=self.approved.append,
            left=self._leave,
        )

    def _leave(self) -> None:
        self.left += 1


def till_of(operator: Operator = LI, *, by_step: bool = False) -> Desk:
    return desk(operator=operator, by_step=by_step)


def test_who_may_alone_is_not_asked() -> None:
    made = till_of(CHEN)
    asked = Answers(made)
    assert asked.approved == [Approval(CHEN)]
    assert made.navigator.open is None


def test_where_a_reason_is_wanted_who_may_alone_gives_only_that() -> None:
    made = till_of(CHEN)
    asked = Answers(made, reasons=REASONS)
    assert made.approve.state.choosing
    assert not made.approve.state.names
    made.press("2")
    assert asked.approved == [Approval(CHEN, "other")]
    assert made.navigator.open is None
    assert asked.left == 0


def test_an_override_costs_the_pin_and_enter() -> None:
    made = till_of()
    asked = Answers(made)
    assert made.navigator.open is Sheet.APPROVE
    state = made.approve.state
    assert [tile.name for tile in state.names] == ["陈思", "黄店长"]
    assert "李敏" in state.asked_by
    made.press(*PIN, "Enter")
    assert asked.approved == [Approval(CHEN)]
    assert (made.navigator.open, asked.left) == (None, 0)
    assert made.shell.sounds.heard[-1] is Sound.UNDERSTOOD


def test_first_the_reason_then_another_name_and_the_pin() -> None:
    made = till_of()
    asked = Answers(made, reasons=REASONS)
    made.press("1", "Down", *PIN, "F12")
    assert asked.approved == [Approval(HUANG, "damaged")]


def test_a_reason_can_be_chosen_anew_while_no_digit_stands() -> None:
    made = till_of()
    asked = Answers(made, reasons=REASONS)
    made.press("1", "Backspace", "2", *PIN, "Enter")
    assert asked.approved == [Approval(CHEN, "other")]


def test_digits_typed_for_one_name_do_not_count_for_another() -> None:
    made = till_of()
    Answers(made)
    made.press("7", "4", "Down")
    assert made.approve.state.dots == 0


def test_a_wrong_pin_is_refused_and_waited_for() -> None:
    made = till_of()
    made.till.sign_in.wait_s = 2
    asked = Answers(made)
    made.press("0", "0", "0", "0", "Enter")
    assert made.approve.state.message == "Wrong PIN. Try in 2 s"
    assert made.approve.state.refused
    made.press(*PIN, "Enter")
    assert asked.approved == []
    made.shell.timer.pass_ms(2000)
    made.press("Enter")
    assert asked.approved == [Approval(CHEN)]


def test_a_wait_from_the_sign_in_counts_here_too() -> None:
    made = till_of()
    made.till.sign_in.waits[CHEN.id] = 5
    Answers(made)
    assert "5 s" in made.approve.state.message


def test_a_short_pin_is_not_tried() -> None:
    made = till_of()
    Answers(made)
    made.press("1", "2", "Enter")
    assert made.approve.state.message == "A PIN has at least 4 digits"
    assert made.till.approvals.tried == []


def test_closing_it_approves_nothing_and_is_told_once() -> None:
    made = till_of()
    made.scan("101")
    asked = Answers(made)
    made.press("7", "4", "Esc")
    assert (asked.approved, asked.left) == ([], 1)
    assert made.basket
    assert made.approve.state.dots == 0


def test_an_answer_that_comes_after_closing_is_nobody_s() -> None:
    made = till_of(by_step=True)
    made.shell.lanes.run_all()
    asked = Answers(made)
    made.shell.lanes.run_all()
    made.press(*PIN, "Enter", "Esc")
    made.shell.lanes.run_all()
    assert (asked.approved, asked.left) == ([], 1)


def test_locking_the_till_leaves_it() -> None:
    made = till_of()
    asked = Answers(made)
    made.navigator.show(Screen.SIGN_IN)
    assert (asked.approved, asked.left) == ([], 1)


def test_where_nobody_may_it_says_so() -> None:
    made = till_of()
    made.till.sign_in.people = (LI,)
    Answers(made)
    assert made.approve.state.message == "Nobody here may approve this"
    made.press(*PIN, "Enter")
    assert made.till.approvals.tried == []


def test_a_refusal_of_the_service_is_said_and_the_sheet_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = till_of()
    Answers(made)

    def refused(*_: object) -> object:
        raise ServiceRefusal("NOT_ALLOWED", name="陈思")

    monkeypatch.setattr(made.till.approvals, "by_pin", refused)
    made.press(*PIN, "Enter")
    assert made.approve.state.refused
    assert made.navigator.open is Sheet.APPROVE


def test_no_pin_is_ever_in_the_state() -> None:
    made = till_of()
    seen: list[str] = []
    made.approve.subscribe(lambda state: seen.append(repr(state)))
    Answers(made)
    made.press(*PIN, "Enter")
    assert not any(PIN in text for text in seen)


def test_a_badge_approves_without_a_key() -> None:
    made = till_of()
    asked = Answers(made)
    made.approve.scanned(badge_of(CHEN))
    assert asked.approved == [Approval(CHEN)]
    assert made.navigator.open is None


def test_a_badge_that_comes_before_the_reason_waits_for_it() -> None:
    made = till_of()
    asked = Answers(made, reasons=REASONS)
    made.approve.scanned(badge_of(CHEN))
    assert asked.approved == []
    assert made.approve.state.message == "Badge read. Choose the reason"
    made.press("2")
    assert asked.approved == [Approval(CHEN, "other")]


@pytest.mark.parametrize("code", ["LB1:NOBODY", "6901234567892"])
def test_other_codes_approve_nothing_and_ring_nothing_up(code: str) -> None:
    made = till_of()
    asked = Answers(made)
    made.approve.scanned(code)
    assert asked.approved == []
    assert made.navigator.open is Sheet.APPROVE
    assert made.basket == []
    assert made.shell.sounds.heard[-1] is Sound.REFUSED

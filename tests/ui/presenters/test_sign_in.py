"""Signing in: names, digits, waits, and a PIN that never shows."""

from dataclasses import replace

import pytest

from posloyalty.domain.shop.operator import Operator, Role
from tests.fakes.back_desks import fake_desks
from tests.fakes.back_office import (
    HUANG,
    LI,
    PEOPLE,
    PIN,
    ZHANG,
    FakeDoor,
    FakeSignIn,
    FakeTill,
    badge_of,
)
from tests.fakes.lanes import LanesByStep, Shell
from ui.presenters.pin_entry import PIN_MOST
from ui.presenters.ports import Screen, Sound
from ui.presenters.sign_in import SignInPresenter


def opened(
    till: FakeTill | None = None, shell: Shell | None = None
) -> tuple[SignInPresenter, Shell]:
    shell = shell or Shell()
    presenter = SignInPresenter(shell.session)
    presenter.opened()
    shell.session.attach(till or FakeTill(), None)
    return presenter, shell


def type_pin(presenter: SignInPresenter, pin: str) -> None:
    for digit in pin:
        presenter.typed(digit)


def test_the_first_name_is_chosen_so_that_a_single_cashier_only_types_the_pin() -> None:
    presenter, _ = opened()
    assert [tile.name for tile in presenter.state.operators if tile.chosen] == ["李敏"]


def test_the_right_pin_opens_the_sale() -> None:
    presenter, shell = opened()
    presenter.choose(HUANG.id)
    type_pin(presenter, PIN)
    presenter.submit()
    assert shell.session.operator == HUANG
    assert shell.navigator.shown == [(Screen.SALE, {})]


def test_the_pin_is_nowhere_in_the_state_or_in_any_message() -> None:
    presenter, shell = opened()
    seen: list[str] = []
    presenter.subscribe(lambda state: seen.append(repr(state)))
    type_pin(presenter, "9081")
    presenter.submit()
    assert not any("9081" in text for text in seen)
    assert not any("9081" in message for message, _ in shell.toasts.said)
    assert presenter.state.dots == 0


def test_digits_typed_before_the_book_is_open_count() -> None:
    shell, till = Shell(), FakeTill()
    presenter = SignInPresenter(shell.session)
    presenter.opened()
    assert presenter.state.loading
    type_pin(presenter, PIN)
    presenter.submit()
    assert presenter.state.dots == len(PIN)
    shell.session.attach(till, None)
    assert till.sign_in.tried == [(LI.id, PIN)]
    assert shell.session.operator == LI


def test_a_wrong_pin_counts_its_wait_down_and_then_lets_try_again() -> None:
    till = FakeTill()
    till.sign_in.wait_s = 3
    presenter, shell = opened(till)
    type_pin(presenter, "0000")
    presenter.submit()
    assert presenter.state.message == "Wrong PIN. Try in 3 s"
    assert presenter.state.refused
    assert shell.sounds.heard == [Sound.REFUSED]
    type_pin(presenter, PIN)
    presenter.submit()
    assert len(till.sign_in.tried) == 1
    shell.timer.pass_ms(1000)
    assert presenter.state.message == "Wrong PIN. Try in 2 s"
    shell.timer.pass_ms(2000)
    assert presenter.state.message == ""
    assert presenter.state.ready
    presenter.submit()
    assert shell.session.operator == LI


def test_a_lock_out_from_before_the_restart_still_counts() -> None:
    till = FakeTill()
    till.sign_in.waits[ZHANG.id] = 5
    presenter, _ = opened(till)
    presenter.choose(ZHANG.id)
    assert presenter.state.wait_s == 5
    presenter.choose(LI.id)
    assert presenter.state.wait_s == 0


def test_the_digits_typed_for_one_name_do_not_count_for_another() -> None:
    presenter, _ = opened()
    type_pin(presenter, "74")
    presenter.choose(ZHANG.id)
    assert presenter.state.dots == 0


@pytest.mark.parametrize(("digits", "dots"), [("", 0), ("12", 2), ("1234567890", PIN_MOST)])
def test_dots_show_how_many_digits_are_typed(digits: str, dots: int) -> None:
    presenter, _ = opened()
    type_pin(presenter, digits)
    assert presenter.state.dots == dots
    assert presenter.state.dots_shown >= dots


def test_backspace_takes_one_digit_and_clear_all() -> None:
    presenter, _ = opened()
    type_pin(presenter, "1234")
    presenter.backspace()
    assert presenter.state.dots == 3
    presenter.clear()
    assert presenter.state.dots == 0


def test_letters_are_no_digits() -> None:
    presenter, _ = opened()
    type_pin(presenter, "a-１")
    assert presenter.state.dots == 0


def test_a_short_pin_is_not_tried() -> None:
    presenter, _ = opened()
    type_pin(presenter, "12")
    presenter.submit()
    assert presenter.state.message == "A PIN has at least 4 digits"


def test_the_language_switches_on_the_screen() -> None:
    presenter, shell = opened()
    presenter.speak("zh_TW")
    presenter.reworded()
    assert shell.session.words.language == "zh_TW"
    assert presenter.state.title == "由誰收銀？"
    assert [tile.code for tile in presenter.state.languages if tile.chosen] == ["zh_TW"]


def test_after_a_lock_the_last_cashier_is_chosen_and_the_kept_sale_is_said() -> None:
    presenter, shell = opened()
    shell.session.sign_in(ZHANG)
    shell.session.sign_in(None)
    presenter.opened()
    assert presenter.state.locked
    assert "kept" in presenter.state.hint
    presenter.choose(HUANG.id)
    presenter.opened()
    chosen = [tile.name for tile in presenter.state.operators if tile.chosen]
    assert chosen == ["黄店长"]


def test_arrows_walk_the_names_and_come_round() -> None:
    presenter, _ = opened()
    presenter.up()
    assert [t.name for t in presenter.state.operators if t.chosen] == ["黄店长"]
    presenter.down()
    assert [t.name for t in presenter.state.operators if t.chosen] == ["李敏"]


@pytest.mark.parametrize(
    ("names", "columns", "key", "goes"),
    [
        # Two by two, four of them: 0 1 / 2 3.
        (4, 2, "right", (1, 2, 3, 0)),
        (4, 2, "left", (3, 0, 1, 2)),
        (4, 2, "down", (2, 3, 0, 1)),
        (4, 2, "up", (2, 3, 0, 1)),
        # Three: nobody stands below 1, and the last row is reached all the same.
        (3, 2, "down", (2, 2, 0)),
        (3, 2, "up", (2, 2, 0)),
        (5, 2, "down", (2, 3, 4, 4, 0)),
        (5, 2, "up", (4, 4, 0, 1, 2)),
        # A single row, and a single column.
        (2, 2, "down", (1, 0)),
        (2, 2, "up", (1, 0)),
        (3, 1, "down", (1, 2, 0)),
        (3, 1, "up", (2, 0, 1)),
        (1, 2, "right", (0,)),
    ],
)
def test_arrows_go_as_the_eye_does(
    names: int, columns: int, key: str, goes: tuple[int, ...]
) -> None:
    people = tuple(replace(LI, id=bytes([n]) * 16, name=f"n{n}") for n in range(names))
    presenter, _ = opened(FakeTill(sign_in=FakeSignIn(people)))
    presenter.laid_out(columns)
    for start, end in enumerate(goes):
        presenter.choose(people[start].id)
        getattr(presenter, key)()
        assert [tile.name for tile in presenter.state.operators if tile.chosen] == [f"n{end}"]


def test_a_fault_keeps_the_screen_and_says_that_nothing_was_lost() -> None:
    till = FakeTill()
    presenter, shell = opened(till)
    till.sign_in.people = (Operator(b"X" * 16, "X", Role.CASHIER),)
    type_pin(presenter, PIN)
    presenter.submit()
    assert "Nothing was lost" in presenter.state.message
    assert shell.session.operator is None


def test_while_a_pin_is_checked_nothing_else_is_taken() -> None:
    shell, till = Shell(lanes=LanesByStep()), FakeTill()
    presenter, _ = opened(till, shell)
    shell.lanes.run_all()
    type_pin(presenter, PIN)
    presenter.submit()
    presenter.submit()
    presenter.typed("1")
    assert presenter.state.busy
    shell.lanes.run_all()
    assert till.sign_in.tried == [(LI.id, PIN)]


def test_leaving_the_screen_forgets_the_digits() -> None:
    presenter, _ = opened()
    type_pin(presenter, "123")
    presenter.closed()
    presenter.opened()
    assert presenter.state.dots == 0


def test_only_a_demo_book_says_its_pins_and_only_those_of_its_own_staff() -> None:
    from posloyalty.services.shop.demo_staff import DEMO_SETTING

    presenter, _ = opened()
    assert "1234" not in presenter.state.note
    till = FakeTill()
    till.book.settings[DEMO_SETTING] = "yes"
    presenter, _ = opened(till)
    assert presenter.state.note == "Demo shop. PINs: 李敏 1234"


def test_a_badge_opens_the_sale() -> None:
    presenter, shell = opened()
    type_pin(presenter, "74")
    presenter.scanned(badge_of(ZHANG))
    assert shell.session.operator == ZHANG
    assert shell.navigator.shown == [(Screen.SALE, {})]
    assert presenter.state.dots == 0


def test_a_badge_of_nobody_is_refused_and_another_code_is_nothing() -> None:
    presenter, shell = opened()
    presenter.scanned("6901234567892")
    assert shell.sounds.heard == []
    presenter.scanned("LB1:NOBODY")
    assert presenter.state.refused
    assert shell.sounds.heard == [Sound.REFUSED]
    assert shell.session.operator is None


def at_the_door(door: FakeDoor | None = None) -> tuple[SignInPresenter, Shell]:
    """The sign-in of a book that is unlocked; its services are still to come."""
    shell = Shell()
    presenter = SignInPresenter(shell.session)
    presenter.opened()
    shell.session.meet(door or FakeDoor())
    return presenter, shell


def test_the_names_come_before_the_services() -> None:
    presenter, shell = at_the_door()
    assert not presenter.state.loading
    assert [tile.name for tile in presenter.state.operators] == [one.name for one in PEOPLE]
    assert not shell.session.till_open


def test_a_door_that_cannot_tell_leaves_the_names_to_the_services() -> None:
    presenter, shell = at_the_door(FakeDoor(people=()))
    assert presenter.state.loading
    shell.session.attach(FakeTill(), None)
    assert len(presenter.state.operators) == len(PEOPLE)


def test_a_pin_that_the_door_vouches_for_opens_the_sale_once_the_services_are_there() -> None:
    presenter, shell = at_the_door()
    presenter.choose(HUANG.id)
    type_pin(presenter, PIN)
    presenter.submit()
    assert shell.navigator.shown == []
    till = FakeTill()
    shell.session.attach(till, None)
    assert shell.session.operator == HUANG
    assert shell.navigator.shown == [(Screen.SALE, {})]
    assert till.sign_in.tried == []


@pytest.mark.parametrize(
    ("door", "pin"), [(FakeDoor(), "0000"), (FakeDoor(unclear=(LI,)), PIN), (FakeDoor(), PIN)]
)
def test_before_the_services_a_right_pin_looks_like_a_wrong_one(door: FakeDoor, pin: str) -> None:
    presenter, shell = at_the_door(door)
    type_pin(presenter, pin)
    presenter.submit()
    state = presenter.state
    assert (state.message, state.busy, state.dots) == ("Checking", True, 4)
    assert shell.sounds.heard == []


def test_what_the_door_does_not_vouch_for_is_counted_by_the_services() -> None:
    presenter, shell = at_the_door()
    type_pin(presenter, "0000")
    presenter.submit()
    till = FakeTill()
    till.sign_in.wait_s = 3
    shell.session.attach(till, None)
    assert till.sign_in.tried == [(LI.id, "0000")]
    assert presenter.state.message == "Wrong PIN. Try in 3 s"
    assert shell.session.operator is None


def test_a_record_that_is_not_clear_is_the_services_to_answer() -> None:
    presenter, shell = at_the_door(FakeDoor(unclear=(LI,)))
    type_pin(presenter, PIN)
    presenter.submit()
    till = FakeTill()
    shell.session.attach(till, None)
    assert till.sign_in.tried == [(LI.id, PIN)]
    assert shell.session.operator == LI


def test_a_pin_typed_before_the_names_is_tried_at_the_door() -> None:
    shell, till = Shell(), FakeTill()
    presenter = SignInPresenter(shell.session)
    presenter.opened()
    type_pin(presenter, PIN)
    presenter.submit()
    shell.session.meet(FakeDoor())
    assert presenter.state.busy
    shell.session.attach(till, None)
    assert (shell.session.operator, till.sign_in.tried) == (LI, [])


@pytest.mark.parametrize("first", ["look_up", "services"])
def test_the_door_and_the_services_may_answer_in_either_order(first: str) -> None:
    lanes = LanesByStep()
    shell = Shell(lanes=lanes)
    presenter = SignInPresenter(shell.session)
    presenter.opened()
    shell.session.meet(FakeDoor())
    type_pin(presenter, PIN)
    presenter.submit()
    if first == "look_up":
        lanes.run("look_up")
        assert shell.session.operator is None
    shell.session.attach(FakeTill(), None)
    lanes.run_all()
    assert shell.session.operator == LI
    assert shell.navigator.shown == [(Screen.SALE, {})]


def test_a_badge_before_the_services_signs_its_owner_in_with_them() -> None:
    presenter, shell = at_the_door()
    presenter.scanned(badge_of(ZHANG))
    assert shell.session.operator is None
    assert presenter.state.message == "Checking"
    shell.session.attach(FakeTill(), None)
    assert shell.session.operator == ZHANG


def test_a_screen_that_was_left_forgets_what_was_tried_at_the_door() -> None:
    presenter, shell = at_the_door()
    type_pin(presenter, PIN)
    presenter.submit()
    presenter.closed()
    presenter.opened()
    assert (presenter.state.busy, presenter.state.dots) == (False, 0)
    shell.session.attach(FakeTill(), None)
    assert shell.session.operator is None


def test_the_recovery_asked_for_before_the_services_comes_with_them() -> None:
    presenter, shell = at_the_door()
    presenter.recover()
    assert presenter.state.message == shell.session.words("sign_in.opening")
    assert shell.navigator.shown == []
    shell.session.desks = fake_desks()
    shell.session.attach(FakeTill(), None)
    assert shell.navigator.shown == [(Screen.RECOVERY, {"cause": "pin"})]
    assert presenter.state.message == ""


def test_who_types_a_pin_instead_wants_no_recovery_any_more() -> None:
    presenter, shell = at_the_door()
    presenter.recover()
    presenter.typed("1")
    shell.session.desks = fake_desks()
    shell.session.attach(FakeTill(), None)
    assert shell.navigator.shown == []

"""Opening with the recovery code: neither code nor PIN outlives the answer."""

import pytest

from tests.fakes.back_desks import FakeOpener
from tests.fakes.lanes import LanesByStep, Shell
from ui.presenters.recovery import RecoveryPresenter

CODE = FakeOpener().good


def opened(
    cause: str = "key", lanes: LanesByStep | None = None
) -> tuple[RecoveryPresenter, FakeOpener, Shell]:
    shell = Shell() if lanes is None else Shell(lanes=lanes)
    opener = FakeOpener()
    presenter = RecoveryPresenter(shell.session, opener=opener)
    presenter.opened(cause=cause)
    return presenter, opener, shell


def fill(
    presenter: RecoveryPresenter, code: str = CODE, pin: str = "7482", again: str = "7482"
) -> None:
    presenter.change("code", code)
    presenter.change("pin", pin)
    presenter.change("pin_again", again)


def test_the_right_code_opens_and_sets_the_pin() -> None:
    presenter, opener, _ = opened()
    fill(presenter)
    presenter.open_book()
    assert (opener.pins, opener.opened_times) == (["7482"], 1)


def test_a_wrong_code_keeps_what_was_typed_and_opens_nothing() -> None:
    presenter, opener, _ = opened()
    fill(presenter, code="AAAA")
    presenter.open_book()
    assert presenter.state.fault
    assert presenter.state.form.field("code").value == "AAAA"
    assert opener.opened_times == 0


def test_why_it_did_not_open_follows_the_language() -> None:
    presenter, _, shell = opened()
    fill(presenter, code="AAAA")
    presenter.open_book()
    before = presenter.state.fault
    shell.session.speak("zh_TW")
    presenter.reworded()
    assert presenter.state.fault not in ("", before)


def test_everything_missing_is_said_at_once() -> None:
    presenter, _, _ = opened()
    fill(presenter, code=" ", pin="12", again="13")
    presenter.open_book()
    found = [field.name for field in presenter.state.form.fields if field.finding]
    assert found == ["code", "pin", "pin_again"]


def test_code_and_pin_are_gone_after_the_answer_and_after_leaving() -> None:
    presenter, _, _ = opened()
    fill(presenter)
    assert CODE not in repr(presenter.state)
    presenter.open_book()
    assert presenter.state.form.field("code").value == ""
    fill(presenter)
    presenter.closed()
    presenter.reworded()
    assert presenter.state.form.field("pin").value == ""


def test_a_second_press_while_opening_opens_once() -> None:
    lanes = LanesByStep()
    presenter, opener, _ = opened(lanes=lanes)
    fill(presenter)
    presenter.open_book()
    presenter.open_book()
    lanes.run_all()
    assert opener.opened_times == 1


@pytest.mark.parametrize(("cause", "backs"), [("pin", 1), ("key", 0)])
def test_there_is_a_way_back_only_to_a_book_that_is_open(cause: str, backs: int) -> None:
    presenter, _, shell = opened(cause)
    presenter.escape()
    assert shell.navigator.backs == backs
    assert presenter.state.can_back is bool(backs)

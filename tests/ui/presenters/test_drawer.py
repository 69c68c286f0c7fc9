"""The drawer without a sale: a reason, an authority and a deed come before it opens."""

from __future__ import annotations

from posloyalty.domain.shop.deeds import DeedKind
from tests.fakes.back_office import CHEN, LI, PIN
from tests.fakes.desk import Desk, desk
from ui.presenters.ports import Sheet


def noted(made: Desk) -> list[tuple[DeedKind, str, str]]:
    return [
        (deed.kind, "" if approval is None else approval.reason, approval.operator.name)
        for deed, approval in made.till.deeds.noted
    ]


def test_a_supervisor_gives_a_reason_and_it_opens() -> None:
    made = desk(operator=CHEN)
    made.press("Ctrl+O")
    assert made.navigator.open is Sheet.APPROVE
    assert made.till.drawer.opened == 0
    made.press("1")
    assert made.till.drawer.opened == 1
    assert noted(made) == [(DeedKind.DRAWER_OPENED, "change", CHEN.name)]


def test_a_cashier_needs_somebody_with_the_authority() -> None:
    made = desk(operator=LI)
    made.press("Ctrl+O", "2")
    assert made.till.drawer.opened == 0
    made.press(*PIN, "Enter")
    assert made.till.drawer.opened == 1
    assert noted(made) == [(DeedKind.DRAWER_OPENED, "count", CHEN.name)]


def test_it_stays_shut_and_nothing_is_written_when_nobody_answers() -> None:
    made = desk(operator=LI)
    made.press("Ctrl+O", "1", "Esc")
    assert made.till.drawer.opened == 0
    assert noted(made) == []


def test_it_stays_shut_when_the_deed_could_not_be_written() -> None:
    made = desk(operator=CHEN)

    def full(*_deeds: object, **_more: object) -> None:
        raise OSError("no space")

    made.till.deeds.note = full
    made.press("Ctrl+O", "1")
    assert made.till.drawer.opened == 0
    assert made.shell.toasts.said

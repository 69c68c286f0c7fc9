"""What was done just now is taken back at once, by whoever may take it back and by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.happening import happening
from posloyalty.domain.engine.moment import Trigger
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.refusal import ServiceRefusal
from tests.ui.presenters.doings.a_desk import DRAW, DoingsDesk, doings_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DoingsDesk]:
    with doings_desk(tmp_path) as made:
        yield made


@pytest.fixture
def cashiers(tmp_path: Path) -> Iterator[DoingsDesk]:
    with doings_desk(tmp_path, role=Role.CASHIER) as made:
        yield made


# What can be taken back at once, and how many points stay.
UNDONE = [
    ("privilege:tasting", {}),
    ("activity:bottles", {"quantity": "12", "bin": "B-7"}),
    ("event:evening", {"guests": "1"}),
    ("story:morning", {"agrees": "yes", "sheet": "B-17"}),
    ("club:runners", {}),
    ("board:month", {"nickname": "Swift"}),
]


@pytest.mark.long(sample=3)
@pytest.mark.parametrize(("row", "answers"), UNDONE)
def test_what_can_be_taken_back_offers_it_and_leaves_the_list_as_it_was(
    desk: DoingsDesk, row: str, answers: dict[str, str]
) -> None:
    desk.open()
    before = desk.rows
    desk.do(row, **answers)
    assert desk.rows != before or row.startswith("activity")
    undo = desk.shell.toasts.undo
    assert undo is not None
    undo()
    assert desk.said[0].startswith("Taken back: ")
    assert desk.points == 0
    assert desk.rows == before
    assert desk.shop.till.verify.verify().holds


def test_a_pass_is_used_once_and_a_cashier_is_offered_no_way_back(cashiers: DoingsDesk) -> None:
    cashiers.sell("PASS")
    cashiers.open()
    assert cashiers.do("pass:") == "Ten coffees: Used once, 9 left"
    assert cashiers.row("pass:").sub == "9 of 10 left, through 21 Dec"
    assert cashiers.shell.toasts.undo is None


def test_a_cashier_records_an_activity_and_is_offered_no_way_back(cashiers: DoingsDesk) -> None:
    cashiers.open()
    said = cashiers.do("activity:bottles", quantity="12", bin="B-7")
    assert (said, cashiers.points) == ("Bottles: +24 pts", 24)
    assert cashiers.shell.toasts.undo is None
    cashiers.presenter.undo()
    assert cashiers.points == 24


def test_a_cashier_hands_a_prize_over_and_is_offered_no_way_back(tmp_path: Path) -> None:
    with doings_desk(tmp_path, programme=DRAW, role=Role.CASHIER) as desk:
        attend, manager = desk.shop.till.doings.attend, desk.shop.manager
        attend.commit("autumn", manager)
        desk.shop.clock.pass_time(timedelta(days=2))
        desk.sell("SCARF")
        desk.shop.clock.pass_time(timedelta(days=10))  # the first day on which it may be drawn
        attend.draw("autumn", manager)
        desk.open()
        assert desk.do("prize:") == "Mug: Handed over"
        assert desk.shell.toasts.undo is None
        desk.presenter.undo()
        assert [row for row in desk.rows if row.id.startswith("prize:")] == []
        back = happening(Trigger.UNUSE, desk.member, "prize/autumn")
        with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
            desk.shop.till.acts.record(back, Operator(manager.id, "Lin", Role.CASHIER))
        desk.shop.till.acts.record(back, manager)
        desk.open()
        assert [row for row in desk.rows if row.id.startswith("prize:")] != []


@pytest.mark.parametrize(("row", "answers"), [UNDONE[2], UNDONE[4]])
def test_a_cashier_takes_back_what_needs_nobody_elses_authority(
    cashiers: DoingsDesk, row: str, answers: dict[str, str]
) -> None:
    cashiers.open()
    before = cashiers.rows
    cashiers.do(row, **answers)
    assert cashiers.rows != before
    cashiers.presenter.undo()
    assert cashiers.rows == before

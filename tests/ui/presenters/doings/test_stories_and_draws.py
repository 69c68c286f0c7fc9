"""Stories and draws at the counter: handed in, moderated, withdrawn; entries, and prizes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.shop.operator import Role
from posloyalty.services.members.enrol_member import EnrolForm
from tests.ui.presenters.doings.a_desk import DRAW, DoingsDesk, doings_desk
from ui.presenters.ports import Sheet

AGREED = {"agrees": "yes", "sheet": "B-17"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DoingsDesk]:
    with doings_desk(tmp_path) as made:
        yield made


@pytest.fixture
def cashiers(tmp_path: Path) -> Iterator[DoingsDesk]:
    with doings_desk(tmp_path, role=Role.CASHIER) as made:
        yield made


@pytest.fixture
def draws(tmp_path: Path) -> Iterator[DoingsDesk]:
    with doings_desk(tmp_path, programme=DRAW) as made:
        yield made


def stories(desk: DoingsDesk) -> list[str]:
    return [row.title for row in desk.rows if row.id.startswith("story")]


def test_a_story_is_handed_in_and_then_waits_for_a_yes(desk: DoingsDesk) -> None:
    desk.open()
    assert stories(desk) == ["My morning"]
    desk.do("story:morning", **AGREED)
    assert stories(desk) == [
        "My morning",
        "My morning: show",
        "My morning: do not show",
        "My morning: withdraw",
    ]
    row = desk.row("story_show:")
    assert row.sub.startswith("Of 22 Nov, waits · ")
    assert row.amount == "+30 pts"
    # One at a time: the next one says so before anybody tries.
    assert desk.row("story:morning").faint


def test_without_the_licence_nothing_is_taken(desk: DoingsDesk) -> None:
    desk.open()
    desk.presenter.open_row("story:morning")
    desk.presenter.change("sheet", "B-17")
    desk.presenter.change("agrees", "no")
    page = desk.presenter.state.page
    assert page is not None
    assert page.why_not
    assert not page.ready


def test_what_is_shown_gives_its_points_and_can_only_be_withdrawn(desk: DoingsDesk) -> None:
    desk.open()
    desk.do("story:morning", **AGREED)
    assert desk.do("story_show:") == "My morning: show: +30 pts"
    assert desk.points == 30
    assert stories(desk) == ["My morning", "My morning: withdraw"]
    desk.do("story_withdraw:")
    assert desk.points == 30
    assert stories(desk) == ["My morning"]
    assert desk.shop.till.verify.verify().holds


def test_what_is_not_shown_needs_a_cause_and_is_gone(desk: DoingsDesk) -> None:
    desk.open()
    desk.do("story:morning", **AGREED)
    desk.do("story_reject:", cause="names somebody")
    assert stories(desk) == ["My morning"]
    assert desk.points == 0


def test_a_cashier_has_somebody_asked_who_may_show_it(cashiers: DoingsDesk) -> None:
    cashiers.open()
    cashiers.do("story:morning", **AGREED)
    cashiers.presenter.open_row(cashiers.row("story_show:").id)
    cashiers.presenter.do_it()
    assert Sheet.APPROVE in [sheet for sheet, _ in cashiers.shell.navigator.sheets]
    assert cashiers.points == 0


def test_entries_are_told_with_their_odds_until_it_is_drawn(draws: DoingsDesk) -> None:
    draws.open()
    assert [row for row in draws.rows if row.id.startswith("draw:")] == []
    draws.shop.clock.pass_time(timedelta(days=2))
    draws.sell("SCARF")
    draws.open()
    row = draws.row("draw:")
    assert (row.sub, row.amount) == ("One in all · through 30 Nov", "100 entries")
    draws.shop.clock.pass_time(timedelta(days=7))
    draws.open()
    assert draws.row("draw:").sub == "One in all · drawn from 4 Dec on"


def test_a_prize_is_handed_over_once_and_can_be_taken_back(draws: DoingsDesk) -> None:
    attend, manager = draws.shop.till.doings.attend, draws.shop.manager
    attend.commit("autumn", manager)
    draws.shop.clock.pass_time(timedelta(days=2))
    draws.sell("SCARF")
    draws.shop.clock.pass_time(timedelta(days=10))  # the first day on which it may be drawn
    attend.draw("autumn", manager)
    draws.open()
    prize = draws.row("prize:")
    assert (prize.title, prize.sub) == ("Mug", "Won in “Autumn draw”")
    assert [row for row in draws.rows if row.id.startswith("draw:")] == []
    draws.presenter.open_row(prize.id)
    page = draws.presenter.state.page
    assert page is not None
    assert (page.gives, page.why_not) == ((), "")  # it is not handed over yet
    draws.presenter.back()
    assert draws.do("prize:") == "Mug: Handed over"
    assert [row for row in draws.rows if row.id.startswith("prize:")] == []
    draws.presenter.undo()
    assert draws.row("prize:").title == "Mug"
    assert draws.shop.till.verify.verify().holds


def test_who_won_nothing_is_told_so_for_a_month(draws: DoingsDesk) -> None:
    till, manager = draws.shop.till, draws.shop.manager
    till.doings.attend.commit("autumn", manager)
    draws.shop.clock.pass_time(timedelta(days=2))
    draws.sell("SCARF")
    form = EnrolForm(phone="13900000002", consents=(("terms", "", True),))
    both = (draws.member, till.enrol.enrol(form, manager).member.id)
    draws.member = both[1]
    draws.sell("SCARF")
    draws.shop.clock.pass_time(timedelta(days=10))
    till.doings.attend.draw("autumn", manager)
    told = {}
    for draws.member in both:
        draws.open()
        (row,) = [one for one in draws.rows if one.id.startswith(("draw:", "prize:"))]
        told[draws.member] = row
    (lost,) = [one for one in both if told[one].id == "draw:autumn"]
    assert told[lost].sub == "Drawn; no prize this time"
    (won,) = [one for one in both if one != lost]
    draws.member = won
    draws.open()
    draws.do("prize:")
    assert [row for row in draws.rows if row.id.startswith("draw:")] == []
    draws.member = lost
    draws.shop.clock.pass_time(timedelta(days=31))
    draws.open()
    assert [row for row in draws.rows if row.id.startswith("draw:")] == []

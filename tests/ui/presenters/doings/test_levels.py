"""Levels by hand at the till: given with a reason, held, ended, and asked about later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from posloyalty.domain.engine.happening import Happening, activity
from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.members.levels_by_hand import end_level, give_level
from posloyalty.services.ports import AuditQuestion
from posloyalty.services.refusal import ServiceRefusal
from tests.ui.presenters.doings.a_desk import RECORDS, DoingsDesk, doings_desk
from ui.presenters.form import FieldKind
from ui.presenters.ports import Sheet

LEVELS = """
language = 2
id = "levels"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[tier_scheme]]
id = "level"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [
  { id = "silver", name = "Silver", from = 100 },
  { id = "gold", name = "Gold", from = 500 },
]
[risk]
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DoingsDesk]:
    with doings_desk(tmp_path, programme=LEVELS) as made:
        made.open()
        yield made


def level_of(desk: DoingsDesk) -> str | None:
    (state,) = desk.shop.till.members.panel(desk.member).tiers
    return state.level


def audited(desk: DoingsDesk) -> list[tuple[str, str, str, str]]:
    day = date(2026, 11, 22)
    lines = desk.shop.till.audit.find(AuditQuestion(first=day, last=day))
    return [
        (line.row.entry.kind, line.row.entry.about, line.row.entry.reason, line.approver)
        for line in lines
        if line.row.entry.kind.startswith("act_tier")
    ]


def test_a_level_is_given_through_the_end_of_the_year_and_ended(desk: DoingsDesk) -> None:
    said = desk.do("give_level", level="level/gold", through="2026-12-31", cause="film star")
    assert said == "Give a level: Gold · Given by hand, through 31 Dec 2026"
    assert level_of(desk) == "gold"
    row = desk.row("end_level:level/gold")
    assert row.sub == "Given by hand, through 31 Dec 2026"
    desk.do("end_level:level/gold", cause="was another one")
    assert level_of(desk) is None
    assert desk.ids() == ["by_hand", "give_level", *RECORDS]
    assert audited(desk) == [
        ("act_tier_withdraw", "level/gold", "was another one", ""),
        ("act_tier_grant", "level/gold", "film star", ""),
    ]
    assert desk.shop.till.verify.verify().holds


def test_without_a_day_it_lasts_as_long_as_one_that_is_met_today(desk: DoingsDesk) -> None:
    desk.presenter.open_row("give_level")
    desk.presenter.change("cause", "moved here")
    assert desk.page.gives == ("Silver", "Given by hand, through 22 Nov 2027")
    desk.presenter.change("level", "level/gold")
    assert desk.page.gives[0] == "Gold"
    desk.presenter.do_it()
    assert desk.row("end_level:").sub == "Given by hand, through 22 Nov 2027"


def test_a_level_that_never_runs_out_is_given_for_good(tmp_path: Path) -> None:
    ever = LEVELS.replace("hold_months = 12", 'hold = { kind = "for_ever" }')
    with doings_desk(tmp_path, programme=ever) as desk:
        desk.open()
        said = desk.do("give_level", level="level/gold", cause="founder")
        assert said == "Give a level: Gold · Given by hand, for good"
        assert desk.row("end_level:").sub == "Given by hand, for good"


def test_it_asks_which_level_until_when_and_why(desk: DoingsDesk) -> None:
    desk.presenter.open_row("give_level")
    fields = {one.name: one for one in desk.page.form.fields}
    assert [choice.label for choice in fields["level"].choices] == ["Silver", "Gold"]
    assert [choice.label for choice in fields["through"].choices] == [
        "As if met today",
        "31 Dec 2026",
        "31 Dec 2027",
    ]
    assert fields["cause"].kind is FieldKind.NAME


@pytest.mark.parametrize("cause", ["", "   "])
def test_nothing_is_given_without_a_reason(desk: DoingsDesk, cause: str) -> None:
    desk.presenter.open_row("give_level")
    desk.presenter.change("cause", cause)
    desk.presenter.do_it()
    assert desk.page.form.first_finding == "cause"
    acts, manager = desk.shop.till.acts, desk.shop.manager
    for act in (partial(give_level, through=None), end_level):
        with pytest.raises(ServiceRefusal) as refused:
            act(acts, desk.member, "level/gold", cause=cause, operator=manager)
        assert refused.value.reason == "CAUSE_NEEDED"
    assert level_of(desk) is None
    assert audited(desk) == []


def test_a_cashier_asks_a_manager_and_a_supervisor_is_not_enough(tmp_path: Path) -> None:
    with doings_desk(tmp_path, programme=LEVELS, role=Role.CASHIER) as desk:
        desk.open()
        desk.presenter.open_row("give_level")
        desk.presenter.change("cause", "film star")
        desk.presenter.do_it()
        sheet, arguments = desk.shell.navigator.sheets[-1]
        assert sheet is Sheet.APPROVE
        arguments["asked"].done(Approval(Operator(b"S" * 16, "Chen", Role.SUPERVISOR)))
        assert desk.said[0] == "Chen may not do this. Ask a manager."
        assert level_of(desk) is None
        desk.presenter.do_it()
        _, arguments = desk.shell.navigator.sheets[-1]
        arguments["asked"].done(Approval(Operator(b"M" * 16, "Wu", Role.MANAGER)))
        assert level_of(desk) == "silver"
        with desk.shop.till.book.read() as reader:
            (act,) = reader.acts.of_kind("tier_grant", limit=9)
        assert act.ok == (b"M" * 16).hex()


def test_nobody_gives_a_level_to_their_own_card(desk: DoingsDesk) -> None:
    acts, manager = desk.shop.till.acts, desk.shop.manager
    acts.record(_staff(desk, manager), manager)
    assert desk.do("give_level", cause="me") == (
        "Nobody gives points or a level to their own card. Ask somebody else to."
    )
    assert level_of(desk) is None


def _staff(desk: DoingsDesk, operator: Operator) -> Happening:
    evidence = (("act", "staff"), ("operator", operator.id.hex()))
    return activity(desk.member, "risk", evidence=evidence)

"""The shop's programme: chosen, looked over, tried out and used, each by a press of its own."""

from __future__ import annotations

from dataclasses import replace

from posloyalty.domain.values.ratio import Ratio
from tests.fakes.back_desks import FakeProgrammes
from tests.fakes.back_office import HUANG
from tests.fakes.lanes import LanesByStep
from tests.ui.presenters.settings.office import Office
from ui.presenters.desks import TriedOut
from ui.presenters.settings.section import NoticeKind


def the_desk(at: Office) -> FakeProgrammes:
    desk = at.desks.programme
    assert isinstance(desk, FakeProgrammes)
    return desk


def can_be_pressed(at: Office) -> list[str]:
    return [act.name for act in at.state.acts if act.enabled]


def test_what_is_in_effect_stands_on_top_and_ready_ones_are_named() -> None:
    at = Office("programme")
    assert at.state.text == "In effect since 2026-03-01: Dawn Club, version 1"
    choices = at.state.form.field("ready").choices
    assert [choice.label for choice in choices] == ["Bakery", "Café"]


def test_nothing_can_be_tried_or_used_before_there_is_a_draft() -> None:
    at = Office("programme")
    assert can_be_pressed(at) == ["file"]
    at.section.act("use")
    at.section.act("try")
    assert the_desk(at).used == []
    assert the_desk(at).tried == []


def test_a_ready_programme_is_used_by_a_press_of_its_own() -> None:
    at = Office("programme")
    at.fill(ready="cafe")
    assert at.state.notices[0].kind is NoticeKind.GOOD
    assert the_desk(at).used == []
    at.section.act("use")
    [(draft, actor)] = the_desk(at).used
    assert (draft.name, actor) == ("Cafe", HUANG.id)
    assert at.said == "Sales go by Cafe now"
    assert at.state.text == "In effect since 2026-11-22: Cafe, version 1"
    assert can_be_pressed(at) == ["file"]


def test_everything_that_is_wrong_in_a_file_is_told_at_once_and_it_cannot_be_used() -> None:
    at = Office("programme")
    at.section.act("file", "bad.toml")
    told = [notice.text for notice in at.state.notices]
    assert told == [
        "2 things are wrong in it:",
        "line 3, currency: unknown",
        "line 9, rate: above 1",
    ]
    assert can_be_pressed(at) == ["file"]
    at.section.act("use")
    assert the_desk(at).used == []


def test_what_is_hardly_meant_is_shown_and_forbids_nothing() -> None:
    at = Office("programme")
    at.section.act("file", "odd.toml")
    good, doubt = at.state.notices
    assert (good.kind, doubt.kind) == (NoticeKind.GOOD, NoticeKind.LOOK)
    assert doubt.text == "line 12, offer[1]: never"
    assert can_be_pressed(at) == ["file", "try", "use"]
    at.section.act("use")
    assert [draft.name for draft, _ in the_desk(at).used] == ["Mine"]


def test_a_draft_is_tried_out_with_the_share_that_spends() -> None:
    at = Office("programme")
    at.section.act("file", "mine.toml")
    at.fill(redeemers="25")
    at.section.act("try")
    assert the_desk(at).tried == [("Mine", Ratio(1, 4))]
    assert [notice.text for notice in at.state.notices][1:] == ["12 sales", "still owed"]


def test_a_till_without_past_sales_says_so() -> None:
    at = Office("programme")
    the_desk(at).outcome = TriedOut(sales=0, lines=())
    at.fill(ready="cafe")
    at.section.act("try")
    assert at.state.notices[-1].text == "There are no past sales on this till yet."


def test_a_try_out_shows_how_far_it_is_and_can_be_stopped() -> None:
    lanes = LanesByStep()
    at = Office("programme", lanes=lanes)
    lanes.run_all()
    at.fill(ready="cafe")
    lanes.run_all()
    at.section.act("try")
    assert at.state.progress is not None
    assert at.state.progress_text == "Trying out Cafe"
    assert can_be_pressed(at) == []
    at.section.act("cancel")
    lanes.run_all()
    assert at.state.progress is None
    assert at.state.notices[-1].kind is NoticeKind.LOOK


def test_a_programme_that_begins_later_says_when() -> None:
    at = Office("programme")
    desk = the_desk(at)
    desk.use = lambda draft, actor: replace(desk.now, name="Spring", in_effect=False)
    at.fill(ready="cafe")
    at.section.act("use")
    assert at.said == "Spring takes effect on 2026-03-01"

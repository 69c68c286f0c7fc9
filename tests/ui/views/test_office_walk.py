"""Head office's page in each of its states, by the Tab key and to the eye: nothing is passed over,
nothing is nameless or cut, in a low window and a large one, dark, in contrast, enlarged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from posloyalty.services.office.send_journal import Sending, SendingStatus
from posloyalty.sync.risk_policy import RiskPolicy
from tests.fakes.head_office import ADDRESS, CODE, FACTS, ROWS
from tests.ui.office_stage import OfficeStage, office_stage
from tests.ui.stage import end_stage
from tests.ui.walk import (
    beyond_parents,
    controls,
    cut_sideways,
    cut_texts,
    squashed,
    wrong_controls,
)
from ui.presenters.ports import Screen
from ui.presenters.settings.head_office import MOVE, POLICY
from ui.views.settings import SettingsView
from ui.views.settings.section import SectionView
from ui.widgets.tap_bar import TapBar

STOPS_MOST = 60
SINCE = "2026-11-22T10:30:00+08:00"
DRESSES = (
    ("zh_CN", "light", 100, (1024, 600)),
    ("en", "dark", 100, (1366, 768)),
    ("zh_TW", "contrast", 100, (1920, 1080)),
    ("en", "contrast", 200, (1366, 768)),
    ("en", "light", 150, (1920, 1080)),
)
Open = Callable[[OfficeStage], None]


def stands(stage: OfficeStage, status: SendingStatus) -> None:
    stage.till.joining.facts = FACTS
    stage.till.sending.on_the_way = ROWS
    stage.till.sending.told = status
    stage.till.lending.policy = RiskPolicy(floor_minor=250, version=3)
    stage.show(Screen.SETTINGS, section="office")


def alone(stage: OfficeStage) -> None:
    stage.show(Screen.SETTINGS, section="office")
    page_of(stage).form.focus("address")
    stage.type(ADDRESS)
    page_of(stage).form.focus("code")
    stage.type(CODE)


def refused(stage: OfficeStage) -> None:
    stands(stage, SendingStatus(sending=Sending.STOPPED, waiting=3, reason="REVOKED"))
    page_of(stage).form.focus("code")
    stage.type(CODE)


def clone(stage: OfficeStage) -> None:
    stands(
        stage,
        SendingStatus(sending=Sending.STOPPED, waiting=3, reason="CLONE_SUSPECT", frozen="clone"),
    )


def frozen(stage: OfficeStage) -> None:
    stands(
        stage,
        SendingStatus(sending=Sending.OFFLINE, waiting=3, since=SINCE, frozen="witness"),
    )


def lacking(stage: OfficeStage) -> None:
    stands(stage, SendingStatus(sending=Sending.UP_TO_DATE, lacking=True))


def moving(stage: OfficeStage) -> None:
    stands(stage, SendingStatus(sending=Sending.OFFLINE, waiting=3, since=SINCE))
    page_of(stage)._section.act(MOVE)
    page_of(stage).form.focus("address")
    stage.type("2")


def policy(stage: OfficeStage) -> None:
    lacking(stage)
    page_of(stage)._section.choose(POLICY)


def waiting(stage: OfficeStage) -> None:
    frozen(stage)
    page_of(stage)._section.choose(str(ROWS[0].seq))


def set_aside(stage: OfficeStage) -> None:
    refused(stage)
    page_of(stage)._section.choose(str(ROWS[2].seq))


def at_the_list(stage: OfficeStage) -> None:
    lacking(stage)
    page_of(stage)._section.leave()


STATES: tuple[Open, ...] = (
    alone, refused, clone, frozen, lacking, moving, policy, waiting, set_aside, at_the_list,
)  # fmt: skip


@pytest.fixture(params=DRESSES, ids=lambda one: f"{one[0]}-{one[1]}-{one[2]}-{one[3][0]}")
def dressed(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[OfficeStage]:
    language, look, scale, size = request.param
    stage = office_stage(look=look, scale=scale, language=language, size=size)
    yield stage
    end_stage(stage)


@pytest.mark.long(sample=2)
def test_every_control_is_come_to_by_tab_in_the_order_of_reading(dressed: OfficeStage) -> None:
    for state in STATES:
        opened(dressed, state)
        stops = walked(dressed)
        reached = set(stops)
        missed = [
            one.accessibleName()
            for one in controls(dressed.window)
            if one.isEnabled() and not isinstance(one, TapBar) and one not in reached
            if not is_of_a_bar(one)
        ]
        assert missed == [], state.__name__
        assert [one for one in stops if not one.accessibleName().strip()] == [], state.__name__
        page = [one for one in from_the_top(stops, dressed) if page_of(dressed).isAncestorOf(one)]
        assert page == sorted(page, key=lambda one: place(one, page_of(dressed))), (
            state.__name__,
            [one.accessibleName() for one in page],
        )


def test_nothing_of_it_is_nameless_small_or_cut(dressed: OfficeStage) -> None:
    for state in STATES:
        opened(dressed, state)
        root = dressed.shown
        wrong = [
            *wrong_controls(root, dressed.window.look),
            *cut_texts(root),
            *squashed(root),
            *cut_sideways(root),
            *beyond_parents(root),
        ]
        assert wrong == [], state.__name__


def opened(stage: OfficeStage, state: Open) -> None:
    """The page anew, in a state."""
    page = stage.presenter(Screen.SETTINGS)
    section = page.sections["office"]  # type: ignore[attr-defined]
    stage.till.joining.facts = None
    section.discard()
    section.choose("office")
    state(stage)
    stage.window.capture.flush()
    stage.rest()
    stage.settle()


def walked(stage: OfficeStage) -> list[QWidget]:
    """Where Tab stops until it is back; each stop is seen."""
    stops: list[QWidget] = []
    for _ in range(STOPS_MOST):
        stage.press(Qt.Key.Key_Tab)
        stage.window.capture.flush()
        now = QApplication.focusWidget()
        assert now is not None
        if now in stops:
            return stops[stops.index(now) :]
        assert not now.visibleRegion().isEmpty(), now.accessibleName()
        stops.append(now)
    raise AssertionError("Tab never came back")


def from_the_top(stops: list[QWidget], stage: OfficeStage) -> list[QWidget]:
    """The round begun where the page ends and the screen begins anew."""
    first = next(
        at
        for at, one in enumerate(stops)
        if not page_of(stage).isAncestorOf(one) and page_of(stage).isAncestorOf(stops[at - 1])
    )
    return [*stops[first:], *stops[:first]]


def page_of(stage: OfficeStage) -> SectionView:
    view = stage.shown
    assert isinstance(view, SettingsView)
    return view._views["office"]


def is_of_a_bar(widget: QWidget) -> bool:
    """Whether it moves a list for a finger: the arrow keys do it for a keyboard."""
    return isinstance(widget, QAbstractButton) and isinstance(widget.parentWidget(), TapBar)


def place(widget: QWidget, page: SectionView) -> tuple[int, int, int]:
    """The list first, then what is open, then what is done with it; each from the top."""
    names = (*page.acts.buttons.values(), *page.form.findChildren(QWidget))
    foot = page.save.parentWidget()
    zone = 2 if foot.isAncestorOf(widget) else 1 if widget in names else 0
    at = widget.mapTo(page, QPoint(0, 0))
    return zone, at.y(), at.x()

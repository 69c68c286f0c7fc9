"""Head office's page by keyboard: entries go and buttons rest, the keyboard stays on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from posloyalty.services.office.send_journal import Sending, SendingStatus
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import LANGUAGES
from tests.fakes.head_office import ADDRESS, CODE, FACTS, ROWS
from tests.ui.office_stage import OfficeStage, office_stage
from tests.ui.stage import end_stage
from ui.presenters.ports import Screen
from ui.presenters.settings.head_office import POLICY, RETRY
from ui.presenters.settings.section import Notice, NoticeKind, SectionState
from ui.views.settings import SettingsView
from ui.views.settings.section import SectionView
from ui.widgets.fields import TextField


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[OfficeStage]:
    made = office_stage()
    yield made
    end_stage(made)


def retry_under_way(stage: OfficeStage) -> tuple[SectionView, SectionState]:
    """Try again, pressed by keyboard; the lane has not answered yet."""
    stage.till.joining.facts = FACTS
    stage.show(Screen.SETTINGS, section="office")
    view = stage.shown
    assert isinstance(view, SettingsView)
    section = view._views["office"]
    section.acts.buttons[RETRY].setFocus()
    done = section._section.state
    section.present(replace(done, acts=tuple(replace(one, enabled=False) for one in done.acts)))
    assert not section.acts.buttons[RETRY].hasFocus()
    return section, done


def test_a_button_that_rested_while_it_worked_has_the_keyboard_again(stage: OfficeStage) -> None:
    section, done = retry_under_way(stage)
    section.present(done)
    assert section.acts.buttons[RETRY].hasFocus()


def test_who_went_on_meanwhile_is_not_called_back(stage: OfficeStage) -> None:
    section, done = retry_under_way(stage)
    assert section._list is not None
    section._list.setFocus()
    elsewhere = QApplication.focusWidget()
    section.present(done)
    assert QApplication.focusWidget() is elsewhere
    assert not section.acts.buttons[RETRY].hasFocus()


def test_the_keyboard_goes_on_at_what_can_be_done_next(stage: OfficeStage) -> None:
    stage.show(Screen.SETTINGS, section="office")
    view = stage.shown
    assert isinstance(view, SettingsView)
    section = view._views["office"]
    section.form.focus("address")
    stage.type(ADDRESS)
    section.form.focus("code")
    stage.type(CODE)
    stage.press(Qt.Key.Key_Return)
    stage.settle()
    assert stage.till.joining.asked == [(ADDRESS, CODE)]
    assert QApplication.focusWidget() is section.acts.buttons[RETRY]


@pytest.fixture
def enlarged(qtbot: QtBot) -> Iterator[OfficeStage]:
    """Twice as large in a usual window, which leaves the page a fifth of it."""
    made = office_stage(scale=200)
    yield made
    end_stage(made)


def section_of(stage: OfficeStage) -> SectionView:
    """Head office's page in front, with a policy, records and a reason why nothing is sent."""
    stage.till.joining.facts = FACTS
    stage.till.sending.on_the_way = ROWS
    stage.till.sending.told = SendingStatus(sending=Sending.STOPPED, waiting=3, reason="REVOKED")
    stage.show(Screen.SETTINGS, section="office")
    stage.rest()
    view = stage.shown
    assert isinstance(view, SettingsView)
    return view._views["office"]


def is_whole(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect() == widget.rect()


def test_what_is_typed_is_seen_however_little_of_the_page_is(enlarged: OfficeStage) -> None:
    section = section_of(enlarged)
    field = section.form.controls["code"]
    assert field.visibleRegion().isEmpty()
    section.form.focus("code")
    enlarged.type(CODE)
    enlarged.rest()
    assert is_whole(field)


def test_what_is_typed_into_stays_in_sight_when_something_comes_above_it(
    enlarged: OfficeStage,
) -> None:
    section = section_of(enlarged)
    field = section.form.controls["code"]
    assert isinstance(field, TextField)
    section.form.focus("code")
    done = section._section.state
    longer = Notice("Something else is to be said. " * 8, NoticeKind.PLAIN)
    section.present(replace(done, notices=(*done.notices, longer)))
    enlarged.rest()
    assert is_whole(field.input)


def test_another_record_is_read_from_its_top(enlarged: OfficeStage) -> None:
    section = section_of(enlarged)
    section._section.choose(POLICY)
    enlarged.rest()
    scrolled = section._area.verticalScrollBar()
    scrolled.setValue(scrolled.maximum())
    assert section.notices.visibleRegion().isEmpty()
    section._section.choose(str(ROWS[0].seq))
    enlarged.rest()
    assert is_whole(section.notices)


def test_who_comes_back_to_the_page_reads_first_what_is_amiss(enlarged: OfficeStage) -> None:
    section = section_of(enlarged)
    scrolled = section._area.verticalScrollBar()
    scrolled.setValue(scrolled.maximum())
    enlarged.show(Screen.SIGN_IN)
    assert is_whole(section_of(enlarged).notices)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1024, 768), (1366, 768)], ids=["compact", "wide"])
def test_what_helps_a_till_whose_name_another_one_has_is_read_whole_beside_its_entry(
    qtbot: QtBot, size: tuple[int, int], language: str
) -> None:
    stage = office_stage(size=size, language=language)
    try:
        stage.till.joining.refuses = ServiceRefusal("TILL_NAME_TAKEN", till="T01")
        stage.show(Screen.SETTINGS, section="office")
        view = stage.shown
        assert isinstance(view, SettingsView)
        section = view._views["office"]
        for name, text in (("address", ADDRESS), ("code", CODE)):
            section.form.focus(name)
            stage.type(text)
        stage.press(Qt.Key.Key_Return)
        stage.settle()
        stage.rest()
        till = section.form.controls["till"]
        assert till.isAncestorOf(QApplication.focusWidget())
        assert till.visibleRegion().boundingRect() == till.rect()
    finally:
        end_stage(stage)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1024, 768), (1366, 768)], ids=["compact", "wide"])
@pytest.mark.parametrize("reason", ["CLONE_SUSPECT", "OLDER_LIFE", "TLS_OVER"])
def test_why_nothing_is_sent_is_seen_without_turning_a_page(
    qtbot: QtBot, size: tuple[int, int], language: str, reason: str
) -> None:
    stage = office_stage(size=size, language=language)
    try:
        stage.till.joining.facts = FACTS
        stage.till.sending.told = SendingStatus(
            sending=Sending.STOPPED, waiting=37, reason=reason, frozen="restored"
        )
        stage.show(Screen.SETTINGS, section="office")
        stage.rest()
        view = stage.shown
        assert isinstance(view, SettingsView)
        notices = view._views["office"].notices
        assert notices.isVisible()
        assert notices.visibleRegion().boundingRect() == notices.rect()
    finally:
        end_stage(stage)

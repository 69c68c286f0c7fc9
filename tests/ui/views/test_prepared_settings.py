"""Sections that are made before anybody opens them are what they are when they are opened first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from posloyalty.wording import Words
from tests.ui.office_stage import OfficeStage, office_stage
from tests.ui.stage import end_stage
from ui.appearance import Appearance
from ui.presenters.form import Field, Form
from ui.presenters.ports import Screen
from ui.tour import SECTIONS
from ui.views.forms import FormView
from ui.views.settings import SettingsView


@pytest.fixture
def stages(qtbot: QtBot) -> Iterator[list[OfficeStage]]:
    made: list[OfficeStage] = []
    yield made
    for stage in made:
        end_stage(stage)


def prepared(stages: list[OfficeStage]) -> OfficeStage:
    """A till that rested until its settings were made, with nobody signed in."""
    stage = office_stage()
    stages.append(stage)
    operator = stage.session.operator
    stage.session.sign_in(None)
    for _ in stage.window.navigator.prepare(Screen.SETTINGS):
        pass
    stage.session.sign_in(operator)
    return stage


def opened(stage: OfficeStage, section: str) -> SettingsView:
    stage.window.navigator.show(Screen.SETTINGS, section=section)
    stage.rest()
    view = stage.shown
    assert isinstance(view, SettingsView)
    return view


def controls(view: QWidget) -> list[tuple[str, str, bool]]:
    parts = [part for part in view.findChildren(QWidget) if part.isVisible()]
    return [(type(part).__name__, part.accessibleName(), part.isEnabled()) for part in parts]


@pytest.mark.long(sample=2)
@pytest.mark.parametrize("section", ["products", *SECTIONS])
def test_a_section_made_ahead_shows_what_it_shows_when_made_by_opening_it(
    stages: list[OfficeStage], section: str
) -> None:
    ahead = controls(opened(prepared(stages), section))
    stages.append(office_stage())
    assert sorted(ahead) == sorted(controls(opened(stages[-1], section)))


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("section", ["store", "look", "about"])
def test_its_entries_are_made_ahead_and_only_filled_when_it_is_opened(
    stages: list[OfficeStage], section: str
) -> None:
    stage = prepared(stages)
    view = stage.window.navigator._views[Screen.SETTINGS]
    assert isinstance(view, SettingsView)
    before = dict(view._views[section].form.controls)
    assert before
    assert opened(stage, section)._views[section].form.controls == before


def test_what_a_section_chooses_from_is_read_and_made_ahead(stages: list[OfficeStage]) -> None:
    stage = prepared(stages)
    view = stage.window.navigator._views[Screen.SETTINGS]
    assert isinstance(view, SettingsView)
    keys, programme = view._views["keys"], view._views["programme"]
    assert keys.grid is not None
    tabs, controls = keys.grid._tabs, dict(programme.form.controls)
    assert tabs is not None
    assert len(tabs.buttons) > 1
    assert controls
    opened(stage, "keys")
    assert keys.grid._tabs is tabs
    opened(stage, "programme")
    assert programme.form.controls == controls


def test_entries_are_made_a_few_at_a_time_and_the_rest_when_somebody_looks(
    qtbot: QtBot,
) -> None:
    names = tuple(f"n{number}" for number in range(6))
    form = Form(fields=tuple(Field(name=name, label=name, value=name) for name in names))
    view = FormView(Appearance(), Words("en"))
    qtbot.addWidget(view)
    pieces = view.pieces(form)
    next(pieces)
    next(pieces)
    assert tuple(view.controls) == names[:2]
    view.present(replace(form, fields=(*form.fields[:-1], replace(form.fields[-1], value="x"))))
    assert tuple(view.controls) == names
    made = dict(view.controls)
    assert [control.text for control in made.values()] == [*names[:-1], "x"]
    assert list(pieces) == []
    assert view.controls == made


def test_another_form_meanwhile_is_the_one_that_is_made(qtbot: QtBot) -> None:
    first, second = (
        Form(fields=tuple(Field(name=name, label=name, value=name) for name in names))
        for names in ("abc", "de")
    )
    view = FormView(Appearance(), Words("en"))
    qtbot.addWidget(view)
    pieces = view.pieces(first)
    next(pieces)
    view.present(second)
    assert list(pieces) == []
    assert tuple(view.controls) == ("d", "e")

"""The action table: no key twice, none that systems take, every intent answered, all in words."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import ui.presenters
from posloyalty.wording import LANGUAGES, Words
from ui import icons
from ui.actions import ACTIONS, Action, By, Place, action, action_for, actions_of
from ui.main_window import MainWindow
from ui.presenters.ports import Screen, Sheet
from ui.screens import PLACES

TAKEN_BY_SYSTEMS = {
    "F4",
    "Ctrl+Space",
    "Ctrl+.",
    "Ctrl+`",
    *(f"Alt+{digit}" for digit in range(10)),
}
PAIRS = [(one, place) for one in ACTIONS for place in sorted(one.places, key=str)]


def named(pair: object) -> str:
    return pair.id if isinstance(pair, Action) else str(pair)


def presenter_class(place: Place) -> type:
    """The class behind a row of the table, also where a function makes it."""
    made = PLACES[place].presenter_class()
    if isinstance(made, type):
        return made
    wanted = made.__annotations__["return"]
    for module in pkgutil.walk_packages(ui.presenters.__path__, "ui.presenters."):
        found = vars(importlib.import_module(module.name)).get(wanted)
        if isinstance(found, type):
            return found
    raise AssertionError(f"{wanted} is in no module of ui.presenters")


def test_no_key_has_two_meanings_in_one_place() -> None:
    for place in (*Screen, *Sheet):
        keys = [one.key for one in actions_of(place)]
        assert sorted(set(keys)) == sorted(keys), place


def test_every_id_is_given_once() -> None:
    ids = [one.id for one in ACTIONS]
    assert len(set(ids)) == len(ids)


def test_no_key_belongs_to_an_input_method_or_the_system() -> None:
    assert not {one.key for one in ACTIONS} & TAKEN_BY_SYSTEMS


@pytest.mark.parametrize(("one", "place"), PAIRS, ids=named)
def test_every_intent_is_answered(one: Action, place: Place) -> None:
    owner = MainWindow if one.by is By.SHELL else presenter_class(place)
    assert callable(getattr(owner, one.intent, None)), f"{owner.__name__}.{one.intent}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_words_and_a_drawn_icon(language: str) -> None:
    words = Words(language)
    for one in ACTIONS:
        assert words(one.label)
        assert not one.icon or icons.exists(one.icon), one.icon


def test_the_main_action_is_f12_and_escape_goes_back_on_every_screen() -> None:
    for screen in Screen:
        main, escape = action_for("F12", screen), action_for("Esc", screen)
        assert main is not None
        assert main.guarded
        assert escape is not None


def test_acts_of_later_work_have_no_key_and_no_button() -> None:
    assert {one.key for one in ACTIONS} & {"Ctrl+K"} == set()


def test_an_action_is_found_by_its_id() -> None:
    assert action("member").key == "F2"
    with pytest.raises(KeyError):
        action("nothing")

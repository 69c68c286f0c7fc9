"""Every scene of the tour, then another language: no word of the old one is left anywhere.

What a screen keeps is looked at too, since lists draw it themselves. The shop's own names are
Chinese, so any English message that is left after the change is the product's. The suite goes
through scenes of each kind, the proof through the whole tour.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

import resources
from tests.ui.test_every_view import Led, book  # noqa: F401
from tests.ui.walk import shown
from ui.application import TillApplication, make_qt_application
from ui.book_door import BookDoor
from ui.keyboard import Keyboard
from ui.options import Options
from ui.screenshots import CountedChance, SteppedClock
from ui.tour import SCENES, Tour

OLD, NEW = "en", "zh_CN"
# Fewer letters are units, codes and names, such as "PIN" and "kg".
LETTERS = 4
# Areas of which no word is on a screen of the till.
ELSEWHERE = {"cli", "console", "policy", "scenario", "judging"}
ROUNDS = 3
# The name of an entry or an icon, which nobody sees.
NAME = re.compile("[a-z_:-]+")
# How the wallet of the demo shop's programme begins in the other language, which is the sale's own
# for the one that the shop was made in.
WALLET = {NEW: re.compile(r"Points\b"), OLD: re.compile(r"积分 [+−\d]")}
# Offers of the demo shop: papers and the day's figures name them as the sale kept them.
AS_SOLD = ("Member price: milk", "5 off from 100")
# What the suite goes through: to the end of a sale, and into the settings.
WAY = (*SCENES[: SCENES.index("done") + 1], "settings", "settings-programme")
# Of its screens, sheets, lists, forms and sections one or two each, and those that keep most.
SAMPLE = ("sign-in", "sale", "doing", "why", "done", "settings-programme")


@cache
def messages(language: str) -> frozenset[str]:
    """Every message of the till's catalogues."""
    found: set[str] = set()
    for place in resources.path(f"translations/{language}").glob("*.mo"):
        if place.stem not in ELSEWHERE:
            with place.open("rb") as file:
                catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
            found |= {text for key, text in catalogue.items() if key}
    return frozenset(found)


@cache
def old_words() -> re.Pattern[str]:
    """What only the old language says, its facts left open."""
    wanted = []
    for text in messages(OLD) - messages(NEW):
        plain = re.sub(r"\{[^}]*\}", "", text)
        if len(re.findall("[A-Za-z]", plain)) >= LETTERS:
            parts = re.split(r"\{[^}]*\}", text)
            wanted.append(".*".join(re.escape(part) for part in parts))
    return re.compile("|".join(sorted(wanted, key=len, reverse=True)), re.DOTALL)


@pytest.fixture
def led(qtbot: QtBot, book: Path) -> Iterator[Led]:  # noqa: F811
    make_qt_application()
    keyboard = Keyboard()
    door = BookDoor(book, demo=True, clock=SteppedClock(), chance=CountedChance())
    options = Options(demo=True, data=book, language=OLD, look="light", scale=100)
    till = TillApplication(options, door, now_ms=keyboard.now_ms, key_stamp=keyboard.stamp)
    keyboard.window = till.window
    till.start()
    yield Led(till, Tour(till, keyboard))
    till.close()
    till.window.deleteLater()
    QApplication.sendPostedEvents(None, 52)


def speak(led: Led, language: str) -> None:
    led.till.session.speak(language)
    led.till.window._change.hurry(None)  # nothing is drawn for nobody
    led.till.window.change_at_once()
    # What is read for the new words is worded when it has come, and may ask for more.
    for _ in range(ROUNDS):
        led.tour.settle()
    QApplication.processEvents()


def texts_in(value: object) -> Iterator[str]:
    """Every text of a state, however deep."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name))
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from texts_in(one)


def texts_of(led: Led) -> Iterator[tuple[str, str]]:
    """Where each text stands that the till keeps or shows."""
    for _place, presenter in led.till.window.navigator.places():
        for text in texts_in(presenter.state):
            if not NAME.fullmatch(text):
                yield type(presenter).__name__, text
    for widget in shown(led.till.window):
        where = type(widget).__name__
        yield where, widget.accessibleName()
        if isinstance(widget, (QLabel, QAbstractButton)):
            yield where, widget.text()
        elif isinstance(widget, QLineEdit):
            yield where, widget.placeholderText()


def left_over(led: Led) -> Iterator[str]:
    for where, text in texts_of(led):
        for part in re.split(r" · |\n|, ", text):
            as_sold = any(name in part for name in AS_SOLD)
            kept = WALLET[NEW].match(part.strip()) or old_words().fullmatch(part.strip())
            if kept and not as_sold:
                yield f"{where}: {part.strip()}"


def wallets_left_over(led: Led) -> Iterator[str]:
    for where, text in texts_of(led):
        if WALLET[OLD].search(text):
            yield f"{where}: {text}"


def test_no_word_of_the_old_language_is_left_on_any_screen(led: Led, proving: bool) -> None:
    findings: dict[str, str] = {}
    for scene in SCENES if proving else WAY:
        led.tour.go(scene)
        if not proving and scene not in SAMPLE:
            continue
        speak(led, NEW)
        for told in left_over(led):
            findings.setdefault(told, scene)
        speak(led, OLD)
        for told in wallets_left_over(led):
            findings.setdefault(told, scene)
    told = "\n".join(f"{scene}: {text}" for text, scene in findings.items())
    assert not told, told

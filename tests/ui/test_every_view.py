"""Every screen and sheet on the demo shop, in every layout, scale and look: sizes, names, words.

One running till is led through the tour; each scene is dressed in every way and looked over. Every
text field is tapped: a keyboard or pad has to come that can fill it, and must not cover it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from posloyalty.services.papers.receipt import Bar
from tests.ui.touch import Touch
from tests.ui.walk import (
    beyond_parents,
    cut_sideways,
    cut_texts,
    cut_words,
    nameless,
    overlapping,
    squashed,
    too_small,
    wrong_controls,
)
from ui.application import TillApplication, make_qt_application
from ui.book_door import BookDoor
from ui.keyboard import Keyboard
from ui.main_window import MainWindow
from ui.options import Options
from ui.presenters.ports import Screen, Sheet
from ui.screenshots import CountedChance, SteppedClock
from ui.tour import SCENES, Tour
from ui.tour_scenes import TRAINING
from ui.views.pay import PayView
from ui.widgets.buttons import ActionButton, Kind

# Every layout class at every scale, each once; looks and languages take turns.
WAYS = (
    ("zh_CN", "light", 100, (1366, 768)),
    ("en", "dark", 100, (1024, 768)),
    ("zh_TW", "contrast", 100, (1080, 1920)),
    ("en", "light", 150, (1920, 1080)),
    ("zh_CN", "dark", 200, (1920, 1080)),
    ("en", "contrast", 200, (1366, 768)),
    ("en", "light", 200, (1024, 768)),
    ("en", "dark", 200, (1080, 1920)),
    ("en", "light", 100, (1024, 720)),
    ("en", "dark", 100, (1280, 720)),
    ("en", "light", 100, (1280, 680)),
    ("en", "dark", 100, (1024, 680)),
)
# The longest words in the smallest window there is: what overflows anywhere overflows here.
TIGHTEST = ("en", "light", 200, (1024, 768))
OTHERS_EVERY = 3
FILLED = ("settings-store",)
"""Has fields of a kind that is nowhere else."""
SHIFT = 5
"""The settings come in a window that has room for their entries."""

# The smallest window there is for each language's keyboard, which has the most rows in zh_TW.
SMALLEST = (
    ("zh_CN", "light", 200, (1024, 768)),
    ("zh_TW", "light", 200, (1366, 768)),
)
# The windows with the least room there is, in the language with the longest words and another.
LOWEST = (
    ("en", "light", 200, (1024, 768)),
    ("zh_CN", "contrast", 200, (1366, 768)),
)
# What a field of each kind has to be able to take.
WANTED = {
    "pin": "0123456789",
    "whole": "0123456789",
    "amount": "0123456789.",
    "phone": "0123456789+-",
    "date": "0123456789-/",
    "time": "0123456789:",
    "codes": "0123456789 -",
    "text": "aZ09-_@/:.",
    "name": "aZ09é·，",
    "person": "aZ09é·",
}


@dataclass
class Led:
    """The till under way."""

    till: TillApplication
    tour: Tour


class _Strays(QObject):
    """The windows that opened without being asked for, while it is watching."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def watch(self, on: bool) -> None:
        """Every event of the program is looked at, which takes as long as what happens at it."""
        make_qt_application().removeEventFilter(self)
        if on:
            make_qt_application().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shown = event.type() is QEvent.Type.Show and isinstance(watched, QWidget)
        if shown and watched.isWindow() and type(watched).__name__ != "MainWindow":
            self.found.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


@pytest.fixture
def strays() -> Iterator[_Strays]:
    found = _Strays()
    yield found
    found.watch(False)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo shop, made once."""
    folder = tmp_path_factory.mktemp("views") / "book"
    door = BookDoor(folder, demo=True, clock=SteppedClock(), chance=CountedChance())
    door.make_demo("zh_CN", members=400).close()
    return folder


@pytest.fixture
def led(qtbot: QtBot, book: Path) -> Iterator[Led]:
    make_qt_application()
    keyboard = Keyboard()
    door = BookDoor(book, demo=True, clock=SteppedClock(), chance=CountedChance())
    options = Options(demo=True, data=book, language="zh_CN", look="light", scale=100)
    till = TillApplication(options, door, now_ms=keyboard.now_ms, key_stamp=keyboard.stamp)
    keyboard.window = till.window
    till.start()
    yield Led(till, Tour(till, keyboard))
    till.close()
    till.window.deleteLater()
    QApplication.sendPostedEvents(None, 52)


@pytest.fixture
def trained(qtbot: QtBot, book: Path) -> Iterator[Led]:
    """The same of a till for training, furnished from the demo shop."""
    make_qt_application()
    keyboard = Keyboard()
    real = BookDoor(book, demo=True, clock=SteppedClock(), chance=CountedChance())
    shop = real.open()
    real.make_practice(shop)
    shop.close()
    door = real.practice()
    options = Options(demo=True, data=door.folder, language="zh_CN", look="light", scale=100)
    till = TillApplication(
        options, door, practice=True, now_ms=keyboard.now_ms, key_stamp=keyboard.stamp
    )
    keyboard.window = till.window
    till.start()
    yield Led(till, Tour(till, keyboard))
    till.close()
    till.window.deleteLater()
    QApplication.sendPostedEvents(None, 52)


def dress(till: TillApplication, way: tuple[str, str, int, tuple[int, int]]) -> None:
    language, look, scale, size = way
    session = till.session
    till.window.resize(*size)
    if session.words.language != language:
        session.speak(language)
    if (session.look, session.scale) != (look, scale):
        session.look_changed(look=look, scale=scale)
    till.window._change.hurry(None)  # nothing is drawn for nobody
    till.window.change_at_once()
    # Grids that break into as many columns as fit are laid out in a second and third turn.
    for _ in range(3):
        QApplication.processEvents()


def test_every_control_of_every_view_is_large_enough_named_and_whole(
    strays: _Strays, led: Led, proving: bool
) -> None:
    assert looked_over(led, SCENES, proving=proving, strays=strays) == []
    assert strays.found == []


def test_training_is_plain_to_see_in_every_dress_and_its_controls_are_whole(
    trained: Led, proving: bool
) -> None:
    assert looked_over(trained, tuple(TRAINING), proving=proving, also=unbanded) == []
    receipt = trained.tour.state(Screen.RECEIPT).receipt
    assert receipt.training
    assert [type(block) for block in receipt.blocks].count(Bar) == 2


def unbanded(window: MainWindow) -> Iterator[str]:
    """The band that says training, wherever the window has room for one."""
    if window.head.band is None or not window.head.band.isVisible():
        yield "no band says that this is training"


def looked_over(
    led: Led,
    scenes: tuple[str, ...],
    *,
    proving: bool,
    also: Callable[[MainWindow], Iterable[str]] = lambda _window: (),
    strays: _Strays | None = None,
) -> list[str]:
    """What is wrong with the views of some scenes, each dressed in some ways or in all. Windows
    that stray are watched for in scenes that the suite dresses in one way, which is soon done.
    """
    window = led.till.window
    findings: list[str] = []
    for place, scene in enumerate(scenes):
        if strays is not None:
            strays.watch(proving or place % OTHERS_EVERY == 1)
        led.tour.go(scene)
        # The suite takes the tightest way, of each third scene another in turn, and the busiest
        # scene in all; the proof takes all. In turn alone, most scenes never met the way in which
        # they overflow.
        turn = WAYS[place // OTHERS_EVERY % len(WAYS)]
        ways = dict.fromkeys((TIGHTEST,) if place % OTHERS_EVERY else (TIGHTEST, turn))
        for way in WAYS if proving or scene == "sale" else ways:
            dress(led.till, way)
            for told in (
                *wrong_controls(window, window.look),
                *cut_texts(window),
                *cut_sideways(window),
                *beyond_parents(window),
                *squashed(window),
                *also(window),
            ):
                findings.append(f"{scene} {way}: {told}")
    return findings


def open_entries(led: Led, scene: str) -> None:
    """Bring the entries of a section of the settings to the screen: a new one of its things; and
    those of a new member, which the smallest layouts show alone.
    """
    if scene == "member":
        led.till.window.navigator.presenter(Screen.MEMBER).new_member()
    elif scene.startswith("settings"):
        presenter = led.till.window.navigator.presenter(Screen.SETTINGS)
        section = presenter.sections[presenter.state.section]
        if section.state.new_label:
            section.new()
        elif scene == "settings-printer":
            section.change("kind", "network")
    led.tour.settle()
    keyboard = led.till.window.keyboard
    assert keyboard is not None
    # As after the tap that stands behind each of these: what it changed is looked at.
    keyboard.moved()


def fields_of(led: Led) -> list[QWidget]:
    """Every text field in front that can be typed into, and what stands for one."""
    navigator = led.till.window.navigator
    front = navigator.sheet_view or navigator.view
    assert front is not None
    found: list[QWidget] = [*front.findChildren(QLineEdit), *front.findChildren(QPlainTextEdit)]
    fields = [field for field in found if field.isVisible() and field.isEnabled()]
    return fields + ([] if front.typing is None else [front.typing])


def fill_by_touch(touch: Touch, field: QWidget) -> Iterator[str]:
    """Tap a field and say what is wrong with the keyboard that comes."""
    name, look = field.accessibleName(), touch.window.look
    touch.tap_on(field)
    if touch.keyboard.target is not field:
        yield f"{name}: no keyboard came"
        return
    if not touch.finger.reaches(field):
        yield f"{name}: covered by its keyboard"
    if not look.narrow:
        for main in touch.window.findChildren(ActionButton):
            if main.kind is Kind.MAIN and main.isVisible() and not touch.finger.reaches(main):
                yield f"{name}: its keyboard covers {main.accessibleName()}"
    yield from (f"{name}: key {told}" for told in too_small(touch.panel, look))
    yield from (f"{name}: key {told}" for told in nameless(touch.panel))
    for one, other in pairwise(sorted(touch.panel.keys, key=lambda key: (key.y(), key.x()))):
        apart = other.x() - one.x() - one.width()
        if one.y() == other.y() and one.isVisible() and other.isVisible() and apart < look.px(8):
            yield f"{name}: {one.accessibleName()} is {apart} from {other.accessibleName()}"
    kind = str(field.property("writes") or "text")
    for sign in WANTED[kind]:
        if not touch.finds(sign):
            yield f"{name} ({kind}): no key writes {sign}"
    if kind in ("pin", "whole", "amount") and touch.panel.key("sign:q") is not None:
        yield f"{name} ({kind}): letters for a number"


def test_every_text_field_of_every_screen_is_filled_by_touch(led: Led, proving: bool) -> None:
    window = led.till.window
    touch = Touch(window)
    findings: list[str] = []
    filled: set[str] = set()
    for place, scene in enumerate(SCENES):
        led.tour.go(scene)
        ways = (*WAYS, *SMALLEST)
        # The suite fills each other scene in another way, the proof all in all.
        filled_here = place % 2 == 0 or scene in FILLED
        turn = (ways[(place // 2 + SHIFT) % len(ways)],) if filled_here else ()
        chosen = ways if proving else turn
        for way in chosen:
            dress(led.till, way)
            open_entries(led, scene)
            fields = fields_of(led)
            if fields and not touch.keyboard.open:
                # The tour typed with real keys: the strip's button says that a finger goes on.
                touch.finger.tap(window.strip.keys_button)
            if touch.keyboard.open:
                touch.hide()
            for field in fields:
                filled.add(f"{scene} {field.property('writes')}")
                findings += [f"{scene} {way}: {told}" for told in fill_by_touch(touch, field)]
                if touch.keyboard.open:
                    touch.hide()
    assert findings == []
    assert filled >= {"find None", "history text", "member person", "recovery pin"}
    assert filled >= {"settings amount", "settings codes", "settings-store time"}


@pytest.mark.parametrize("way", LOWEST, ids=lambda way: f"{way[0]}-{way[3][0]}x{way[3][1]}")
def test_in_the_lowest_windows_an_approval_says_who_asks_and_its_pad_is_whole(
    led: Led, way: tuple[str, str, int, tuple[int, int]]
) -> None:
    for scene in ("sign-in", "sale-empty", "shift-open", "sale", "pay", "done", "void"):
        led.tour.go(scene)
    dress(led.till, way)
    navigator, words = led.till.window.navigator, led.till.session.words
    voids = words("return.main_void", amount="").strip()
    assert any(text.startswith(voids) for text in texts(navigator.view))
    led.tour.go("approve")
    operator = led.till.session.operator
    assert operator is not None
    asked = words("approve.asked_by", name=operator.name)
    assert asked in texts(navigator.sheet_view)
    window = led.till.window
    assert [*too_small(window, window.look), *cut_words(window), *overlapping(window)] == []


def texts(root: QWidget | None) -> list[str]:
    """The words that stand on a screen or sheet."""
    assert root is not None
    found = (*root.findChildren(QLabel), *root.findChildren(QAbstractButton))
    return [one.text() for one in found if one.isVisible()]


def test_in_the_lowest_window_an_unanswered_payment_is_one_tap_away(led: Led) -> None:
    for scene in ("sign-in", "sale-empty", "shift-open", "sale", "pay-pending"):
        led.tour.go(scene)
    navigator = led.till.window.navigator
    dress(led.till, ("en", "light", 100, (1366, 768)))
    pay = navigator.view
    assert isinstance(pay, PayView)
    assert not pay.settle.isVisible()
    assert pay.paid.isVisible()
    dress(led.till, ("en", "light", 200, (1366, 768)))
    pay = navigator.view
    assert isinstance(pay, PayView)
    assert pay.settle.isVisible()
    assert not pay.paid.isVisible()
    pay.settle.click()
    led.tour.settle()
    assert navigator.sheet is Sheet.PAYMENTS

"""The F10 menu and the F1 list of keys: overlays of the shell, worked by finger, Tab and Esc.

An overlay lies over the right part of the screen below the strip. Only one is open; Esc, its own
key or a press beside it closes it. It never covers the strip, and nothing behind it is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from posloyalty.wording import LANGUAGES, Words
from ui.actions import Action, Place, action, actions_of
from ui.appearance import Appearance
from ui.appearance.metrics import GAP, SCALES
from ui.presenters.ports import Screen, Sheet
from ui.widgets.buttons import ActionButton
from ui.widgets.fields import Choice
from ui.widgets.key_list import KeyList, KeyRow
from ui.widgets.sheet import OverlayFrame
from ui.widgets.tap_bar import scroll_by_taps

if TYPE_CHECKING:
    from ui.main_window import MainWindow

NARROW_HALF = 200
"""So wide may a button be of which two lie abreast in the narrow layout."""
LOOK_NAMES = ("light", "dark", "contrast")
LANGUAGE_NAMES = {"zh_CN": "简体中文", "zh_TW": "繁體中文", "en": "English"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """One way out of the menu."""

    icon: str
    words: str
    act: Callable[[], None]
    key: str = ""


class MenuSheet(OverlayFrame):
    """Where to go, and language, look and scale."""

    def __init__(
        self,
        look: Appearance,
        words: Words,
        items: tuple[MenuItem, ...],
        *,
        speak: Callable[[str], None],
        dress: Callable[[str], None],
        scale: Callable[[int], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, words("app.menu"), close_words=words("common.close"), parent=parent)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, look.px(4), 0)
        column.setSpacing(look.px(GAP))
        grid = QGridLayout()
        grid.setSpacing(look.px(GAP))
        self.buttons: list[ActionButton] = []
        for item in items:
            button = ActionButton(
                look, item.words, icon=item.icon, key=item.key, height=64, left=True
            )
            button.clicked.connect(lambda _checked=False, act=item.act: act())
            self.buttons.append(button)
        abreast = 1 if look.narrow and _widest(self.buttons) > look.px(NARROW_HALF) else 2
        for place, button in enumerate(self.buttons):
            grid.addWidget(button, place // abreast, place % abreast)
        column.addLayout(grid)
        column.addSpacing(look.px(8))
        self.language = Choice(
            look, words("app.language"), tuple(LANGUAGE_NAMES[code] for code in LANGUAGES)
        )
        self.language.present(LANGUAGES.index(words.language))
        self.language.chosen.connect(lambda place: speak(LANGUAGES[place]))
        self.dress = Choice(
            look, words("app.look"), tuple(words(f"app.look_{name}") for name in LOOK_NAMES)
        )
        self.dress.present(LOOK_NAMES.index(look.tokens.name))
        self.dress.chosen.connect(lambda place: dress(LOOK_NAMES[place]))
        self.size = Choice(
            look, words("app.scale"), tuple(words("app.percent", n=size) for size in SCALES)
        )
        self.size.present(SCALES.index(look.scale))
        self.size.chosen.connect(lambda place: scale(SCALES[place]))
        for choice in (self.language, self.dress, self.size):
            column.addWidget(choice)
        column.addStretch(1)
        self.body.addWidget(_scrolling(look, inner))

    def first(self) -> QWidget:
        """Where the keyboard goes."""
        return self.buttons[0] if self.buttons else self.close_button


class KeysSheet(OverlayFrame):
    """The keys of the places in front; arrows and pages scroll where not all of them fit."""

    def __init__(
        self,
        look: Appearance,
        words: Words,
        places: tuple[Place, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, words("app.keys"), close_words=words("common.close"), parent=parent)
        rows = tuple(KeyRow(act.key, words(act.label)) for act in _listed(places))
        self.list = KeyList(look, rows, name=words("app.keys"))
        self.body.addWidget(self.list, 1)

    def first(self) -> QWidget:
        """Where the keyboard goes."""
        return self.list


def _listed(places: tuple[Place, ...]) -> Iterator[Action]:
    """The actions of the places in their order, each key once: the place in front has it."""
    shown: set[str] = set()
    for place in places:
        for act in actions_of(place):
            if act.listed and act.key not in shown:
                shown.add(act.key)
                yield act


class MenuOf(Enum):
    """Which menu it is, for what it leads to depends on no more than that."""

    LOCKED = auto()
    SALE = auto()
    ELSEWHERE = auto()


def menu_in_front(window: MainWindow) -> MenuOf:
    """Which menu the screen in front has."""
    if window.locked:
        return MenuOf.LOCKED
    return MenuOf.SALE if window.navigator.screen is Screen.SALE else MenuOf.ELSEWHERE


def made_menu(window: MainWindow, which: MenuOf) -> MenuSheet:
    """A menu of a window, hidden; RuntimeError before the window has a session."""
    session = window.session
    return MenuSheet(
        window.look,
        session.words,
        _items(window, session.words, which),
        speak=session.speak,
        dress=lambda name: session.look_changed(look=name),
        scale=lambda percent: session.look_changed(scale=percent),
        parent=window,
    )


def _items(window: MainWindow, words: Words, which: MenuOf) -> tuple[MenuItem, ...]:
    def keys_instead() -> None:
        window.close_overlay()
        window.show_keys()

    def goes(screen: Screen) -> Callable[[], None]:
        def go() -> None:
            window.close_overlay()
            window.navigator.show(screen)

        return go

    def audit() -> None:
        from ui.presenters.audit import open_audit

        window.close_overlay()
        open_audit(window.session)

    training = "practice_end" if window.session.practice else "practice_begin"

    def practise() -> None:
        window.close_overlay()
        desks = window.session.desks
        room = None if desks is None else desks.practice
        if room is not None:
            (room.end_practice if window.session.practice else room.begin_practice)()

    def payments() -> None:
        """They lie over the sale, or over the pay screen where it is in front."""
        window.close_overlay()
        if window.navigator.screen is not Screen.PAY:
            window.navigator.show(Screen.SALE)
        window.navigator.open_sheet(Sheet.PAYMENTS)

    keys = MenuItem(icon="keyboard", words=words("action.keys"), act=keys_instead, key="F1")
    practice = MenuItem(icon="people", words=words(f"app.{training}"), act=practise)
    if which is MenuOf.LOCKED:
        # Nobody has to sign in to leave a training.
        return (keys, practice) if window.session.practice else (keys,)
    return (
        MenuItem(icon="history", words=words("app.history"), act=goes(Screen.HISTORY)),
        MenuItem(icon="clock", words=words("app.shift"), act=goes(Screen.SHIFT)),
        MenuItem(icon="cash", words=words("app.cash"), act=goes(Screen.CASH)),
        MenuItem(icon="people", words=words("app.members"), act=goes(Screen.MEMBER)),
        MenuItem(icon="note", words=words("app.audit"), act=audit),
        MenuItem(icon="card", words=words("app.payments"), act=payments),
        MenuItem(icon="receipt", words=words("app.key_in"), act=goes(Screen.KEY_IN)),
        MenuItem(icon="settings", words=words("app.settings"), act=goes(Screen.SETTINGS)),
        practice,
        MenuItem(icon="lock", words=words("action.lock"), act=window.lock, key="F11"),
        keys,
        *(_acts_of_the_sale(window, words) if which is MenuOf.SALE else ()),
    )


def _acts_of_the_sale(window: MainWindow, words: Words) -> tuple[MenuItem, ...]:
    """What the sale can do that has no button of its own in every layout."""
    presenter = window.navigator.presenter(Screen.SALE)

    def runs(act: Action) -> Callable[[], None]:
        def run() -> None:
            window.close_overlay()
            window.run(act, presenter)

        return run

    return tuple(
        MenuItem(icon=act.icon, words=words(act.label), act=runs(act), key=act.key)
        for act in map(action, ("basket_discount", "open_drawer", "undo", "clear_basket"))
    )


def _widest(buttons: Iterable[ActionButton]) -> int:
    return max((one.minimumSizeHint().width() for one in buttons), default=0)


def _scrolling(look: Appearance, inner: QWidget) -> QScrollArea:
    area = QScrollArea()
    scroll_by_taps(area, look)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    return area

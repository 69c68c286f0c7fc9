"""Working the till with one finger: what a person does with the on-screen keyboard, by taps alone.

`Touch` finds things as a person does, by what stands on them; brings them into reach with the
scroll bars' buttons; and writes with the keys that are shown, changing layers where needed. It
never calls a presenter and never presses a real key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from ui.finger import Finger
from ui.keyboard import NotReached, wait
from ui.main_window import MainWindow
from ui.presenters.typing.cells import Dress
from ui.touch_keyboard import TouchKeyboard
from ui.widgets.key_panel import KeyButton, KeyPanel
from ui.widgets.number_pad import NumberPad
from ui.widgets.tap_bar import TapBar

T = TypeVar("T")

PAGES_MOST = 120
TURNS_MOST = 40
LAYERS_MOST = 9


class Touch:
    """One finger on one window."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.finger = Finger(window)

    # What is on the screen

    @property
    def keyboard(self) -> TouchKeyboard:
        """The window's on-screen keyboard."""
        assert self.window.keyboard is not None
        return self.window.keyboard

    @property
    def panel(self) -> KeyPanel:
        """Its keys; the keyboard has to be open."""
        assert self.keyboard.open, "the keyboard is not open"
        panel = self.keyboard.panel
        assert panel is not None
        return panel

    def button(self, words: str) -> QAbstractButton:
        """The button that says just these words, or else begins with them."""
        return self._found(lambda: self._button(words), f"no button says {words}")

    def field(self, label: str) -> QLineEdit | QPlainTextEdit:
        """The text field of a label."""
        return self._found(lambda: self._field(label), f"no field is called {label}")

    def pad_key(self, digit: str) -> QAbstractButton:
        """A key of the number pad that a screen has of its own."""
        for pad in self.window.findChildren(NumberPad):
            for key in pad.keys if pad.isVisible() else ():
                if key.text() == digit:
                    return key
        raise NotReached(f"no pad has {digit}")

    # What a finger does

    def tap(self, words: str) -> None:
        """Tap a button by what it says."""
        self.tap_on(self.button(words))

    def tap_on(self, widget: QWidget) -> None:
        """Bring something into reach and tap it; where the keyboard leaves no room, hide it."""
        try:
            self.reach(widget)
        except NotReached:
            if self.keyboard.open:
                self.hide()
            # What was made anew a moment ago gets its place in the next turns of Qt's loop.
            said = f"{widget.accessibleName()} does not come into reach"
            wait(lambda: self._reached(widget), said)
        self.finger.tap(widget)

    def _reached(self, widget: QWidget) -> bool:
        try:
            self.reach(widget)
        except NotReached:
            return False
        return True

    def reach(self, widget: QWidget) -> None:
        """Turn the pages of what scrolls until a widget can be tapped."""
        area = widget.parentWidget()
        for way in (1, -1):
            for _ in range(TURNS_MOST):
                if self.finger.reaches(widget):
                    return
                bar = self._bar(area)
                before = None if bar is None else bar.value()
                if bar is None or not self.finger.reaches(bar, bar.button(way)):
                    break
                self.finger.tap(bar, bar.button(way))
                if bar.value() == before:
                    break
        raise NotReached(f"{widget.accessibleName()} cannot be brought into reach")

    def tap_row(self, view: QAbstractItemView, place: int) -> None:
        """Tap a row of a list, turning its pages as far as it takes."""
        model = view.model()
        if self.keyboard.open and not self.finger.reaches(view.viewport()):
            self.hide()
        for _ in range(TURNS_MOST):
            rect = view.visualRect(model.index(place, 0))
            seen = rect.intersected(view.viewport().rect())
            if seen.contains(rect.center()):
                self.finger.tap(view.viewport(), rect)
                return
            bar = view.verticalScrollBar()
            assert isinstance(bar, TapBar)
            self.finger.tap(bar, bar.button(1 if rect.top() > 0 else -1))
        raise NotReached(f"row {place} cannot be brought into reach")

    def into(self, label: str) -> QLineEdit | QPlainTextEdit:
        """Tap a text field; the keyboard has to come, and the field to stay in view."""
        field = self.field(label)
        self.tap_on(field)
        assert self.keyboard.target is field, f"no keyboard for {label}"
        assert self.finger.reaches(field), f"{label} is covered by its keyboard"
        return field

    # What the keys write

    def key(self, cell_id: str) -> None:
        """Tap a key of the on-screen keyboard."""
        if not self.keyboard.shows(cell_id):
            raise NotReached(f"no key {cell_id}")
        self.finger.tap(*self.keyboard.place_of(cell_id))

    def write(self, text: str) -> None:
        """Write letters, figures and symbols, changing layers where they are on another."""
        for sign in text:
            self._write_sign(sign)

    def chinese(self, *parts: tuple[str, str]) -> None:
        """Compose (reading, text) after (reading, text) in the Chinese layer."""
        for reading, text in parts:
            self._to_chinese(reading)
            for sign in reading:
                self.key(f"sign:{sign}")
            wait(self._offers, f"nothing is offered for {reading}")
            self.take(text)

    def take(self, text: str) -> None:
        """Tap a candidate, looking through all of them where it is not among the first."""
        if self._offered(text) is None and self.panel.key("page:all") is not None:
            self.key("page:all")
        for _ in range(PAGES_MOST):
            found = self._offered(text)
            if found is not None:
                self.key(found.cell.id)
                return
            self.key("page:next")
        raise NotReached(f"{text} is not offered")

    def finds(self, sign: str) -> bool:
        """Whether some layer of this field's keyboard writes a sign."""
        try:
            self._come_to(sign)
        except NotReached:
            return False
        return True

    def hide(self) -> None:
        """Tap the key that hides the keyboard."""
        self.key("act:hide")
        assert not self.keyboard.open

    def _to_chinese(self, reading: str) -> None:
        """Come to the layer that composes this reading: zhuyin, or the one with Chinese commas."""
        sign = f"sign:{reading[0]}" if not reading.isascii() else "sign:，"
        for _ in range(LAYERS_MOST):
            if self.panel.key(sign) is not None:
                return
            self.key("act:tongue")
        raise NotReached(f"no layer composes {reading}")

    def _write_sign(self, sign: str) -> None:
        self._come_to(sign)
        self.key(f"sign:{sign}")

    def _come_to(self, sign: str) -> None:
        """Change layers until one is shown that writes this sign, and does not compose it."""
        for _ in range(LAYERS_MOST):
            composes = sign.isalpha() and self.panel.key("sign:，") is not None
            if self.panel.key(f"sign:{sign}") is not None and not composes:
                return
            self.key(self._way_to(sign, composes=composes))
        raise NotReached(f"no layer writes {sign}")

    def _way_to(self, sign: str, *, composes: bool) -> str:
        """The key that leads nearer to a sign."""
        other = sign.swapcase()
        cased = other != sign and self.panel.key(f"sign:{other}") is not None
        if cased and not composes and self.panel.key("act:shift") is not None:
            return "act:shift"
        letters = sign.isascii() and sign.isalpha()
        ways = ("act:letters", "act:tongue") if letters else ("act:symbols", "act:more_symbols")
        return next((way for way in ways if self.panel.key(way) is not None), "act:none")

    def _found(self, look: Callable[[], T | None], what: str) -> T:
        """What is there, or comes: a form's new entries are shown in the next turn of Qt's loop."""
        wait(look, what)
        found = look()
        assert found is not None
        return found

    def _button(self, words: str) -> QAbstractButton | None:
        shown = [
            button
            for button in self.window.findChildren(QAbstractButton)
            if button.isVisible() and not isinstance(button, KeyButton)
        ]
        for says in (str.__eq__, str.startswith):
            for button in shown:
                if says(button.text(), words) or says(button.accessibleName(), words):
                    return button
        return None

    def _field(self, label: str) -> QLineEdit | QPlainTextEdit | None:
        found: list[QLineEdit | QPlainTextEdit] = [
            *self.window.findChildren(QLineEdit),
            *self.window.findChildren(QPlainTextEdit),
        ]
        return next(
            (field for field in found if field.isVisible() and field.accessibleName() == label),
            None,
        )

    def _offers(self) -> bool:
        return any(key.cell.dress is Dress.OFFER for key in self._shown())

    def _offered(self, text: str) -> KeyButton | None:
        for key in self._shown():
            if key.cell.dress is Dress.OFFER and key.cell.face == text:
                return key
        return None

    def _shown(self) -> list[KeyButton]:
        return [key for key in self.panel.keys if key.isVisible()]

    def _bar(self, widget: QWidget | None) -> TapBar | None:
        while widget is not None:
            if isinstance(widget, QAbstractScrollArea):
                bar = widget.verticalScrollBar()
                if isinstance(bar, TapBar) and bar.isVisible():
                    return bar
            widget = widget.parentWidget()
        return None

"""What lies over the window's screens: the menu, the list of keys, a question. One at a time.

The menu and the keys stand at the right and close by Esc or another screen; they are kept for the
next time. A question stands in the middle and stays until it is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from ui.counterpart import counterpart
from ui.presenters.ports import Screen
from ui.widgets.shadow import Shadow, cast_shadow
from ui.widgets.sheet import QuestionPanel

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.menu import KeysSheet, MenuOf, MenuSheet
    from ui.screens import Place

MENU_WIDTH: Final = 560
QUESTION_WIDTH: Final = 720


class Overlays:
    """The overlay of a window, if one is open."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._shown: MenuSheet | KeysSheet | QuestionPanel | None = None
        self._kept: dict[MenuOf | tuple[Place, ...], MenuSheet | KeysSheet] = {}
        self._shadow: Shadow | None = None
        self._focus_before: QWidget | None = None

    @property
    def open(self) -> bool:
        """Whether anything lies over the screens."""
        return self._shown is not None

    @property
    def shown(self) -> QWidget | None:
        """What lies over the screens; Tab stays in it."""
        return self._shown

    @property
    def menu_open(self) -> bool:
        """Whether it is the menu."""
        return self._shown is not None and hasattr(self._shown, "language")

    @property
    def question_open(self) -> bool:
        """Whether it is a question."""
        return isinstance(self._shown, QuestionPanel)

    def key(self, name: str) -> bool | None:
        """Esc, F10 and F1 close, a question is answered; None where nothing is open."""
        if self._shown is None:
            return None
        if isinstance(self._shown, QuestionPanel):
            return _answer(self._shown, name)
        if name in ("Esc", "F10", "F1"):
            self.close()
            return True
        return False

    @property
    def behind(self) -> QWidget | None:
        """What gets the keyboard when the overlay closes; None where nothing is open."""
        return self._focus_before if self._shown is not None else None

    def show_menu(self) -> None:
        """Show the menu of the screen in front."""
        from ui.menu import menu_in_front

        self.show(self._menu(menu_in_front(self._window)))

    def show_keys(self) -> None:
        """Show the keys of the sheet and the screen in front."""
        self.show(self._keys(tuple(place for place, _ in self._window.places())))

    def prepare(self) -> Iterator[None]:
        """Make menus and keys of a sale before anybody asks, a piece at each `next`."""
        from ui.menu import MenuOf
        from ui.rehearsal import rehearse

        makes: tuple[Callable[[], MenuSheet | KeysSheet], ...] = (
            lambda: self._menu(MenuOf.SALE),
            lambda: self._keys((Screen.SALE,)),
            lambda: self._menu(MenuOf.ELSEWHERE),
        )
        for make in makes:
            made = make()
            yield
            pieces = rehearse(made, self._at_the_right().size())
            while made in self._kept.values() and made is not self._shown:
                if next(pieces, self) is self:
                    break
                yield

    def put_aside(self) -> None:
        """Language, look, scale or layout changed: what is kept holds no longer.

        What is open stays until `swap` or `close`.
        """
        for kept in self._kept.values():
            if kept is not self._shown:
                self._window.navigator.thrown_away.add(kept)
        self._kept.clear()

    def made_menu(self) -> MenuSheet:
        """The menu of the screen in front, made anew and hidden, for `swap`."""
        from ui.menu import made_menu, menu_in_front

        menu = made_menu(self._window, menu_in_front(self._window))
        menu.closed.connect(self.close)
        return menu

    def swap(self, menu: MenuSheet, held: QWidget | None) -> None:
        """Put a menu that was made anew in place of the open one; `held` had the keyboard in it."""
        from ui.menu import menu_in_front

        focus = None if self._shown is None else counterpart(held, self._shown, menu)
        self._focus_before = QApplication.focusWidget()
        self._kept[menu_in_front(self._window)] = menu
        self.show(menu)
        if focus is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask(
        self, *, title: str, text: str, answers: tuple[str, ...], answered: Callable[[int], None]
    ) -> None:
        """Ask on a screen of its own: the first answer is the main one, the last the way out."""
        question = QuestionPanel(
            self._window.look,
            icon="look",
            tone="warn",
            title=title,
            text=text,
            answers=answers,
            parent=self._window,
        )

        def took(place: int) -> None:
            self._close()
            answered(place)

        question.answered.connect(took)
        self.show(question)

    def show(self, overlay: MenuSheet | KeysSheet | QuestionPanel) -> None:
        """Lay it over the screens; a question that is open stays, and what was to come goes."""
        if self.question_open and not isinstance(overlay, QuestionPanel):
            if overlay not in self._kept.values():
                overlay.deleteLater()
            return
        self._close()
        self._focus_before = QApplication.focusWidget()
        self._shown = overlay
        self._shadow = cast_shadow(overlay, self._window.look)
        self.place()
        overlay.show()
        overlay.raise_()
        overlay.first().setFocus(Qt.FocusReason.TabFocusReason)

    def close(self) -> None:
        """Close the menu or the list of keys; a question stays until it is answered."""
        if not self.question_open:
            self._close()

    def place(self) -> None:
        """Lay it where it belongs in the window as it is now."""
        shown = self._shown
        if shown is None:
            return
        look, area = self._window.look, self._window.bay.geometry()
        gap = look.px(8)
        if isinstance(shown, QuestionPanel):
            width = min(look.px(QUESTION_WIDTH), area.width() - 2 * gap)
            height = min(max(shown.sizeHint().height(), area.height() // 2), area.height())
            left, top = area.center().x() - width // 2, area.center().y() - height // 2
            shown.setGeometry(left, top, width, height)
            return
        shown.setGeometry(self._at_the_right())

    def _at_the_right(self) -> QRect:
        """Where menu and keys lie."""
        look, area = self._window.look, self._window.bay.geometry()
        gap = look.px(8)
        width = min(look.px(MENU_WIDTH), area.width() - 2 * gap)
        left, height = area.right() - width - gap, area.height() - 2 * gap
        return QRect(left, area.y() + gap, width, height)

    def _menu(self, which: MenuOf) -> MenuSheet:
        from ui.menu import MenuSheet, made_menu

        kept = self._kept.get(which)
        if not isinstance(kept, MenuSheet):
            kept = self._kept[which] = made_menu(self._window, which)
            kept.closed.connect(self.close)
        return kept

    def _keys(self, places: tuple[Place, ...]) -> KeysSheet:
        from ui.menu import KeysSheet

        kept = self._kept.get(places)
        if not isinstance(kept, KeysSheet):
            window = self._window
            kept = KeysSheet(window.look, window.session.words, places, parent=window)
            self._kept[places] = kept
            kept.closed.connect(self.close)
        return kept

    def _close(self) -> None:
        if self._shown is None:
            return
        shown, shadow = self._shown, self._shadow
        self._shown = self._shadow = None
        for part in (shown, shadow):
            if part is not None:
                part.hide()
                if part not in self._kept.values():
                    part.deleteLater()
        focus, self._focus_before = self._focus_before, None
        view = self._window.navigator.sheet_view or self._window.navigator.view
        if view is not None:
            # What had the keyboard may be gone: a form is made anew while a menu lies over it.
            there = focus is not None and isValid(focus) and view.isAncestorOf(focus)
            (focus if there and focus else view.home).setFocus(Qt.FocusReason.OtherFocusReason)


def _answer(question: QuestionPanel, name: str) -> bool:
    if name == "F12":
        question.buttons[0].click()
    elif name == "Esc":
        question.buttons[-1].click()
    return name in ("F12", "Esc", "F1", "F10", "F11")

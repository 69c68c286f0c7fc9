"""`ScreenView`: what every screen's view is, and the context it is made with.

A view is made for one appearance and one layout class and thrown away when either changes, so it
arranges itself once, in its constructor. It subscribes to its presenter by `bind`, and lets go when
it is deleted. It holds no rules and no state that the presenter does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from posloyalty.wording import Words
from ui.appearance import Appearance, Layout
from ui.presenters.base import Presenter
from ui.widgets.entry_line import EntryLine


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewContext:
    """What a view is made with: the words of its static labels and how it looks."""

    words: Words
    look: Appearance

    @property
    def layout(self) -> Layout:
        """The layout class to arrange for."""
        return self.look.layout


class Ear:
    """Hears a presenter for a view that may sleep: while it does, only the last state is kept.

    A view begins asleep: making it and showing a state on it are two pieces of work.
    """

    def __init__(self, present: Callable[[Any], None]) -> None:
        self._present = present
        self._asleep = True
        self._missed: list[Any] = []

    def hear(self, state: Any) -> None:
        """A state was told."""
        if self._asleep:
            self._missed = [state]
        else:
            self._present(state)

    def sleep(self) -> None:
        """Something else is in front."""
        self._asleep = True

    def wake(self) -> None:
        """Come to the front, with the last state that was told meanwhile."""
        self._asleep = False
        self.catch_up()

    def catch_up(self) -> None:
        """Show the last state that was told, and sleep on."""
        if self._missed:
            self._present(self._missed.pop())


class ScreenView(QWidget):
    """A screen or sheet. Subclasses build themselves, then call `bind(presenter)` last.

    `entry` is the line that takes the messages; without one they go to the strip.
    `sheet_place` is the widget that sheets cover; without one they cover the right half.
    `home` is the widget that has the keyboard when the screen comes to the front.
    `typing` shows what is typed where no text field is: the on-screen keyboard opens for it.
    """

    def __init__(self, context: ViewContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.look = context.look
        self.words = context.words
        self.entry: EntryLine | None = None
        self.sheet_place: QWidget | None = None
        self.home: QWidget = self
        self.typing: QWidget | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._ear = Ear(self.present)
        # Opaque, and said so: what lies under a sheet is not drawn anew with every letter typed on
        # it. Qt believes neither a filled ground where a style sheet is, nor a transparent one.
        self.setProperty("ground", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, under all parts."""
        QPainter(self).fillRect(event.rect(), self.look.colour("canvas"))

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """What Tab goes through before the strip, in order; each is read as it lies."""
        return (self,)

    @property
    def waits_for_answer(self) -> bool:
        """Whether Tab stays within the zones: something is asked before anything else is done."""
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab: what it comes to is brought into view; Qt does so only within one scrolling area."""
        moved = super().focusNextPrevChild(forward)
        now = QApplication.focusWidget()
        if moved and now is not None:
            bring_into_view(now)
        return moved

    def bind(self, presenter: Presenter[Any]) -> None:
        """Show the presenter's state once the view wakes, and whenever it changes then."""
        self._unsubscribe = presenter.subscribe(self._ear.hear)

    def sleep(self) -> None:
        """Another screen is in front: what changes is shown when this one comes back."""
        self._ear.sleep()

    def wake(self) -> None:
        """Come to the front, with the last state that was told meanwhile."""
        self._ear.wake()

    def catch_up(self) -> None:
        """Show the last state before anybody sees the view, and sleep on."""
        self._ear.catch_up()

    @classmethod
    def begun(cls, *made_with: Any) -> Self:
        """A view of (presenter, context) whose parts are made by `grow`; a small one is whole."""
        return cls(*made_with)

    def grow(self) -> Iterator[None]:
        """Make the parts of a view that was begun, some at each `next`; nothing by default."""
        yield from ()

    def pieces(self) -> Iterator[None]:
        """Make what the view makes only when asked, a piece at each `next`; nothing by default."""
        yield from ()

    def free_for_keys(self) -> QRect | None:
        """What the on-screen keyboard may cover now, so that nothing has to give way to it."""
        return None

    def release(self) -> None:
        """Stop listening to the presenter; the view is about to be deleted."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def present(self, state: Any) -> None:
        """Show a state. Called on the GUI thread only, with the presenter's own state type."""
        raise TypeError(f"{type(self).__name__} does not say how it shows {type(state).__name__}")


class GrowingView(ScreenView):
    """A large view, which can be made some parts at a time where nobody waits for it.

    Subclasses take `whole` last and hand it to `begin`, with the generator that makes their parts
    and binds at its end. Eighty widgets at once took the GUI thread 8 to 13 ms.
    """

    _parts: Iterator[None] = iter(())

    @classmethod
    def begun(cls, *made_with: Any) -> Self:
        """One whose parts are made by `grow`."""
        return cls(*made_with, whole=False)

    def begin(self, parts: Iterator[None], *, whole: bool) -> None:
        """Make the parts now, or leave them to `grow`."""
        self._parts = parts
        if whole:
            for _ in parts:
                pass

    def grow(self) -> Iterator[None]:
        """Make the parts, some at each `next`; nothing where it is whole."""
        yield from self._parts


def bring_into_view(widget: QWidget) -> None:
    """Scroll every area that a widget lies in until it is seen."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()

"""Another language, look, scale or layout: the window is made anew behind the one that is seen.

The views in front are made, styled, laid out and drawn for nobody a few milliseconds at a time,
while the old ones stay, asleep: what is pressed and typed meanwhile goes to the presenters, which
both speak for. When all is there, everything changes places in one turn; what is not in front is
thrown away and made again in idle moments.

Whoever wants something else meanwhile has it at once, so that nothing else has to know that there
is a change: for another screen the one that is left is not made anew at all (`leave`), for a sheet
or a menu over it (`hurry`) it is, but drawn for nobody no more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

from ui.presenters.base import Presenter

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.menu import MenuSheet
    from ui.widgets.strip import StatusStrip


class ChangeOver:
    """The change of one window, if one is under way."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._pieces: Iterator[None] | None = None
        self._under_hand = False
        self._hurried = False
        self._swapped = False
        self._to_reword: deque[Presenter[Any]] = deque()

    @property
    def under_way(self) -> bool:
        """Whether the old views are still there, or a presenter is still to be worded anew."""
        return self._pieces is not None

    def begin(self, *, reword: bool) -> None:
        """Change to what the window's `context` says now; one that is under way begins again."""
        navigator = self._window.navigator
        navigator.put_aside()
        if reword:
            front = [presenter for _place, presenter in navigator.places()]
            rest = [one for one in navigator.presenters() if one not in front]
            self._to_reword = deque((*front, *rest))
        began_before = self._pieces is not None
        self._swapped = self._hurried = False
        self._pieces = self._change()
        if not began_before:
            self._window.idle.first(self._in_turns)

    def at_once(self) -> None:
        """Go to the end of the change now; nothing where none is under way."""
        while self._pieces is not None and not self._under_hand:
            self._go_on(self._pieces)

    def hurry(self, wanted: Presenter[Any] | None) -> None:
        """The new views are in front when this ends, and `wanted` is worded; the rest may wait."""
        self._hurried = True
        while self._pieces is not None and not self._swapped and not self._under_hand:
            self._go_on(self._pieces)
        self._reword_now(wanted)

    def leave(self, wanted: Presenter[Any]) -> None:
        """Another screen is coming to the front: what was to be left is not made anew."""
        if self._pieces is None or self._under_hand:
            return
        if not self._swapped:
            window = self._window
            window.navigator.abandon()
            window.take_strip(window.head.made())
            window.overlays.close()
            self._swapped = True
            self._pieces = self._rest()
        self._reword_now(wanted)

    def _reword_now(self, wanted: Presenter[Any] | None) -> None:
        if wanted is not None and wanted in self._to_reword:
            self._to_reword.remove(wanted)
            wanted.reworded()

    def _in_turns(self) -> Iterator[None]:
        while self._pieces is not None:
            self._go_on(self._pieces)
            yield

    def _go_on(self, pieces: Iterator[None]) -> None:
        self._under_hand, over = True, True
        try:
            over = next(pieces, _END) is _END
        finally:
            self._under_hand = False
            # It may have begun again meanwhile.
            if over and self._pieces is pieces:
                self._pieces = None

    def _change(self) -> Iterator[None]:
        window, navigator = self._window, self._window.navigator
        for _ in navigator.places():
            yield from self._reword_one()
        yield from navigator.make_next(self._rehearse)
        strip = window.head.made()
        yield from self._rehearse(strip, window.strip.size())
        menu = window.overlays.made_menu() if window.overlays.menu_open else None
        if menu is not None:
            yield from self._rehearse(menu, menu.sizeHint())
        yield
        self._swap(strip, menu)
        self._swapped = True
        yield
        yield from self._rest()

    def _rest(self) -> Iterator[None]:
        while self._to_reword:
            yield from self._reword_one()
        yield from self._window.navigator.thrown_away.clear()
        # What is left may wait for idle moments, whoever is in a hurry.
        self._window.prepare_again()

    def _rehearse(self, view: QWidget, size: QSize) -> Iterator[None]:
        """Draw a view for nobody, for as long as nobody is in a hurry."""
        from ui.rehearsal import rehearse

        pieces = rehearse(view, size)
        while not self._hurried and next(pieces, _END) is not _END:
            yield

    def _reword_one(self) -> Iterator[None]:
        if self._to_reword:
            self._to_reword.popleft().reworded()
            yield

    def _swap(self, strip: StatusStrip, menu: MenuSheet | None) -> None:
        window, overlays = self._window, self._window.overlays
        held = QApplication.focusWidget()
        window.take_strip(strip)
        window.navigator.swap(overlays.behind)
        if menu is not None and overlays.menu_open:
            overlays.swap(menu, held)
        else:
            overlays.close()
        window.came_to_front()


_END: Final = object()
"""Told by an iterator that is at its end."""

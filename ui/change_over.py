"""Another language, look, scale or layout: the window is made anew behind the one that is seen.

The views in front are made, styled, laid out and drawn for nobody a few milliseconds at a time,
while the old ones stay, asleep: what is pressed and typed meanwhile goes to the presenters, which
both speak for. When all is there, everything changes places in one turn; what is not in front is
thrown away and made again in idle moments. Whoever wants another screen meanwhile ends the change
at once (`at_once`), so that nothing else has to know that there is one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QApplication

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
        self._pieces = self._change()
        if not began_before:
            self._window.idle.first(self._in_turns)

    def at_once(self) -> None:
        """Go to the end of the change now; nothing where none is under way."""
        while self._pieces is not None and not self._under_hand:
            self._go_on(self._pieces)

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
        from ui.rehearsal import rehearse

        window, navigator = self._window, self._window.navigator
        for _ in navigator.places():
            yield from self._reword_one()
        yield from navigator.make_next()
        strip = window.made_strip()
        yield from rehearse(strip, window.strip.size())
        menu = window.overlays.made_menu() if window.overlays.menu_open else None
        if menu is not None:
            yield from rehearse(menu, menu.sizeHint())
        yield
        self._swap(strip, menu)
        yield
        while self._to_reword:
            yield from self._reword_one()
        yield from navigator.clear_away()
        # What is left may wait for idle moments, whoever is in a hurry.
        window.prepare_again()

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

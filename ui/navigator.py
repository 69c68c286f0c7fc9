"""Which screen and sheet are in front, their presenters and views, and the way back.

Presenters are made once, when first shown; views are kept until the appearance or the language
changes, then made anew. A screen that is shown again is found as it was left, with the keyboard
where it was. A screen that lies further back on the trail ends the trail there, so that `back`
never walks in circles; the sign-in begins a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget
from shiboken6 import delete, isValid

from ui.presenters.base import Presenter
from ui.presenters.ports import Screen, Sheet
from ui.presenters.session import Session
from ui.screens import Parts, Place
from ui.widgets.view import ScreenView, ViewContext


class WindowNavigator:
    """The `Navigator` of the window; `start` gives it the session that presenters are made with."""

    def __init__(
        self,
        stack: QStackedWidget,
        places: Mapping[Place, Parts],
        *,
        context: Callable[[], ViewContext],
        moved: Callable[[], None],
    ) -> None:
        self._stack = stack
        self._places = places
        self._context = context
        self._moved = moved
        self._session: Session | None = None
        self._presenters: dict[Place, Presenter[Any]] = {}
        self._views: dict[Screen, ScreenView] = {}
        self._focus: dict[Screen, QWidget] = {}
        self._trail: list[Screen] = []
        self._sheets: dict[Sheet, ScreenView] = {}
        self.sheet: Sheet | None = None
        self.sheet_view: ScreenView | None = None
        self._shadow: QWidget | None = None
        self._before_sheet: QWidget | None = None

    def start(self, session: Session) -> None:
        """Presenters are made with this session from now on."""
        self._session = session

    @property
    def screen(self) -> Screen | None:
        """The screen in front."""
        return self._trail[-1] if self._trail else None

    @property
    def view(self) -> ScreenView | None:
        """The view in front."""
        return None if self.screen is None else self._views.get(self.screen)

    def presenter(self, place: Place) -> Presenter[Any]:
        """The presenter of a place, made now if it never was."""
        if place not in self._presenters:
            if self._session is None:
                raise RuntimeError("a screen was asked for before the session began")
            self._presenters[place] = self._places[place].presenter_class()(self._session)
        return self._presenters[place]

    def presenters(self) -> tuple[Presenter[Any], ...]:
        """Those that were made."""
        return tuple(self._presenters.values())

    def places(self) -> tuple[tuple[Place, Any], ...]:
        """The open sheet, if any, and the screen, each with its presenter."""
        front: list[tuple[Place, Any]] = []
        if self.sheet is not None:
            front.append((self.sheet, self.presenter(self.sheet)))
        if self.screen is not None:
            front.append((self.screen, self.presenter(self.screen)))
        return tuple(front)

    def show(self, screen: Screen, **arguments: object) -> None:
        """Bring a screen to the front."""
        self.close_sheet()
        presenter = self.presenter(screen)
        self._leave(to=screen)
        if screen is Screen.SIGN_IN:
            self._trail = [screen]
        elif screen in self._trail:
            del self._trail[self._trail.index(screen) + 1 :]
        else:
            self._trail.append(screen)
        self._bring(screen)
        presenter.opened(**arguments)

    def back(self) -> None:
        """Go to the screen that was in front before."""
        if len(self._trail) < 2:
            return
        self.close_sheet()
        self._leave(to=self._trail[-2])
        self._trail.pop()
        screen = self._trail[-1]
        self._bring(screen)
        self.presenter(screen).opened()

    def open_sheet(self, sheet: Sheet, **arguments: object) -> None:
        """Open a sheet over the quick keys of the screen in front."""
        focus = self._before_sheet if self.sheet is not None else QApplication.focusWidget()
        self._end_sheet()
        presenter = self.presenter(sheet)
        self.sheet = sheet
        self._before_sheet = focus
        presenter.opened(**arguments)
        self._make_sheet_view()
        self._moved()

    def close_sheet(self) -> None:
        """Close the open sheet; the keyboard goes back where it was."""
        if self.sheet is None:
            return
        focus = self._before_sheet
        self._end_sheet()
        self._give_focus(focus)
        self._moved()

    def sleep(self) -> None:
        """Show nothing more on the views there are: they are about to be thrown away."""
        for view in (*self._views.values(), *self._sheets.values()):
            view.sleep()

    def throw_views_away(self) -> None:
        """Language, look, scale or layout changed: no view there is holds any longer."""
        self._focus.clear()
        self._before_sheet = None
        self._put_sheet_away()
        for sheet_view in self._sheets.values():
            sheet_view.release()  # it goes with the screen that it lies over
        self._sheets.clear()
        front = self.view
        for view in self._views.values():
            if view is front:
                # It may be the one whose button was pressed: it goes when that is over.
                self._stack.removeWidget(view)
                _discard(view)
            else:
                view.release()
                delete(view)
        self._views.clear()

    def make_anew(self) -> None:
        """Make the views of what is in front, after `throw_views_away`."""
        if self.screen is not None:
            self._bring(self.screen)
        if self.sheet is not None:
            self._make_sheet_view()

    def prepare(self, screen: Screen) -> Iterator[None]:
        """Make a screen's view before it is shown, a piece at each `next`."""
        if screen in self._views:
            return
        from ui.rehearsal import rehearse

        presenter = self.presenter(screen)
        yield
        if screen in self._views:
            return
        view: ScreenView = self._places[screen].view_class()(presenter, self._context())
        view.sleep()
        context = view.context
        yield
        if screen in self._views or self._context() != context:
            view.release()
            view.deleteLater()
            return
        self._views[screen] = view
        self._stack.addWidget(view)
        yield
        for pieces in (rehearse(view, self._stack.size()), view.pieces()):
            while self._views.get(screen) is view and self.screen is not screen:
                if next(pieces, self) is self:
                    break
                yield

    def prepare_sheet(self, sheet: Sheet, over: Screen) -> Iterator[None]:
        """Make a sheet's view over a screen before it is opened, a piece at each `next`."""
        from ui.rehearsal import rehearse

        presenter, below = self.presenter(sheet), self._views.get(over)
        yield
        if sheet in self._sheets or below is None or self._views.get(over) is not below:
            return
        view = self._sheets[sheet] = self._made_sheet(sheet, presenter, below)
        view.sleep()
        yield
        # Meanwhile both may have been thrown away, and the screen's own widgets with it.
        if self._sheets.get(sheet) is not view or below.sheet_place is None:
            return
        pieces = rehearse(view, below.sheet_place.size())
        while self._sheets.get(sheet) is view and self.sheet is not sheet:
            if next(pieces, self) is self:
                return
            yield

    def place_sheet(self) -> None:
        """Lay the sheet over the place that the screen keeps for it."""
        view, sheet = self.view, self.sheet_view
        if view is None or sheet is None:
            return
        if view.sheet_place is not None and view.sheet_place.isVisible():
            place = view.sheet_place
            rect = QRect(place.mapTo(view, place.rect().topLeft()), place.size())
        else:
            rect = view.rect().adjusted(view.width() // 2, 0, 0, 0)
        sheet.setGeometry(rect)
        sheet.raise_()

    def _make_sheet_view(self) -> None:
        view, sheet = self.view, self.sheet
        if view is None or sheet is None:
            return
        from ui.widgets.shadow import cast_shadow

        made = self._sheets.get(sheet)
        if made is None or made.parentWidget() is not view:
            self._drop_sheet(sheet)
            made = self._sheets[sheet] = self._made_sheet(sheet, self.presenter(sheet), view)
        made.wake()
        self.sheet_view = made
        self._shadow = cast_shadow(made, made.look)
        self.place_sheet()
        made.show()
        made.home.setFocus(Qt.FocusReason.OtherFocusReason)

    def _made_sheet(self, sheet: Sheet, presenter: Presenter[Any], over: ScreenView) -> ScreenView:
        made: ScreenView = self._places[sheet].view_class()(presenter, self._context())
        made.hide()
        made.setParent(over)
        return made

    def _drop_sheet(self, sheet: Sheet) -> None:
        view = self._sheets.pop(sheet, None)
        if view is not None:
            _discard(view)

    def _end_sheet(self) -> None:
        if self.sheet is None:
            return
        presenter = self.presenter(self.sheet)
        self.sheet = None
        self._put_sheet_away()
        presenter.closed()

    def _put_sheet_away(self) -> None:
        """Hide the sheet; it is kept for the next time."""
        if self.sheet_view is not None:
            self.sheet_view.hide()
            self.sheet_view.sleep()
        if self._shadow is not None:
            self._shadow.hide()
            self._shadow.deleteLater()
        self.sheet_view = self._shadow = None

    def _leave(self, *, to: Screen) -> None:
        screen, view = self.screen, self.view
        if screen is None or screen is to:
            return
        focus = QApplication.focusWidget()
        if view is not None and focus is not None and view.isAncestorOf(focus):
            self._focus[screen] = focus
        self.presenter(screen).closed()

    def _bring(self, screen: Screen) -> None:
        if screen not in self._views:
            self._views[screen] = self._made(screen, self.presenter(screen))
        view = self._views[screen]
        for other in self._views.values():
            if other is not view:
                other.sleep()
        view.wake()
        self._stack.setCurrentWidget(view)
        self._give_focus(self._focus.pop(screen, None))
        self._moved()

    def _made(self, screen: Screen, presenter: Presenter[Any]) -> ScreenView:
        made: ScreenView = self._places[screen].view_class()(presenter, self._context())
        self._stack.addWidget(made)
        return made

    def _give_focus(self, focus: QWidget | None) -> None:
        view = self.view
        if view is None:
            return
        there = focus is not None and isValid(focus) and view.isAncestorOf(focus)
        target = focus if there and focus is not None else view.home
        target.setFocus(Qt.FocusReason.OtherFocusReason)


def _discard(view: ScreenView) -> None:
    view.release()
    view.hide()
    view.setParent(None)
    view.deleteLater()

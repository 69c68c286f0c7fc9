"""Which screen and sheet are in front, their presenters and views, and the way back.

Presenters are made once, when first shown; views are kept until the appearance or the language
changes, then made anew. A screen that is shown again is found as it was left, with the keyboard
where it was. A screen that lies further back on the trail ends the trail there, so that `back`
never walks in circles; the sign-in begins a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget
from shiboken6 import isValid

from ui.appearance.stylesheet import dress
from ui.counterpart import counterpart, go_on_typing
from ui.letting_go import ThrownAway
from ui.presenters.base import Presenter
from ui.presenters.ports import Screen, Sheet
from ui.presenters.session import Session
from ui.screens import Parts, Place
from ui.widgets.view import ScreenView, ViewContext

Rehearse = Callable[[QWidget, QSize], Iterator[None]]
"""Draws a hidden view for nobody, a piece at each `next`."""


class WindowNavigator:
    """The `Navigator` of the window; `start` gives it the session that presenters are made with."""

    def __init__(
        self,
        stack: QStackedWidget,
        places: Mapping[Place, Parts],
        *,
        context: Callable[[], ViewContext],
        moved: Callable[[], None],
        hurry: Callable[[Presenter[Any] | None], None],
        leave: Callable[[Presenter[Any]], None],
    ) -> None:
        """`moved` hears of what comes to the front.

        While the window is being changed, `hurry` asks for the new views now, and `leave` says that
        another screen's presenter is wanted instead of the one in front.
        """
        self._stack = stack
        self._places = places
        self._context = context
        self._moved = moved
        self._hurry = hurry
        self._leave_for = leave
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
        self._next: ScreenView | None = None
        self._next_sheet: ScreenView | None = None
        self.thrown_away = ThrownAway()

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
        presenter = self.presenter(screen)
        self._settle(screen)
        self.close_sheet()
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
        self._settle(self._trail[-2])
        self.close_sheet()
        self._leave(to=self._trail[-2])
        self._trail.pop()
        screen = self._trail[-1]
        self._bring(screen)
        self.presenter(screen).opened()

    def open_sheet(self, sheet: Sheet, **arguments: object) -> None:
        """Open a sheet over the quick keys of the screen in front."""
        self._hurry(self.presenter(sheet))
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
        self._hurry(None)
        focus = self._before_sheet
        self._end_sheet()
        self._give_focus(focus)
        self._moved()

    def _settle(self, screen: Screen) -> None:
        """A change that is under way has no part in what comes to the front now."""
        if screen is self.screen:
            self._hurry(self.presenter(screen))
        else:
            self._leave_for(self.presenter(screen))

    # Another appearance

    def put_aside(self) -> None:
        """Language, look, scale or layout changed: no view holds any longer.

        Those in front stay there, asleep, until `swap`; the others are made when they are wanted.
        """
        self._drop_next()
        self._focus.clear()
        screen, sheet, front, over = self.screen, self.sheet, self.view, self.sheet_view
        for view in (*self._sheets.values(), *self._views.values()):
            view.sleep()
            if view is not front and view is not over:
                self._throw_away(view)
        self._views = {} if screen is None or front is None else {screen: front}
        self._sheets = {} if sheet is None or over is None else {sheet: over}

    def abandon(self) -> None:
        """Another screen comes to the front before the present one was made anew: throw it away."""
        self._drop_next()
        for view in (*self._sheets.values(), *self._views.values()):
            self._throw_away(view)
        self._sheets.clear()
        self._views.clear()

    def make_next(self, rehearse: Rehearse) -> Iterator[None]:
        """Make the screen and the sheet in front anew and hidden, a piece at each `next`."""
        screen, sheet = self.screen, self.sheet
        if screen is None:
            return
        view = self._next = self._begun(screen)
        yield
        yield from view.grow()
        view.catch_up()
        yield
        self._put_in(view)
        yield
        yield from rehearse(view, self._stack.size())
        if sheet is None:
            return
        over = self._next_sheet = self._made_sheet(sheet, self.presenter(sheet), view)
        yield
        if view.sheet_place is not None:
            yield from rehearse(over, view.sheet_place.size())

    def swap(self, behind: QWidget | None = None) -> None:
        """Bring to the front what `make_next` made; the keyboard stays where it was.

        `behind` is the widget that has the keyboard when what lies over the screen closes.
        """
        screen, sheet, old, over = self.screen, self.sheet, self.view, self.sheet_view
        view, self._next = self._next, None
        next_over, self._next_sheet = self._next_sheet, None
        if view is None or screen is None or old is None:
            return
        held = behind or QApplication.focusWidget()
        self._before_sheet = counterpart(self._before_sheet, old, view)
        focus = counterpart(held, old, view) or view.home
        self._views[screen] = view
        view.wake()
        self._stack.setCurrentWidget(view)
        self._put_sheet_away()
        self._sheets.clear()
        if sheet is not None and next_over is not None:
            self._sheets[sheet] = next_over
            self._make_sheet_view()
            focus = (over and counterpart(held, over, next_over)) or next_over.home
        focus.setFocus(Qt.FocusReason.OtherFocusReason)
        go_on_typing(held, focus)
        for gone in (over, old):
            if gone is not None:
                self._throw_away(gone)

    def _throw_away(self, view: ScreenView) -> None:
        view.release()
        if self._stack.indexOf(view) >= 0:
            self._stack.removeWidget(view)
        self.thrown_away.add(view)

    def _drop_next(self) -> None:
        for view in (self._next_sheet, self._next):
            if view is not None:
                self._throw_away(view)
        self._next = self._next_sheet = None

    # Before anybody asks

    def prepare(self, screen: Screen) -> Iterator[None]:
        """Make a screen's view before it is shown, a piece at each `next`."""
        if screen in self._views:
            return
        from ui.rehearsal import rehearse

        presenter = self.presenter(screen)
        presenter.foresee()
        yield
        if screen in self._views:
            return
        view = self._begun(screen)
        yield
        parts = view.grow()
        while screen not in self._views and self._context() == view.context:
            if next(parts, self) is self:
                # In the window it could take the keyboard from who has it.
                view.catch_up()
                yield
                break
            yield
        if screen in self._views or self._context() != view.context:
            view.release()
            view.deleteLater()
            return
        self._views[screen] = view
        self._put_in(view)
        yield
        for pieces in (rehearse(view, self._stack.size()), view.pieces()):
            while self._views.get(screen) is view and self.screen is not screen:
                # What was foreseen comes meanwhile, and is drawn with the rest.
                view.catch_up()
                if next(pieces, self) is self:
                    break
                yield

    def complete(self) -> Iterator[None]:
        """Make what the view in front makes only when asked, a piece at each `next`."""
        view = self.view
        pieces = iter(()) if view is None else view.pieces()
        while self.view is view and next(pieces, self) is not self:
            yield

    def prepare_sheet(self, sheet: Sheet, over: Screen) -> Iterator[None]:
        """Make a sheet's view over a screen before it is opened, a piece at each `next`."""
        from ui.rehearsal import rehearse

        presenter, below = self.presenter(sheet), self._views.get(over)
        yield
        if sheet in self._sheets or below is None or self._views.get(over) is not below:
            return
        view = self._sheets[sheet] = self._made_sheet(sheet, presenter, below)
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
        # Before it is in the window: there it could take the keyboard from who has it.
        made.catch_up()
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
        view = self._views.get(screen)
        if view is None:
            view = self._views[screen] = self._made(screen)
        for other in self._views.values():
            if other is not view:
                other.sleep()
        view.wake()
        self._stack.setCurrentWidget(view)
        self._give_focus(self._focus.pop(screen, None))
        self._moved()

    def _made(self, screen: Screen) -> ScreenView:
        made = self._begun(screen)
        for _ in made.grow():
            pass
        self._put_in(made)
        return made

    def _begun(self, screen: Screen) -> ScreenView:
        kind: type[ScreenView] = self._places[screen].view_class()
        context = self._context()
        view = kind.begun(self.presenter(screen), context)
        # It has the keyboard itself until something on it has: then it is what is said.
        view.setAccessibleName(context.words(f"app.screen_{screen.name.lower()}"))
        return view

    def _put_in(self, view: ScreenView) -> None:
        """Put a new view in its place; dressed there, it is worked out once and not twice."""
        self._stack.addWidget(view)
        dress(view, view.look)

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

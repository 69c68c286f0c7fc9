"""The window: strip on top, one screen below it, sheets and menu over it, keys and scans routed.

The window is the shell that presenters' ports stand for: it is the `Navigator`'s stage, the
`Toasts`, and it changes language, look, scale and layout while running by making the views anew.
Locking shows the sign-in and leaves the basket where it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QApplication, QLayout, QStackedWidget, QVBoxLayout, QWidget

from posloyalty.wording import Words
from ui.appearance import Appearance, layout_of
from ui.change_over import ChangeOver
from ui.head import Head
from ui.navigator import WindowNavigator
from ui.presenters.ports import Screen, Sheet, Sound, ToastKind
from ui.presenters.session import Change, Session
from ui.screens import PLACES, PREPARED, Parts, Place
from ui.toasts import WindowToasts
from ui.widgets.bay import Bay
from ui.widgets.kept_pictures import kept_pictures
from ui.widgets.strip import StatusStrip
from ui.widgets.view import ViewContext

if TYPE_CHECKING:
    from ui.actions import Action
    from ui.idle import Idle
    from ui.overlays import Overlays
    from ui.presenters.strip import StripPresenter
    from ui.touch_keyboard import TouchKeyboard
    from ui.widgets.scan_capture import ScanCapture

LEAST_SIZE = (640, 400)
# With none at all Qt would paint before it looks for keys.
PAINT_MS = 1
# How long a turn that paints draws what was never drawn before; the rest has the turns behind it.
DRAWN_S = 0.005


class MainWindow(QWidget):
    """The one window. Made bare, then given its session by `begin`."""

    closing = Signal()

    def __init__(
        self,
        look: Appearance,
        words: Words,
        *,
        now_ms: Callable[[], int],
        places: dict[Place, Parts] | None = None,
        key_stamp: Callable[[QKeyEvent], int] | None = None,
    ) -> None:
        """`now_ms` is a clock that is never set back; `key_stamp` tells a key's time in tests."""
        super().__init__()
        self._look = look
        self._words = words
        self._now_ms = now_ms
        self._shown_at = now_ms()
        self._session: Session | None = None
        self._overlays: Overlays | None = None
        self._idle: Idle | None = None
        self._prepares = False
        self._ready: Callable[[], None] | None = None
        self._change = ChangeOver(self)
        self._paint = QTimer(self)
        self._paint.setSingleShot(True)
        self._paint.setInterval(PAINT_MS)
        self._paint.timeout.connect(self._paint_now)
        self.setWindowTitle(words("app.title"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        # A smaller window takes another layout; the present one must not forbid it.
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setMinimumSize(*LEAST_SIZE)
        self.stack = QStackedWidget()
        self.navigator = WindowNavigator(
            self.stack,
            places or PLACES,
            context=self.context,
            moved=self._moved,
            hurry=self._change.hurry,
            leave=self._change.leave,
        )
        self.toasts = WindowToasts(self)
        self.head = Head(self, self._column)
        self.bay = Bay(self.stack)
        self._column.addWidget(self.bay, 1)
        self._dress()
        self._key_stamp = key_stamp
        self._capture: ScanCapture | None = None
        self.keyboard: TouchKeyboard | None = None

    # Beginning and end

    def begin(self, session: Session) -> None:
        """Take the session; screens can be shown from now on."""
        self._session = session
        self.head.begin(session)
        self.navigator.start(session)
        session.subscribe(self._changed)

    def listen(self, strip: StripPresenter) -> None:
        """After the first paint: answer keys and scans, and show what the strip says."""
        from ui.key_router import KeyRouter
        from ui.touch_keyboard import TouchKeyboard
        from ui.widgets.scan_capture import ScanCapture

        session = self.session
        router = KeyRouter(self)
        self.keyboard = TouchKeyboard(self, session, router)
        self._capture = ScanCapture(
            self.keyboard.key, whole=_is_whole, stamp=self._key_stamp, parent=self
        )
        self._capture.scanned.connect(self._scanned)
        self._capture.broken.connect(self._broken)
        self._capture.taken_back.connect(router.take_back)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self._capture.install(self, application)
            self.keyboard.install(application)
        self.head.listen(strip)

    @property
    def idle(self) -> Idle:
        """What the window does while nobody asks anything of it."""
        if self._idle is None:
            from ui.idle import Idle

            self._idle = Idle(self, paints=self._paint.isActive)
        return self._idle

    def prepare(self, ready: Callable[[], None] | None = None) -> None:
        """Make the screens in idle moments, before anybody asks for them, then call `ready`."""
        self._prepares, self._ready = True, ready
        for screen in PREPARED:
            self.idle.then(lambda wanted=screen: self.navigator.prepare(wanted))
            if screen is Screen.SALE:
                for sheet in Sheet:
                    self.idle.then(
                        lambda over=screen, of=sheet: self.navigator.prepare_sheet(of, over)
                    )
                self.idle.then(self.overlays.prepare)
        self.idle.then(self._tell_ready)

    def _tell_ready(self) -> None:
        """Once: what is made again later is no longer the beginning."""
        ready, self._ready = self._ready, None
        if ready is not None:
            ready()

    @property
    def capture(self) -> ScanCapture:
        """What listens to the keys; RuntimeError before `listen`."""
        if self._capture is None:
            raise RuntimeError("the window does not listen yet")
        return self._capture

    def end(self) -> None:
        """Stop listening and looking at the clock."""
        if self._idle is not None:
            self._idle.forget()
        self.head.stop()
        self.toasts.clear()
        application = QApplication.instance()
        if self._capture is not None and isinstance(application, QApplication):
            self._capture.remove(application)
        if self.keyboard is not None and isinstance(application, QApplication):
            self.keyboard.remove(application)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window was closed by its frame."""
        self.closing.emit()
        super().closeEvent(event)

    # What lies in front, for the key router

    @property
    def window_widget(self) -> QWidget:
        """The window whose keys are routed."""
        return self

    def places(self) -> tuple[tuple[Place, Any], ...]:
        """The open sheet, if any, and the screen, each with its presenter."""
        return self.navigator.places()

    def overlay_key(self, name: str) -> bool | None:
        """Esc, F10 and F1 close the open menu, a question is answered; other keys are Qt's."""
        return None if self._overlays is None else self._overlays.key(name)

    def shown_ms(self) -> int:
        """How long the screen has been in front, in milliseconds."""
        return self._now_ms() - self._shown_at

    def run(self, action: Action, presenter: Any) -> None:
        """Carry an action out: the presenter's intent or the shell's."""
        from ui.key_router import run_action

        run_action(action, presenter, self)

    @property
    def session(self) -> Session:
        """What the screens share; RuntimeError before `begin`."""
        if self._session is None:
            raise RuntimeError("the window has no session yet")
        return self._session

    @property
    def locked(self) -> bool:
        """Whether nobody is signed in to what is in front."""
        return self.navigator.screen in _LOCKED

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through what is in front as it is read."""
        from ui.tab_order import tab_through_window

        return tab_through_window(self, forward=forward) or super().focusNextPrevChild(forward)

    # The shell's own intents

    def show_menu(self) -> None:
        """F10: where to go, and how the till looks and speaks."""
        if self._session is not None:
            self._change.hurry(None)
            self.overlays.show_menu()

    def show_keys(self) -> None:
        """F1: the keys of this screen."""
        if self._session is not None:
            self._change.hurry(None)
            self.overlays.show_keys()

    def lock(self) -> None:
        """F11: show the sign-in; the basket stays."""
        self.close_overlay()
        if self._session is not None:
            self._session.sign_in(None)
            self.navigator.show(Screen.SIGN_IN)

    def close_sheet(self) -> None:
        """Esc on a sheet."""
        self.navigator.close_sheet()

    def ask(
        self,
        *,
        title: str,
        text: str,
        answers: tuple[str, ...],
        answered: Callable[[int], None],
    ) -> None:
        """Ask on a screen of its own: the first answer is the main one, the last the way out."""
        self.overlays.ask(title=title, text=text, answers=answers, answered=answered)

    @property
    def overlays(self) -> Overlays:
        """What lies over the screens; made when something first does."""
        if self._overlays is None:
            from ui.overlays import Overlays

            self._overlays = Overlays(self)
        return self._overlays

    def close_overlay(self) -> None:
        """Close the menu or the list of keys; a question stays until it is answered."""
        if self._overlays is not None:
            self._overlays.close()

    # How it looks

    @property
    def look(self) -> Appearance:
        """The present appearance."""
        return self._look

    def context(self) -> ViewContext:
        """What views are made with now."""
        return ViewContext(words=self._words, look=self._look)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another layout class makes the views anew; otherwise only the sheet is laid again."""
        super().resizeEvent(event)
        layout = layout_of(self.width(), self.height(), self._look.scale)
        if layout is not self._look.layout:
            self._make_anew(self._look.with_(layout=layout))
        else:
            if event.oldSize().height() != event.size().height():
                self.head.show_band()
            self._place_overlays()
            if self.keyboard is not None:
                self.keyboard.place()

    def event(self, event: QEvent) -> bool:
        """Painting waits for a turn of its own; sheets follow the place that they cover."""
        if event.type() is QEvent.Type.UpdateRequest:
            # Behind what asked for it: a key that comes meanwhile is answered first.
            self._paint.start()
            return True
        answer = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._place_overlays()
        return answer

    def _paint_now(self) -> None:
        with kept_pictures().sparing(DRAWN_S):
            super().event(QEvent(QEvent.Type.UpdateRequest))

    def _make_anew(self, look: Appearance, *, reword: bool = False) -> None:
        self._look = look
        if self.keyboard is not None:
            self.keyboard.discard()
        if self._overlays is not None:
            self._overlays.put_aside()
        self._change.begin(reword=reword)

    @property
    def changing(self) -> bool:
        """Whether language, look, scale or layout are just being changed."""
        return self._change.under_way

    def change_at_once(self) -> None:
        """End a change of language, look, scale or layout now, however long that takes."""
        self._change.at_once()

    @property
    def strip(self) -> StatusStrip:
        """What stands above every screen now."""
        return self.head.strip

    def take_strip(self, strip: StatusStrip) -> None:
        """Put another strip in place of the old one, and dress the window like it."""
        self.head.take(strip)
        self._dress()

    def came_to_front(self) -> None:
        """Everything in front was made anew: messages, strip and overlays follow."""
        self._shown_at = self._now_ms()
        self.toasts.again()
        self.head.again()
        if self.keyboard is not None:
            self.keyboard.moved()
        self._place_overlays()

    def prepare_again(self) -> None:
        """The screens that were prepared were thrown away: make them in idle moments once more."""
        if self._prepares:
            self.idle.forget()
            # Where most go next, before the rest of what is in front.
            self.idle.then(lambda: self.navigator.prepare(Screen.SALE))
        self.idle.then(self.navigator.complete)
        if self._prepares:
            self.prepare(self._ready)

    def _dress(self) -> None:
        # No style sheet: each view carries its own, and what lies between them is the ground.
        ground = QPalette()
        ground.setColor(QPalette.ColorRole.Window, self._look.colour("canvas"))
        self.setPalette(ground)

    # What happens

    def _changed(self, change: Change) -> None:
        session = self._session
        if session is None:
            return
        if change is Change.LANGUAGE:
            self._words = session.words
            self.setWindowTitle(self._words("app.title"))
            self.toasts.clear()
            self._make_anew(self._look.with_(language=session.words.language), reword=True)
        elif change is Change.LOOK:
            layout = layout_of(self.width(), self.height(), session.scale)
            self._make_anew(self._look.with_(look=session.look, scale=session.scale, layout=layout))
        elif change in (Change.SHOP, Change.NAMES):
            for presenter in self.navigator.presenters():
                presenter.reworded()

    def _scanned(self, text: str) -> None:
        self.close_overlay()
        for place, presenter in self.places():
            if isinstance(place, Screen) or presenter.takes_scans:
                presenter.scanned(text)
                return

    def _broken(self, _text: str) -> None:
        """Half a scan: said and heard by the screen, or by the shell where it does not care."""
        screen = self.navigator.screen
        if self._session is None or screen is None:
            return
        presenter = self.navigator.presenter(screen)
        if type(presenter).scan_broken is not _NO_ANSWER:
            presenter.scan_broken("app.scan_half")
            return
        self.toasts.say(self._words("app.scan_half"), ToastKind.LOOK)
        self._session.sounds.play(Sound.REFUSED)

    def _moved(self) -> None:
        """Another screen or sheet is in front."""
        self.close_overlay()
        self.came_to_front()

    def _place_overlays(self) -> None:
        self.navigator.place_sheet()
        self.toasts.place()
        if self._overlays is not None:
            self._overlays.place()


_LOCKED = (Screen.SIGN_IN, Screen.WIZARD, Screen.RECOVERY, None)


def _no_answer() -> Any:
    from ui.presenters.base import Presenter

    return Presenter.scan_broken


_NO_ANSWER = _no_answer()


def _is_whole(code: str) -> bool:
    # Late: nobody scans while the names are read, and few scans are asked.
    from posloyalty.domain.shop.scan_code.whole import is_whole

    return is_whole(code)

"""What stands above every screen: the strip, and in training its band.

The window has one `Head`. A strip is made anew for another language, look, scale or layout (`made`,
then `take`) and shows what the old one showed; a tap on one of its states says what that stands
for, or opens the device's settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.presenters.ports import Screen, ToastKind
from ui.presenters.strip_state import StripState
from ui.widgets.strip import StatusStrip

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.presenters.session import Session
    from ui.presenters.strip import StripPresenter


class Head:
    """The strip and the band of a window, in its column of parts."""

    def __init__(self, window: MainWindow, column: QVBoxLayout) -> None:
        self._window = window
        self._column = column
        self._session: Session | None = None
        self.presenter: StripPresenter | None = None
        self.band: QWidget | None = None
        self.strip = self._new_strip()
        column.addWidget(self.strip)

    def begin(self, session: Session) -> None:
        """Take the session: whether this is training is known."""
        self._session = session
        self.show_band()

    def listen(self, presenter: StripPresenter) -> None:
        """Show what the strip's presenter says from now on."""
        self.presenter = presenter
        presenter.subscribe(lambda state: self._fill(self.strip, state))

    def stop(self) -> None:
        """Look at the clock and the devices no more."""
        if self.presenter is not None:
            self.presenter.stop()

    def made(self) -> StatusStrip:
        """A strip for the present language and look that shows what the old one shows; hidden."""
        strip = self._new_strip()
        if self.presenter is not None:
            self._fill(strip, self.presenter.state)
        return strip

    def take(self, strip: StatusStrip) -> None:
        """Put another strip in place of the old one."""
        old, self.strip = self.strip, strip
        self._column.replaceWidget(old, strip)
        strip.setVisible(not old.isHidden())
        self._window.navigator.thrown_away.add(old)
        self.show_band()

    def again(self) -> None:
        """Another screen is in front, which may have nothing to name."""
        if self.presenter is not None:
            self._fill(self.strip, self.presenter.state)

    def show_band(self) -> None:
        """At the strip of every screen: this is training, and nothing of it counts."""
        if self._session is None or not self._session.practice:
            return
        from ui.widgets.practice_band import PracticeBand, fits_below

        if self.band is not None:
            self._column.removeWidget(self.band)
            self.band.hide()
            self.band.deleteLater()
        window, context = self._window, self._window.context()
        self.band = PracticeBand(context.look, context.words("app.practice_band"), window)
        below = fits_below(context.look, window.height())
        if below:
            self._column.insertWidget(1, self.band)
        self.strip.hold(None if below else self.band)

    def _new_strip(self) -> StatusStrip:
        context = self._window.context()
        strip = StatusStrip(
            context.look,
            menu_name=context.words("action.menu"),
            keys_name=context.words("app.keyboard"),
            parent=self._window,
        )
        strip.menu.connect(self._menu_pressed)
        strip.keys.connect(self._keys_pressed)
        strip.lamp.connect(self._lamp_pressed)
        return strip

    def _fill(self, strip: StatusStrip, state: StripState) -> None:
        if self._window.navigator.screen is Screen.WIZARD:
            # There is no shop, till or cashier to name before the first run is over.
            strip.present(StripState(time=state.time))
            return
        strip.present(state)

    def _menu_pressed(self) -> None:
        if self._window.overlays.open:
            self._window.close_overlay()
        else:
            self._window.show_menu()

    def _keys_pressed(self) -> None:
        if self._window.keyboard is not None:
            self._window.keyboard.toggle()

    def _lamp_pressed(self, lamp: str) -> None:
        """A tap on a state opens the settings of the device, for who may."""
        session, window = self._session, self._window
        if session is None or session.operator is None or window.locked:
            return
        if lamp == "printer":
            if self.presenter is not None:
                self.presenter.refresh()
            window.navigator.show(Screen.SETTINGS, section="printer")
        elif self.presenter is not None:
            window.toasts.say(self.presenter.told(lamp), ToastKind.NEWS)

"""The on-screen keyboard in the window: when it opens, where it lies, when it goes.

It opens when a text field is tapped, or by the button in the strip, and never by itself for who
works with a real keyboard: a typed key closes it, Tab does not open it, and for who typed last with
real keys a mouse click does not either (a finger on a touch screen always does).

It lies below the screen, which gives way (`Bay`); where a screen names a place that may be covered
meanwhile (`ScreenView.free_for_keys`) it lies there and nothing moves at all. What a tap changes is
looked at after the finger is lifted, so that no button moves away between press and release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QInputDevice, QKeyEvent, QMouseEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from ui.field_hand import FieldHand
from ui.fillable import (
    anything_to_fill,
    field_after,
    first_in,
    main_button,
    target_of,
    usable,
    whole_field,
    writes,
)
from ui.key_router import KeyRouter, is_text_field
from ui.presenters.session import Change, Session
from ui.presenters.typing.keys import rows_most
from ui.widgets.key_names import key_name, printable
from ui.widgets.view import ScreenView

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.presenters.typing.presenter import TypingPresenter, TypingState
    from ui.widgets.key_panel import KeyPanel

# Less room than this for a field, and the strip gives way too.
ROOM_LEAST = 96


class TouchKeyboard(QObject):
    """The keyboard of one window. `key` is asked about each key that a person typed."""

    def __init__(self, window: MainWindow, session: Session, router: KeyRouter) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._router = router
        self.hand = FieldHand(router, next_field=self._field_after, hide=self.close)
        self._presenter: TypingPresenter | None = None
        self._panel: KeyPanel | None = None
        self._target: QWidget | None = None
        self._pressed: QWidget | None = None
        self._pressing = False
        self._by_touch = False
        self._front: QWidget | None = None
        self._by_keys = False
        self._handle: QWindow | None = None
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(0)
        self._settling.timeout.connect(self._settle)
        self._unsubscribe = session.subscribe(self._changed)

    # Beginning and end

    def install(self, application: QApplication) -> None:
        """Begin to watch taps and focus; the system's own keyboard stays away."""
        application.setAutoSipEnabled(False)
        self._handle = self._window.windowHandle()
        self._handle.installEventFilter(self)
        application.focusChanged.connect(self._focus_moved)

    def remove(self, application: QApplication) -> None:
        """Watch no more."""
        if self._handle is None:
            return
        self._handle.removeEventFilter(self)
        self._handle = None
        application.focusChanged.disconnect(self._focus_moved)
        self._settling.stop()
        self._unsubscribe()

    # What it is asked

    @property
    def open(self) -> bool:
        """Whether the keyboard is shown."""
        return self._target is not None

    @property
    def panel(self) -> KeyPanel | None:
        """The keys; None before they were first shown."""
        return self._panel

    @property
    def target(self) -> QWidget | None:
        """What is being filled."""
        return self._target

    def shows(self, cell_id: str) -> bool:
        """Whether a key is there to be tapped now."""
        return self.open and self._panel is not None and self._panel.key(cell_id) is not None

    def place_of(self, cell_id: str) -> tuple[QWidget, QRect]:
        """Where a key that is shown is tapped: the panel, and the key's place on it."""
        key = None if self._panel is None else self._panel.key(cell_id)
        if self._panel is None or key is None:
            raise KeyError(cell_id)
        return self._panel, key.geometry()

    def key(self, event: QKeyEvent) -> bool:
        """A person typed a key: the keyboard goes. True means that this was all it did (Esc)."""
        was_open = self.open
        focus = QApplication.focusWidget()
        if printable(event) and (was_open or is_text_field(focus)):
            self._by_keys = True
        if was_open:
            self.close()
        return (was_open and key_name(event) == "Esc") or self._router(event)

    def toggle(self) -> None:
        """The button in the strip: open for the field that has the keyboard or for the first."""
        if self.open:
            self.close()
            return
        self._by_keys = False
        focus = QApplication.focusWidget()
        field = target_of(focus, self._window) or first_in(self._front_view())
        if field is not None:
            self.show_for(field)

    def show_for(self, target: QWidget) -> None:
        """Open for a field, or go over to it; for the same field keys and composing stay."""
        from ui.presenters.typing.presenter import TypingPresenter

        if is_text_field(target) and not target.hasFocus():
            target.setFocus()
        if self._presenter is None:
            self._presenter = TypingPresenter(self._session, self.hand)
            self._presenter.subscribe(self._present)
        another, self._target = target is not self._target, target
        if self._panel is None:
            self._panel = self._make_panel()
        if another:
            self._presenter.begin(writes(target), alone=self._field_after(target) is None)
        self.place()
        self._panel.show()
        self._panel.raise_()
        self._show_button()

    def close(self) -> None:
        """Hide the keys; the screen takes its whole place again."""
        if self._target is None:
            return
        self._target = None
        if self._presenter is not None:
            self._presenter.end()
        if self._panel is not None:
            self._panel.hide()
            self._undock(self._panel)
        self._show_button()

    def place(self) -> None:
        """Lay the keys where they belong, and bring what is filled into view."""
        panel, target = self._panel, self._target
        if panel is None or target is None or not isValid(target):
            return
        region = self._free(panel)
        if region is not None:
            self._undock(panel)
            height = panel.sizeHint().height()
            panel.setGeometry(region.x(), region.bottom() + 1 - height, region.width(), height)
            return
        window, look = self._window, self._window.look
        below = window.height() - panel.sizeHint().height()
        self._dock(panel, strip=below - window.strip.height() >= look.px(ROOM_LEAST))
        self._bring_into_view(target)
        # Words that break into lines are laid out once more when the height has settled.
        QTimer.singleShot(0, self, self._reveal)

    def moved(self) -> None:
        """Another screen or sheet is in front, and has given the keyboard to a part of it."""
        self._settle()

    def discard(self) -> None:
        """Language, look or scale changed: the keys are made anew when they are next wanted."""
        self.close()
        if self._panel is not None:
            self._window.navigator.thrown_away.add(self._panel)
            self._panel = None

    # What it watches

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note what is pressed; look at what came of it once it is lifted."""
        kind = event.type()
        if kind is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._pressing = True
            self._pressed = self._window.childAt(event.position().toPoint())
            device = event.pointingDevice().type()
            self._by_touch = device is QInputDevice.DeviceType.TouchScreen
            self._front = self._front_view()
        elif kind is QEvent.Type.MouseButtonRelease:
            self._pressing = False
            QTimer.singleShot(0, self, self._tapped)
        return False

    @Slot()
    def _tapped(self) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or not isValid(pressed):
            self._settle()
            return
        if self._panel is not None and (
            pressed is self._panel or self._panel.isAncestorOf(pressed)
        ):
            return
        target = target_of(pressed, self._window)
        front = self._front_view()
        if target is None and front is not self._front and isinstance(front, ScreenView):
            target = front.typing
        if target is not None and (self.open or self._by_touch or not self._by_keys):
            self.show_for(target)
        else:
            self._settle()

    def _focus_moved(self, _old: QWidget | None, _new: QWidget | None) -> None:
        if not self._pressing:
            self._settling.start()

    @Slot()
    def _settle(self) -> None:
        """Follow the focus to another field, or close when there is no field any more."""
        if self._target is not None and not self._pressing:
            target, focus = self._target, QApplication.focusWidget()
            field = target_of(focus, self._window)
            if field is not None and field is not target:
                self.show_for(field)
            elif field is None and not self._stays(target, focus):
                self.close()
        self._show_button()

    def _stays(self, target: QWidget, focus: QWidget | None) -> bool:
        """Whether what is being filled is filled on although it has not the focus.

        A tap on a button leaves the focus with the screen behind it: the field gets it back, so
        that nothing moves while a person ticks and chooses between two entries.
        """
        if not isValid(target) or not target.isVisible():
            return False
        if target.property("typing"):
            return True
        if focus is self._front_view() and usable(target):
            target.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return False

    @Slot()
    def _reveal(self) -> None:
        if self._target is not None and isValid(self._target):
            self._bring_into_view(self._target)

    def _changed(self, change: Change) -> None:
        if change in (Change.LANGUAGE, Change.LOOK):
            self.discard()
        elif change is Change.OPERATOR:
            self._by_keys = False

    # Parts

    def _make_panel(self) -> KeyPanel:
        from ui.widgets.key_panel import KeyPanel

        words, look = self._session.words, self._window.look
        panel = KeyPanel(
            look,
            name=words("keyboard.name"),
            rows_most=rows_most(words.language),
            parent=self._window,
        )
        panel.hide()
        panel.pressed.connect(self._key_pressed)
        return panel

    @Slot(str)
    def _key_pressed(self, cell_id: str) -> None:
        if self._presenter is not None and self._target is not None:
            self._presenter.press(cell_id)

    def _present(self, state: TypingState) -> None:
        if self._panel is not None and state.open:
            self._panel.present(state.rows, state.columns)

    def _dock(self, panel: KeyPanel, *, strip: bool) -> None:
        """Lay the keys below the screen, which gives way; without `strip` so does the strip."""
        column = self._window.layout()
        if column is None:
            return
        if column.indexOf(panel) < 0:
            column.addWidget(panel)
        self._window.strip.setVisible(strip)
        panel.show()
        column.activate()
        self._window.bay.give_way(True)
        # A sheet lies over a part of the screen that has just moved.
        self._window.navigator.place_sheet()

    def _undock(self, panel: KeyPanel) -> None:
        """Give the screen its whole place again."""
        column = self._window.layout()
        if column is None or column.indexOf(panel) < 0:
            return
        column.removeWidget(panel)
        self._window.strip.show()
        column.activate()
        self._window.bay.give_way(False)
        self._window.navigator.place_sheet()

    def _free(self, panel: KeyPanel) -> QRect | None:
        """A part of the screen that may be covered, when it is large enough for the keys."""
        view = self._window.navigator.view
        if view is None:
            return None
        rect = view.free_for_keys()
        if rect is None:
            return None
        if rect.width() < panel.least_width() or rect.height() < panel.sizeHint().height():
            return None
        return rect.translated(view.mapTo(self._window, QPoint(0, 0)))

    def _front_view(self) -> ScreenView | None:
        return self._window.navigator.sheet_view or self._window.navigator.view

    def _field_after(self, field: QWidget) -> QWidget | None:
        return field_after(field, self._front_view())

    def _bring_into_view(self, target: QWidget) -> None:
        navigator = self._window.navigator
        main, field = main_button(navigator.sheet_view, navigator.view), whole_field(target)
        self._window.bay.reveal(field, main)
        if navigator.sheet_view is not None:
            # The screen may have kept a greater height: the sheet follows, and the view to it.
            navigator.place_sheet()
            self._window.bay.reveal(field, main)

    def _show_button(self) -> None:
        """The strip's button is there while there is anything to fill."""
        there = self.open or anything_to_fill(self._front_view())
        self._window.strip.show_keys(there=there, open_=self.open)

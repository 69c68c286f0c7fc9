"""Scans from a keyboard wedge, caught on any screen with any focus, before a field sees them.

A filter on the window looks at every key that the window system delivers to it. (Not a filter of
the whole application: Python would be called for every event there is.) Characters
are held for at most one scanner gap (35 ms): a burst that ends with Enter or Tab is told by
`scanned`, and what a person typed is handed on key by key, in order, to `on_key`. A burst that no
person types is held for as long as a scanner may stutter (250 ms), then told by `broken`: half a
scan. Keys that had been handed on before they proved to be a scan, because they arrived late or
the scanner stuttered, are taken back: exactly, where they went into a field (`given_keys`); by
`taken_back`, where something else answered them. While an input method composes, every key is its
own. Auto-repeat never makes a scan.

Time comes from the key events' own stamps (milliseconds); tests hand in another `stamp`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from posloyalty.devices.wedge import (
    GAP_MS,
    STUTTER_MS,
    Broken,
    Outcome,
    Scan,
    TakeBack,
    Typed,
    Wedge,
)
from ui.widgets.given_keys import GivenKeys
from ui.widgets.key_names import printable

OnKey = Callable[[QKeyEvent], bool]

# A timer may be early by a little.
TIMER_MS = 5


class ScanCapture(QObject):
    """The filter. `on_key` gets every press that is not a scan's; True means it was answered."""

    scanned = Signal(str)
    broken = Signal(str)
    taken_back = Signal(int)

    def __init__(
        self,
        on_key: OnKey,
        *,
        whole: Callable[[str], bool],
        stamp: Callable[[QKeyEvent], int] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`whole` says that a text is a code as it stands (see `Wedge`)."""
        super().__init__(parent)
        self._on_key = on_key
        self._stamp = stamp or self._own_stamp
        self._watch = QElapsedTimer()
        self._watch.start()
        self._wedge = Wedge(whole=whole)
        self._given = GivenKeys()
        self._events: deque[QKeyEvent] = deque()
        self._swallowed: set[int] = set()
        self._composing = False
        self._replaying = False
        self._handle: QWindow | None = None
        self._field: QWidget | None = None
        # Behind each, keys that wait in the queue are let in first; their stamps decide.
        self._gap = self._timer(GAP_MS + TIMER_MS)
        self._gap_drained = self._timer(0)
        self._stutter = self._timer(STUTTER_MS - GAP_MS)
        self._stutter_drained = self._timer(0)
        self._gap.timeout.connect(self._gap_drained.start)
        self._gap_drained.timeout.connect(self._gap_passed)
        self._stutter.timeout.connect(self._stutter_drained.start)
        self._stutter_drained.timeout.connect(self.flush)

    def install(self, window: QWidget, application: QApplication) -> None:
        """Begin to listen to a window, whichever of its parts has the keyboard."""
        window.winId()
        self._handle = window.windowHandle()
        self._handle.installEventFilter(self)
        application.focusChanged.connect(self._focus_moved)

    def remove(self, application: QApplication) -> None:
        """Listen no more; what is held is forgotten."""
        if self._handle is None:
            return
        self._handle.removeEventFilter(self)
        self._handle = None
        application.focusChanged.disconnect(self._focus_moved)
        self._focus_moved(self._field, None)
        self._stop_timers()
        self._wedge.forget()
        self._events.clear()

    def flush(self) -> None:
        """Nothing more will come: hand on what a person typed, report half a scan."""
        self._stop_timers()
        self._act(self._wedge.silence())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at keys as the window gets them; everything else passes."""
        kind = event.type()
        if kind is QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            self._composing = bool(event.preeditString())
            return False
        if self._replaying or watched is not self._handle:
            return False
        if kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(event)
        if kind is QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            return self._released(event)
        return False

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Watch the input method of the field that has the keyboard."""
        if self._field is not None and isValid(self._field):
            self._field.removeEventFilter(self)
        self._composing = False
        writes = new is not None and new.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self._field = new if writes else None
        if self._field is not None:
            self._field.installEventFilter(self)

    def _pressed(self, event: QKeyEvent) -> bool:
        if self._composing:
            return False
        end = _end_key(event)
        character = printable(event)
        if event.isAutoRepeat():
            return self._repeated(event, character or end)
        if not character and not end:
            if event.key() in _MODIFIERS:
                return False
            self.flush()
            self._wedge.other_key()
            return self._hand_on(event)
        if end and not self._wedge.held and not self._late():
            outcomes = self._wedge.key(end, self._stamp(event))
            if outcomes == (Typed(end),):
                return self._hand_on(event)
        else:
            self._events.append(event.clone())
            outcomes = self._wedge.key(character or end, self._stamp(event))
        self._swallowed.add(event.key())
        self._act(outcomes)
        self._stop_timers()
        if self._wedge.held:
            self._gap.start()
        else:
            self._events.clear()
        return True

    def _repeated(self, event: QKeyEvent, character: str) -> bool:
        """A key held down: no scan; the field that has the keyboard may want it."""
        self.flush()
        return self._on_key(event) or (bool(character) and not _in_field())

    def _released(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat() or event.key() not in self._swallowed:
            return False
        self._swallowed.discard(event.key())
        return True

    def _late(self) -> bool:
        return bool(self._events)

    def _own_stamp(self, event: QKeyEvent) -> int:
        """The window system's time; where it gives none, the time of arrival."""
        return event.timestamp() or self._watch.elapsed()

    def _gap_passed(self) -> None:
        """Hand on what a person typed; a scan may still go on."""
        self._act(self._wedge.pause())
        if self._wedge.held:
            self._stutter.start()

    def _timer(self, interval_ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(interval_ms)
        return timer

    def _stop_timers(self) -> None:
        for timer in (self._gap, self._gap_drained, self._stutter, self._stutter_drained):
            timer.stop()

    def _act(self, outcomes: tuple[Outcome, ...]) -> None:
        for outcome in outcomes:
            if isinstance(outcome, Typed):
                for _ in outcome.text:
                    if self._events:
                        self._hand_on_held(self._events.popleft())
            elif isinstance(outcome, Scan):
                self._events.clear()
                self.scanned.emit(outcome.text)
            elif isinstance(outcome, Broken):
                self._drop(len(outcome.text))
                self.broken.emit(outcome.text)
            elif isinstance(outcome, TakeBack):
                answered = self._given.take_back(outcome.count)
                if answered:
                    self.taken_back.emit(answered)

    def _drop(self, count: int) -> None:
        for _ in range(min(count, len(self._events))):
            self._events.popleft()

    def _hand_on(self, event: QKeyEvent) -> bool:
        """A key that was not held: answered by the table, or left to Qt."""
        answered = self._on_key(event)
        if answered:
            self._swallowed.add(event.key())
        return answered

    def _hand_on_held(self, event: QKeyEvent) -> None:
        """A key that was held: answered by the table, or pressed anew where the keyboard is."""
        if self._on_key(event):
            self._given.answered()
            return
        target = QApplication.focusWidget()
        release = QKeyEvent(QEvent.Type.KeyRelease, event.key(), event.modifiers(), event.text())

        def press() -> None:
            if target is not None:
                QApplication.sendEvent(target, event)
                QApplication.sendEvent(target, release)

        self._replaying = True
        try:
            self._given.press(target, press)
        finally:
            self._replaying = False


_MODIFIERS = {
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
}


def _end_key(event: QKeyEvent) -> str:
    plain = not event.modifiers() & (
        Qt.KeyboardModifier.ControlModifier
        | Qt.KeyboardModifier.AltModifier
        | Qt.KeyboardModifier.ShiftModifier
    )
    if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return "\r"
    return "\t" if plain and event.key() == Qt.Key.Key_Tab else ""


def _in_field() -> bool:
    widget = QApplication.focusWidget()
    return widget is not None and widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

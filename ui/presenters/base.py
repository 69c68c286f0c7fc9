"""A presenter: the plain-Python half of a screen or a sheet.

Shape: `state` is one frozen dataclass; `subscribe` hears it at once and after every change; intents
are methods without a result, named by the action table or connected by the view. Everything the
screen shows is in the state, half-filled fields included, because views are thrown away and made
anew whenever language, look, scale or layout changes.

The shell calls the hooks on the GUI thread. A state that equals the shown one is not told again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

S = TypeVar("S")


class Presenter(Generic[S]):
    """Holds the state of one screen and tells those who look at it.

    `takes_scans` says of a sheet that a scan is for it, not for the screen beneath.
    """

    takes_scans = False

    def __init__(self, state: S) -> None:
        self._state = state
        self._watchers: list[Callable[[S], None]] = []

    @property
    def state(self) -> S:
        """What the screen shows now."""
        return self._state

    def subscribe(self, callback: Callable[[S], None]) -> Callable[[], None]:
        """Tell `callback` the state now and after every change, until the result is called."""
        self._watchers.append(callback)
        callback(self._state)

        def unsubscribe() -> None:
            if callback in self._watchers:
                self._watchers.remove(callback)

        return unsubscribe

    def _show(self, state: S) -> None:
        """Replace the state and tell the watchers, unless nothing changed."""
        if state == self._state:
            return
        self._state = state
        for watcher in tuple(self._watchers):
            watcher(state)

    def foresee(self) -> None:
        """Nobody opened the place yet, and it is made ahead: read what it will show first."""

    def opened(self, **arguments: object) -> None:
        """The screen came to the front; `arguments` are those given to `Navigator.show`."""

    def closed(self) -> None:
        """Another screen came to the front, or the sheet closed."""

    def reworded(self) -> None:
        """The language or the shop's details changed: word the state anew."""

    def scanned(self, text: str) -> None:
        """A complete scan arrived while this screen was in front."""

    def scan_broken(self, reason: str) -> None:
        """Half a scan was thrown away; `reason` is a wording code, such as "app.scan_half"."""

    def typed(self, character: str) -> None:
        """A person typed a printable character while no text field had the focus."""

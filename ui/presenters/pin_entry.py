"""A PIN being typed: its digits, what is said about them, and the wait after wrong ones.

The digits live here alone: no state, message or log ever carries them. Shared by the sign-in and by
approvals; `changed` is called whenever time or an answer changed what is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ui.presenters.faults import fault_text
from ui.presenters.ports import Cancel, Sound
from ui.presenters.session import Session

PIN_LEAST: Final = 4
PIN_MOST: Final = 8
DOTS_SHOWN: Final = 6
REFUSALS: Final = frozenset(
    {"wrong_pin", "wrong_pin_wait", "wait", "choose_name", "pin_short", "badge_unknown"}
)


class PinEntry:
    """What was typed, and what the message line says of it."""

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        self._session = session
        self._changed = changed
        self._said: tuple[str, dict[str, object]] | None = None
        self._cancel_tick: Cancel | None = None
        self.digits = ""
        self.fault = ""
        self.wait_s = 0
        self.busy = False

    @property
    def dots_shown(self) -> int:
        """How many places for digits are shown."""
        return max(DOTS_SHOWN, len(self.digits))

    @property
    def ready(self) -> bool:
        """Whether there is something to try now."""
        return len(self.digits) >= PIN_LEAST and not self.busy and not self.wait_s

    @property
    def refused(self) -> bool:
        """Whether what is said is a refusal."""
        return bool(self.fault) or (self._said is not None and self._said[0] in REFUSALS)

    @property
    def message(self) -> str:
        """What is said about the PIN; empty when nothing is."""
        if self.fault or self._said is None:
            return self.fault
        code, facts = self._said
        return self._session.words(f"sign_in.{code}", **facts)

    def digit(self, character: str) -> bool:
        """One more digit; a wait does not hinder typing, only trying. False when none fits."""
        if self.busy or len(self.digits) >= PIN_MOST:
            return False
        self.digits += character
        if not self.wait_s:
            self._said = None
        self.fault = ""
        return True

    def backspace(self) -> None:
        """Take the last digit back."""
        if not self.busy:
            self.digits = self.digits[:-1]

    def forget(self) -> None:
        """Take all digits back."""
        self.digits = ""

    def say(self, code: str, **facts: object) -> None:
        """Say something of the sign-in's words."""
        self._said = (code, facts)

    def hush(self) -> None:
        """Nothing is to be said any more."""
        self._said = None
        self.fault = ""

    def try_it(self) -> str:
        """The PIN is being checked: the digits to check."""
        self.busy = True
        self.say("checking")
        return self.digits

    def short(self) -> bool:
        """Say so when there are too few digits to try."""
        if len(self.digits) >= PIN_LEAST:
            return False
        self.say("pin_short", least=PIN_LEAST)
        return True

    def right(self) -> None:
        """It was the right one."""
        self.busy = False
        self.forget()
        self._said = None

    def wrong(self, wait_s: int) -> None:
        """It was not, and the next try counts in so many seconds."""
        self.right()
        self._session.sounds.play(Sound.REFUSED)
        self.say("wrong_pin")
        if wait_s > 0:
            self.wait("wrong_pin_wait", wait_s)

    def failed(self, fault: Exception) -> None:
        """It could not be checked."""
        self.right()
        self.fault = fault_text(fault, self._session.words)

    def wait(self, code: str, seconds: int) -> None:
        """Count seconds down, in the words of a code."""
        self.stop_waiting()
        self.wait_s = seconds
        self.say(code, seconds=seconds)
        self._cancel_tick = self._session.timer.after(1000, lambda: self._tick(code))
        self._changed()

    def stop_waiting(self) -> None:
        """The wait was somebody else's, or nobody looks any more."""
        if self._cancel_tick is not None:
            self._cancel_tick()
            self._cancel_tick = None
        self.wait_s = 0

    def _tick(self, code: str) -> None:
        left = self.wait_s - 1
        self.stop_waiting()
        self._said = None
        if left > 0:
            self.wait(code, left)
        self._changed()

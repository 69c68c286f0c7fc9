"""Opening the book with the recovery code: when the computer's key is gone, or the PIN forgotten.

Shape: `RecoveryState` is one form: the code, a new PIN for the manager, the PIN again. The code is
compared without regard to dashes, blanks and case; it is never logged or kept after the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ui.presenters.base import Presenter
from ui.presenters.desks import BookOpener
from ui.presenters.faults import fault_text
from ui.presenters.form import Draft, Field, FieldKind, Form
from ui.presenters.pin_entry import PIN_LEAST, PIN_MOST
from ui.presenters.ports import Sound
from ui.presenters.session import Session
from ui.presenters.settings.operators import check_pins

CAUSES: Final = {"key": "wizard.recover_why_key", "pin": "wizard.recover_why_pin"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryState:
    """What the screen shows."""

    title: str = ""
    text: str = ""
    why: str = ""
    form: Form = field(default_factory=Form, repr=False)
    button: str = ""
    busy: bool = False
    fault: str = ""
    can_back: bool = False
    focus: str = ""
    focus_n: int = 0


class RecoveryPresenter(Presenter[RecoveryState]):
    """Takes code and PIN, opens, and forgets both."""

    def __init__(self, session: Session, *, opener: BookOpener) -> None:
        super().__init__(RecoveryState())
        self._session = session
        self._opener = opener
        self._draft = Draft()
        self._cause = "key"
        self._busy = False
        self._fault: Exception | None = None
        self._focus_n = 0
        self._tell()

    def opened(self, **arguments: object) -> None:
        """Begin with empty entries; `cause` says why the code is needed."""
        cause = arguments.get("cause")
        self._cause = cause if isinstance(cause, str) and cause in CAUSES else self._cause
        self._forget()
        self._fault = None
        self._focus_n += 1
        self._tell()

    def closed(self) -> None:
        """Neither code nor PIN outlives the screen."""
        self._forget()

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    def change(self, name: str, value: str) -> None:
        """An entry was typed into."""
        self._draft.change(name, value)
        self._fault = None
        self._tell()

    def speak(self, language: str) -> None:
        """Switch the language."""
        self._session.speak(language)

    def open_book(self) -> None:
        """Enter or F12: check, then open."""
        if self._busy:
            return
        self._draft.require("code")
        check_pins(self._draft, needed=True)
        if self._draft.findings:
            self._session.sounds.play(Sound.REFUSED)
            self._focus_n += 1
            self._tell()
            return
        code, pin = self._draft.text("code"), self._draft["pin"]
        self._busy = True
        self._session.lanes.write(
            lambda: self._opener.open_with_code(code, pin), self._done, self._failed
        )
        self._tell()

    def main_action(self) -> None:
        """F12."""
        self.open_book()

    def enter(self) -> None:
        """The Enter key."""
        self.open_book()

    def escape(self) -> None:
        """Esc: back to the sign-in, when there is one."""
        if self._cause == "pin":
            self._session.navigator.back()

    def _done(self, _: None) -> None:
        self._busy = False
        self._forget()
        self._tell()
        self._opener.opened()

    def _failed(self, fault: Exception) -> None:
        self._busy = False
        self._fault = fault
        self._session.sounds.play(Sound.REFUSED)
        self._focus_n += 1
        self._tell()

    def _forget(self) -> None:
        self._draft = Draft()

    def _tell(self) -> None:
        words = self._session.words
        form = self._draft.form(self._fields(), words, busy=self._busy)
        self._show(
            RecoveryState(
                title=words("wizard.recover_title"),
                text=words("wizard.recover_text"),
                why=words(CAUSES[self._cause]),
                form=form,
                button=words("wizard.recover_opening" if self._busy else "wizard.recover_open"),
                busy=self._busy,
                fault="" if self._fault is None else fault_text(self._fault, words),
                can_back=self._cause == "pin",
                focus=form.first_finding or "code",
                focus_n=self._focus_n,
            )
        )

    def _fields(self) -> tuple[Field, ...]:
        words = self._session.words

        def pin(name: str, label: str) -> Field:
            return Field(
                name=name,
                label=words(f"wizard.{label}"),
                kind=FieldKind.PIN,
                half=True,
                length_max=PIN_MOST,
                hint=words("settings.finding_pin", least=PIN_LEAST, most=PIN_MOST),
            )

        return (
            Field(
                name="code",
                label=words("wizard.recover_code"),
                hint=words("wizard.recover_code_hint"),
                length_max=80,
            ),
            pin("pin", "recover_pin"),
            pin("pin_again", "recover_pin_again"),
        )

"""Cash in and out beside the sales: how much, why, and the drawer opens.

Shape: `CashState`. The way is chosen first; each has its own reasons. The movement's id is made
when the screen opens and kept until it is booked, so that a second press books nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.shift import CAUSES_IN, CAUSES_OUT, CashCause
from posloyalty.domain.values.money import parse_amount
from ui.presenters.base import Presenter
from ui.presenters.desks import SaleDesk
from ui.presenters.drawer import open_drawer
from ui.presenters.faults import fault_text
from ui.presenters.number_entry import NumberEntry
from ui.presenters.ports import Screen, Sound, ToastKind
from ui.presenters.session import Session
from ui.presenters.shift_wording import figures_of, money_of

if TYPE_CHECKING:
    from posloyalty.domain.shop.operator import Operator
    from posloyalty.domain.shop.shift import CashMove
    from posloyalty.services.shifts.shifts import ShiftView

WAYS: Final = ("out", "in")
CAUSES: Final = {"out": CAUSES_OUT, "in": CAUSES_IN}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonState:
    """A reason as a button."""

    cause: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CashState:
    """The whole screen; `no_shift` says what is missing where none is open."""

    reading: bool = True
    no_shift: str = ""
    way: int = 0
    box_label: str = ""
    box: str = ""
    whole: bool = False
    reasons: tuple[ReasonState, ...] = ()
    note: str = ""
    main: str = ""
    main_icon: str = ""
    ready: bool = False


class CashPresenter(Presenter[CashState]):
    """Takes an amount and a reason."""

    def __init__(self, session: Session, *, desk: SaleDesk) -> None:
        super().__init__(CashState())
        self._session = session
        self._desk = desk
        self._shift: ShiftView | None = None
        self._reading = True
        self._way = WAYS[0]
        self._cause: CashCause | None = None
        self._amount = NumberEntry()
        self._move_id = b""
        self._busy = False
        self._tell()

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """A new movement."""
        self._way, self._cause = WAYS[0], None
        self._amount = NumberEntry(decimals=money_of(self._session).exponent)
        self._reading = True
        till = self._session.till
        self._move_id = till.shifts.new_move_id()

        def answered(view: ShiftView | None) -> None:
            self._shift, self._reading = view, False
            self._tell()

        self._session.lanes.look_up(till.shifts.current, answered, self._failed)
        self._tell()

    def reworded(self) -> None:
        """Another language, or another shop."""
        self._tell()

    def scanned(self, text: str) -> None:
        """A scan begins or continues a sale, here as everywhere."""
        self._desk.scanned(text)
        self._session.navigator.show(Screen.SALE)

    def typed(self, character: str) -> None:
        """A digit of the keyboard or the pad."""
        if not self._busy and self._shift is not None:
            self._amount = self._amount.typed(character)
            self._tell()

    # Intents

    def backspace(self) -> None:
        """Take the last digit back."""
        self._amount = self._amount.backspace()
        self._tell()

    def clear(self) -> None:
        """No amount."""
        self._amount = self._amount.clear()
        self._tell()

    def choose_way(self, place: int) -> None:
        """In or out; a reason that the other way has too stays."""
        self._way = WAYS[place]
        if self._cause not in CAUSES[self._way]:
            self._cause = None
        self._tell()

    def choose(self, cause: str) -> None:
        """A reason was tapped."""
        self._cause = CashCause(cause)
        self._tell()

    def up(self) -> None:
        """The reason before."""
        self._step(-1)

    def down(self) -> None:
        """The next reason."""
        self._step(1)

    def enter(self) -> None:
        """Enter does what F12 does."""
        self.main_action()

    def escape(self) -> None:
        """Esc."""
        self._session.navigator.back()

    def main_action(self) -> None:
        """F12: book it, or open a shift where none is."""
        operator = self._session.operator
        if not self.state.ready or operator is None:
            return
        if self._shift is None:
            self._session.navigator.show(Screen.SHIFT)
        elif self._cause is not None:
            self._book(operator, self._cause)

    # The work

    def _book(self, operator: Operator, cause: CashCause) -> None:
        till, move_id = self._session.till, self._move_id
        minor = self._minor() if self._way == "in" else -self._minor()
        self._busy = True
        self._tell()
        self._session.lanes.write(
            lambda: till.shifts.move_cash(move_id, minor, cause.value, operator),
            self._booked,
            self._failed,
        )

    def _booked(self, move: CashMove) -> None:
        self._busy = False
        words = self._session.words
        open_drawer(self._session)
        self._session.sounds.play(Sound.UNDERSTOOD)
        self._session.navigator.show(Screen.SALE)
        amount = figures_of(self._session).money(abs(move.amount_minor))
        way = "in" if move.amount_minor > 0 else "out"
        cause = words(f"shift.cause_{move.cause}")
        said = words(f"shift.moved_{way}", amount=amount, cause=cause)
        self._session.toasts.say(said, ToastKind.GOOD)

    def _failed(self, fault: Exception) -> None:
        self._busy = self._reading = False
        self._session.toasts.say(fault_text(fault, self._session.words), ToastKind.REFUSED)
        self._session.sounds.play(Sound.REFUSED)
        self._tell()

    def _step(self, by: int) -> None:
        causes = CAUSES[self._way]
        at = causes.index(self._cause) if self._cause in causes else -1 if by > 0 else len(causes)
        self.choose(causes[(at + by) % len(causes)].value)

    def _minor(self) -> int:
        text = self._amount.text
        return parse_amount(text, money_of(self._session)) if text.strip(".") else 0

    # Wording

    def _tell(self) -> None:
        words = self._session.words
        if self._shift is None:
            self._show(
                CashState(
                    reading=self._reading,
                    no_shift="" if self._reading else words("shift.no_shift"),
                    main=words("shift.to_shift"),
                    main_icon="next",
                    ready=not self._reading,
                )
            )
            return
        minor = 0 if self._amount.text.endswith(".") else self._minor()
        amount = figures_of(self._session).money(minor)
        missing = "amount" if not minor else "reason" if self._cause is None else ""
        self._show(
            CashState(
                reading=False,
                way=WAYS.index(self._way),
                box_label=words(f"shift.amount_{self._way}"),
                box=self._amount.text,
                whole=not money_of(self._session).exponent,
                reasons=tuple(
                    ReasonState(
                        cause=cause.value,
                        words=words(f"shift.cause_{cause.value}"),
                        chosen=cause is self._cause,
                    )
                    for cause in CAUSES[self._way]
                ),
                note=words(f"shift.wants_{missing}" if missing else "shift.drawer_opens"),
                main=words(f"shift.do_{self._way}", amount=amount),
                main_icon="cash",
                ready=not missing and not self._busy,
            )
        )

"""The sheet of open payments: what a terminal was asked, until somebody knows and settles it.

Shape: `OpenPaymentsState` lists payments whose outcome is not known, and money that was taken for a
sale that never came to be. Anybody asks the terminal again; that money was taken, was not, or was
given back is a supervisor's word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posloyalty.domain.shop.authority import Approval, Need
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.payment import Payment
from posloyalty.wording import Words
from ui.presenters.amounts import Figures
from ui.presenters.approval import ask_approval
from ui.presenters.base import Presenter
from ui.presenters.counter import Counter, counter_of
from ui.presenters.ports import Sheet, Sound
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.ports import TerminalAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPaymentRow:
    """One payment."""

    id: bytes
    title: str
    sub: str
    amount: str
    spoken: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPaymentsState:
    """The sheet. The chosen payment can be asked about and settled, or was taken and goes back.
    `took`, `took_not` and `returned` are what a supervisor may say of it.
    """

    rows: tuple[OpenPaymentRow, ...] = ()
    empty: str = ""
    can_ask: bool = False
    can_settle: bool = False
    can_return: bool = False
    asking: bool = False
    took: str = ""
    took_not: str = ""
    returned: str = ""


class OpenPaymentsPresenter(Presenter[OpenPaymentsState]):
    """Lists, asks again, settles."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(OpenPaymentsState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._payments: tuple[Payment, ...] = ()
        self._at = 0
        self._asking = False

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Read what is open."""
        self._at = 0
        self._read()

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    # Keys and taps

    def up(self) -> None:
        """The payment above."""
        self._choose(self._at - 1)

    def down(self) -> None:
        """The payment below."""
        self._choose(self._at + 1)

    def choose(self, payment_id: bytes) -> None:
        """A payment was tapped."""
        ids = [one.id for one in self._payments]
        if payment_id in ids:
            self._choose(ids.index(payment_id))

    def enter(self) -> None:
        """Ask the terminal what became of the chosen payment."""
        payment, operator = self._chosen, self._session.operator
        if payment is None or operator is None or self._asking or not payment.open:
            return
        payments = self._session.till.payments
        self._asking = True
        self._tell()

        def answered(answer: TerminalAnswer) -> None:
            self._write(lambda: payments.note(payment, answer, operator))

        self._session.lanes.paying(lambda: payments.ask(payment), answered, self._failed)

    def main_action(self) -> None:
        """F12 belongs to the screen below: close, and leave the money alone."""
        self.escape()

    def took(self) -> None:
        """A supervisor saw that the money was taken."""
        self._settle(took=True)

    def took_not(self) -> None:
        """A supervisor saw that the money was not taken."""
        self._settle(took=False)

    def returned(self) -> None:
        """A supervisor gave the money back."""
        payment, payments = self._chosen, self._session.till.payments
        if payment is not None and payment.taken and not self._asking:
            self._answered_for(
                payment,
                _code("was_returned", payment),
                lambda operator, approver: payments.returned(
                    payment.id, operator, approved_by=approver
                ),
            )

    def escape(self) -> None:
        """Close the sheet."""
        self._session.navigator.close_sheet()

    # The work

    @property
    def _chosen(self) -> Payment | None:
        return self._payments[self._at] if self._at < len(self._payments) else None

    def _choose(self, at: int) -> None:
        self._at = max(0, min(len(self._payments) - 1, at))
        self._tell()

    def _settle(self, *, took: bool) -> None:
        payment, payments = self._chosen, self._session.till.payments
        if payment is not None and payment.open and not self._asking:
            self._answered_for(
                payment,
                _code("was_taken" if took else "was_not_taken", payment),
                lambda operator, approver: payments.settle(
                    payment.id, operator, took=took, approved_by=approver
                ),
            )

    def _answered_for(
        self, payment: Payment, code: str, act: Callable[[Operator, Operator], Payment]
    ) -> None:
        """Do it when somebody with the authority answers for it."""
        session = self._session

        def what() -> str:
            amount = self._counter.figures.money(payment.amount_minor)
            return f"{session.words(code)} · {amount}"

        def done(approval: Approval) -> None:
            operator = session.operator
            if operator is None:
                return
            if approval.operator != operator:
                # The question took this sheet's place.
                session.navigator.open_sheet(Sheet.PAYMENTS)
            self._write(lambda: act(operator, approval.operator))

        ask_approval(session, Need(Right.WAIVE), what=what, done=done)

    def _write(self, job: Callable[[], Payment]) -> None:
        self._asking = True
        self._session.lanes.write(job, self._settled, self._failed)

    def _settled(self, payment: Payment) -> None:
        self._asking = False
        self._session.sounds.play(Sound.LOOK_HERE if payment.open else Sound.UNDERSTOOD)
        self._counter.payment_settled(payment)
        self._read()

    def _failed(self, fault: Exception) -> None:
        self._asking = False
        self._counter.say_fault(fault)
        self._tell()

    def _read(self) -> None:
        self._session.lanes.look_up(
            self._session.till.payments.unsettled, self._came, self._counter.say_fault
        )
        self._tell()

    def _came(self, payments: tuple[Payment, ...]) -> None:
        basket = self._counter.sale.basket
        now = b"" if basket is None else basket.sale_id
        # What was taken for the sale on the counter is one of its payments.
        self._payments = tuple(one for one in payments if one.open or one.sale_id != now)
        self._choose(self._at)

    # Wording

    def _tell(self) -> None:
        words, figures, chosen = self._session.words, self._counter.figures, self._chosen
        ready = chosen is not None and not self._asking
        self._show(
            OpenPaymentsState(
                rows=tuple(
                    _row(one, words, figures, chosen=one is chosen) for one in self._payments
                ),
                empty=words("pay.open_none"),
                can_ask=ready and chosen is not None and chosen.open,
                can_settle=ready and chosen is not None and chosen.open,
                can_return=ready and chosen is not None and chosen.taken,
                asking=self._asking,
                took=words(_code("was_taken", chosen)),
                took_not=words(_code("was_not_taken", chosen)),
                returned=words(_code("was_returned", chosen)),
            )
        )


def _code(name: str, payment: Payment | None) -> str:
    """The wording of what is said of a payment; of money that goes back it is said otherwise."""
    return f"pay.{name}" if payment is None or not payment.back else f"pay.back_{name}"


def _row(payment: Payment, words: Words, figures: Figures, *, chosen: bool) -> OpenPaymentRow:
    title = words(f"pay.{payment.kind.value}")
    state = words(_code("outcome_unknown" if payment.open else "taken_no_sale", payment))
    sub = f"{state} · {payment.at:%m-%d %H:%M}"
    amount = figures.money(payment.amount_minor)
    return OpenPaymentRow(
        id=payment.id,
        title=title,
        sub=sub,
        amount=amount,
        spoken=", ".join((title, amount, sub)),
        chosen=chosen,
    )

"""What can pay beside cash, in memory: a terminal's payments, gift cards, a wallet of money."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from posloyalty.domain.engine.stored_value import CardState, card_id, card_name
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.pay_out import NO_TERMS, PaidOut, PayOutTerms, PayOutWay
from posloyalty.domain.shop.payment import Payment, PaymentStep
from posloyalty.domain.shop.tender import Tender, TenderKind, still_due, take_exact
from posloyalty.services.ports import TerminalAnswer, TerminalOutcome
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.gift_cards import CardView
from posloyalty.services.selling.pay_out_card import PayOutOffer
from tests.fakes.small_shop import NOW

APPROVED = TerminalAnswer(outcome=TerminalOutcome.APPROVED, reference="8841")
DECLINED = TerminalAnswer(outcome=TerminalOutcome.DECLINED, cause="declined")
LOST = TerminalAnswer(outcome=TerminalOutcome.UNKNOWN, cause="line_lost")


@dataclass
class FakePayments:
    """A terminal that answers in turn what `answers` holds, and then approves."""

    connected: bool = False
    answers: list[TerminalAnswer] = field(default_factory=list)
    stored: dict[bytes, Payment] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    approved: list[Operator | None] = field(default_factory=list)

    def begin(
        self, sale_id: bytes, kind: TenderKind, amount_minor: int, currency: str, operator: Operator
    ) -> Payment:
        payment = Payment(
            id=bytes([len(self.stored) + 1]) * 16,
            sale_id=sale_id,
            kind=kind,
            amount_minor=amount_minor,
            currency=currency,
            terminal="simulator",
            step=PaymentStep.ASKED,
            at=NOW,
        )
        self.stored[payment.id] = payment
        return payment

    def begin_back(
        self, sale_id: bytes, tender: Tender, currency: str, operator: Operator
    ) -> Payment:
        made = self.begin(sale_id, tender.kind, tender.amount_minor, currency, operator)
        self.stored[made.id] = replace(made, back=tender.number)
        return self.stored[made.id]

    def refund(self, payment: Payment, of: str) -> TerminalAnswer:
        return self._answer("refund", payment)

    def back_of_sale(self, sale_id: bytes) -> tuple[Payment, ...]:
        return tuple(one for one in self.stored.values() if one.sale_id == sale_id and one.back)

    def take(self, payment: Payment, code: str = "") -> TerminalAnswer:
        self.codes.append(code)
        return self._answer("take", payment)

    def ask(self, payment: Payment) -> TerminalAnswer:
        return self._answer("ask", payment)

    def give_back(self, payment: Payment) -> TerminalAnswer:
        return self._answer("give_back", payment)

    def note(self, payment: Payment, answer: TerminalAnswer, operator: Operator) -> Payment:
        return self._step(
            payment.id, PaymentStep(answer.outcome.value), answer.reference, answer.cause
        )

    def note_given_back(
        self, payment: Payment, answer: TerminalAnswer, operator: Operator
    ) -> Payment:
        if answer.outcome is not TerminalOutcome.APPROVED:
            raise ServiceRefusal("NOT_GIVEN_BACK", amount_minor=payment.amount_minor)
        return self._step(payment.id, PaymentStep.GIVEN_BACK)

    def settle(
        self,
        payment_id: bytes,
        operator: Operator,
        *,
        took: bool,
        approved_by: Operator | None = None,
    ) -> Payment:
        self.approved.append(approved_by)
        return self._step(payment_id, PaymentStep.TOOK if took else PaymentStep.TOOK_NOT)

    def returned(
        self, payment_id: bytes, operator: Operator, *, approved_by: Operator | None = None
    ) -> Payment:
        self.approved.append(approved_by)
        return self._step(payment_id, PaymentStep.GIVEN_BACK)

    def of_sale(self, sale_id: bytes) -> tuple[Payment, ...]:
        every = self.stored.values()
        return tuple(one for one in every if one.sale_id == sale_id and (one.open or one.taken))

    def unsettled(self) -> tuple[Payment, ...]:
        return tuple(one for one in self.stored.values() if one.open or one.taken)

    def _answer(self, what: str, payment: Payment) -> TerminalAnswer:
        self.asked.append((what, payment.amount_minor))
        return self.answers.pop(0) if self.answers else APPROVED

    def _step(
        self, payment_id: bytes, step: PaymentStep, reference: str = "", cause: str = ""
    ) -> Payment:
        after = replace(self.stored[payment_id], step=step, reference=reference, cause=cause)
        self.stored[payment_id] = after
        return after


@dataclass
class FakeGiftCards:
    """Cards by their code, with what is on them; those of `frozen` pay nothing. `here` is what this
    till may take of each, where that is bounded, `as_of` until when it knows of them.
    """

    balances: dict[str, int] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    here: dict[str, int] = field(default_factory=dict)
    last_day: date | None = date(2029, 11, 22)
    as_of: datetime = NOW
    approved: list[Operator | None] = field(default_factory=list)

    def look_up(self, code: str, language: str | None = None) -> CardView:
        code = self._code(code)
        return CardView(
            card=card_name(code),
            name=self.names.get(language or "", "Gift card"),
            state=CardState.FROZEN if code in self.frozen else CardState.ACTIVE,
            balance_minor=0 if code in self.frozen else self.balances[code],
            principal_minor=self.balances[code],
            bonus_minor=0,
            last_day=self.last_day,
            owner=None,
            as_of=self.as_of,
            here_minor=self.here.get(code),
        )

    def tender(
        self,
        code: str,
        payable_minor: int,
        tenders: tuple[Tender, ...],
        *,
        amount_minor: int | None = None,
        back_minor: int = 0,
    ) -> Tender:
        code = self._code(code)
        if code in self.frozen:
            raise ServiceRefusal("CARD_FROZEN", card=card_name(code))
        taken = sum(one.amount_minor for one in tenders if one.account_id == card_id(code))
        left = self.balances[code] + back_minor - taken
        if left <= 0:
            raise ServiceRefusal("CARD_EMPTY", card=card_name(code))
        left = min(left, self.here.get(code, left))
        if left <= 0:
            raise ServiceRefusal("CARD_NEEDS_NETWORK", card=card_name(code), time="11-22 13:40")
        return take_exact(
            payable_minor,
            tenders,
            kind=TenderKind.GIFT_CARD,
            amount_minor=min(left, still_due(payable_minor, tenders))
            if amount_minor is None
            else amount_minor,
            reference=card_name(code),
            account_id=card_id(code),
        )

    def new_id(self) -> bytes:
        return b"a move of a card"

    def check_move(self, code: str) -> None:
        if self.here.get(code, self.balances[code]) < self.balances[code]:
            raise ServiceRefusal(
                "CARD_MOVE_NEEDS_NETWORK", card=card_name(code), time="11-22 13:40"
            )

    def wants_to_move(self, code: str) -> str:
        return code

    def replace(
        self,
        code: str,
        new_code: str,
        operator: Operator,
        *,
        approved_by: Operator | None = None,
        move_id: bytes = b"",
        language: str | None = None,
    ) -> CardView:
        if new_code in self.balances:
            raise ServiceRefusal("CARD_IN_USE", card=card_name(new_code))
        self.approved.append(approved_by)
        self.balances[new_code] = self.balances.pop(self._code(code))
        return self.look_up(new_code, language)

    def freeze(self, code: str, operator: Operator) -> None:
        self.frozen.add(self._code(code))

    def unfreeze(
        self, code: str, operator: Operator, *, approved_by: Operator | None = None
    ) -> None:
        self.approved.append(approved_by)
        self.frozen.discard(self._code(code))

    def _code(self, code: str) -> str:
        code = code.strip().upper()
        if code not in self.balances:
            raise ServiceRefusal("NO_SUCH_CARD", card=card_name(code))
        return code


@dataclass
class FakePayOuts:
    """Pay-outs of the fake cards, on the terms that a test says."""

    cards: FakeGiftCards
    terms: PayOutTerms = NO_TERMS
    bonus_minor: int = 0
    done: list[tuple[PayOutWay, int, str, Operator | None]] = field(default_factory=list)

    def new_id(self) -> bytes:
        return bytes([len(self.done) + 1]) * 16

    def wants(self, code: str) -> object:
        return code

    def offer(self, code: str) -> PayOutOffer:
        left = self.cards.look_up(code).balance_minor
        if not left:
            raise ServiceRefusal("CARD_EMPTY", card=card_name(code))
        most, refused = self.terms.cash_most, None
        if most is not None and left > most:
            refused = ServiceRefusal("CARD_CASH_NAMED", most_minor=most, left_minor=left)
        return PayOutOffer(
            card=card_name(code),
            amount_minor=left,
            cash_minor=left // 10 * 10,
            bonus_minor=self.bonus_minor,
            terms=self.terms,
            cash_refused=refused,
        )

    def complete(
        self,
        pay_out_id: bytes,
        code: str,
        way: PayOutWay,
        operator: Operator,
        *,
        amount_minor: int,
        seen: str,
        approver: Operator | None,
    ) -> PaidOut:
        offer = self.offer(code)
        assert offer.amount_minor == amount_minor
        self.done.append((way, offer.given_minor(way), seen, approver))
        self.cards.balances[code] = 0
        return PaidOut(way=way, amount_minor=amount_minor, given_minor=offer.given_minor(way))

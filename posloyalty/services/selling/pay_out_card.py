"""Paying out what is left on a gift card: in cash, or to an account, on the market's terms.

Shape: `offer` says what would go and on which terms; `complete` books it as one act whose event
keeps how much, which way and which kind of document was seen, and queues its slip. The shop's
market and the card's programme both bound it. Nothing is kept of whoever is paid: what the law
wants kept of name, number and account they write on the slip, which the shop files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from msgspec import structs

from posloyalty.domain.engine.card_pay_out import plan_pay_out, ran_out
from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.stored_value import CardPayment, StoredCard, card_id, card_name
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.gift_card import GIFT_CARD, GiftCard
from posloyalty.domain.shop.authority import Authority
from posloyalty.domain.shop.market import CardBounds, CardVat
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.pay_out import (
    NO_TERMS,
    PaidOut,
    PayOutRefused,
    PayOutTerms,
    PayOutWay,
    check_cash,
    check_seen,
    need_for_pay_out,
)
from posloyalty.domain.shop.sale import Told
from posloyalty.domain.shop.tender import CashRounding
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.doings.programme_acts import Acted, act_event
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.lending.lending import Lending
from posloyalty.services.lending.lent_cards import card_asset
from posloyalty.services.people.note_change import require_need
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.sale_wishes import Wanted
from posloyalty.services.selling.stored_cards import card_by_id, check_pay
from posloyalty.sync import events
from posloyalty.sync.pay_out_event import out_shown, paid_out_of

PAY_OUT = "pay_out"
_IN_PAY_OUTS = {
    "CARD_NEEDS_NETWORK": "CARD_PAY_OUT_NEEDS_NETWORK",
    "CARD_HERE_MOST": "CARD_PAY_OUT_NEEDS_NETWORK",
    "CARD_HELD": "CARD_PAY_OUT_HELD",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOutOffer:
    """What can be paid out of a card now: `amount_minor` was paid for, `cash_minor` is what coins
    make of it, `bonus_minor` becomes void. `cash_refused` says why not in cash.
    """

    card: str
    amount_minor: int
    cash_minor: int
    bonus_minor: int
    terms: PayOutTerms
    cash_refused: ServiceRefusal | None = None

    def given_minor(self, way: PayOutWay) -> int:
        """What the customer has of it."""
        return self.cash_minor if way is PayOutWay.CASH else self.amount_minor


class PayOutCard(Grounded):
    """Pay-outs at one till."""

    def __init__(
        self,
        ground: Ground,
        *,
        cash: Callable[[], CashRounding],
        authority: Callable[[], Authority],
        lending: Lending,
    ) -> None:
        super().__init__(ground)
        self._cash = cash
        self._authority = authority
        self._lending = lending

    def new_id(self) -> bytes:
        """An id for a pay-out, made once and kept, so that nothing is paid twice."""
        return self._ids.new_id()

    def offer(self, code: str) -> PayOutOffer:
        """What would be paid out now. Raises `ServiceRefusal` NO_PROGRAMME, NO_SUCH_CARD, of a card
        that cannot pay either, CARD_EXPIRED where some of it ran out, CARD_TAXED, or
        CARD_PAY_OUT_NEEDS_NETWORK and USE_TILL_NOT_SOUND where it cannot be paid out here now.
        """
        with self._book.read() as reader:
            at = self._now()
            programme = self._in_effect(reader, at)
            card, day = _card(reader, programme, code), _day(programme, at)
            offer = self._offer(card, code, day)
            here = self._lending.room_on_card(reader, card, day)
        if here is not None and here.most_minor < card.balance(day):
            raise _of_pay_out(here.refused(offer.card, 0))  # a card is paid out whole
        return offer

    def wants(self, code: str) -> Callable[[Reader, Programme, date], Iterable[Wanted]]:
        """What of head office's is to be held aside before it: all that is on the card."""

        def wants(reader: Reader, programme: Programme, day: date) -> Iterable[Wanted]:
            card = card_by_id(reader, programme, card_id(code))
            return () if card is None else ((card_asset(card.id), card.balance(day)),)

        return wants

    def complete(
        self,
        pay_out_id: bytes,
        code: str,
        way: PayOutWay,
        operator: Operator,
        *,
        amount_minor: int | None = None,
        seen: str = "",
        approver: Operator | None = None,
    ) -> PaidOut:
        """Book it in one transaction; the same id again books nothing. `amount_minor` is what was
        shown, `seen` the document, `approver` stands by where the operator alone might not.

        Raises what `offer` raises, and `ServiceRefusal` CARD_CASH_MOST or CARD_CASH_NAMED above
        what goes in cash, CARD_NO_COIN, DOCUMENT_NEEDED, NOT_ALLOWED, QUOTE_STALE, or
        CARD_PAY_OUT_NEEDS_NETWORK and CARD_PAY_OUT_HELD where other tills may use the card, and
        USE_TILL_NOT_SOUND at a till that waits for head office.
        """
        with self._book.write() as unit:
            known = unit.journal.by_event_id(pay_out_id)
            before = None if known is None else paid_out_of(events.decode(known.body))
            if before is not None:
                return before
            at = self._now()
            programme = self._in_effect(unit, at)
            day = _day(programme, at)
            card = _card(unit, programme, code)
            offer = self._offer(card, code, day)
            if amount_minor is not None and amount_minor != offer.amount_minor:
                raise ServiceRefusal("QUOTE_STALE")
            paid = _paid(offer, way, seen)
            need = need_for_pay_out(offer.amount_minor)
            require_need(self._authority(), need, operator, approver)
            beside = None if approver is None or approver.id == operator.id else approver
            self._book_it(unit, programme, card, code, paid, pay_out_id, at, operator, beside)
            unit.commit()
        return paid

    def _offer(self, card: StoredCard, code: str, day: date) -> PayOutOffer:
        name = card_name(code)
        check_pay(card, name, 0, day)
        if ran_out(card, day):
            raise ServiceRefusal("CARD_EXPIRED", card=name)
        if card.kind is not None and card.kind.vat is CardVat.SINGLE_PURPOSE:
            raise ServiceRefusal("CARD_TAXED", card=name)
        amount, rules = card.principal(day), self._rules()
        if not amount:
            raise ServiceRefusal("CARD_BONUS_ONLY", card=name)
        terms = pay_out_terms(rules.cards, card.kind, rules.currency.code)
        coins = self._cash().payable(amount)
        return PayOutOffer(
            card=name,
            amount_minor=amount,
            cash_minor=coins,
            bonus_minor=card.bonus(day),
            terms=terms,
            cash_refused=_not_in_cash(terms, amount, coins),
        )

    def _book_it(
        self,
        unit: UnitOfWork,
        programme: Programme,
        card: StoredCard,
        code: str,
        paid: PaidOut,
        pay_out_id: bytes,
        at: datetime,
        operator: Operator,
        approver: Operator | None,
    ) -> None:
        name, day = card_name(code), _day(programme, at)
        plan = EventPlan(event_id=pay_out_id, at=at, day=day, programme_id=programme.id)
        plan_pay_out(plan, card)
        used = CardPayment(card=card, amount_minor=card.balance(day), name=name)
        try:
            uses = tuple(self._lending.use_card(unit, programme, used, at, pay_out_id))
        except ServiceRefusal as refusal:
            raise _of_pay_out(refusal) from refusal
        does = plan.consequences()
        does = replace(does, rights=(*does.rights, *uses))
        told = Told(
            "CARD_HOLDS", (("card", name), ("balance_minor", 0), ("time", f"{at:%m-%d %H:%M}"))
        )
        acted = Acted(event_id=pay_out_id, awards=(), told=(told,), does=does)
        happening = Happening(
            trigger=Trigger.GIFT_CARD,
            recorded=Recorded(what=PAY_OUT, evidence=((GIFT_CARD, card.id.hex()),)),
        )
        event = act_event(unit, programme, happening, acted, operator, at, approver)
        unit.acts.book(structs.replace(event, out=out_shown(paid)))
        if self._rules().print_receipts:
            unit.printing.queue(pay_out_id, copy=False)


def pay_out_terms(market: CardBounds | None, kind: GiftCard | None, currency: str) -> PayOutTerms:
    """What is asked: by the shop's market, and by the card's programme."""
    here = NO_TERMS if market is None else market.pay_out_in(currency)
    return here.beside(None if kind is None else kind.pay_out)


def _of_pay_out(refusal: ServiceRefusal) -> ServiceRefusal:
    """A card's refusal to pay, for whoever wants it paid out: there is no other way to pay that,
    and no part of it.
    """
    reason = _IN_PAY_OUTS.get(refusal.reason)
    if reason is None:
        return refusal
    return ServiceRefusal(reason, card=refusal.facts["card"], time=refusal.facts.get("time", ""))


def _card(reader: Reader | UnitOfWork, programme: Programme, code: str) -> StoredCard:
    card = card_by_id(reader, programme, card_id(code))
    if card is None:
        raise ServiceRefusal("NO_SUCH_CARD", card=card_name(code))
    return card


def _paid(offer: PayOutOffer, way: PayOutWay, seen: str) -> PaidOut:
    if way is PayOutWay.CASH and offer.cash_refused is not None:
        raise offer.cash_refused
    try:
        document = check_seen(offer.terms, seen)
    except PayOutRefused as refused:
        raise ServiceRefusal(refused.reason, **refused.facts) from None
    return PaidOut(
        way=way,
        amount_minor=offer.amount_minor,
        given_minor=offer.given_minor(way),
        seen=document,
    )


def _not_in_cash(terms: PayOutTerms, amount_minor: int, coins_minor: int) -> ServiceRefusal | None:
    try:
        check_cash(terms, amount_minor)
    except PayOutRefused as refused:
        return ServiceRefusal(refused.reason, **refused.facts)
    return None if coins_minor else ServiceRefusal("CARD_NO_COIN", left_minor=amount_minor)


def _day(programme: Programme, at: datetime) -> date:
    return store_day(at, programme.zone)

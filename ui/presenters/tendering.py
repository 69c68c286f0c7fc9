"""How the open sale is being paid: payments so far, the kind that comes next, what is keyed in.

Shape: `Tendering` is a value without wording: `tenders` taken, `kind` chosen, `amount` and
`reference` entries, `field` that the keys fill. Every payment may be taken back until the sale is
complete; those that stay are reckoned anew, in their order, so that change and rounding stay with
the last cash.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.tender import (
    CashRounding,
    Tender,
    TenderKind,
    TenderRefusal,
    still_due,
    take_cash,
    take_exact,
)
from posloyalty.domain.values.money import BadAmount, Currency, format_amount, parse_amount
from posloyalty.services.shop.markets import shipped_markets
from ui.presenters.number_entry import NumberEntry

if TYPE_CHECKING:
    from posloyalty.services.shop.shop_settings import ShopDetails

KINDS: Final = (
    TenderKind.CASH,
    TenderKind.CARD,
    TenderKind.QR_WALLET,
    TenderKind.GIFT_CARD,
    TenderKind.WALLET,
)
STORED: Final = frozenset({TenderKind.GIFT_CARD, TenderKind.WALLET})
BY_TERMINAL: Final = frozenset({TenderKind.CARD, TenderKind.QR_WALLET})
REFERENCE_MOST: Final = 64
# Stands in for the reference that a connected terminal will give.
TO_COME: Final = "-"
NOTHING_KEYED: Final = NumberEntry()


class PayField(Enum):
    """What the keys fill."""

    AMOUNT = auto()
    REFERENCE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMoney:
    """A gift card or wallet that was found: `left_minor` is what it can still pay of this sale.

    `name` is how the card is shown, or the wallet's id, which has a name in each language; `code`
    the card's as it was scanned or typed.
    """

    kind: TenderKind
    name: str
    left_minor: int
    code: str = dataclasses.field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tendering:
    """Payments of a sale of `payable_minor`; entries belong to the payment that comes next.

    `connected`: a terminal takes cards and QR wallets, and gives their references. `stored` is the
    gift card or wallet that pays next, `scheme` the QR wallet, by its payment code or by one of the
    `wallets` that the market knows, chosen by hand. The first `locked` payments are the money of
    goods that come back, and stay.
    """

    payable_minor: int
    currency: Currency
    rounding: CashRounding
    tenders: tuple[Tender, ...] = ()
    kind: TenderKind = TenderKind.CASH
    amount: NumberEntry = NOTHING_KEYED
    reference: str = ""
    field: PayField = PayField.AMOUNT
    connected: bool = False
    stored: StoredMoney | None = None
    locked: int = 0
    wallets: tuple[str, ...] = ()
    scheme: str = ""
    wallet_said: bool = False

    @property
    def due_minor(self) -> int:
        """What is left to pay."""
        return still_due(self.payable_minor, self.tenders)

    @property
    def paid_minor(self) -> int:
        """What the payments settle so far."""
        return self.payable_minor - self.due_minor

    @property
    def asked_minor(self) -> int:
        """What is asked of the chosen kind: rounded for cash, of stored value what is there, exact
        for the others.
        """
        due = max(0, self.due_minor)
        if self.kind in STORED:
            return 0 if self.stored is None else min(due, self.stored.left_minor)
        return self.rounding.payable(due) if self.kind is TenderKind.CASH else due

    @property
    def by_terminal(self) -> bool:
        """Whether the connected terminal takes the next payment."""
        return self.connected and self.kind in BY_TERMINAL

    @property
    def asks_wallet(self) -> bool:
        """Whether the QR wallets stand to be chosen from: until one is, or a reference is typed."""
        waits = self.kind is TenderKind.QR_WALLET and not (self.wallet_said or self.reference)
        return waits and bool(self.wallets)

    @property
    def looks_up(self) -> bool:
        """Whether a gift card's code was keyed in that nobody has looked up yet."""
        typed = self.kind is TenderKind.GIFT_CARD and self.stored is None
        return typed and bool(self.reference.strip())

    @property
    def rounds(self) -> bool:
        """Whether cash would be rounded."""
        return self.rounding.payable(max(0, self.due_minor)) != max(0, self.due_minor)

    @property
    def change_minor(self) -> int:
        """Cash that goes back, of all payments taken."""
        return sum(tender.change_minor for tender in self.tenders)

    def amount_minor(self) -> int | None:
        """The keyed amount; None while it is none."""
        try:
            return parse_amount(self.amount.text, self.currency)
        except BadAmount:
            return None

    def choose(self, kind: TenderKind) -> Tendering:
        """Pay the next part by `kind`: the amount is proposed; cards and QR wallets want the
        terminal's reference unless it is connected, and gift cards their code.
        """
        chosen = replace(self, kind=kind, reference="", stored=None, scheme="", wallet_said=False)
        wants = chosen.kind is TenderKind.GIFT_CARD or (
            chosen.kind in BY_TERMINAL and not chosen.connected
        )
        field = PayField.REFERENCE if wants else PayField.AMOUNT
        return replace(chosen, field=field).proposed()

    def of_wallet(self, scheme: str) -> Tendering:
        """A QR wallet pays next, this one."""
        return self.choose(TenderKind.QR_WALLET).by_wallet(scheme)

    def by_wallet(self, scheme: str) -> Tendering:
        """The QR wallet that is being keyed in is this one; "" is one that the market has not."""
        field = self.field if self.connected else PayField.REFERENCE
        return replace(self, scheme=scheme, wallet_said=True, field=field)

    def again(self, kind: TenderKind) -> Tendering:
        """The key of a kind: it is chosen, and a QR wallet once more is the market's next wallet,
        behind the last of them one that it has not. What was keyed in stands.
        """
        known = (*self.wallets, "")
        if not kind is self.kind is TenderKind.QR_WALLET or self.scheme not in known:
            return self.choose(kind)
        return self.by_wallet(known[(known.index(self.scheme) + 1) % len(known)])

    def told(self, tender: Tender) -> Tender:
        """A payment that a terminal took, with the wallet that it was of."""
        return replace(tender, scheme=self.scheme if tender.kind is self.kind else "")

    def found(self, money: StoredMoney) -> Tendering:
        """A gift card or wallet pays next: as much as is due and there is proposed."""
        chosen = replace(self, kind=money.kind, reference="", stored=money, field=PayField.AMOUNT)
        return chosen.proposed()

    def with_tender(self, tender: Tender) -> Tendering:
        """With a payment that was taken elsewhere; the rest is proposed in cash."""
        tender = replace(tender, number=len(self.tenders) + 1)
        return replace(self, tenders=(*self.tenders, tender)).choose(TenderKind.CASH)

    def proposed(self) -> Tendering:
        """Propose what is asked; the first digit replaces it."""
        entry = NumberEntry(decimals=self.currency.exponent)
        if self.kind in STORED and self.stored is None:
            return replace(self, amount=entry)
        text = format_amount(self.asked_minor, self.currency, grouping=False)
        return replace(self, amount=entry.propose(text))

    def giving(self, amount_minor: int) -> Tendering:
        """With an amount that was offered and chosen."""
        text = format_amount(amount_minor, self.currency, grouping=False)
        return replace(self, amount=self.amount.propose(text))

    def filling(self, field: PayField) -> Tendering:
        """The keys fill this field from now on."""
        return replace(self, field=field)

    def with_payable(self, payable_minor: int) -> Tendering:
        """The sale changed under the payments: they stand, and the rest is proposed anew."""
        changed = replace(self, payable_minor=payable_minor)
        return changed.proposed() if self.amount.fresh else changed

    def typed(self, character: str) -> Tendering:
        """A key of the pad or the keyboard, for the field that is being filled."""
        if self.field is PayField.AMOUNT:
            return replace(self, amount=self.amount.typed(character))
        if len(self.reference) + len(character) > REFERENCE_MOST or not character.isprintable():
            return self
        return replace(self, reference=self.reference + character, stored=None)

    def backspace(self) -> Tendering:
        """The last character of the field goes; never a payment."""
        if self.field is PayField.AMOUNT:
            return replace(self, amount=self.amount.backspace())
        return replace(self, reference=self.reference[:-1])

    def cleared(self) -> Tendering:
        """The whole field goes."""
        if self.field is PayField.AMOUNT:
            return replace(self, amount=self.amount.clear())
        return replace(self, reference="")

    def next_tender(self) -> Tender:
        """The payment as keyed in; raises `TenderRefusal` with what is missing."""
        if self.kind in STORED and self.stored is None:
            raise TenderRefusal("CODE_NEEDED")
        amount = self.amount_minor()
        if amount is None:
            raise TenderRefusal("AMOUNT_NEEDED")
        if self.kind is TenderKind.CASH:
            return take_cash(
                self.payable_minor, self.tenders, given_minor=amount, rounding=self.rounding
            )
        if self.stored is not None and amount > self.stored.left_minor:
            raise TenderRefusal("MORE_THAN_STORED", left_minor=self.stored.left_minor)
        taken = take_exact(
            self.payable_minor,
            self.tenders,
            kind=self.kind,
            amount_minor=amount,
            reference=self.reference or (TO_COME if self._referenced else ""),
        )
        return replace(taken, scheme=self.scheme)

    @property
    def _referenced(self) -> bool:
        """Whether the reference comes by itself."""
        return self.by_terminal or self.kind in STORED

    def taken(self) -> Tendering:
        """With the keyed payment taken; the rest is proposed in the same kind."""
        tender = self.next_tender()
        return replace(self, tenders=(*self.tenders, tender)).choose(self.kind)

    def beginning(self, tenders: tuple[Tender, ...], *, payable_minor: int) -> Tendering:
        """With other first payments, which stay, and what the sale comes to with them."""
        rest = self.tenders[self.locked :]
        changed = replace(
            self,
            payable_minor=payable_minor,
            tenders=numbered((*tenders, *rest)),
            locked=len(tenders),
        )
        return changed.with_payable(payable_minor)

    def without(self, number: int) -> Tendering:
        """Without one payment; the others are taken anew in their order. Cash of no coin, for what
        was less than one, is none any more when there is more to pay.
        """
        again = replace(self, tenders=self.tenders[: self.locked])
        for tender in self.tenders[self.locked :]:
            if tender.number != number and tender.given_minor:
                again = replace(again, tenders=(*again.tenders, again._retaken(tender)))
        return again.choose(self.kind)

    def without_those(self, gone: tuple[Tender, ...]) -> Tendering:
        """Without several; the last first, because those behind one are numbered anew."""
        again = self
        for tender in sorted(gone, key=lambda one: one.number, reverse=True):
            again = again.without(tender.number)
        return again

    def tender(self, number: int) -> Tender | None:
        """A payment by its number."""
        return next((one for one in self.tenders if one.number == number), None)

    def beside(self, number: int | None, by: int) -> int:
        """The payment so many places from one; the last where that one is not there."""
        numbers = [one.number for one in self.tenders]
        at = numbers.index(number) + by if number in numbers else len(numbers) - 1
        return numbers[max(0, min(len(numbers) - 1, at))]

    def _retaken(self, tender: Tender) -> Tender:
        if tender.kind is TenderKind.CASH:
            return take_cash(
                self.payable_minor,
                self.tenders,
                given_minor=tender.given_minor,
                rounding=self.rounding,
            )
        return replace(tender, number=len(self.tenders) + 1)


def begun(quote: Quote, shop: ShopDetails | None, *, connected: bool) -> Tendering:
    """No payment yet; the kind that the price was asked for, else cash, pays first. Coins and QR
    wallets are those of the shop's market.
    """
    market = shipped_markets().of_country("" if shop is None else shop.country)
    said = [kind for kind in KINDS if quote.tenders == {kind}]
    first = Tendering(
        payable_minor=quote.payable_minor,
        currency=quote.currency,
        rounding=CashRounding() if shop is None else shop.cash,
        connected=connected,
        wallets=tuple(one.scheme for one in market.payments),
    )
    return first.choose(said[0] if said else TenderKind.CASH)


def numbered(tenders: tuple[Tender, ...]) -> tuple[Tender, ...]:
    """Payments with the numbers of their places."""
    return tuple(replace(tender, number=at) for at, tender in enumerate(tenders, start=1))

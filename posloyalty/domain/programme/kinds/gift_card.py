"""`[[gift_card]]`: stored value that is sold, filled up and paid with.

    [[gift_card]]
    id = "gift"
    market = "cn"                 # its bounds and its kind of VAT, see `programme/market.py`
    named = true                  # it belongs to the member who buys it; else to whoever holds it
    most = "1000.00"              # a card never holds more
    uses = "principal_first"      # "proportional" when left out
    bonus = [{ from = "100.00", gets = "20.00" }]
    pay_out = { cash_most = "50.00", identity = true, same_name = true }

A card is a tender, never a discount. A bonus lies beside what was paid for: a return of the card
gives back what was paid and is left, and the bonus is void.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.expiry import (
    CalendarYear,
    Expiry,
    Never,
    RollingMonths,
    read_expiry,
)
from posloyalty.domain.programme.line_filter import LineFilter, read_filter
from posloyalty.domain.programme.market import Market, read_market
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.shop.market import CardVat
from posloyalty.domain.shop.pay_out import NO_TERMS, USUAL_DOCUMENTS, PayOutTerms
from posloyalty.domain.shop.product import Product, TaxClass, TaxMode
from posloyalty.domain.values.ratio import Ratio

GIFT_CARD: Final = "gift_card"
OUTSIDE_TAX: Final = TaxClass("outside_tax", "outside_tax", Ratio(0), TaxMode.INCLUSIVE)
"""The class of cards whose tax is due when they pay: the price of one is no price of goods."""


class CardUses(StrEnum):
    """Which of a card's money a payment takes first."""

    PROPORTIONAL = "proportional"
    PRINCIPAL_FIRST = "principal_first"


@dataclass(frozen=True, slots=True)
class Bonus:
    """From `from_minor` at once, `gets_minor` come on top; the highest step that is reached."""

    from_minor: int
    gets_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCard:
    """One kind of card. `most_minor` is the most that one may hold of what was paid for."""

    id: str
    names: Names
    goods: LineFilter
    market: Market | None
    named: bool
    most_minor: int | None
    least_minor: int
    expiry: Expiry
    bonus: tuple[Bonus, ...]
    bonus_expiry: Expiry
    uses: CardUses
    vat: CardVat
    pay_out: PayOutTerms = NO_TERMS

    def sold_as(self, product: Product) -> bool:
        """Whether a product is this kind of card."""
        return product.gift_card and self.goods.matches(product)

    def bonus_for(self, paid_minor: int) -> int:
        """What comes on top of an amount that is paid at once."""
        return max((b.gets_minor for b in self.bonus if b.from_minor <= paid_minor), default=0)


def card_sold_as(programme: Programme, product: Product) -> GiftCard | None:
    """The kind of card that a product is, the file's first; None for other goods."""
    if not product.gift_card:
        return None
    return next((card for card in programme.of(GiftCard) if card.sold_as(product)), None)


def taxed_as(programme: Programme, product: Product) -> str:
    """The tax class of a product; a card whose tax is due when it pays is sold outside of any."""
    card = card_sold_as(programme, product)
    multi = card is not None and card.vat is CardVat.MULTI_PURPOSE
    return OUTSIDE_TAX.code if multi else product.tax_class


@declares(GIFT_CARD, GiftCard, until=Until.ITS_OWN_END, in_hand=True)
def read_gift_card(section: Section) -> GiftCard:
    """One `[[gift_card]]`."""
    card_id = section.text("id")
    market = read_market(section)
    named = section.flag("named", default=False)
    vat = CardVat.MULTI_PURPOSE if market is None else market.vat
    expiry = _expiry(section, "expiry")
    read = GiftCard(
        id=card_id,
        names=section.names("name", card_id),
        goods=read_filter(section),
        market=market,
        named=named,
        most_minor=_most(section, market, named=named),
        least_minor=section.money("least", 1),
        expiry=expiry,
        bonus=tuple(_bonus(table) for table in section.sections("bonus")),
        bonus_expiry=_expiry(section, "bonus_expiry") if "bonus_expiry" in section else expiry,
        uses=section.choice("uses", CardUses, CardUses.PROPORTIONAL),
        vat=section.choice("vat", CardVat, vat),
        pay_out=_pay_out(section, market),
    )
    if market is not None:
        _check_expiry(section, market, read)
    section.close(("bonus_expiry",))
    return read


def _most(section: Section, market: Market | None, *, named: bool) -> int | None:
    """The file's bound, which may not be above the market's."""
    bound = None if market is None else market.named_most if named else market.bearer_most
    if "most" not in section:
        return bound
    most = section.money("most")
    if bound is not None and most > bound:
        shown = f"{bound // 10**section.reading.currency.exponent}"
        section.found("most", "ABOVE_MARKET", most=shown)
    return most


def _pay_out(section: Section, market: Market | None) -> PayOutTerms:
    """The file's terms for paying out, which may ask more than the market and never less."""
    bound = NO_TERMS if market is None else market.pay_out
    table = section.section("pay_out") if "pay_out" in section else None
    if table is None:
        return bound
    most = table.money("cash_most", least=0) if "cash_most" in table else bound.cash_most
    if bound.cash_most is not None and most is not None and most > bound.cash_most:
        shown = f"{bound.cash_most // 10**section.reading.currency.exponent}"
        table.found("cash_most", "ABOVE_MARKET", most=shown)
    identity = table.flag("identity", default=bool(bound.documents))
    same_name = table.flag("same_name", default=bound.same_name)
    for key, asked, wanted in (
        ("identity", bool(bound.documents), identity),
        ("same_name", bound.same_name, same_name),
    ):
        if asked and not wanted and market is not None:
            table.found(key, "MARKET_ASKS", market=market.code)
    table.close()
    documents = (bound.documents or USUAL_DOCUMENTS) if identity else ()
    return PayOutTerms(cash_most=most, documents=documents, same_name=same_name)


def _expiry(section: Section, key: str) -> Expiry:
    read = read_expiry(section, key)
    if not isinstance(read, Never | RollingMonths | CalendarYear):
        section.found(key, "CARD_EXPIRY")
        return Never()
    return read


def _check_expiry(section: Section, market: Market, card: GiftCard) -> None:
    """A market may ask that cards last for so long, or for ever."""
    if isinstance(card.expiry, Never):
        return
    ends = market.named_ends if card.named else market.bearer_ends
    if not ends:
        section.found("expiry", "CARD_NEVER_ENDS", market=market.code)
    elif market.months_least and not _lasts(card.expiry, market.months_least):
        section.found("expiry", "CARD_LASTS", market=market.code, months=market.months_least)


def _lasts(expiry: Expiry, months: int) -> bool:
    return isinstance(expiry, RollingMonths) and expiry.months >= months


def _bonus(table: Section) -> Bonus:
    read = Bonus(table.money("from"), table.money("gets"))
    table.close()
    return read

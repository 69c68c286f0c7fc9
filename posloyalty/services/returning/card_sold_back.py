"""A gift card whose sale is taken back is paid out, too: the market's terms hold for its money.

Shape: `with_terms` answers the quote with the documents of which one is to be seen, or refuses more
cash than goes. A sale that is voided on its own day never was; a card whose tax was paid with it
can only come back with its sale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from posloyalty.domain.engine.refund_quote import RefundQuote, RefundWish
from posloyalty.domain.engine.returned import product_of
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.gift_card import GiftCard, card_sold_as
from posloyalty.domain.shop.market import CardBounds, CardVat
from posloyalty.domain.shop.pay_out import NO_TERMS, PayOutRefused, check_cash, check_seen
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.refund import VALUE_USED, RefundKind
from posloyalty.domain.shop.sale import Sale, SaleLine
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.pay_out_card import pay_out_terms


def with_terms(
    quote: RefundQuote,
    sale: Sale,
    wish: RefundWish,
    programme: Programme,
    products: Mapping[bytes, Product],
    market: CardBounds | None,
) -> RefundQuote:
    """The quote with what is asked for the cards that come back. Raises `ServiceRefusal`
    CARD_CASH_MOST or CARD_CASH_NAMED.
    """
    undone = wish.kind is RefundKind.VOID and quote.day == sale.day
    cards = [] if undone else _cards(quote.lines, programme, products)
    if not cards:
        return quote
    terms = NO_TERMS
    for _, kind in cards:
        terms = terms.beside(pay_out_terms(market, kind, sale.currency))
    used = sum(kept.amount_minor for kept in quote.withheld if kept.code == VALUE_USED)
    money = sum(line.net_minor for line, _ in cards) - used
    if any(one.kind is TenderKind.CASH for one in quote.tenders):
        try:
            check_cash(terms, money)
        except PayOutRefused as refused:
            raise ServiceRefusal(refused.reason, **refused.facts) from None
    return replace(quote, documents=terms.documents)


def check_document(quote: RefundQuote, wish: RefundWish) -> None:
    """Whether somebody saw what is asked for. Raises `ServiceRefusal` DOCUMENT_NEEDED."""
    try:
        check_seen(replace(NO_TERMS, documents=quote.documents), wish.seen)
    except PayOutRefused as refused:
        raise ServiceRefusal(refused.reason) from None


def _cards(
    lines: tuple[SaleLine, ...], programme: Programme, products: Mapping[bytes, Product]
) -> list[tuple[SaleLine, GiftCard]]:
    found = []
    for line in lines:
        kind = card_sold_as(programme, product_of(line, products))
        if kind is not None and kind.vat is CardVat.MULTI_PURPOSE:
            found.append((line, kind))
    return found

"""What `market = "cn"` means in a programme file: bounds of stored value and draws, with sources.

A programme's hash pins its rules, so these words belong to the language and stand in the code; what
the shop's own country asks of it at the counter is the profile in `shop/market.py`, which is data.
A test holds the two together. Facts gathered at a point in time, and not legal advice: a shop asks
its own adviser, and may always be stricter than its market.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.section import Section
from posloyalty.domain.shop.market import CardVat
from posloyalty.domain.shop.pay_out import NO_TERMS, Document, PayOutTerms


class MarketCode(StrEnum):
    """The markets that are known."""

    CN = "cn"
    TW = "tw"
    EU = "eu"
    US = "us"


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """What a market says of gift cards and prizes; None or 0 where it says nothing.

    `named_most` and `bearer_most` are the most that a card may hold, in minor units of `currency`;
    `named_ends` and `bearer_ends` say whether a card with a holder, or without one, may run out at
    all; `months_least` is how long one without is good at least. `top_prize_most` is the most that
    one prize of a draw may be worth. `pay_out` is what is asked before what is left on a card is
    paid out.
    """

    code: MarketCode
    currency: str
    sources: tuple[str, ...]
    named_most: int | None = None
    bearer_most: int | None = None
    named_ends: bool = True
    bearer_ends: bool = True
    months_least: int = 0
    top_prize_most: int | None = None
    vat: CardVat = CardVat.MULTI_PURPOSE
    pay_out: PayOutTerms = NO_TERMS


PREPAID_CN: Final = "Ministry of Commerce, Order 2012 No. 9, single-purpose prepaid cards, ch. 3"
PREPAID_TW: Final = (
    "Ministry of Economic Affairs: what contracts on gift vouchers must and must not say, on retail"
)
PRIZES_CN: Final = "Anti-Unfair Competition Law of 2019, Art. 10: sales with prizes drawn by lot"

MARKETS: Final[Mapping[MarketCode, Market]] = {
    market.code: market
    for market in (
        Market(
            code=MarketCode.CN,
            currency="CNY",
            sources=(PREPAID_CN, PRIZES_CN),
            named_most=500_000,
            bearer_most=100_000,
            named_ends=False,
            months_least=36,
            top_prize_most=5_000_000,
            pay_out=PayOutTerms(
                cash_most=10_000,
                documents=(
                    Document.ID_CARD,
                    Document.RESIDENCE_PERMIT,
                    Document.TRAVEL_PERMIT,
                    Document.PASSPORT,
                ),
                same_name=True,
            ),
        ),
        Market(
            code=MarketCode.TW,
            currency="TWD",
            sources=(PREPAID_TW,),
            named_ends=False,
            bearer_ends=False,
        ),
        Market(
            code=MarketCode.EU,
            currency="EUR",
            sources=("Directive 2006/112/EC, Articles 30a and 30b, for the VAT of vouchers",),
        ),
        Market(
            code=MarketCode.US,
            currency="USD",
            sources=("15 U.S.C. 1693l-1: gift cards are good for five years at least",),
            months_least=60,
        ),
    )
}


def read_market(section: Section) -> Market | None:
    """The one `market` that a declaration names, whose money is the programme's; None without."""
    if "market" not in section:
        return None
    market = MARKETS[section.choice("market", MarketCode)]
    if market.currency != section.reading.currency.code:
        section.found("market", "MARKET_CURRENCY", market=market.code, currency=market.currency)
    return market

"""What a country asks of a till: coins, denominations, usual taxes, payment codes, gift cards.

Shape: a `Market` is one profile (`cn`, `tw`, `eu`, `generic`) with its countries and the money that
is used there. Profiles are data that ship with the program (`resources/markets`); every figure
names its source. They are proposals and bounds gathered at a point in time, not legal advice: a
shop asks its own adviser, and may always be stricter than its market.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from posloyalty.domain.shop.pay_out import NO_TERMS, PayOutTerms
from posloyalty.domain.shop.product import TaxClass
from posloyalty.domain.shop.scan_code.rules import PaymentRange
from posloyalty.domain.shop.tender import CashRounding


class CardVat(StrEnum):
    """When the tax of a gift card is due."""

    MULTI_PURPOSE = "multi_purpose"  # when it pays for goods
    SINGLE_PURPOSE = "single_purpose"  # when it is sold: all goods that it buys have one rate


@dataclass(frozen=True, slots=True, kw_only=True)
class CardBounds:
    """What a market asks of gift cards; None and 0 where it asks nothing.

    `named_most` and `bearer_most` are the most that a card may hold, in minor units of `currency`;
    `named_ends` and `bearer_ends` say whether a card with a holder, or without one, may run out at
    all; `months_least` is how long one without is good at least; `pay_out` what is asked before
    what is left on one is paid out.
    """

    currency: str | None
    named_most: int | None = None
    bearer_most: int | None = None
    named_ends: bool = True
    bearer_ends: bool = True
    months_least: int = 0
    vat: CardVat = CardVat.MULTI_PURPOSE
    pay_out: PayOutTerms = NO_TERMS

    def pay_out_in(self, currency: str) -> PayOutTerms:
        """What is asked before a pay-out; a sum in other money bounds nothing."""
        if currency == self.currency:
            return self.pay_out
        return replace(self.pay_out, cash_most=None)

    def most(self, *, named: bool, currency: str) -> int | None:
        """The most that a card may hold; a bound in other money bounds nothing."""
        if currency != self.currency:
            return None
        return self.named_most if named else self.bearer_most


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMoney:
    """Coins and notes of a currency, in minor units: `pieces` all that are counted, largest first;
    `offered` those that people hand over at a counter, smallest first.
    """

    currency: str
    pieces: tuple[int, ...]
    offered: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """One country of a profile.

    `taxes` are its usual classes, the first for most goods; `tax_names` what its tax is called, by
    language. `fiscal_rule` names the certified device that it requires, which this till has not.
    """

    code: str
    currency: str
    timezones: tuple[str, ...]
    cash: CashRounding
    taxes: tuple[TaxClass, ...]
    tax_names: tuple[tuple[str, str], ...]
    fiscal_rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """One profile. `invoice_request`: receipts carry the shop's invoice-request code where set.

    `sources` says by what where each figure comes from.
    """

    code: str
    countries: tuple[Country, ...]
    money: tuple[CashMoney, ...]
    payments: tuple[PaymentRange, ...]
    cards: CardBounds
    invoice_request: bool
    sources: tuple[tuple[str, str], ...]

    def country(self, code: str) -> Country | None:
        """One of its countries."""
        return next((one for one in self.countries if one.code == code), None)

    def cash_money(self, currency: str) -> CashMoney | None:
        """The coins and notes of a currency, where they are known."""
        return next((one for one in self.money if one.currency == currency), None)

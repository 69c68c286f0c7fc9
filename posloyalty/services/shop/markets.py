"""Market profiles as they ship: read strictly, once, when a country is first asked for.

Shape: `Markets(read)` finds the profile of a country; `read` gives a shipped file's bytes.
`shipped_markets()` are those of this program, the same for everybody in the process. A file
with a key that does not belong there, an amount finer than its money, or a figure without a source
is a fault of the program and raises `BadMarket` with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Final, TypeVar

import msgspec

import resources
from posloyalty.domain.shop.market import CardBounds, CardVat, CashMoney, Country, Market
from posloyalty.domain.shop.pay_out import Document, PayOutTerms
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.shop.scan_code.rules import PaymentRange
from posloyalty.domain.shop.tender import CashRounding
from posloyalty.domain.values.fixed_point import BadNumber
from posloyalty.domain.values.money import CURRENCIES, Currency, parse_amount
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding

CODES: Final = ("cn", "tw", "eu", "generic")
ANY_COUNTRY: Final = "ZZ"
"""Stands in `generic` for every country that no profile lists."""
STANDARD: Final = "std"
FREE: Final = TaxClass("free", "0 %", Ratio(0), TaxMode.INCLUSIVE)


class BadMarket(ValueError):
    """A profile that does not say what it should; the text names file and place."""


class _Strict(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Keys that do not belong there are refused."""


File = TypeVar("File", bound=_Strict)


class _Payment(_Strict):
    scheme: str
    length: tuple[int, int]
    lead: tuple[int, int]
    source: str


class _Payments(_Strict):
    payment: tuple[_Payment, ...]


class _PayOut(_Strict):
    source: str
    cash_most: str | None = None
    documents: tuple[Document, ...] = ()
    same_name: bool = False


class _Cards(_Strict):
    source: str
    pay_out: _PayOut
    currency: str | None = None
    named_most: str | None = None
    bearer_most: str | None = None
    named_ends: bool = True
    bearer_ends: bool = True
    months_least: int = 0
    vat: CardVat = CardVat.MULTI_PURPOSE


class _Money(_Strict):
    currency: str
    pieces: tuple[str, ...]
    offered: tuple[str, ...]
    source: str


class _Cash(_Strict):
    step: str
    source: str
    rounding: Rounding = Rounding.HALF_UP


class _Tax(_Strict):
    names: dict[str, str]
    mode: TaxMode
    percents: tuple[str, ...]
    source: str


class _Country(_Strict):
    code: str
    currency: str
    timezones: tuple[str, ...]
    cash: _Cash
    tax: _Tax
    fiscal_rule: str = ""


class _Market(_Strict):
    code: str
    payments: tuple[str, ...]
    cards: _Cards
    money: tuple[_Money, ...]
    country: tuple[_Country, ...]
    invoice_request: bool = False


class Markets:
    """The profiles that ship."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._made: dict[str, Market] = {}
        self._of: dict[str, Market] = {}

    @cached_property
    def all(self) -> tuple[Market, ...]:
        """Every profile. Raises `BadMarket`."""
        return tuple(self._market(code) for code in CODES)

    def of_country(self, country: str) -> Market:
        """The profile of a country (ISO 3166); the generic one where no other lists it. Asked at
        every quote, so it is found once, and only files up to its own are read.
        """
        known = self._of.get(country)
        if known is None:
            profiles = (self._market(code) for code in CODES)
            found = (market for market in profiles if market.country(country) is not None)
            known = self._of[country] = next(found, None) or self._market(CODES[-1])
        return known

    def country(self, code: str) -> Country:
        """What a profile proposes for a country, listed or not."""
        market = self.of_country(code)
        found = market.country(code) or market.country(ANY_COUNTRY)
        assert found is not None  # the generic profile lists it, as a test sees to
        return found

    def _market(self, code: str) -> Market:
        if code not in self._made:
            self._made[code] = read_market(self._read(f"markets/{code}.toml"), self._ranges)
        return self._made[code]

    @cached_property
    def _ranges(self) -> Mapping[str, PaymentRange]:
        return read_payments(self._read("markets/payment-codes.toml"))

    def countries(self) -> tuple[Country, ...]:
        """Every country that is listed, profile by profile, without the one for all others."""
        listed = (one for market in self.all for one in market.countries)
        return tuple(one for one in listed if one.code != ANY_COUNTRY)

    def cash_money(self, currency: str) -> CashMoney | None:
        """The coins and notes of a currency, where a profile knows them. Asked when somebody pays,
        so only files up to the one that knows it are read.
        """
        found = (self._market(code).cash_money(currency) for code in CODES)
        return next((one for one in found if one is not None), None)


@cache
def shipped_markets() -> Markets:
    """The profiles that ship with the program, each read once in a process."""
    return Markets(resources.read)


def read_payments(data: bytes) -> Mapping[str, PaymentRange]:
    """The payment codes by scheme. Raises `BadMarket`."""
    found = {}
    for one in _decoded(data, _Payments).payment:
        _sourced(f"payment {one.scheme}", one.source)
        found[one.scheme] = PaymentRange(
            scheme=one.scheme,
            length_min=one.length[0],
            length_max=one.length[1],
            lead_min=one.lead[0],
            lead_max=one.lead[1],
        )
    return found


def read_market(data: bytes, ranges: Mapping[str, PaymentRange]) -> Market:
    """One profile. Raises `BadMarket`."""
    file = _decoded(data, _Market)
    sources = [("cards", file.cards.source), ("cards.pay_out", file.cards.pay_out.source)]
    sources += [(f"money {one.currency}", one.source) for one in file.money]
    for one in file.country:
        sources += [(f"cash {one.code}", one.cash.source), (f"tax {one.code}", one.tax.source)]
    for place, source in sources:
        _sourced(place, source)
    unknown = set(file.payments) - set(ranges)
    if unknown:
        raise BadMarket(f"{file.code}: no such payment code {sorted(unknown)}")
    return Market(
        code=file.code,
        countries=tuple(_country(one) for one in file.country),
        money=tuple(_money(one) for one in file.money),
        payments=tuple(ranges[scheme] for scheme in file.payments),
        cards=_cards(file.cards),
        invoice_request=file.invoice_request,
        sources=tuple(sources),
    )


def _decoded(data: bytes, shape: type[File]) -> File:
    try:
        return msgspec.toml.decode(data, type=shape)
    except msgspec.DecodeError as fault:
        raise BadMarket(str(fault)) from None


def _sourced(place: str, source: str) -> None:
    if not source.strip():
        raise BadMarket(f"{place} has no source")


def _cards(file: _Cards) -> CardBounds:
    def bound(text: str | None) -> int | None:
        if text is None:
            return None
        if file.currency is None:
            raise BadMarket("a card's bound needs its currency")
        return _amount(text, file.currency)

    return CardBounds(
        currency=file.currency,
        named_most=bound(file.named_most),
        bearer_most=bound(file.bearer_most),
        named_ends=file.named_ends,
        bearer_ends=file.bearer_ends,
        months_least=file.months_least,
        vat=file.vat,
        pay_out=PayOutTerms(
            cash_most=bound(file.pay_out.cash_most),
            documents=file.pay_out.documents,
            same_name=file.pay_out.same_name,
        ),
    )


def _money(file: _Money) -> CashMoney:
    pieces = tuple(_amount(text, file.currency) for text in file.pieces)
    offered = tuple(_amount(text, file.currency) for text in file.offered)
    if list(pieces) != sorted(set(pieces), reverse=True):
        raise BadMarket(f"{file.currency}: pieces fall, each once")
    if list(offered) != sorted(set(offered)) or not set(offered) <= set(pieces):
        raise BadMarket(f"{file.currency}: what is offered rises, and is a piece")
    return CashMoney(currency=file.currency, pieces=pieces, offered=offered)


def _country(file: _Country) -> Country:
    if not file.timezones:
        raise BadMarket(f"{file.code}: no time zone")
    return Country(
        code=file.code,
        currency=file.currency,
        timezones=file.timezones,
        cash=CashRounding(_amount(file.cash.step, file.currency), file.cash.rounding),
        taxes=_taxes(file.tax),
        tax_names=tuple(sorted(file.tax.names.items())),
        fiscal_rule=file.fiscal_rule,
    )


def _taxes(file: _Tax) -> tuple[TaxClass, ...]:
    """The usual class is `std`, others are called by their rate; goods without tax are last."""
    found = []
    for place, percent in enumerate(file.percents):
        code = STANDARD if place == 0 else f"{STANDARD}{percent.replace('.', '_')}"
        try:
            rate = Ratio.parse(f"{percent}%")
        except ValueError:
            raise BadMarket(f"no percentage: {percent}") from None
        found.append(TaxClass(code, f"{percent} %", rate, file.mode))
    return (*found, FREE)


def _amount(text: str, code: str) -> int:
    money: Currency | None = CURRENCIES.get(code)
    if money is None:
        raise BadMarket(f"no such currency: {code}")
    try:
        return parse_amount(text, money)
    except BadNumber:
        raise BadMarket(f"no amount of {code}: {text}") from None

"""Market profiles: data that is read strictly, says where it is from, and fits what uses it."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

import resources
from posloyalty.domain.programme.market import MARKETS
from posloyalty.domain.shop.product import TaxMode
from posloyalty.domain.shop.scan_code.rules import CHINA_PAYMENT_RANGES
from posloyalty.domain.values.money import CURRENCIES, Currency
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.shop.markets import (
    ANY_COUNTRY,
    CODES,
    FREE,
    BadMarket,
    Markets,
    read_market,
    read_payments,
)
from posloyalty.services.shop.shop_settings import LANGUAGES

PROFILES = Markets(resources.read)
CN = resources.text("markets/cn.toml")
PAYMENTS = read_payments(resources.read("markets/payment-codes.toml"))


def test_each_country_has_its_profile_and_any_other_the_generic_one() -> None:
    profiles = {country: PROFILES.of_country(country).code for country in ("CN", "TW", "DE", "HK")}
    assert profiles == {"CN": "cn", "TW": "tw", "DE": "eu", "HK": "generic"}
    assert PROFILES.of_country("BR").code == "generic"
    assert PROFILES.of_country("other").code == "generic"  # as books of 0.1.0 call it
    assert PROFILES.country("BR").code == ANY_COUNTRY
    assert [market.code for market in PROFILES.all] == list(CODES)


def test_no_country_stands_in_two_profiles() -> None:
    listed = [country.code for country in PROFILES.countries()]
    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize(
    ("country", "exact", "asked"),
    [
        ("CN", 11276, 11270),
        ("CN", 9, 0),
        ("TW", 10050, 10100),
        ("TW", 10049, 10000),
        ("IE", 1002, 1000),
        ("NL", 1003, 1005),
        ("DE", 1003, 1003),
        ("CA", 1008, 1010),
        ("NZ", 1014, 1010),
        ("KR", 1019, 1010),
        ("KW", 1232, 1230),
    ],
)
def test_cash_is_rounded_as_the_country_does(country: str, exact: int, asked: int) -> None:
    assert PROFILES.country(country).cash.payable(exact) == asked


def test_countries_that_want_a_certified_device_name_it() -> None:
    named = {one.code: one.fiscal_rule for one in PROFILES.countries() if one.fiscal_rule}
    assert named == {"DE": "TSE", "AT": "RKSV", "FR": "CGI 286"}


def test_the_usual_class_is_first_and_goods_without_tax_last() -> None:
    china, canada, hong_kong = (PROFILES.country(code).taxes for code in ("CN", "CA", "HK"))
    assert [(tax.code, tax.rate) for tax in china] == [
        ("std", Ratio(13, 100)),
        ("std9", Ratio(9, 100)),
        ("std6", Ratio(6, 100)),
        ("free", Ratio(0)),
    ]
    assert canada[0].mode is TaxMode.EXCLUSIVE
    assert hong_kong == (FREE,)
    assert PROFILES.country("FR").taxes[2].rate == Ratio(55, 1000)


def test_every_country_has_known_money_zones_and_words_for_its_tax() -> None:
    for country in PROFILES.countries():
        assert country.currency in CURRENCIES
        assert all(ZoneInfo(zone) for zone in country.timezones)
        assert dict(country.tax_names).keys() == set(LANGUAGES)
        assert len({tax.code for tax in country.taxes}) == len(country.taxes)
        money = PROFILES.cash_money(country.currency)
        assert money is not None, country
        # Whatever is asked in coins can be counted in coins.
        assert country.cash.step_minor % money.pieces[-1] == 0


def test_what_is_asked_at_the_counter_is_what_the_word_means_in_a_programme() -> None:
    profiles = {market.code: market.cards for market in PROFILES.all}
    for code in ("cn", "tw", "eu"):
        named, data = MARKETS[code], profiles[code]  # type: ignore[index]
        bounds = ("named_most", "bearer_most", "named_ends", "bearer_ends", "months_least")
        for name in (*bounds, "pay_out"):
            assert getattr(data, name) == getattr(named, name), (code, name)
        assert data.vat is named.vat


def test_what_each_market_asks_before_a_card_is_paid_out_has_a_source() -> None:
    asked = {market.code: market.cards.pay_out for market in PROFILES.all}
    assert [code for code, terms in asked.items() if terms.asks] == ["cn"]
    assert asked["cn"].cash_most == 10_000
    assert asked["cn"].same_name
    for market in PROFILES.all:
        assert dict(market.sources)["cards.pay_out"], market.code


def test_a_bound_in_other_money_bounds_nothing() -> None:
    cards = PROFILES.of_country("CN").cards
    assert cards.most(named=True, currency="CNY") == 500_000
    assert cards.most(named=False, currency="CNY") == 100_000
    assert cards.most(named=False, currency="HKD") is None
    assert cards.pay_out_in("HKD") == replace(cards.pay_out, cash_most=None)


def test_china_knows_the_payment_codes_of_its_wallets() -> None:
    assert PROFILES.of_country("CN").payments == CHINA_PAYMENT_RANGES


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('code = "cn"', 'code = "cn"\ncolour = "red"', "unknown field `colour`"),
        ('step = "0.10"', 'step = "0.105"', "no amount of CNY: 0.105"),
        ('step = "0.10"', "step = 0.1", "Expected `str`"),
        ('rounding = "floor"', 'rounding = "sideways"', "Invalid enum value"),
        ('"13", "9", "6"', '"thirteen"', "no percentage"),
        ('named_most = "5000.00"', 'named_most = "5000.001"', "no amount of CNY"),
        ('pieces = ["100", "50"', 'pieces = ["50", "100"', "pieces fall"),
        ('offered = ["5"', 'offered = ["7"', "is a piece"),
        ('payments = ["wechat"', 'payments = ["mondo"', "no such payment code ['mondo']"),
        ('source = "Custom of the counter', 'source = "" # "', "cash CN has no source"),
        ('timezones = ["Asia/Shanghai", "Asia/Urumqi"]', "timezones = []", "no time zone"),
        ('code = "cn"', 'code "cn"', "Expected '='"),
    ],
)
def test_a_profile_that_says_something_else_is_refused(before: str, after: str, said: str) -> None:
    assert before in CN
    changed = CN.replace(before, after, 1).encode()
    with pytest.raises(BadMarket) as fault:
        read_market(changed, PAYMENTS)
    assert said in str(fault.value)


def test_pieces_cover_what_people_hand_over() -> None:
    euro = PROFILES.cash_money("EUR")
    assert euro is not None
    assert euro.pieces[0] == 50_000
    assert euro.offered == (500, 1000, 2000, 5000, 10_000)
    unknown = Currency("XTS", 2, "XTS")
    assert PROFILES.cash_money(unknown.code) is None


def test_a_till_reads_no_more_profiles_than_it_needs() -> None:
    read: list[str] = []

    def reading(name: str) -> bytes:
        read.append(name)
        return resources.read(name)

    markets = Markets(reading)
    for _ in range(2):
        assert markets.of_country("CN").code == "cn"
    assert sorted(read) == ["markets/cn.toml", "markets/payment-codes.toml"]
    assert markets.cash_money("CNY") is not None
    assert sorted(read) == ["markets/cn.toml", "markets/payment-codes.toml"]

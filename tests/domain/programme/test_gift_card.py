"""`[[gift_card]]`: a market's bounds and a file's own; what is wrong is found with its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.domain.programme.kinds.gift_card import (
    Bonus,
    CardUses,
    GiftCard,
    card_sold_as,
    taxed_as,
)
from posloyalty.domain.programme.load import load
from posloyalty.domain.programme.market import MARKETS, CardVat, MarketCode
from posloyalty.domain.shop.pay_out import NO_TERMS, USUAL_DOCUMENTS, PayOutTerms
from tests.domain.engine.made import HEAD, WALLET, product, rules

CARD = product("CARD", "100.00", gift_card=True)
PAPER = product("PAPER", "100.00", gift_card=True, tags=("paper",))


def card(text: str) -> GiftCard:
    (read,) = rules(f'[[gift_card]]\nid = "gift"\n{text}').of(GiftCard)
    return read


@pytest.mark.parametrize(
    ("text", "most_minor"),
    [
        ("", None),
        ('market = "cn"', 100_000),
        ('market = "cn"\nnamed = true', 500_000),
        ('market = "cn"\nmost = "200.00"', 20_000),
        ('most = "9000.00"', 900_000),
    ],
)
def test_a_card_holds_what_its_market_allows_or_less(text: str, most_minor: int | None) -> None:
    assert card(text).most_minor == most_minor


def test_the_highest_step_that_is_reached_is_the_bonus() -> None:
    steps = '{ from = "100.00", gets = "20.00" }, { from = "500.00", gets = "120.00" }'
    read = card(f'bonus = [{steps}]\nuses = "principal_first"')
    assert read.bonus == (Bonus(10_000, 2_000), Bonus(50_000, 12_000))
    assert [read.bonus_for(paid) for paid in (9_999, 10_000, 49_999, 50_000)] == [
        0,
        2_000,
        2_000,
        12_000,
    ]
    assert read.uses is CardUses.PRINCIPAL_FIRST


def test_a_product_is_the_first_kind_of_card_that_is_about_it() -> None:
    programme = rules(
        '[[gift_card]]\nid = "paper"\non = { tag = ["paper"] }\nvat = "single_purpose"\n'
        '[[gift_card]]\nid = "any"'
    )
    kinds = [card_sold_as(programme, one) for one in (PAPER, CARD, product("MILK", "9.90"))]
    assert [kind and kind.id for kind in kinds] == ["paper", "any", None]
    assert taxed_as(programme, PAPER) == PAPER.tax_class
    assert taxed_as(programme, CARD) == "outside_tax"


def test_every_market_says_where_its_figures_stand() -> None:
    assert all(market.sources for market in MARKETS.values())
    assert {market.vat for market in MARKETS.values()} <= set(CardVat)


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ('market = "mars"', "NOT_CHOICE", "market"),
        ('market = "eu"', "MARKET_CURRENCY", "market"),
        ('market = "cn"\nmost = "1000.01"', "ABOVE_MARKET", "most"),
        ('market = "cn"\nnamed = true\nmost = "5000.01"', "ABOVE_MARKET", "most"),
        ('expiry = { kind = "inactivity", months = 12 }', "CARD_EXPIRY", "expiry"),
        ('bonus_expiry = { kind = "inactivity", months = 12 }', "CARD_EXPIRY", "bonus_expiry"),
        (
            'market = "cn"\nnamed = true\nexpiry = { kind = "rolling_months", months = 60 }',
            "CARD_NEVER_ENDS",
            "expiry",
        ),
        (
            'market = "cn"\nexpiry = { kind = "rolling_months", months = 35 }',
            "CARD_LASTS",
            "expiry",
        ),
        ('market = "cn"\nexpiry = { kind = "calendar", years = 9 }', "CARD_LASTS", "expiry"),
        ('uses = "bonus_first"', "NOT_CHOICE", "uses"),
        ('vat = "none"', "NOT_CHOICE", "vat"),
        ('bonus = [{ from = "100.00" }]', "MISSING_KEY", "bonus[1].gets"),
        ("limit = 5", "UNKNOWN_KEY", "limit"),
        (
            'market = "cn"\npay_out = { cash_most = "100.01" }',
            "ABOVE_MARKET",
            "pay_out.cash_most",
        ),
        ('market = "cn"\npay_out = { identity = false }', "MARKET_ASKS", "pay_out.identity"),
        ('market = "cn"\npay_out = { same_name = false }', "MARKET_ASKS", "pay_out.same_name"),
        ("pay_out = { name = true }", "UNKNOWN_KEY", "pay_out.name"),
    ],
)
def test_what_is_wrong_is_found_with_its_place(text: str, code: str, key: str) -> None:
    file = HEAD.format(currency="CNY") + WALLET + f'[[gift_card]]\nid = "gift"\n{text}\n'
    findings = load(file.encode())
    assert isinstance(findings, list)
    assert [(one.code, one.path) for one in findings] == [(code, f"gift_card[1].{key}")]


PAY_OUTS = [
    ("", NO_TERMS),
    ('market = "cn"', MARKETS[MarketCode.CN].pay_out),
    (
        'market = "cn"\npay_out = { cash_most = "50.00" }',
        replace(MARKETS[MarketCode.CN].pay_out, cash_most=5_000),
    ),
    ("pay_out = { identity = true }", PayOutTerms(documents=USUAL_DOCUMENTS)),
    (
        'pay_out = { cash_most = "0.00", same_name = true }',
        PayOutTerms(cash_most=0, same_name=True),
    ),
]


@pytest.mark.parametrize(("text", "terms"), PAY_OUTS)
def test_a_file_asks_at_least_what_its_market_does_before_a_card_is_paid_out(
    text: str, terms: PayOutTerms
) -> None:
    assert card(text).pay_out == terms

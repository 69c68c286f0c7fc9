"""`[returns]`: read with its defaults, and whatever is wrong with it is found."""

from __future__ import annotations

import pytest

from posloyalty.domain.programme.kinds.returns import (
    DEFAULT,
    BonusBack,
    BrokenGift,
    BrokenThreshold,
    Returns,
    UsedValue,
    VoidWhen,
    returns_of,
)
from posloyalty.domain.programme.load import load
from posloyalty.domain.shop.tender_back import TenderOrder
from tests.domain.engine.made import HEAD, WALLET, rules


def test_a_programme_that_says_nothing_has_the_stated_defaults() -> None:
    assert returns_of(rules()) == returns_of(rules("[returns]")) == DEFAULT == Returns()


def test_every_field_is_read() -> None:
    text = """
[returns]
threshold = "reprice"
gift = "keep"
tenders = "stored_first"
bonus = "whole"
void = "any_day"
used_value = "remaining"
grace_days = 30
floor = "12.50"
"""
    assert returns_of(rules(text)) == Returns(
        threshold=BrokenThreshold.REPRICE,
        gift=BrokenGift.KEEP,
        tenders=TenderOrder.STORED_FIRST,
        bonus=BonusBack.WHOLE,
        void=VoidWhen.ANY_DAY,
        used_value=UsedValue.REMAINING,
        grace_days=30,
        floor_minor=1250,
    )


@pytest.mark.parametrize(
    ("line", "code", "key"),
    [
        ('threshold = "split"', "NOT_CHOICE", "threshold"),
        ("grace_days = 367", "NOT_WHOLE", "grace_days"),
        ("grace_days = 1.5", "FLOAT", "grace_days"),
        ('floor = "0.001"', "NOT_MONEY", "floor"),
        ("negative = true", "UNKNOWN_KEY", "negative"),
    ],
)
def test_what_is_wrong_is_found_with_its_place(line: str, code: str, key: str) -> None:
    text = HEAD.format(currency="CNY") + WALLET + f"[returns]\n{line}\n"
    findings = load(text.encode())
    assert isinstance(findings, list)
    assert [(one.code, one.path) for one in findings] == [(code, f"returns.{key}")]

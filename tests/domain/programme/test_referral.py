"""`[[referral]]`: whatever is wrong with it is found at its place."""

from __future__ import annotations

import pytest

from posloyalty.domain.programme.load import load
from tests.domain.engine.made import HEAD, WALLET

FINE = """
[[activity]]
id = "installed"

[[referral]]
id = "it"
friend = { points = 5 }
"""


@pytest.mark.parametrize(
    ("line", "code", "path"),
    [
        ('least = "0.001"', "NOT_MONEY", "referral[1].least"),
        ('least = "5.00"\nactivity = "installed"', "LEAST_OR_ACTIVITY", "referral[1].activity"),
        (
            'survives_days = 3\nactivity = "installed"',
            "SURVIVES_A_PURCHASE",
            "referral[1].survives_days",
        ),
        ('activity = "nothing"', "NOT_DECLARED", "referral[1].activity"),
        ("survives_days = 367", "NOT_WHOLE", "referral[1].survives_days"),
        ("within_days = 0", "NOT_WHOLE", "referral[1].within_days"),
        ("most = 0", "NOT_WHOLE", "referral[1].most"),
        ('codes = "anybody"', "NOT_CHOICE", "referral[1].codes"),
        ('role = "boss"', "NOT_CHOICE", "referral[1].role"),
        ("referrer = []", "LIST_EMPTY", "referral[1].referrer"),
        ("fun = true", "UNKNOWN_KEY", "referral[1].fun"),
    ],
)
def test_what_is_wrong_is_found_with_its_place(line: str, code: str, path: str) -> None:
    assert found(f"{FINE}\n{line}") == [(code, path)]


def test_one_side_must_be_given_something() -> None:
    text = FINE.replace("friend = { points = 5 }", "")
    assert found(text) == [("MISSING_KEY", "referral[1].referrer")]


def found(text: str) -> list[tuple[str, str]]:
    read = load((HEAD.format(currency="CNY") + WALLET + text).encode("utf-8"))
    return [(one.code, one.path) for one in read] if isinstance(read, list) else []

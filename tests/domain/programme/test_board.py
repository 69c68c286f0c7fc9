"""`[[board]]`: whatever is wrong with it is found at its place."""

from __future__ import annotations

import pytest

from posloyalty.domain.programme.load import load
from tests.domain.engine.made import HEAD, WALLET

FINE = """
[[board]]
id = "it"
within = { per = "month" }
"""


@pytest.mark.parametrize(
    ("line", "code", "path"),
    [
        ('metric = "fun"', "NOT_CHOICE", "board[1].metric"),
        ('metric = "counted"', "MISSING_KEY", "board[1].meter"),
        ('wallet = "stars"', "NOT_DECLARED", "board[1].wallet"),
        ('ties = "both"', "NOT_CHOICE", "board[1].ties"),
        ('joins = "never"', "NOT_CHOICE", "board[1].joins"),
        ("late_hours = 745", "NOT_WHOLE", "board[1].late_hours"),
        ("shows = 0", "NOT_WHOLE", "board[1].shows"),
        ('reach = "0.5"', "TOO_FINE", "board[1].reach"),
        ('metric = "spend"\nreach = 5', "NOT_MONEY", "board[1].reach"),
        ('metric = "visits"\nreach = 0', "NOT_WHOLE", "board[1].reach"),
        ("prize = [{ place = 0, gives = { points = 1 } }]", "NOT_WHOLE", "board[1].prize[1].place"),
        (
            "prize = [{ place = 2, through = 1, gives = { points = 1 } }]",
            "ENDS_BEFORE_START",
            "board[1].prize[1].through",
        ),
        ("prize = [{ place = 2 }]", "MISSING_KEY", "board[1].prize[1].gives"),
        (
            "prize = [{ place = 1, through = 2, gives = { points = 1 } },"
            " { place = 2, gives = { points = 1 } }]",
            "NAMED_TWICE",
            "board[1].prize",
        ),
        (
            "prize = [{ place = 1, gives = { points = 1 }, cup = 1 }]",
            "UNKNOWN_KEY",
            "board[1].prize[1].cup",
        ),
        ("fun = true", "UNKNOWN_KEY", "board[1].fun"),
    ],
)
def test_what_is_wrong_is_found_with_its_place(line: str, code: str, path: str) -> None:
    assert found(f"{FINE}\n{line}") == [(code, path)]


@pytest.mark.parametrize(
    ("within", "code", "path"),
    [
        ("", "MISSING_KEY", "board[1].within"),
        ("within = { days = 3 }", "BOARD_HAS_AN_END", "board[1].within"),
    ],
)
def test_it_is_about_a_period_or_fixed_days(within: str, code: str, path: str) -> None:
    assert found(FINE.replace('within = { per = "month" }', within)) == [(code, path)]


def found(text: str) -> list[tuple[str, str]]:
    read = load((HEAD.format(currency="CNY") + WALLET + text).encode("utf-8"))
    return [(one.code, one.path) for one in read] if isinstance(read, list) else []

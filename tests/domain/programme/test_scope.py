"""When and where a programme holds, as its head says."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.load import load
from posloyalty.domain.programme.scope import EVERYWHERE, Scope, Terms

HEAD = """language = 2
id = "test"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
"""
WALLET = '[[wallet]]\nid = "points"\n'


def scope(head: str) -> Scope:
    read = load((HEAD + head + WALLET).encode())
    assert isinstance(read, Programme), read
    return read.scope


def test_without_a_word_it_holds_everywhere_and_for_ever() -> None:
    found = scope("")
    assert found == EVERYWHERE
    assert found.holds_in("S99")


def test_its_first_and_last_day_are_read() -> None:
    found = scope("effective = { from = 2026-12-01, through = 2027-11-30 }\n")
    assert (found.first, found.last) == (date(2026, 12, 1), date(2027, 11, 30))


def test_stores_and_terms_are_read() -> None:
    found = scope(
        'stores = ["S01", "S02"]\nterms = { version = "2026-1", text = "Points last a year." }\n'
    )
    assert (found.holds_in("S02"), found.holds_in("S03")) == (True, False)
    assert found.terms == Terms(version="2026-1", text=found.terms.text)
    assert found.terms.text.in_language("en") == "Points last a year."


@pytest.mark.parametrize(
    ("head", "code", "path"),
    [
        (
            "effective = { from = 2026-12-02, through = 2026-12-01 }\n",
            "ENDS_BEFORE_START",
            "effective",
        ),
        ("effective = 5\n", "NOT_TABLE", "effective"),
        ("effective = { until = 2026-12-01 }\n", "UNKNOWN_KEY", "effective.until"),
        ("terms = {}\n", "MISSING_KEY", "terms.version"),
        ("stores = []\n", "NOT_WORDS", "stores"),
    ],
)
def test_what_is_wrong_in_the_head_is_found(head: str, code: str, path: str) -> None:
    read = load((HEAD + head + WALLET).encode())
    assert isinstance(read, list)
    assert [(one.code, one.path) for one in read] == [(code, path)]

"""`[claim]`: read with its defaults; what is wrong is found with its place."""

from __future__ import annotations

import pytest

from posloyalty.domain.programme.kinds.claim import Claim
from posloyalty.domain.programme.load import load
from tests.domain.engine.made import HEAD, WALLET, rules


def test_a_receipt_is_good_for_a_week_and_a_member_has_a_quarter_of_an_hour() -> None:
    assert rules("[claim]").of(Claim) == (Claim("claim", 7, 15),)


@pytest.mark.parametrize(
    ("line", "code", "key"),
    [
        ("days = 0", "NOT_WHOLE", "days"),
        ("days = 91", "NOT_WHOLE", "days"),
        ("minutes = 1441", "NOT_WHOLE", "minutes"),
        ("hours = 1", "UNKNOWN_KEY", "hours"),
    ],
)
def test_what_is_wrong_is_found_with_its_place(line: str, code: str, key: str) -> None:
    findings = load((HEAD.format(currency="CNY") + WALLET + f"[claim]\n{line}\n").encode())
    assert isinstance(findings, list)
    assert [(one.code, one.path) for one in findings] == [(code, f"claim.{key}")]

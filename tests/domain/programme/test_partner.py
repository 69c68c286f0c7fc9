"""`[[partner]]`: what is wrong with it is found; what it owes is rounded once."""

from __future__ import annotations

import pytest

from posloyalty.domain.programme.kinds.partner import Partner
from posloyalty.domain.programme.load import load
from tests.domain.engine.made import HEAD, WALLET, rules

PARTNER = '[[partner]]\nid = "p"\n'


@pytest.mark.parametrize(
    ("lines", "code", "path"),
    [
        ("", "MISSING_KEY", "partner[1].issue"),
        ("issue = 0.015", "FLOAT", "partner[1].issue"),
        ('issue = "-1"', "NOT_RATIO", "partner[1].issue"),
        ('issue = 1\ncurrency = "XXX"', "NO_CURRENCY", "partner[1].currency"),
        ('issue = 1\nwallet = "x"', "NOT_DECLARED", "partner[1].wallet"),
        (
            "issue = 1\nfrom = 2026-02-01\nthrough = 2026-01-01",
            "ENDS_BEFORE_START",
            "partner[1].through",
        ),
        ('issue = 1\nlimit = [{ most = 1, per = "day" }]', "POINTS_ONLY", "partner[1].limit"),
        (
            'issue = 1\nlimit = [{ most_points = 1, per = "day", of = "till" }]',
            "MEMBER_OR_ALL",
            "partner[1].limit",
        ),
        (
            'issue = 1\nlimit = [{ most_points = 1, per = "sale" }]',
            "MEMBER_OR_ALL",
            "partner[1].limit",
        ),
    ],
)
def test_what_is_wrong_is_found_with_its_place(lines: str, code: str, path: str) -> None:
    findings = load("\n".join((HEAD.format(currency="CNY"), WALLET, PARTNER, lines)).encode())
    assert isinstance(findings, list)
    assert [(one.code, one.path) for one in findings] == [(code, path)]


@pytest.mark.parametrize(
    ("issued", "redeemed", "owes"),
    [(117000, 20000, 155500), (40000, 65000, -5000), (1, 0, 2), (0, 0, 0), (1, 1, 1)],
)
def test_what_a_partner_owes_is_rounded_once(issued: int, redeemed: int, owes: int) -> None:
    (partner,) = rules(PARTNER + 'issue = "0.015"\nreimburse = "0.010"').of(Partner)
    assert partner.owes_minor(issued, redeemed, 0) == owes


def test_points_with_decimals_are_owed_by_the_whole_point() -> None:
    (partner,) = rules(PARTNER + 'issue = "0.015"').of(Partner)
    assert partner.owes_minor(11_700_000, 0, 2) == 175_500

"""`[[plan]]` and `plan = ...`: what is wrong with them is found with its place."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.programme.kinds.plan import Plan, UnusedBack, UsedBack, asks_for
from posloyalty.domain.programme.load import load
from tests.domain.engine.made import HEAD, WALLET, rules

PLAN = '[[plan]]\nid = "club"\non = { product = ["CLUB"] }\n'
OFFER = '[[offer]]\nid = "o"\nscope = "order"\npercent = "5%"\n'


def test_a_plan_that_says_little_lasts_a_year_and_goes_back_by_its_use() -> None:
    (plan,) = rules(PLAN).of(Plan)
    assert (plan.months, plan.trial_days, plan.grace_days) == (12, 0, 0)
    assert (plan.unused, plan.used, plan.tenure) == (UnusedBack.FULL, UsedBack.PRO_RATA, None)
    assert plan.looks_back_to(date(2027, 2, 28)) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("when", "asked"),
    [
        ("{ plan = 'club' }", True),
        ("{ any = [{ member = true }, { all = [{ plan = 'club' }] }] }", True),
        ("{ member = true }", False),
        ("{ not = { plan = 'club' } }", False),
    ],
)
def test_what_asks_for_a_plan_is_a_benefit_of_it(when: str, asked: bool) -> None:
    (offer,) = rules(PLAN + OFFER + f"when = {when}").offers
    assert asks_for(offer.when, "club") is asked


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ('[[plan]]\nid = "club"', "MISSING_KEY", "plan[1].on"),
        (PLAN + "months = 0", "NOT_WHOLE", "plan[1].months"),
        (PLAN + 'refund = { used = "full" }', "NOT_CHOICE", "plan[1].refund.used"),
        (PLAN + "tenure = { months = 6 }", "MISSING_KEY", "plan[1].tenure.days"),
        (PLAN + "tenure = { days = 6 }", "MISSING_KEY", "plan[1].tenure.months"),
        (PLAN + "price = 139", "UNKNOWN_KEY", "plan[1].price"),
        (PLAN + OFFER + 'when = { plan = "prime" }', "NOT_DECLARED", "offer[1].when.plan"),
        (PLAN + OFFER + "when = { plan = 3 }", "NOT_WORDS", "offer[1].when.plan"),
    ],
)
def test_what_is_wrong_is_found_with_its_place(text: str, code: str, path: str) -> None:
    findings = load((HEAD.format(currency="CNY") + WALLET + text).encode())
    assert isinstance(findings, list)
    assert (code, path) in [(one.code, one.path) for one in findings]

"""`[[voucher]]` and `[[reward]]`: read whole, and whatever is wrong is found with its place."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.auto_use import AutoUse, Using
from posloyalty.domain.programme.gives import Gives, GiveVoucher
from posloyalty.domain.programme.kinds.reward import Reward
from posloyalty.domain.programme.kinds.voucher import Codes, Voucher
from posloyalty.domain.programme.load import load
from posloyalty.domain.programme.offer import PercentBase, Scope
from posloyalty.domain.programme.terms import FreePiece
from posloyalty.domain.programme.wallet import RedeemNeeds
from tests.domain.engine.made import HEAD, WALLET, rules

LEVELS = """
[[tier_scheme]]
id = "level"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "silver", from = 100 }, { id = "gold", from = 500 }]
"""


def test_a_voucher_says_how_it_is_used() -> None:
    text = """
[[voucher]]
id = "v"
percent = "20%"
uses = 3
per_sale = 2
auto_use = "expiring"
auto_use_days = 3
codes = "each"
transferable = true
redeem_needs = "card"
limit = [{ most = 1, per = "day" }]
"""
    (found,) = rules(text).of(Voucher)
    assert (found.uses, found.per_sale, found.auto_use, found.codes, found.transferable) == (
        3,
        2,
        Using(AutoUse.EXPIRING, 3),
        Codes.EACH,
        True,
    )
    assert (found.needs, found.offer.scope, len(found.limits)) == (
        RedeemNeeds.CARD,
        Scope.ORDER,
        1,
    )
    day = date(2026, 3, 1)
    ends = [None, date(2026, 3, 4), date(2026, 3, 5)]
    assert [found.auto(_right(last), day) for last in ends] == [False, True, False]


def test_a_reward_says_what_it_costs_whom() -> None:
    text = """
[[reward]]
id = "r"
cost = 200
cost_at = [{ level = "silver", cost = 180 }, { level = "gold", cost = 150 }]
free = { up_to = "10.00" }
per_sale = 1
"""
    (found,) = rules(LEVELS, text).of(Reward)
    assert [found.cost_for({"level": rank}) for rank in (0, 1, 2)] == [200, 180, 150]
    assert found.offer is not None
    assert (found.offer.effect, found.offer.scope, found.offer.base) == (
        FreePiece(1000),
        Scope.LINE,
        PercentBase.INITIAL,
    )
    assert found.cost_for({}) == 200


@pytest.mark.parametrize(
    ("kind", "line", "code", "key"),
    [
        ("voucher", "", "KIND_MISSING", ""),
        ("voucher", 'amount = "1.00"\nfree = {}', "KIND_TWICE", ""),
        ("voucher", 'free = {}\nscope = "order"', "FREE_IS_ONE_PIECE", ".scope"),
        ("voucher", "free = { pieces = 2 }", "UNKNOWN_KEY", ".free.pieces"),
        ("voucher", 'amount = "1.00"\nauto_use = "maybe"', "NOT_CHOICE", ".auto_use"),
        ("voucher", 'amount = "1.00"\nauto_use = "expiring"', "MISSING_KEY", ".auto_use_days"),
        ("voucher", 'amount = "1.00"\nauto_use_days = 3', "UNKNOWN_KEY", ".auto_use_days"),
        ("voucher", 'amount = "1.00"\nby_hand = "anybody"', "NOT_CHOICE", ".by_hand"),
        ("voucher", 'amount = "1.00"\nper_sale = 0', "NOT_WHOLE", ".per_sale"),
        ("voucher", 'amount = "1.00"\ncode = "no spaces"', "BAD_CODE", ".code"),
        ("voucher", 'amount = "1.00"\ncode = "ABC"\nuses = 1', "NOT_WITH_CODE", ".uses"),
        (
            "voucher",
            'amount = "1.00"\ntransferable = true',
            "TRANSFER_NEEDS_CODES",
            ".transferable",
        ),
        (
            "voucher",
            'amount = "1.00"\nlimit = [{ most_money = "1.00", per = "day" }]',
            "COUNTS_ONLY",
            ".limit",
        ),
        ("reward", 'amount = "1.00"', "COST_OR_LIMIT", ".cost"),
        ("reward", 'cost = 5\ngives = { voucher = "none" }', "NOT_DECLARED", ".gives.voucher"),
        ("reward", "cost = 5\ngives = { points = 1 }\nfree = {}", "UNKNOWN_KEY", ".free"),
        ("reward", 'amount = "1.00"\ncost = 0', "NOT_ABOVE_ZERO", ".cost"),
        ("reward", 'amount = "1.00"\ncost = "0.5"', "TOO_FINE", ".cost"),
        ("reward", 'amount = "1.00"\ncost = 5\nauto_use = "soon"', "NOT_CHOICE", ".auto_use"),
        (
            "reward",
            'amount = "1.00"\nlimit = [{ most = 1, per = "day" }]\n'
            'auto_use = "expiring"\nauto_use_days = 3',
            "AUTO_NEEDS_POINTS",
            ".auto_use",
        ),
        (
            "reward",
            'amount = "1.00"\ncost = 5\ncost_at = [{ level = "x", cost = 1 }]',
            "NOT_DECLARED",
            ".cost_at[1].level",
        ),
        (
            "reward",
            'amount = "1.00"\ncost = 5\nlimit = [{ most_points = 1, per = "day" }]',
            "COUNTS_ONLY",
            ".limit",
        ),
    ],
)
def test_what_is_wrong_is_found(kind: str, line: str, code: str, key: str) -> None:
    text = HEAD.format(currency="CNY") + WALLET + LEVELS + f'[[{kind}]]\nid = "it"\n{line}'
    found = load(text.encode())
    assert isinstance(found, list)
    assert (code, f"{kind}[1]{key}") in [(one.code, one.path) for one in found], found


def _right(last: date | None) -> Right:
    return Right(id=b"r", kind="voucher", of="v", owner=b"m", programme="test", last_day=last)


def test_a_reward_may_be_exchanged_by_itself() -> None:
    text = """
[[voucher]]
id = "five"
amount = "5.00"
[[reward]]
id = "r"
cost = 500
gives = { voucher = "five" }
when = { weekdays = ["mon"] }
"""
    (found,) = rules(text).of(Reward)
    assert (found.offer, found.gives, found.cost) == (None, Gives((GiveVoucher("five", 1),)), 500)
    assert len(found.when.parts) == 1

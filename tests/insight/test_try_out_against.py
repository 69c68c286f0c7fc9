"""Two programmes over a few past sales, added up by hand: what each costs, who gains, who loses.

Nothing of the engine is used for the sums. The old programme gives a point for each 1.00, of which
three are worth 0.01; the new one takes 5 % off, rounded half-up for each sale, gives a point for
each 10.00 that is left, worth 0.10, and both let points run out after a month.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

import pytest

from posloyalty.domain.values.ratio import Ratio
from posloyalty.insight.try_out_report import Change
from posloyalty.insight.try_out_run import Past, TriedOut, tried_out
from posloyalty.insight.try_out_told import told
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.programmes.try_out import PastSale
from posloyalty.wording import Words
from tests.services.programmes.test_try_out import NOON, TAXES, bought

HEAD = """language = 2
id = "{name}"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"
expiry = {{ kind = "rolling_months", months = 1 }}
spend = {{ points = {points}, money = "{money}", redeem_needs = "any" }}

[[earn]]
id = "base"
per_spend = {{ points = 1, money = "{each}" }}
"""
OLD = HEAD.format(name="old", points=3, money="0.01", each="1.00")
NEW = HEAD.format(name="new", points=1, money="0.10", each="10.00") + (
    '[[offer]]\nid = "five"\nscope = "order"\npercent = "5%"\n'
)
# Who bought on which day for how much; nobody is attached to the last two.
SALES = (
    ("ann", 0, 1234),
    ("ben", 0, 99),
    ("cai", 1, 50000),
    ("ann", 3, 3333),
    ("ben", 20, 100),
    ("ann", 40, 777),
    ("cai", 45, 10010),
    ("dan", 46, 1),
    ("", 46, 3010),
    ("", 47, 9),
)
LAST_DAY = 47


@dataclass
class Own:
    """A member by hand; lots are (last good day as days after the first sale, points)."""

    gross: int = 0
    off: int = 0
    spent_minor: int = 0
    issued: int = 0
    lots: list[list[int]] | None = None

    def held(self, day: int) -> int:
        return sum(points for last, points in self.lots or [] if last >= day)


@dataclass
class Sums:
    """A programme by hand."""

    members: dict[str, Own]
    cost: int
    held: int
    owed: Fraction
    benefit: dict[str, int]


def _last(day: int) -> int:
    """The last good day of what is earned on a day: the same day of the next month."""
    first = NOON.date() + timedelta(days=day)
    month, year = (first.month % 12 + 1, first.year + first.month // 12)
    return (first.replace(month=month, year=year) - NOON.date()).days


def by_hand(*, new: bool, redeem: bool) -> Sums:
    """What a programme comes to, sale by sale."""
    worth = Fraction(10) if new else Fraction(1, 3)  # of a point, in cents
    each = 1000 if new else 100
    people: dict[str, Own] = {}
    cost = 0
    for name, day, gross in SALES:
        own = people.setdefault(name, Own(lots=[])) if name else Own(lots=[])
        assert own.lots is not None
        off = int((Fraction(gross, 20) * 2 + 1) // 2) if new else 0
        left = gross - off
        spent = 0
        if redeem and name:
            # No point is burned without its worth.
            most = min(own.held(day) * worth, Fraction(left))
            spent = int(most // 10 * 10) if new else int(most // 1)
            burned = int(Fraction(spent) / worth)
            for lot in sorted(own.lots):
                if lot[0] >= day:
                    taken = min(lot[1], burned)
                    lot[1] -= taken
                    burned -= taken
        earned = (left - spent) // each
        own.gross += gross
        own.off += off
        own.spent_minor += spent
        own.issued += earned if name else 0
        own.lots.append([_last(day), earned])
        cost += off + spent
    held = sum(one.held(LAST_DAY) for one in people.values())
    benefit = {
        name: one.off + one.spent_minor + int(one.held(LAST_DAY) * worth // 1)
        for name, one in people.items()
    }
    return Sums(people, cost, held, held * worth, benefit)


def past() -> Past:
    def sales() -> Iterator[PastSale]:
        for n, (name, day, gross) in enumerate(SALES):
            yield bought(str(n), gross, days=day, member=name or None)

    return Past(sales(), len(SALES), TAXES)


def both(*, redeem: bool) -> TriedOut:
    """The new programme against the old one."""
    programmes = [read_programme(text.encode()) for text in (NEW, OLD)]
    return tried_out(programmes, past(), redeemers=Ratio(int(redeem)))


@pytest.mark.parametrize("redeem", [False, True])
def test_each_programme_comes_to_what_it_comes_to_by_hand(redeem: bool) -> None:
    for report, new in zip(both(redeem=redeem).reports, (True, False), strict=True):
        sums = by_hand(new=new, redeem=redeem)
        (points,) = report.wallets
        assert (report.members, report.sales) == (4, len(SALES))
        assert report.gross_minor == sum(gross for _, _, gross in SALES)
        assert report.cost_minor == sums.cost
        assert report.paid_minor == report.gross_minor - sums.cost
        assert points.issued == sum(one.issued for one in sums.members.values())
        assert points.held == sums.held
        assert points.issued == points.redeemed + points.expired + points.held
        assert report.liability_minor == int((sums.owed * 2 + 1) // 2)


@pytest.mark.parametrize("redeem", [False, True])
def test_the_difference_is_that_of_the_two_reports(redeem: bool) -> None:
    found = both(redeem=redeem)
    new, old = found.reports
    assert found.change is not None
    assert found.change.cost_minor == new.cost_minor - old.cost_minor
    assert found.change.liability_minor == new.liability_minor - old.liability_minor


@pytest.mark.parametrize("redeem", [False, True])
def test_who_gains_and_who_loses_is_what_it_is_by_hand(redeem: bool) -> None:
    before, after = by_hand(new=False, redeem=redeem), by_hand(new=True, redeem=redeem)
    moves = {name: after.benefit[name] - before.benefit[name] for name in before.benefit}
    found = both(redeem=redeem)
    assert found.change is not None
    everybody = _of(found.change.changes, "all", "")
    assert everybody.gain == sum(move > 0 for move in moves.values())
    assert everybody.lose == sum(move < 0 for move in moves.values())
    assert everybody.gained_minor == sum(move for move in moves.values() if move > 0)
    assert everybody.lost_minor == -sum(move for move in moves.values() if move < 0)
    ranked = sorted(before.members, key=lambda name: -before.members[name].gross)
    for place, name in enumerate(ranked):
        fifth = _of(found.change.changes, "spend", str(place * 5 // len(ranked) + 1))
        assert fifth.gained_minor - fifth.lost_minor == moves[name]


def test_the_difference_that_is_told_is_that_of_the_figures_above_it() -> None:
    found = both(redeem=True)
    programmes = [read_programme(text.encode()) for text in (NEW, OLD)]
    lines = [*told(found, programmes, Words("en"))]
    (difference,) = [line for line in lines if line.startswith("Instead")]
    costs = [_money(line.split("cost ")[1]) for line in lines if "at full price: disc" in line]
    assert _money(difference.split("cost ")[1]) == costs[0] - costs[1]


def _of(changes: tuple[Change, ...], by: str, name: str) -> Change:
    return next(one for one in changes if (one.by, one.name) == (by, name))


def _money(text: str) -> int:
    amount = text.split(maxsplit=1)[0].strip(",;").replace("\N{MINUS SIGN}", "-").replace("¥", "")
    return int(amount.replace(".", "").replace(",", ""))

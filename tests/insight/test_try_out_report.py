"""What a try-out's sums say, and who gains or loses by the difference of two."""

from __future__ import annotations

import resources
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.load import load
from posloyalty.domain.values.ratio import Ratio
from posloyalty.insight.try_out_report import compare, report
from posloyalty.services.programmes.try_out import MemberOutcome

READ = load(resources.read("programmes/dawn-club.toml"))
assert isinstance(READ, Programme)
CLUB = READ


def member(
    name: str, spent: int, *, offers: int = 0, worth: int = 0, tier: str = ""
) -> MemberOutcome:
    return MemberOutcome(
        member=name,
        sales=2,
        gross_minor=spent,
        offers_minor=offers,
        redeemed_minor=100,
        paid_minor=spent - offers - 100,
        issued={"points": 200},
        redeemed={"points": 50},
        expired={"points": 20},
        held={"points": 130},
        given={"voucher/welcome": 1},
        worth_minor=worth,
        tier=tier,
    )


TEN = [
    member(f"m{n}", 1000 * (n + 1), offers=10 * n, tier="gold" if n > 7 else "") for n in range(10)
]
GUESTS = MemberOutcome(member="", sales=3, gross_minor=900, paid_minor=900)
FEWER = MemberOutcome(member="", sales=3, gross_minor=900, offers_minor=7, paid_minor=893)


def test_the_sums_hold_everybody_and_the_rates_are_exact() -> None:
    found = report(CLUB, TEN, GUESTS)
    assert (found.members, found.sales, found.gross_minor) == (10, 23, 55_900)
    assert found.cost_minor == found.offers_minor + found.redeemed_minor == 450 + 1000
    assert found.gross_minor - found.cost_minor == found.paid_minor
    (points,) = found.wallets
    assert (points.issued, points.redeemed, points.expired, points.held) == (2000, 500, 200, 1300)
    assert (points.redemption, points.breakage) == (Ratio(1, 4), Ratio(1, 10))
    assert points.liability_minor == found.liability_minor == 1300
    assert (found.tiers, found.given) == ({"gold": 2}, {"voucher/welcome": 10})


def test_segments_are_everybody_fifths_by_spend_and_levels() -> None:
    found = {(part.by, part.name): part for part in report(CLUB, TEN, GUESTS).segments}
    assert found[("all", "")].members == 10
    fifths = [found[("spend", str(n))] for n in range(1, 6)]
    assert [part.members for part in fifths] == [2] * 5
    assert fifths[0].gross_minor == 19_000
    assert sum(part.cost_minor for part in fifths) == found[("all", "")].cost_minor
    assert {name for by, name in found if by == "tier"} == {"", "gold"}
    assert fifths[0].cost_share == Ratio(80 + 90 + 200, 19_000)


def test_who_gains_and_who_loses_is_counted_member_by_member() -> None:
    first = [member("a", 1000, offers=100), member("b", 2000, offers=50), member("c", 10)]
    second = [
        member("c", 10),
        member("b", 2000, offers=90, worth=20),
        member("a", 1000, offers=30),
    ]
    found = compare(
        first, second, before=report(CLUB, first, GUESTS), after=report(CLUB, second, FEWER)
    )
    everybody = next(change for change in found.changes if change.by == "all")
    assert (everybody.gain, everybody.gained_minor) == (1, 60)
    assert (everybody.lose, everybody.lost_minor) == (1, 70)
    # What is held is 130 points of each member before and after.
    assert (found.cost_minor, found.liability_minor) == (-30 + 7, 0)


def test_nobody_at_all_is_no_fault() -> None:
    found = report(CLUB, [], MemberOutcome(member=""))
    assert (found.members, found.wallets[0].redemption) == (0, Ratio(0))
    nothing = report(CLUB, [], MemberOutcome(member=""))
    assert compare([], [], before=nothing, after=nothing).cost_minor == 0

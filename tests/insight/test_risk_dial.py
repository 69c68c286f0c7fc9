"""The risk dial: what leases and floors would have served, refused and lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.programme.wallet import RedeemNeeds, Spend
from posloyalty.domain.values.ratio import Ratio
from posloyalty.insight.past_visits import Outage, Outages, Visit
from posloyalty.insight.risk_dial import Chain, Dialled, Setting, dialled
from posloyalty.sync.risk_policy import RiskPolicy

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANNA, BEN = b"anna", b"ben"
SPEND = Spend(
    points=1,
    money_minor=1,
    step=1,
    least=1,
    most_share=Ratio(1),
    needs=RedeemNeeds.CARD,
)
FLOOR = RiskPolicy(floor_minor=500, till_day_minor=800, store_day_minor=1_000)
NO_FLOOR = replace(FLOOR, floor_minor=0)
SETTING = Setting(lease_percent=80, lease_most_minor=2_000, policy=NO_FLOOR)


def visit(hours: int, change: int, spent: int = 0, *, store: str = "S1", till: str = "") -> Visit:
    at = NOON + timedelta(hours=hours)
    till_id = (till or f"{store}-1").encode()
    return Visit(at=at, day=at.date(), till_id=till_id, store=store, change=change, spent=spent)


def out(begins: int, ends: int) -> Outage:
    return Outage(NOON + timedelta(hours=begins), NOON + timedelta(hours=ends))


def chain(
    visits: Mapping[bytes, Sequence[Visit]],
    outages: Mapping[str, Sequence[Outage]],
    *,
    again: int = 0,
) -> Chain:
    return Chain(
        visits=visits, outages=Outages(outages), spend=SPEND, again_per_mille=again, seed=1
    )


def one(past: Chain, setting: Setting = SETTING) -> Dialled:
    (found,) = dialled(past, [setting])
    return found


def served(found: Dialled) -> tuple[int, int, int]:
    return found.leased, found.risked, found.refused


def test_in_reach_of_head_office_nothing_is_asked_of_the_dial() -> None:
    past = chain({ANNA: [visit(0, 1_000), visit(1, -500, 500)]}, {"S1": [out(2, 3)]})
    assert one(past).wanted == 0


@pytest.mark.parametrize(("spent", "within"), [(800, True), (801, False)])
def test_a_lease_is_a_share_of_the_balance_when_the_outage_began(spent: int, within: bool) -> None:
    visits = {ANNA: [visit(-2, 1_000), visit(1, 5_000), visit(2, -spent, spent)]}
    found = one(chain(visits, {"S1": [out(0, 4)]}))
    assert served(found) == ((1, 0, 0) if within else (0, 0, 1))
    assert found.refused_minor == (0 if within else spent)


def test_a_lease_is_split_by_where_the_member_shops() -> None:
    visits = [visit(-4, 1_000), visit(-3, 0), visit(-2, 0), visit(-1, 0, store="S2")]
    at_home = {ANNA: [*visits, visit(1, -600, 600)]}
    away = {ANNA: [*visits, visit(1, -600, 600, store="S2")]}
    outages = {"S1": [out(0, 4)], "S2": [out(0, 4)]}
    assert served(one(chain(at_home, outages))) == (1, 0, 0)  # 3 of 4 visits: 600 of 800
    assert served(one(chain(away, outages))) == (0, 0, 1)


def test_what_a_till_out_of_reach_did_is_not_known_to_others() -> None:
    """S1 holds 400 and spends them untold; S2, cut off later, still counts on its own half."""
    visits = [
        visit(-3, 1_000),
        visit(-2, 0, store="S2"),
        visit(1, -400, 400),
        visit(3, -400, 400, store="S2"),
        visit(4, -1, 1, store="S2"),
    ]
    found = one(chain({ANNA: visits}, {"S1": [out(0, 9)], "S2": [out(2, 9)]}))
    assert (served(found), found.refused_minor) == ((2, 0, 1), 1)


def test_what_a_till_out_of_reach_holds_is_lent_to_no_other() -> None:
    visits = [
        visit(-3, 1_000),
        visit(1, 0, store="S2"),  # half of the visits, but S1 holds all by then
        visit(3, -1, 1, store="S2"),
    ]
    whole = replace(SETTING, lease_percent=100)
    outages = {"S1": [out(0, 9)], "S2": [out(2, 9)]}
    assert served(one(chain({ANNA: visits}, outages), whole)) == (0, 0, 1)


def test_visits_of_long_ago_say_nothing_of_where_a_member_shops() -> None:
    visits = [visit(-24 * 91, 1_000, store="S2"), visit(-1, 0), visit(1, -800, 800)]
    assert served(one(chain({ANNA: visits}, {"S1": [out(0, 4)]}))) == (1, 0, 0)


def test_a_lease_is_used_up_and_is_new_after_the_outage() -> None:
    visits = [
        visit(-1, 1_000),
        visit(1, -500, 500),
        visit(2, -500, 500),
        visit(5, 1_000),
        visit(7, -500, 500),
    ]
    found = one(chain({ANNA: visits}, {"S1": [out(0, 4), out(6, 9)]}))
    assert served(found) == (2, 0, 1)


def test_a_lease_is_never_worth_more_than_its_most() -> None:
    visits = {ANNA: [visit(-1, 10_000), visit(1, -2_001, 2_001)]}
    assert served(one(chain(visits, {"S1": [out(0, 4)]}))) == (0, 0, 1)


def test_a_floor_serves_beyond_the_lease_until_it_is_used_up() -> None:
    visits = [visit(-1, 1_000), visit(1, -500, 500), visit(2, -400, 400), visit(3, -1, 1)]
    setting = replace(SETTING, lease_percent=0, policy=FLOOR)
    found = one(chain({ANNA: visits}, {"S1": [out(0, 4)]}), setting)
    assert served(found) == (0, 1, 2)
    assert found.risked_minor == 500


def test_the_tills_and_the_stores_day_bound_all_floors() -> None:
    people = [b"member %d" % n for n in range(4)]
    tills = ("a", "a", "b", "b")
    visits = {
        who: [visit(-1, 1_000, till=till), visit(n + 1, -400, 400, till=till)]
        for n, (who, till) in enumerate(zip(people, tills, strict=True))
    }
    setting = replace(SETTING, lease_percent=0, policy=FLOOR)
    found = one(chain(visits, {"S1": [out(0, 9)]}), setting)
    assert served(found) == (0, 2, 2)  # the third would be 1,200 of the store's 1,000
    assert found.exposed_minor == 1_000


def test_a_second_try_costs_only_what_goes_beyond_the_balance() -> None:
    visits = {ANNA: [visit(-1, 700), visit(1, -400, 400)]}
    outages = {"S1": [out(0, 4)], "S2": [out(0, 4)]}
    both = {**visits, BEN: [visit(-1, 0, store="S2")]}
    setting = replace(SETTING, policy=FLOOR)
    found = one(chain(both, outages, again=1_000), setting)
    assert served(found) == (1, 0, 0)
    assert (found.staged, found.staged_served) == (1, 1)
    assert (found.risked_minor, found.lost_minor) == (400, 100)  # 400 and 400 of 700


def test_without_a_floor_a_second_try_gets_nothing() -> None:
    visits = {ANNA: [visit(-1, 700), visit(1, -400, 400)], BEN: [visit(-1, 0, store="S2")]}
    outages = {"S1": [out(0, 4)], "S2": [out(0, 4)]}
    found = one(chain(visits, outages, again=1_000))
    assert (found.staged, found.staged_served, found.lost_minor) == (1, 0, 0)
    assert found.exposed_minor == 0


def test_nobody_tries_again_where_no_other_store_is_out() -> None:
    visits = {ANNA: [visit(-1, 700), visit(1, -400, 400)], BEN: [visit(-1, 0, store="S2")]}
    assert one(chain(visits, {"S1": [out(0, 4)]}, again=1_000)).staged == 0


def test_knowledge_that_is_too_old_serves_leases_alone() -> None:
    visits = {ANNA: [visit(-1, 1_000), visit(73, -100, 100)]}
    floor = Setting(lease_percent=0, lease_most_minor=0, policy=FLOOR)
    assert served(one(chain(visits, {"S1": [out(0, 80)]}), floor)) == (0, 0, 1)
    assert served(one(chain(visits, {"S1": [out(0, 80)]}))) == (1, 0, 0)


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_share_beyond_the_balance_is_no_setting(percent: int) -> None:
    with pytest.raises(ValueError, match="share"):
        Setting(lease_percent=percent, lease_most_minor=1, policy=FLOOR)


AMOUNTS = st.integers(1, 900)
WALKS = st.lists(
    st.tuples(st.integers(0, 40), AMOUNTS, st.booleans(), st.sampled_from(["S1", "S2", "S3"])),
    max_size=12,
)
CUTS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=3)


@given(WALKS, st.tuples(CUTS, CUTS, CUTS), st.sampled_from([0, 500, 1_000]))
def test_leases_alone_never_lose_whatever_is_tried_twice(
    walk: list[tuple[int, int, bool, str]],
    cuts: tuple[list[tuple[int, int]], ...],
    again: int,
) -> None:
    balance, visits = 0, []
    for hours, amount, spends, store in sorted(walk):
        spent = min(amount, balance) if spends else 0
        balance += -spent if spends else amount
        visits.append(visit(hours, -spent if spends else amount, spent, store=store))
    outages = {
        f"S{n}": [out(begins, begins + lasts) for begins, lasts in some]
        for n, some in enumerate(cuts, 1)
    }
    past = chain({ANNA: visits}, outages, again=again)
    found = dialled(past, [replace(SETTING, lease_percent=n) for n in (0, 50, 100)])
    assert [one.lost_minor for one in found] == [0, 0, 0]
    assert all(one.wanted == one.leased + one.risked + one.refused for one in found)

"""What one till did is known at the other, and nothing is spent twice: real books, a real desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from posloyalty.domain.shop.basket import Chosen
from posloyalty.headoffice.store.archive_tables import LEASE as LEASES
from posloyalty.headoffice.tills import answering
from posloyalty.services.lending.reserve_for_sale import BUDGET_S
from posloyalty.services.office.listen_office import News
from posloyalty.services.office.send_journal import Sending
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import LEASE
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.sync.wire.answers import ANSWER, TELLINGS_MAX, piece_of
from posloyalty.sync.wire.lending import RESERVE, Held
from tests.headoffice.a_chain import MEMBER, Chain, Placed, opened_chain
from tests.headoffice.a_kept_chain import chain_after, sold_and_talked
from tests.headoffice.policies import adopt_policy
from tests.services.counter import paid


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with opened_chain(tmp_path, url=database_url) as found:
        yield found


@pytest.fixture
def rich(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """The member has 2,000 points and a voucher, and everybody knows."""
    with chain_after(sold_and_talked, tmp_path, url=database_url) as found:
        yield found


def leases(till: Placed) -> list[int]:
    """What is left of each lease that a till holds."""
    with till.shop.till.book.read() as reader:
        held = [one for one in reader.ledger.rights_of(MEMBER) if one.kind == LEASE]
    return [one.left or 0 for one in held if not one.cancelled]


def points(chain: Chain) -> list[int]:
    return [one.counter.points() for one in chain.tills]


# Hearing


def test_a_sale_at_one_till_is_known_at_the_other(chain: Chain) -> None:
    chain.tills[0].counter.sell()
    assert points(chain) == [2_000, 0]
    chain.talk()
    assert points(chain) == [2_000, 2_000]


@pytest.mark.long(beside="test_a_sale_at_one_till_is_known_at_the_other")
def test_news_wakes_who_waits_and_nothing_else_does(chain: Chain) -> None:
    one, other = chain.tills
    chain.talk()
    assert [till.hear_news() for till in chain.tills] == [News.QUIET, News.QUIET]
    one.counter.sell()
    one.talk()
    assert one.hear_news() is News.QUIET  # its own sale is no news to it
    assert other.hear_news() is News.NEWS
    other.talk()
    assert other.counter.points() == 2_000
    assert other.hear_news() is News.QUIET


@pytest.mark.long(sample=2)
@pytest.mark.parametrize("trouble", ["lost", "no line", "portal", "changed", "proxy"])
def test_an_answer_that_does_not_come_is_said_again(rich: Chain, trouble: str) -> None:
    one, other = rich.tills
    one.counter.sell()
    one.talk()
    other.hear_news()
    other.way.network.troubles = [trouble]
    assert other.talk().sending is Sending.OFFLINE
    assert other.counter.points() == 2_000
    rich.clock.pass_time(timedelta(minutes=6))
    rich.talk()
    assert points(rich) == [4_000, 4_000]


def test_an_answer_that_comes_late_is_refused_whole_and_asked_for_again(rich: Chain) -> None:
    one, other = rich.tills
    one.counter.sell()
    one.talk()
    other.hear_news()
    hears = other.way.office.apply

    def sells_meanwhile(answer: object) -> int:
        other.way.office.apply = hears  # type: ignore[method-assign]
        other.counter.sell()
        return hears(answer)  # type: ignore[arg-type]

    other.way.office.apply = sells_meanwhile  # type: ignore[method-assign,assignment]
    other.talk()
    rich.talk()
    assert points(rich) == [6_000, 6_000]


def test_a_request_that_arrives_twice_changes_nothing(rich: Chain) -> None:
    one, other = rich.tills
    one.counter.sell()
    one.talk()
    other.hear_news()
    other.way.network.troubles = ["twice"] * 20
    other.talk()
    assert points(rich) == [4_000, 4_000]


@pytest.mark.long(beside="test_a_sale_at_one_till_is_known_at_the_other")
def test_a_long_absence_is_made_good_piece_by_piece(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = partial(piece_of, together_max=TELLINGS_MAX)
    monkeypatch.setattr(answering, "piece_of", small)
    one, other = chain.tills
    chain.talk()
    for _ in range(90):
        one.counter.sell()
    one.talk()
    other.hear_news()
    other.way.network.asked.clear()
    other.talk()
    assert other.counter.points() == 90 * 2_000
    assert other.way.network.asked.count(ANSWER) == 4  # 40, 40, what is left, and nothing more


def test_what_a_till_may_do_alone_is_head_offices_policy(rich: Chain) -> None:
    usual = replace(RiskPolicy(), lends_budgets=False)
    assert all(one.shop.till.lending.policy == usual for one in rich.tills)
    stricter = replace(usual, floor_minor=0)
    adopt_policy(rich.office.administration, stricter)
    rich.clock.pass_time(timedelta(minutes=10))
    rich.talk()
    heard = replace(stricter, version=1)
    assert all(one.shop.till.lending.policy == heard for one in rich.tills)


# What an open sale counts on


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("line", ["in reach", "out of reach at the quote"])
def test_what_an_open_sale_counts_on_is_not_taken_from_under_it(rich: Chain, line: str) -> None:
    one, other = rich.tills
    first = other.counter.basket(points=1_500)
    assert other.reserve(first).lent == 1_500
    other.counter.book(other.counter.basket(points=500))  # 1,000 are left of that lease
    other.shop.till.lending.online = line == "in reach"
    counting = other.counter.basket(points=1_000)
    assert not other.reserve(counting).asked  # this till holds enough
    other.shop.till.lending.online = True
    assert one.reserve(one.counter.basket(points=500_000)).short  # the other till is asked
    other.hear_news()
    other.talk()
    assert other.counter.book(counting).payable_minor == 1_000


# Spending in reach


def test_points_are_spent_in_reach_by_reserving_them(rich: Chain) -> None:
    other = rich.tills[1]
    assert other.redeem(1_500).payable_minor == 500
    assert other.way.network.asked.count(RESERVE) == 1
    rich.talk()
    assert points(rich) == [1_000, 1_000]
    assert leases(other) == [400]  # of who was just here, and nothing of the reservation


def test_the_same_points_are_not_spent_twice_in_reach(rich: Chain) -> None:
    one, other = rich.tills
    basket = one.counter.basket(points=2_000)
    assert one.reserve(basket).short == ()
    late = other.counter.basket(points=2_000)
    shown = other.counter.quote(late)
    (short,) = other.reserve(late).short
    assert (short.missing, short.elsewhere) == (2_000, (Held(store="S1", n=2_000),))
    with pytest.raises(ServiceRefusal, match="LEASE_SHORT"):
        other.counter.pay(late, shown, paid(shown))
    (usable,) = other.counter.quote(late).usable
    assert (usable.most_points, usable.reasons[-1].code) == (0, "HELD_ELSEWHERE")
    one.counter.book(basket)
    rich.talk()
    assert points(rich) == [0, 0]


def test_a_customer_gets_what_is_free_of_what_they_wish(rich: Chain) -> None:
    one, other = rich.tills
    one.reserve(one.counter.basket(points=1_500))
    found = other.reserve(other.counter.basket(points=2_000))
    assert (found.lent, [one.missing for one in found.short]) == (500, [1_500])
    other.redeem(500)


def test_what_was_reserved_waits_for_its_sale_and_comes_back_after_it(rich: Chain) -> None:
    one, other = rich.tills
    other.reserve(other.counter.basket(points=2_000))
    rich.clock.pass_time(timedelta(minutes=1))
    rich.talk()
    assert leases(other) == [2_000]  # the customer is still looking for their purse
    rich.clock.pass_time(timedelta(minutes=10))
    rich.talk()
    assert leases(other) == []
    assert one.reserve(one.counter.basket(points=2_000)).lent == 2_000


def test_what_a_sale_left_of_its_reservation_is_given_back(rich: Chain) -> None:
    one, other = rich.tills
    other.reserve(other.counter.basket(points=2_000))
    other.counter.sell(points=500)
    rich.talk()
    assert leases(other) == [1_200]  # of who was just here, and nothing of the reservation
    assert one.reserve(one.counter.basket(points=1_500)).lent == 1_500


def test_a_sale_that_is_rung_past_midnight_is_lent_the_same_for_the_new_day(rich: Chain) -> None:
    till = rich.tills[1]
    here = rich.clock.now().astimezone(ZoneInfo("Asia/Shanghai"))
    midnight = datetime.combine(here.date() + timedelta(days=1), time(), here.tzinfo)
    rich.clock.pass_time(midnight - here - timedelta(seconds=20))
    basket = till.counter.basket(points=2_000)
    assert till.reserve(basket).lent == 2_000
    rich.clock.pass_time(timedelta(seconds=40))
    found = till.reserve(basket)
    assert (found.lent, found.short) == (2_000, ())
    assert leases(till) == [2_000]
    till.counter.book(basket)
    assert points(rich)[1] < 2_000


def test_a_reservation_whose_answer_is_lost_is_the_same_one_when_it_is_asked_again(
    rich: Chain,
) -> None:
    one, other = rich.tills
    basket = other.counter.basket(points=2_000)
    one.way.reserving._pause = lambda _s: None  # nobody gives anything back meanwhile
    other.way.network.troubles = ["lost"] * 2
    found = other.reserve(basket)
    assert (found.reached, found.lent) == (False, 0)
    assert one.reserve(one.counter.basket(points=2_000)).lent == 0
    other.shop.till.lending.online = True
    assert other.reserve(basket).lent == 2_000
    other.counter.book(basket)


def test_a_lost_reservation_finds_its_way_back(rich: Chain) -> None:
    one, other = rich.tills
    other.way.network.troubles = ["lost"] * 2
    other.reserve(other.counter.basket(points=2_000))
    rich.clock.pass_time(timedelta(minutes=1))
    rich.talk()  # the answer brings the lease, the next one asks it back
    assert leases(other) == []
    assert one.reserve(one.counter.basket(points=2_000)).lent == 2_000


def test_a_voucher_is_used_once_in_reach(rich: Chain) -> None:
    baskets = []
    for till in rich.tills:
        basket = till.counter.basket()
        (proposal,) = till.counter.quote(basket).proposals
        assert isinstance(proposal.choice, Chosen)
        baskets.append(basket.choosing(proposal.choice))
    one, other = rich.tills
    assert one.reserve(baskets[0]).lent == 1
    (short,) = other.reserve(baskets[1]).short
    assert short.elsewhere == (Held(store="S1", n=1),)
    assert one.counter.book(baskets[0]).payable_minor == 1_200


# Held beforehand


def visited(chain: Chain) -> Chain:
    """The member was at the first till just now, which asked for some of their points."""
    chain.talk()
    chain.clock.pass_time(timedelta(hours=1))
    chain.tills[0].counter.sell()
    chain.talk()
    return chain


def test_a_till_holds_leases_of_who_was_just_here(rich: Chain) -> None:
    one, other = visited(rich).tills
    assert (leases(one), leases(other)) == ([2_000], [])  # 20.00 of the 4,000 points
    one.way.network.troubles = ["no line"] * 9
    one.hear_news()
    assert one.talk().sending is Sending.OFFLINE
    assert one.redeem(2_000).payable_minor == 0


def test_nobody_spends_twice_while_everybody_is_out_of_reach(rich: Chain) -> None:
    visited(rich)
    for till in rich.tills:
        till.way.network.troubles = ["no line"] * 9
        till.hear_news()
        till.talk()
    rich.clock.pass_time(timedelta(minutes=1))
    one, other = rich.tills
    assert one.redeem(2_000).payable_minor == 0
    assert other.redeem(2_000).payable_minor == 2_000  # no lease, and more than may be risked
    for till in rich.tills:
        till.way.network.troubles = []
    rich.clock.pass_time(timedelta(minutes=6))
    rich.talk()
    assert points(rich) == [4_000 - 2_000 + 2_000] * 2


def test_what_another_till_holds_for_another_day_comes_to_where_the_customer_is(
    rich: Chain,
) -> None:
    one, other = visited(rich).tills
    rich.clock.pass_time(timedelta(minutes=30))
    found = other.reserve(other.counter.basket(points=4_000, article=12))
    assert (found.short, found.lent, leases(one)) == ((), 4_000, [])


def test_a_lease_belongs_to_the_till_that_asked(rich: Chain) -> None:
    one = visited(rich).tills[0]
    with rich.office.database.read() as connection:
        held = connection.execute(select(LEASES.c.till_id).distinct()).scalars().all()
    assert [bytes(each) for each in held] == [one.shop.till.facts.till_id]


# Out of reach


def test_out_of_reach_only_leases_and_the_floor_are_spent(rich: Chain) -> None:
    other = rich.tills[1]
    other.way.network.troubles = ["no line"] * 2
    other.hear_news()
    assert other.talk().sending is Sending.OFFLINE
    assert not other.shop.till.lending.online
    rich.clock.pass_time(timedelta(minutes=1))
    assert other.redeem(2_000).payable_minor == 2_000  # more than may be risked, so nothing
    assert other.redeem(500).payable_minor == 1_500  # the merchant's risk, once in a spell
    assert other.redeem(100).payable_minor == 2_000
    (usable,) = other.counter.quote(other.counter.basket(points=100)).usable
    assert [one.code for one in usable.reasons] == ["WITHIN_LEASE", "FLOOR_USED_UP", "BY_WORD"]


def test_a_supervisor_lets_a_member_spend_more_out_of_reach_as_far_as_the_policy_goes(
    rich: Chain,
) -> None:
    other = rich.tills[1]
    other.way.network.troubles = ["no line"] * 2
    other.hear_news()
    other.talk()
    basket = other.counter.basket(article=12, points=2_000)
    (usable,) = other.counter.quote(basket).usable
    told = {one.code: dict(one.facts).get("most_points") for one in usable.reasons}
    assert usable.most_points == 500
    assert told == {"WITHIN_LEASE": 500, "FLOOR_USED_UP": None, "BY_WORD": told["BY_WORD"]}
    approved = basket.approved_by(other.counter.manager)
    (after,) = other.counter.quote(approved).usable
    assert after.most_points == told["BY_WORD"] > 500
    assert [one.code for one in after.reasons] in (
        ["WITHIN_BALANCE"],
        ["WITHIN_LEASE", "OVERRIDE_MOST"],
    )
    assert other.counter.book(approved).approved_by == other.counter.manager.id


@pytest.mark.parametrize("trouble", ["no line", "portal", "lost"])
def test_fault_58_one_request_that_fails_does_not_take_a_till_out_of_reach(
    rich: Chain, trouble: str
) -> None:
    """Else whoever lets one fail hands out at the shop's risk what another till may hold."""
    other = rich.tills[1]
    other.way.network.troubles = [trouble]
    found = other.reserve(other.counter.basket(points=2_000))
    assert (found.reached, found.lent) == (True, 2_000)
    assert other.shop.till.lending.online


def test_a_sale_waits_for_one_answer_that_does_not_come_and_not_for_two(rich: Chain) -> None:
    other = rich.tills[1]
    network = other.way.network
    network.waits = lambda: rich.clock.pass_time(timedelta(seconds=BUDGET_S))
    network.troubles, network.asked = ["lost", "lost"], []
    assert not other.reserve(other.counter.basket(points=2_000)).reached
    assert network.asked == [RESERVE]


def test_a_till_whose_supervisors_approved_all_that_a_day_allows_says_so_and_offers_no_approval(
    rich: Chain,
) -> None:
    other = rich.tills[1]
    other.shop.till.lending.adopt(RiskPolicy(override_minor=600, override_day_minor=600))
    other.way.network.troubles = ["no line"] * 2
    other.hear_news()
    other.talk()
    basket = other.counter.basket(article=12, points=600)
    assert other.counter.book(basket.approved_by(other.counter.manager)).approved_by
    (usable,) = other.counter.quote(other.counter.basket(article=12)).usable
    codes = [one.code for one in usable.reasons]
    assert (usable.most_points, codes[-1]) == (500, "OVERRIDE_DAY_USED_UP")


def test_head_office_that_is_gone_while_it_is_asked_leaves_the_policy(rich: Chain) -> None:
    other = rich.tills[1]
    other.way.network.troubles = ["portal"] * 2
    found = other.reserve(other.counter.basket(points=2_000))
    assert (found.asked, found.reached) == (True, False)
    most = other.counter.quote(other.counter.basket()).usable[0].most_points
    assert most == 500

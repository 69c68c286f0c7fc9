"""Points that are turned into others, given away or exchanged are lent like points that pay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.services.lending.reserve_for_sale import Reservation
from posloyalty.services.office.soundness import CLONE, freeze
from posloyalty.services.refusal import ServiceRefusal
from tests.headoffice.a_chain import MEMBER, Chain, Placed, alone, in_reach, out_of_reach
from tests.headoffice.a_kept_chain import chain_after, sold_and_talked
from tests.headoffice.a_published_chain import asking
from tests.headoffice.test_lent_uses import named

FRIEND = b"f" * 16
MORE = """
[[wallet]]
id = "miles"

[[conversion]]
id = "to-miles"
from = "points"
to = "miles"
gives = 1
gets = 1

[[sharing]]
id = "to-a-friend"
wallet = "points"

[[reward]]
id = "greeting"
wallet = "points"
cost = 600
gives = { voucher = "welcome" }
"""


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """The member has 2,000 points that every till knows of; in the end head office verifies."""
    with chain_after(sold_and_talked, tmp_path, url=database_url, more=MORE) as found:
        found.clock.pass_time(timedelta(minutes=11))  # what lies at a till for later comes back
        for till in found.tills:
            till.hear_news()
            till.talk()
        yield found
        while found.office.follow():
            pass
        proof = verify_office(found.office.database, found.office.office, lambda *_: None)
        assert proof.holds, proof.first


def converting(points: int = 2_000) -> Happening:
    return _given_up("to-miles", points)


def sharing(points: int = 2_000) -> Happening:
    return _given_up("to-a-friend", points, ("to", FRIEND.hex()))


def exchanging(points: int = 1_800) -> Happening:
    return _given_up("reward/greeting", points // 600)


def _given_up(what: str, quantity: int, *evidence: tuple[str, str]) -> Happening:
    recorded = Recorded(what=what, quantity=quantity, evidence=evidence)
    return Happening(trigger=Trigger.ACTIVITY, recorded=recorded, member_id=MEMBER)


WAYS = (converting, sharing, exchanging)


def asks(till: Placed, happening: Happening) -> Reservation:
    return asking(till).of(happening)


def acts(till: Placed, happening: Happening) -> None:
    till.shop.till.acts.record(happening, till.shop.manager)


def points(till: Placed) -> int:
    return till.counter.points()


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("way", WAYS)
def test_two_tills_in_reach_do_not_take_the_same_points(
    chain: Chain, way: Callable[[], Happening]
) -> None:
    one, other = chain.tills
    assert asks(one, way()).short == ()
    assert asks(other, way()).short
    with pytest.raises(ServiceRefusal, match="POINTS_HELD"):
        acts(other, way())
    acts(one, way())
    chain.talk()
    assert [points(till) for till in chain.tills] == [points(one)] * 2
    assert points(one) <= 200
    assert named(chain) == []


@pytest.mark.parametrize("way", WAYS)
def test_in_reach_nobody_takes_what_was_not_asked_for(
    chain: Chain, way: Callable[[], Happening]
) -> None:
    with pytest.raises(ServiceRefusal, match="POINTS_HELD"):
        acts(chain.tills[1], way())


def test_out_of_reach_only_what_was_lent_is_taken(chain: Chain) -> None:
    one, other = chain.tills
    asks(one, converting(600))
    for till in chain.tills:
        out_of_reach(till)
    with pytest.raises(ServiceRefusal, match="POINTS_NOT_LENT") as refused:
        acts(one, converting(601))
    facts = dict(refused.value.facts)
    assert facts.pop("time") == f"{one.shop.till.lending.known_until:%m-%d %H:%M}"
    assert facts == {"wallet": "points", "most_points": 600}
    with pytest.raises(ServiceRefusal, match="POINTS_NOT_LENT"):
        acts(other, converting(1))
    acts(one, converting(600))
    with pytest.raises(ServiceRefusal, match="POINTS_NOT_LENT"):
        acts(one, converting(1))  # what was lent is used up
    in_reach(chain)
    assert [points(till) for till in chain.tills] == [1_400, 1_400]
    assert named(chain) == []


@pytest.mark.long(
    beside="tests/headoffice/test_lent_rewards.py::test_out_of_reach_a_reward_and_a_payment_are_within_one_lease"
)
def test_what_pays_and_what_is_converted_come_out_of_one_right(chain: Chain) -> None:
    one, other = chain.tills
    assert asks(one, converting(1_500)).short == ()
    (short,) = other.reserve(other.counter.basket(points=1_000)).short
    assert short.asset.owner == MEMBER
    acts(one, converting(1_500))
    chain.talk()
    other.redeem(500)
    chain.talk()
    assert named(chain) == []


def test_a_till_that_was_copied_takes_none(chain: Chain) -> None:
    one = chain.tills[0]
    with one.shop.till.book.write() as unit:
        freeze(unit.settings, CLONE, 0)
        unit.commit()
    one.shop.till.lending.forget()
    with pytest.raises(ServiceRefusal, match="USE_TILL_NOT_SOUND"):
        acts(one, converting(1))


@pytest.mark.long(
    beside="tests/headoffice/test_lent_rewards.py::test_a_till_that_is_alone_gives_whatever_there_is"
)
def test_a_till_that_is_alone_takes_whatever_there_is(chain: Chain) -> None:
    one = chain.tills[0]
    alone(one)
    assert asks(one, converting()) == Reservation()
    acts(one, converting())
    assert points(one) == 0

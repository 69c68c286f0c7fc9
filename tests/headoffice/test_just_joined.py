"""A till that has joined and was not told yet what it may hand out: real books, a real desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posloyalty.services.lending.lending import POLICY
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.answers import ANSWER
from tests.headoffice.a_chain import Chain, Placed, forgets, opened_chain, out_of_reach
from tests.headoffice.policies import adopt_policy

FLOOR = RiskPolicy().floor_minor
"""What may be risked with a member by a policy that nobody set."""


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with opened_chain(tmp_path) as found:
        yield found


def sent_and_cut_off(till: Placed) -> None:
    """Head office has the journal of a till, and the line goes before the till asks what is new."""
    network = till.way.network
    while messages.PUSH not in network.asked:
        till.way.sending.step(lingers=False)
    assert ANSWER not in network.asked
    network.troubles = ["no line"] * 99
    till.talk()


def test_what_head_office_knows_of_is_not_spent_at_a_till_that_was_told_nothing_yet(
    chain: Chain,
) -> None:
    one, other = chain.tills
    one.counter.sell()
    sent_and_cut_off(one)
    other.talk()
    other.redeem(2_000)
    assert one.counter.sell(points=FLOOR + 100).payable_minor == 2_000
    assert one.counter.sell(points=FLOOR).payable_minor == 2_000 - FLOOR


def test_such_a_till_asks_for_what_a_sale_spends(chain: Chain) -> None:
    one, _ = chain.tills
    one.counter.sell()
    network = one.way.network
    while messages.PUSH not in network.asked:
        one.way.sending.step(lingers=False)
    assert one.reserve(one.counter.basket(points=2_000)).lent == 2_000


def test_a_till_that_joined_a_moment_ago_has_no_more_to_give_than_is_risked(chain: Chain) -> None:
    one, _ = chain.tills
    one.counter.sell()
    assert ANSWER not in one.way.network.asked
    assert one.counter.sell(points=FLOOR + 100).payable_minor == 2_000
    one.talk()
    assert one.redeem(2_000).payable_minor == 0


def test_what_it_may_hand_out_comes_with_its_joining(chain: Chain) -> None:
    one, _ = chain.tills
    adopt_policy(chain.office.administration, RiskPolicy(floor_minor=FLOOR - 100))
    one.way.join("S1")
    one.counter.sell()
    assert ANSWER not in one.way.network.asked
    assert one.counter.sell(points=FLOOR).payable_minor == 2_000
    assert one.counter.sell(points=FLOOR - 100).payable_minor == 2_000 - (FLOOR - 100)


def test_of_an_earlier_head_office_it_hears_it_with_the_first_answer(chain: Chain) -> None:
    """It joins without a word of it, and goes by a policy that nobody set until then."""
    one, _ = chain.tills
    adopt_policy(chain.office.administration, RiskPolicy(floor_minor=FLOOR - 100))
    forgets(one, POLICY)
    one.counter.sell()
    assert one.counter.sell(points=FLOOR + 100).payable_minor == 2_000
    assert one.counter.sell(points=FLOOR).payable_minor == 2_000 - FLOOR
    one.talk()
    out_of_reach(one)
    assert one.counter.sell(points=FLOOR).payable_minor == 2_000

"""A level that a return ahead of time took away, and a sale elsewhere earned again; real books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.shop.sale import Sale
from tests.headoffice.a_chain import MEMBER, Chain, Placed, out_of_reach
from tests.headoffice.test_late_events import arrive, corrections, late_chain, sells_in_reach, state

DAY = timedelta(days=1)
RULES = """
[[tier_scheme]]
id = "level"
wallet = "points"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
on_return = "reassess"
level = [{ id = "gold", name = { en = "Gold" }, from = 7000 }]
"""


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with late_chain(tmp_path, database_url, RULES) as found:
        arrive(found, *found.tills)
        yield found


def comes_back(till: Placed, sale: Sale) -> None:
    refunds = till.shop.till.refunds
    wish = replace(refunds.wish((1, 1_000)), cause="faulty")
    refunds.complete(sale.id, wish, refunds.quote(sale.id, wish), till.shop.manager)


def back_a_day_ahead(chain: Chain, till: Placed, sale: Sale) -> None:
    chain.clock.set_wall(DAY)
    comes_back(till, sale)
    chain.clock.set_wall(-DAY)
    chain.talk()


def holds_gold(chain: Chain) -> bool:
    today = chain.clock.now().date()
    return any(one.met_on <= today <= one.through for one in state(chain).holdings)


def gold(chain: Chain) -> list[Sale]:
    """The first till's four sales, with which 8,000 points were earned; 7,000 are gold."""
    found = []
    for _ in range(4):
        chain.clock.pass_time(timedelta(hours=1))
        found.append(chain.tills[0].counter.sell())
    chain.talk()
    assert holds_gold(chain)
    return found


def at_tills(chain: Chain) -> list[bool]:
    """Whether each till says that the member is gold today."""
    today = chain.clock.now().date()
    found = []
    for till in chain.tills:
        with till.shop.till.book.read() as reader:
            levels = reader.ledger.holdings(MEMBER)
        found.append(any(one.met_on <= today <= one.through for one in levels))
    return found


def test_a_level_that_a_return_ahead_took_away_is_held_by_who_earns_it_again(chain: Chain) -> None:
    ahead, other = chain.tills
    back_a_day_ahead(chain, ahead, gold(chain)[-1])
    assert (holds_gold(chain), at_tills(chain)) == (False, [False, False])
    sells_in_reach(chain, other)
    assert (holds_gold(chain), at_tills(chain)) == (True, [True, True])
    assert len(corrections(chain)) == 1


def test_a_level_that_nobody_earned_again_stays_away(chain: Chain) -> None:
    ahead, other = chain.tills
    for sale in gold(chain)[:2]:
        back_a_day_ahead(chain, ahead, sale)
    sells_in_reach(chain, other)  # 6,000 points again
    assert (holds_gold(chain), corrections(chain)) == (False, [])


@pytest.mark.parametrize("first", [0, 1], ids=["the return", "the sale"])
def test_a_return_that_did_not_know_of_a_sale_leaves_its_level(chain: Chain, first: int) -> None:
    one, other = chain.tills
    sale = gold(chain)[-1]
    for till in chain.tills:
        out_of_reach(till)
    chain.clock.pass_time(timedelta(hours=1))
    other.counter.sell()
    chain.clock.pass_time(timedelta(hours=1))
    comes_back(one, sale)
    arrive(chain, chain.tills[first], chain.tills[1 - first])
    assert (holds_gold(chain), at_tills(chain)) == (True, [True, True])

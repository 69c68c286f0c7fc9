"""What a till dated ahead and another one undoes or uses before that time: it is as if no clock
had been wrong, in whatever order the journals arrive.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from posloyalty.sync.office.head_office import HeadOffice
from tests.sync.fleet import OFFICE, agreed
from tests.sync.small_rules import SmallRules
from tests.sync.undone_ahead import ANNA, DAY, HOUR, UNDONE, Ahead, Undone, redeems


@pytest.fixture
def chain() -> Ahead:
    return Ahead()


@pytest.mark.parametrize("kind", UNDONE.values(), ids=UNDONE)
def test_what_is_undone_elsewhere_is_undone(chain: Ahead, kind: Undone) -> None:
    kind.happens(chain)
    assert (chain.points, tuple(chain.uses_left)) == (kind.points, kind.uses)
    assert chain.fold.anomalies == ()
    assert chain.fold.debt("test/points") == 0
    agreed(chain)


@pytest.mark.parametrize("kind", UNDONE.values(), ids=UNDONE)
def test_it_is_undone_in_whatever_order_journals_arrive(chain: Ahead, kind: Undone) -> None:
    kind.happens(chain)
    folds = []
    for tills in permutations(chain.tills):
        again = HeadOffice(OFFICE, rules=SmallRules())
        for till in tills:
            again.enrol(till.id, store=till.store, genesis=till.genesis)
            again.receive(till.id, till.journal)
            again.fold(ANNA)
        folds.append(again.fold(ANNA))
    assert folds == [chain.fold] * 6


def test_what_came_back_can_be_spent_at_a_third_till_at_once(chain: Ahead) -> None:
    UNDONE["points that paid come back"].happens(chain)
    chain.does(chain.third, 2 * HOUR, redeems(100))
    assert chain.points == 0
    assert chain.fold.anomalies == ()
    assert chain.fold.risk("test/points") == 0


def test_what_came_back_can_be_spent_where_it_came_back(chain: Ahead) -> None:
    UNDONE["points that paid come back"].happens(chain)
    chain.does(chain.other, 2 * HOUR, redeems(100))
    assert (chain.points, chain.fold.anomalies) == (0, ())


def test_of_a_till_that_is_ahead_only_what_led_to_it_is_taken_in_first(chain: Ahead) -> None:
    """A second use ahead, of which nobody knows, comes behind what is spent before its time."""
    UNDONE["points that paid come back"].happens(chain)
    chain.lately = (chain.ahead,)
    chain.does(chain.ahead, DAY, redeems(80))
    chain.does(chain.other, 2 * HOUR, redeems(70))
    chain.lately = ()
    chain.tells()
    (found,) = chain.fold.anomalies
    assert (found.what, found.amount, found.till_id) == ("test/points", 50, chain.ahead.id)

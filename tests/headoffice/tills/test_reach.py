"""The report of tills out of reach, from real sales at real tills."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.headoffice.tills.reach import Reach
from tests.headoffice.a_chain import Chain, Counter, made_till, opened_chain
from tests.headoffice.a_network import Network, connected


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with opened_chain(tmp_path, url=database_url) as found:
        found.tills[0].counter.sell()
        found.talk()
        yield found


def test_what_was_handed_out_without_a_line_is_told_with_who_rang_it(chain: Chain) -> None:
    one, other = chain.tills
    other.way.network.troubles = ["no line"] * 99
    other.hear_news()
    other.talk()
    chain.clock.pass_time(timedelta(minutes=1))
    floor = other.counter.sell(points=500)
    assert floor.redeemed_minor == 500
    chain.clock.pass_time(timedelta(hours=3))
    other.counter.sell()
    other.way.network.troubles.clear()
    chain.talk()
    (row,) = Reach(chain.office.database, chain.clock).rows()
    assert (row.store, row.code) == ("S2", "T2")
    found = row.reach
    assert (found.spells, found.late, found.sales) == (1, 1, 2)
    assert found.away == timedelta(hours=3)
    assert (found.risky_spells, found.risked_minor) == (1, 500)
    assert found.operator == other.shop.manager.id.hex()
    assert not found.conspicuous
    # Older than what is looked at.
    chain.clock.pass_time(timedelta(days=31))
    assert Reach(chain.office.database, chain.clock).rows() == []
    assert one.way.sending.status().waiting == 0


def test_what_a_till_sold_alone_before_it_joined_was_not_out_of_reach(
    chain: Chain, tmp_path: Path
) -> None:
    chain.office.administration.add_store("S3", "Street 3")
    with made_till(tmp_path / "till3", 3, chain.clock) as shop:
        counter = Counter(shop.till, shop.manager)
        counter.sell()
        chain.clock.pass_time(timedelta(hours=3))
        way = connected(shop, Network(chain.office), seed=73)
        way.join("S3")
        counter.sell()
        assert way.sending.send_all().waiting == 0
        assert Reach(chain.office.database, chain.clock).rows() == []
        way.sending.close()

"""A stolen till is revoked: what it was lent is its customers' again; real books, a real desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.headoffice.ledger.pure_office import head_office
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.services.office.send_journal import Sending
from posloyalty.sync.leases import LeaseBook
from tests.headoffice.a_chain import MEMBER, Chain
from tests.headoffice.a_kept_chain import chain_after, sold_and_talked

ALL = 2_000
"""What the first purchase gave."""
PART = 1_500


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """The first till was lent all of the member's points; in the end head office verifies."""
    with chain_after(sold_and_talked, tmp_path, url=database_url) as found:
        one, other = found.tills
        assert one.reserve(one.counter.basket(points=ALL)).lent == ALL
        assert other.reserve(other.counter.basket(points=ALL)).lent == 0
        yield found
        while found.office.follow():
            pass
        proof = verify_office(found.office.database, found.office.office, lambda *_: None)
        assert proof.holds, proof.first


def revoked(chain: Chain) -> int:
    """The first till was stolen; how many leases are free with that."""
    till_id = chain.tills[0].shop.till.facts.till_id.hex()
    freed = chain.office.administration.revoke(till_id)
    chain.clock.pass_time(timedelta(minutes=6))
    return freed


def borne(chain: Chain) -> int:
    """What the stores bear of the member's points."""
    with chain.office.database.read() as connection:
        now = chain.clock.now()
        fold = head_office(chain.office.database, connection, chain.office.office, now=now)
        return fold.fold(MEMBER).risk("chain/points")


def test_fault_57_what_a_stolen_till_was_lent_is_free_for_others(chain: Chain) -> None:
    _one, other = chain.tills
    assert revoked(chain) == 1
    assert other.redeem(ALL).points[0].redeemed == ALL
    assert borne(chain) == 0


def test_what_an_earlier_release_left_with_a_stolen_till_is_free_once_it_is_revoked_again(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    _one, other = chain.tills
    with monkeypatch.context() as patched:
        patched.setattr(LeaseBook, "declare_lost", lambda *_, **__: ())
        assert revoked(chain) == 0
    assert other.reserve(other.counter.basket(points=ALL)).lent == 0
    assert revoked(chain) == 1
    assert revoked(chain) == 0  # and nothing more
    assert other.redeem(ALL).points[0].redeemed == ALL
    assert borne(chain) == 0


def test_a_revoked_till_that_is_back_gives_back_and_what_it_spent_is_the_stores(
    chain: Chain,
) -> None:
    one, other = chain.tills
    sale = one.counter.sell(points=PART)
    assert revoked(chain) == 1
    other.redeem(ALL)
    assert one.talk().reason == "REVOKED"
    assert borne(chain) == 0  # what is set aside counts for nobody
    one.way.join("S1")
    chain.clock.pass_time(timedelta(minutes=6))
    assert one.talk().sending is Sending.UP_TO_DATE
    chain.talk()
    earned = sale.points[0].earned
    assert borne(chain) == PART - earned  # what the member does not have any more
    assert one.counter.points() == other.counter.points() == 0
    # Nothing of the old lease is left there.
    other.counter.sell()
    chain.talk()
    assert one.reserve(one.counter.basket(points=ALL)).lent == ALL

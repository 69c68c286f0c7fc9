"""A till of a chain is put back from a copy: what it lost comes home, nothing is spent twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.services.lending.reserve_for_sale import Spending
from posloyalty.services.office.send_journal import Sending
from tests.headoffice.a_chain import Chain, Counter, Placed
from tests.headoffice.a_kept_chain import chain_after, sold_and_talked
from tests.headoffice.a_network import connected
from tests.headoffice.test_restored_book import BOOK

SEEDS = count(900)


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with chain_after(sold_and_talked, tmp_path, url=database_url) as found:
        yield found


def started(till: Placed) -> None:
    """The till's program is started anew over its book."""
    till.way.sending.close()
    till.shop.reopen()
    till.way = connected(till.shop, till.way.network, seed=next(SEEDS))
    till.counter = Counter(till.shop.till, till.shop.manager)


def copied(till: Placed, to: Path) -> None:
    till.shop.till.close()
    shutil.copytree(till.shop.folder, to)
    started(till)


def put_back(till: Placed, copy: Path, *, witness: bool) -> None:
    """The book is the copy again; with `witness` the note beside it is not."""
    till.shop.till.close()
    for name in BOOK:
        (till.shop.folder / name).unlink(missing_ok=True)
    shutil.copy(copy / "till.book", till.shop.folder / "till.book")
    if not witness:
        shutil.copy(copy / "till.witness", till.shop.folder / "till.witness")
    started(till)


def settled(chain: Chain) -> None:
    for _ in range(4):
        chain.talk()
        chain.clock.pass_time(timedelta(minutes=6))


def points(chain: Chain) -> list[int]:
    return [one.counter.points() for one in chain.tills]


@pytest.mark.parametrize("witness", [True, False], ids=["witness", "head office"])
def test_what_a_till_lost_comes_home_and_both_have_the_same(
    chain: Chain, tmp_path: Path, witness: bool
) -> None:
    one, other = chain.tills
    copied(one, tmp_path / "copy")
    settled(chain)
    one.counter.sell()
    settled(chain)
    assert points(chain) == [4_000, 4_000]
    put_back(one, tmp_path / "copy", witness=witness)
    assert one.counter.points() == 2_000
    one.counter.sell()  # selling goes on, and counts
    other.counter.sell()
    settled(chain)
    assert points(chain) == [8_000, 8_000]
    assert one.way.sending.status().sending is Sending.UP_TO_DATE
    assert one.shop.till.lending.sound
    found = one.shop.till.verify.verify().differences
    assert [each for each in found if each.what != "witness"] == []
    # And it spends again.
    assert one.redeem(1_000).redeemed_minor == 1_000
    settled(chain)
    assert len(set(points(chain))) == 1


def test_what_a_till_lost_and_hears_again_is_no_matter_for_anybody(
    chain: Chain, tmp_path: Path
) -> None:
    one, _other = chain.tills
    settled(chain)
    copied(one, tmp_path / "copy")
    one.counter.sell()
    settled(chain)
    for _ in range(2):  # the second time it also lost what it had heard
        put_back(one, tmp_path / "copy", witness=True)
        settled(chain)
        assert points(chain) == [4_000, 4_000]
    assert len(chain.office.administration.epochs()) == 2
    assert [till.anomalies for till in chain.office.administration.tills()] == [0, 0]
    while chain.office.follow():
        pass
    proof = verify_office(chain.office.database, chain.office.office, lambda *_: None)
    assert proof.holds, proof.first


def test_points_that_were_spent_before_the_copy_came_back_are_not_spent_again(
    chain: Chain, tmp_path: Path
) -> None:
    one, _other = chain.tills
    copied(one, tmp_path / "copy")
    settled(chain)
    assert one.redeem(2_000).redeemed_minor == 2_000
    settled(chain)
    left = points(chain)[1]
    put_back(one, tmp_path / "copy", witness=True)
    assert one.counter.points() == 2_000  # by its old book
    one.way.network.troubles = ["no line"] * 9
    assert one.way.sending.send_all().frozen == "witness"
    # Neither by itself nor by asking, as long as head office has not agreed.
    assert one.counter.sell(points=2_000).redeemed_minor == 0
    assert one.redeem(2_000).redeemed_minor == 0
    one.way.network.troubles.clear()
    settled(chain)
    earned = 2 * 2_000
    assert points(chain) == [left + earned] * 2


def test_a_lease_of_before_goes_back_with_the_book(chain: Chain, tmp_path: Path) -> None:
    one, _other = chain.tills
    one.way.reserving.reserve(Spending(basket=one.counter.basket(points=1_000)))
    with one.shop.till.book.read() as reader:
        assert len(reader.ledger.open_leases()) == 1
    copied(one, tmp_path / "copy")
    one.counter.sell()
    put_back(one, tmp_path / "copy", witness=True)
    with one.shop.till.book.read() as reader:
        assert reader.ledger.open_leases() == ()
    settled(chain)
    assert points(chain) == [2_000, 2_000]
    assert one.redeem(1_000).redeemed_minor == 1_000

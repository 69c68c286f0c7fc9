"""A chain that goes on from where another one was put down is that one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.store.tables import JOURNAL_EVENT, OFFICE
from tests.headoffice.a_chain import Chain, opened_chain
from tests.headoffice.a_kept_chain import chain_after, sold_and_talked

Told = tuple[list[bytes], list[int], object]


@contextmanager
def played(folder: Path, url: str) -> Iterator[Chain]:
    with opened_chain(folder, url=url) as found:
        sold_and_talked(found)
        yield found


def known(chain: Chain) -> Told:
    """Head office's journals but for the starts of programs, what the member has at each till, and
    which life of head office this is.
    """
    c = JOURNAL_EVENT.c
    with chain.office.database.read() as connection:
        told = connection.execute(select(c.body).order_by(c.till_id, c.seq)).scalars().all()
        life = connection.execute(select(OFFICE.c.life)).scalar_one()
    bodies = [bytes(one) for one in told if b'"t":"boot"' not in one]
    return bodies, [one.counter.points() for one in chain.tills], life


def test_it_knows_what_the_other_knew(
    tmp_path: Path, database_url: str, request: pytest.FixtureRequest
) -> None:
    with played(tmp_path / "played", database_url) as chain:
        told = known(chain)
    assert told[1:] == ([2_000, 2_000], 1)
    for number in range(2):
        if database_url:
            request.getfixturevalue("emptied")()
        with chain_after(sold_and_talked, tmp_path / str(number), url=database_url) as chain:
            assert known(chain) == told
            assert [one.shop.till.lending.online for one in chain.tills] == [True, True]


def test_it_sells_on_and_head_office_verifies(tmp_path: Path, database_url: str) -> None:
    with chain_after(sold_and_talked, tmp_path, url=database_url) as chain:
        for till in chain.tills:
            till.counter.sell()
        chain.talk()
        assert [one.counter.points() for one in chain.tills] == [6_000, 6_000]
        while chain.office.follow():
            pass
        proof = verify_office(chain.office.database, chain.office.office, lambda *_: None)
        assert proof.holds, proof.first

"""What a till a day ahead of time sold, and another one takes back; real books, a real desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.shop.sale import Sale
from posloyalty.headoffice.migrations.versions import v0046_behind_what_is_named as upgrade
from posloyalty.headoffice.store.archive_tables import OWNER_PLACE
from posloyalty.sync import comes_behind
from tests.headoffice.a_chain import MEMBER, Chain
from tests.headoffice.ledger.standing import follow, stands
from tests.headoffice.test_returned_twice import book_there, chain, returning, shown

__all__ = ["chain"]  # it makes the tills, and verifies in the end

DAY = timedelta(days=1)


def sold_a_day_ahead(chain: Chain) -> Sale:
    """2,000 points and a voucher."""
    chain.clock.set_wall(DAY)
    sale = chain.tills[0].counter.sell()
    chain.clock.set_wall(-DAY)
    return sale


def comes_back(chain: Chain, sale: Sale) -> None:
    """The other till takes the goods back by the member's receipt."""
    ahead, other = chain.tills
    wish = shown(other, ahead, sale, 1)
    wish = replace(wish, member_id=MEMBER)
    returning(other).of_receipt(wish)
    book_there(other, wish)


def member(chain: Chain) -> MemberState:
    with chain.office.database.write() as connection:
        found = chain.office.head_office(connection).state(MEMBER)
    assert found is not None
    return found


def test_points_of_a_sale_ahead_go_back_with_its_goods_at_another_till(chain: Chain) -> None:
    sale = sold_a_day_ahead(chain)
    chain.talk()
    comes_back(chain, sale)
    assert chain.tills[1].counter.points() == 0
    chain.talk()
    now = member(chain)
    assert (sum(lot.remaining for lot in now.lots), now.debts) == (0, ())
    assert [till.counter.points() for till in chain.tills] == [0, 0]


def test_a_sale_ahead_that_comes_after_its_return_is_taken_in_before_it(chain: Chain) -> None:
    ahead, other = chain.tills
    other.counter.sell()
    chain.talk()
    sale = sold_a_day_ahead(chain)
    comes_back(chain, sale)  # head office knows nothing of the sale yet
    other.talk()
    follow(chain.office)
    before = folded_anew(chain)
    ahead.talk()
    follow(chain.office)
    assert folded_anew(chain) == before + 1
    now = member(chain)
    assert (sum(lot.remaining for lot in now.lots), now.debts) == (2_000, ())


def folded_anew(chain: Chain) -> int:
    """How often the member was."""
    c = OWNER_PLACE.c
    with chain.office.database.read() as connection:
        asked = select(c.again).where(c.owner == MEMBER)
        return int(connection.execute(asked).scalar_one())


def waiting(connection: Connection) -> bool:
    c = OWNER_PLACE.c
    asked = select(c.folded).where(c.owner == MEMBER, c.arrived > 0)
    return connection.execute(asked).scalar_one() == 0


def test_what_an_earlier_release_folded_is_folded_anew_after_the_upgrade(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(comes_behind, "_names_what_is_later", lambda *_: False)
        sale = sold_a_day_ahead(chain)
        chain.talk()
        comes_back(chain, sale)
        chain.talk()
        follow(chain.office)
        assert sum(lot.remaining for lot in member(chain).lots) == 2_000
    with chain.office.database.write() as connection:
        assert not waiting(connection)
        with pytest.raises(AssertionError):
            stands(connection, chain.office.head_office(connection))
        connection.exec_driver_sql(upgrade.ANEW)
        connection.exec_driver_sql(upgrade.TOLD)
        assert waiting(connection)
    follow(chain.office)
    with chain.office.database.write() as connection:
        stands(connection, chain.office.head_office(connection))
    chain.talk()
    assert [till.counter.points() for till in chain.tills] == [0, 0]

"""What every till hears of reaches every till, however much of it one sale changed at once."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.headoffice.ledger import archive as archive_module
from posloyalty.headoffice.running.opening import OpenOffice
from tests.headoffice.ledger.test_archive import Joining
from tests.sync.fleet import member
from tests.sync.test_heard_in_part import ANNA, MINUTE, Stores, counts

CAMPAIGNS = tuple(member(f"campaign {n}") for n in range(5))
SALES = 4
CAMPAIGNS_AND_ONE = len(CAMPAIGNS) + 1


def count_for_all(plan: EventPlan, _state: MemberState) -> None:
    for campaign in CAMPAIGNS:
        plan.count("pieces", campaign, 1)


@pytest.mark.parametrize(("bound", "most"), [("OWNERS_MAX", 2), ("LOOKED_AT_MAX", 3)])
def test_a_till_hears_of_every_campaign_that_one_sale_counted_for(
    office: OpenOffice, monkeypatch: pytest.MonkeyPatch, bound: str, most: int
) -> None:
    monkeypatch.setattr(archive_module, bound, most)
    office.administration.add_store("S2", "Side Street")

    with office.database.write() as connection:
        stores = Stores(Joining(office.database, connection))
        for _ in range(SALES):
            stores.at += MINUTE
            stores.one.act(ANNA, stores.at, count_for_all)
        while stores.exchange():
            pass
        assert counts(stores.other) == dict.fromkeys(CAMPAIGNS, SALES)


@pytest.mark.parametrize(("most", "once_more"), [(CAMPAIGNS_AND_ONE, False), (2, True)])
def test_only_where_more_changed_than_is_looked_at_the_last_number_is_asked_for(
    office: OpenOffice, monkeypatch: pytest.MonkeyPatch, most: int, once_more: bool
) -> None:
    monkeypatch.setattr(archive_module, "OWNERS_MAX", most)
    office.administration.add_store("S2", "Side Street")
    asked: list[str] = []

    with office.database.write() as connection:
        stores = Stores(Joining(office.database, connection))
        stores.one.act(ANNA, stores.at, count_for_all)
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2]))
        while stores.exchange():
            pass
        assert counts(stores.other) == dict.fromkeys(CAMPAIGNS, 1)
    assert any("owner_place.everywhere > " in one for one in asked)
    assert any("owner_place.everywhere = " in one for one in asked) == once_more

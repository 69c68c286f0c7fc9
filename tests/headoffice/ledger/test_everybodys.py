"""What every till hears of reaches every till, however much of it one sale changed at once."""

from __future__ import annotations

import pytest

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.headoffice.ledger import archive as archive_module
from posloyalty.headoffice.running.opening import OpenOffice
from tests.headoffice.ledger.test_archive import Joining
from tests.sync.fleet import member
from tests.sync.test_heard_in_part import ANNA, MINUTE, Stores, counts

CAMPAIGNS = tuple(member(f"campaign {n}") for n in range(5))
SALES = 4


@pytest.mark.parametrize(("bound", "most"), [("OWNERS_MAX", 2), ("LOOKED_AT_MAX", 3)])
def test_a_till_hears_of_every_campaign_that_one_sale_counted_for(
    office: OpenOffice, monkeypatch: pytest.MonkeyPatch, bound: str, most: int
) -> None:
    monkeypatch.setattr(archive_module, bound, most)
    office.administration.add_store("S2", "Side Street")

    def do(plan: EventPlan, _state: MemberState) -> None:
        for campaign in CAMPAIGNS:
            plan.count("pieces", campaign, 1)

    with office.database.write() as connection:
        stores = Stores(Joining(office.database, connection))
        for _ in range(SALES):
            stores.at += MINUTE
            stores.one.act(ANNA, stores.at, do)
        while stores.exchange():
            pass
        assert counts(stores.other) == dict.fromkeys(CAMPAIGNS, SALES)

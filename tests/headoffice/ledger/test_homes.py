"""Households whose head is no more, in the database: the same stories as in memory."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from posloyalty.headoffice.ledger.ledger import Ledger
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import HOUSEHOLD_MEMBER
from posloyalty.sync.fold import Overspend
from tests.headoffice.ledger.standing import follow_all, stands
from tests.headoffice.ledger.test_archive import Joining
from tests.sync.fleet import OFFICE
from tests.sync.test_decisions_in_disorder import ANNA, BEN
from tests.sync.test_homes import HOME, STORIES, Story, a_family


@pytest.mark.parametrize("story", STORIES, ids=lambda one: one.__name__)
def test_a_household_is_never_left_headless(office: OpenOffice, story: Story) -> None:
    office.administration.add_store("S2", "Side Street")
    with office.database.write() as connection:
        chain = a_family(Joining(office.database, connection))
        known = select(HOUSEHOLD_MEMBER.c.member_id).where(
            HOUSEHOLD_MEMBER.c.household == HOME.hex()
        )
        assert {bytes(one) for one in connection.execute(known).scalars()} == {ANNA, BEN}
        ledger = Ledger(office.database, office_id=OFFICE, overspend=Overspend.STORE, decides=True)
        story(chain)
        follow_all(ledger, connection)
        stands(connection, chain.office)

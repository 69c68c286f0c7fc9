"""What a till heard for somebody else's sake, in head office's database."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from posloyalty.headoffice.ledger import archive as archive_module
from posloyalty.headoffice.running.opening import OpenOffice
from tests.headoffice.ledger.test_archive import Joining
from tests.sync.test_heard_in_part import (
    ANNA,
    MUGS,
    Stores,
    check_a_card_whose_sale_nobody_has_any_more,
    check_counts_of_a_member_who_comes_later,
    check_what_a_till_lost_of_a_member_who_comes_again,
    counts,
)


def stores_of(office: OpenOffice, connection: Connection) -> Stores:
    return Stores(Joining(office.database, connection))


def test_a_member_who_comes_later_has_all_their_counts(office: OpenOffice) -> None:
    office.administration.add_store("S2", "Side Street")
    with office.database.write() as connection:
        check_counts_of_a_member_who_comes_later(stores_of(office, connection))


def test_a_campaign_that_is_told_behind_a_member_has_all_its_counts(
    office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.administration.add_store("S2", "Side Street")
    with office.database.write() as connection:
        stores = stores_of(office, connection)
        for _ in range(3):
            stores.sells(stores.one, ANNA)
        stores.other.greet(ANNA, stores.at)
        with monkeypatch.context() as first:
            # An answer's bound lies between the two: the campaign comes with the next one.
            first.setattr(archive_module.DatabaseArchive, "due", only(ANNA))
            stores.exchange()
        assert counts(stores.other) == {ANNA: 3}
        stores.exchange()
        assert counts(stores.other) == {ANNA: 3, MUGS: 3}
        assert stores.exchange() == 0


def only(owner: bytes) -> object:
    whole = archive_module.DatabaseArchive.due

    def due(archive: archive_module.DatabaseArchive, till_id: bytes) -> list[bytes]:
        found = [one for one in whole(archive, till_id) if one == owner]
        archive._due.clear()
        archive._everywhere = 0
        return found

    return due


def test_what_a_till_lost_of_a_member_who_comes_again_counts_once(office: OpenOffice) -> None:
    office.administration.add_store("S2", "Side Street")
    with office.database.write() as connection:
        check_what_a_till_lost_of_a_member_who_comes_again(stores_of(office, connection))


def test_a_till_is_corrected_about_a_card_whose_sale_nobody_has_any_more(
    office: OpenOffice,
) -> None:
    office.administration.add_store("S2", "Side Street")
    with office.database.write() as connection:
        check_a_card_whose_sale_nobody_has_any_more(stores_of(office, connection))

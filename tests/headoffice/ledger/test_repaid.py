"""The ledger in the database, where a journal comes late that had repaid what a merge moved."""

from __future__ import annotations

from importlib import import_module

import pytest
from sqlalchemy import Connection, select

from posloyalty.domain.ledger.transfer import Transfer, TransferCode
from posloyalty.headoffice.ledger.ledger import Ledger
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import OWNER_PLACE
from posloyalty.sync.fold import Overspend, _Fold
from posloyalty.sync.office.head_office import HeadOffice
from tests.headoffice.ledger.standing import follow_all, stands
from tests.headoffice.ledger.test_archive import Joining
from tests.sync.fleet import LEDGER, OFFICE, START
from tests.sync.small_rules import SmallRules
from tests.sync.test_decisions_in_disorder import ANNA, BEN, LATER, earn
from tests.sync.test_repaid import MINUTE, agreed, owing

ANEW = import_module("posloyalty.headoffice.migrations.versions.v0039_merged_anew").ANEW


def forgets_what_was_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folds are those of an earlier release, which moved the whole of a debt."""
    book = _Fold._book

    def booked(fold: _Fold, transfer: Transfer) -> None:
        if not (transfer.code is TransferCode.MERGE and transfer.link):
            book(fold, transfer)

    monkeypatch.setattr(_Fold, "_book", booked)


def test_rows_of_an_earlier_release_become_those_of_the_folds(
    office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.administration.add_store("S2", "Side Street")
    with office.database.write() as connection:
        archive = Joining(office.database, connection)
        chain = owing(HeadOffice(OFFICE, rules=SmallRules(), archive=archive))
        ledger = Ledger(office.database, office_id=OFFICE, overspend=Overspend.STORE, decides=True)
        earn(chain.other, BEN, 60, START + MINUTE)
        assert chain.office.merge(ANNA, BEN, LATER)
        chain.exchange(chain.one)
        with monkeypatch.context() as earlier:
            forgets_what_was_given_back(earlier)
            chain.exchange(chain.other)
            follow_all(ledger, connection)
        with pytest.raises(AssertionError):
            stands(connection, chain.office)
        connection.exec_driver_sql(ANEW)
        assert BEN in undecided(connection)
        follow_all(ledger, connection)
        stands(connection, chain.office)


def undecided(connection: Connection) -> list[bytes]:
    waits = select(OWNER_PLACE.c.owner).where(OWNER_PLACE.c.undecided == 1)
    return [bytes(row.owner) for row in connection.execute(waits)]


def test_the_rows_are_those_of_the_folds(office: OpenOffice) -> None:
    office.administration.add_store("S2", "Side Street")
    with office.database.write() as connection:
        archive = Joining(office.database, connection)
        chain = owing(HeadOffice(OFFICE, rules=SmallRules(), archive=archive))
        ledger = Ledger(office.database, office_id=OFFICE, overspend=Overspend.STORE, decides=True)
        earn(chain.other, BEN, 60, START + MINUTE)
        assert chain.office.merge(ANNA, BEN, LATER)
        follow_all(ledger, connection)
        stands(connection, chain.office)
        chain.exchange(chain.one)
        earn(chain.one, ANNA, 20, LATER + MINUTE)
        chain.exchange(chain.one, at=LATER + MINUTE)
        follow_all(ledger, connection)
        assert chain.office.fold(ANNA).debt(LEDGER) == 30
        chain.exchange(chain.one, chain.other, at=LATER + 2 * MINUTE)
        follow_all(ledger, connection)
        stands(connection, chain.office)
        assert (chain.left(ANNA), chain.office.fold(ANNA).debt(LEDGER)) == (30, 0)
        agreed(chain)

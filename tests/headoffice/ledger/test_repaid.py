"""The ledger in the database, where a journal comes late that had repaid what a merge moved."""

from __future__ import annotations

from posloyalty.headoffice.ledger.ledger import Ledger
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync.fold import Overspend
from posloyalty.sync.office.head_office import HeadOffice
from tests.headoffice.ledger.standing import follow_all, stands
from tests.headoffice.ledger.test_archive import Joining
from tests.sync.fleet import LEDGER, OFFICE, START
from tests.sync.small_rules import SmallRules
from tests.sync.test_decisions_in_disorder import ANNA, BEN, LATER, earn
from tests.sync.test_repaid import MINUTE, agreed, owing


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

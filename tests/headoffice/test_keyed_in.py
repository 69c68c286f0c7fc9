"""A lost sale that was keyed in again, and head office: whichever of the two it has counts once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.documents.table_file import TableRow
from posloyalty.domain.shop.sale import Sale
from posloyalty.headoffice.ledger.pure_office import head_office
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.papers.receipt_code import receipt_code
from tests.fakes.time import SeededChance
from tests.headoffice.a_chain import Counter, put_goods
from tests.headoffice.a_network import Network
from tests.headoffice.an_office import new_office
from tests.headoffice.test_restored_book import Restorable
from tests.services.a_shop import new_shop
from tests.services.counter import goods

PHONE = "13800000042"


@dataclass
class Joined(Restorable):
    """A till with goods and a member, who bought something that its book then lost."""

    bea: bytes = b""
    first: int = 0

    def sell(self) -> tuple[Sale, str]:
        """The sale with its receipt's code."""
        counter = Counter(self.shop.till, self.shop.manager)
        basket = self.shop.till.check_out.open_basket().add(goods(12))
        sale = counter.book(basket.for_member(self.bea, proof="card"))
        with self.shop.till.book.read() as reader:
            stored = reader.sales.by_id(sale.id)
            assert stored is not None
            code = receipt_code(reader, stored)
        assert code is not None
        return sale, code

    def key_in(self, sale: Sale, receipt: str) -> Sale:
        cells = {
            "receipt": receipt,
            "day": sale.at.date().isoformat(),
            "time": sale.at.strftime("%H:%M:%S"),
            "total": f"{sale.payable_minor / 100:.2f}",
            "member": PHONE,
            "code": "ART012",
        }
        report = self.shop.till.key_in.run([TableRow(2, cells)], self.shop.manager)
        assert [one.reason for one in report.findings] == []
        (row,) = self.shop.till.history.page(limit=1)
        with self.shop.till.book.read() as reader:
            stored = reader.sales.by_id(row.sale_id)
        assert stored is not None
        return stored.sale

    def at_head_office(self) -> dict[str, int]:
        """What the member has in head office's ledger, by wallet, when it verifies."""
        while self.office.follow():
            pass
        proof = verify_office(self.office.database, self.office.office, lambda *_: None)
        assert proof.holds, proof.first
        with self.office.database.read() as connection:
            now = self.shop.clock.now()
            fold = head_office(self.office.database, connection, self.office.office, now=now).fold(
                self.bea
            )
        found: dict[str, int] = {}
        for account, amount in fold.accounts.items():
            if account.owner == self.bea:
                found[account.ledger] = found.get(account.ledger, 0) + amount
        return found

    def at_the_till(self) -> int:
        (row,) = self.shop.till.members.search(PHONE).rows
        assert row.balance is not None
        return row.balance


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Joined]:
    with (
        new_shop(tmp_path) as shop,
        new_office(tmp_path / "office", clock=shop.clock, chance=SeededChance(9)) as office,
    ):
        office.administration.add_store("S1", "Main Street")
        made = Joined(shop, office, Network(office))
        put_goods(shop.till)
        form = EnrolForm(phone=PHONE, name="Bea", consents=(("terms", "", True),))
        made.bea = shop.till.enrol.enrol(form, shop.manager).member.id
        made.join()
        made.start()
        made.first = made.sell()[0].points[0].earned  # what a first purchase brings is over
        made.settled()
        yield made
        if made.sending is not None:
            made.sending.close()


def lost(till: Joined, tmp_path: Path, *, told: bool) -> tuple[Sale, str]:
    """A sale that the book loses; head office has heard of it where `told`."""
    till.copied(tmp_path / "copy")
    till.start()
    till.shop.clock.pass_time(timedelta(minutes=5))
    sale, code = till.sell()
    if told:
        till.settled()
    till.put_back(tmp_path / "copy", witness=False)
    till.start()
    till.settled()
    return sale, code


@pytest.mark.parametrize("by_code", [True, False])
@pytest.mark.parametrize("told", [True, False])
def test_fault_11_a_sale_that_was_keyed_in_again_counts_once(
    till: Joined, tmp_path: Path, *, told: bool, by_code: bool
) -> None:
    sale, code = lost(till, tmp_path, told=told)
    keyed = till.key_in(sale, code if by_code else sale.number)
    till.settled()
    earned = sale.points[0].earned
    assert keyed.points[0].earned == earned > 0
    assert till.at_head_office() == {"dawn-club/points": till.first + earned}
    assert till.at_the_till() == till.first + earned


def test_a_number_that_the_book_has_given_out_anew_is_told_apart_by_the_code(
    till: Joined, tmp_path: Path
) -> None:
    """Out of reach the till went on where its copy ended: two papers say the same number."""
    till.copied(tmp_path / "copy")
    till.start()
    sale, code = till.sell()
    till.put_back(tmp_path / "copy", witness=True)
    till.shop.clock.pass_time(timedelta(minutes=5))
    again, _code = till.sell()
    assert again.number == sale.number
    till.start()
    till.key_in(sale, code)
    till.settled()
    earned = till.first + sale.points[0].earned + again.points[0].earned
    assert till.at_head_office() == {"dawn-club/points": earned}

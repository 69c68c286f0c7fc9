"""Sales that the till lost with its book, keyed in again from the customers' receipts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from posloyalty.documents.table_file import TableRow
from posloyalty.domain.engine.refund_unknown import UnknownGoods
from posloyalty.domain.shop.operator import Role
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.shift_sums import SumKind
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.ports.sales import PrintState
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.import_columns import MissingColumns
from posloyalty.services.shop.import_report import ImportReport
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SetClock
from tests.headoffice.a_chain import Counter, made_till
from tests.services.a_shop import Shop
from tests.services.counter import goods

PHONE = "13800000042"
BOOK = ("till.book", "till.book-wal", "till.book-shm")


@dataclass(frozen=True)
class Paper:
    """What a customer has in hand: the sale as it was, and the code on its receipt."""

    sale: Sale
    code: str


@dataclass
class Lost:
    """A till whose book is a copy of before its last sales, with the papers of these."""

    shop: Shop
    kept: Paper
    stranger: Paper
    member: Paper

    def row(self, paper: Paper, **cells: str) -> dict[str, str]:
        """The paper as a row of the table, by its code."""
        sale = paper.sale
        said = {
            "receipt": paper.code,
            "day": sale.at.date().isoformat(),
            "time": sale.at.strftime("%H:%M:%S"),
            "total": f"{sale.payable_minor / 100:.2f}",
            "member": PHONE if sale.member_id else "",
            "code": sale.lines[0].sku,
            "quantity": "",
            "price": "",
            "card": "",
            "qr_wallet": "",
        }
        return said | cells

    def key_in(self, *rows: dict[str, str]) -> ImportReport:
        lines = [TableRow(line, cells) for line, cells in enumerate(rows, start=2)]
        return self.shop.till.key_in.run(lines, self.shop.manager)

    def refusal(self, *rows: dict[str, str]) -> str:
        """The one thing that is wrong with them; nothing is booked."""
        before = self.head()
        report = self.key_in(*rows)
        assert (report.added, report.refused, self.head()) == (0, 1, before)
        (found,) = report.findings
        return found.reason

    def head(self) -> int:
        with self.shop.till.book.read() as reader:
            return reader.journal.head().seq

    def last(self) -> Sale:
        (row,) = self.shop.till.history.page(limit=1)
        with self.shop.till.book.read() as reader:
            stored = reader.sales.by_id(row.sale_id)
        assert stored is not None
        assert stored.printed is PrintState.NOT_WANTED
        return stored.sale


def paper_of(shop: Shop, sale: Sale) -> Paper:
    with shop.till.book.read() as reader:
        stored = reader.sales.by_id(sale.id)
        assert stored is not None
        code = receipt_code(reader, stored)
    assert code is not None
    return Paper(sale, code)


def points(lost: Lost) -> int:
    """What the member has at the till."""
    (row,) = lost.shop.till.members.search(PHONE).rows
    assert row.balance is not None
    return row.balance


@pytest.fixture
def lost(tmp_path: Path) -> Iterator[Lost]:
    clock = SetClock()
    with made_till(tmp_path / "till", 1, clock) as shop:
        form = EnrolForm(phone=PHONE, name="Bea", consents=(("terms", "", True),))
        bea = shop.till.enrol.enrol(form, shop.manager).member.id
        kept = paper_of(shop, Counter(shop.till, shop.manager).sell())
        shop.till.close()
        shutil.copy(shop.folder / "till.book", tmp_path / "copy")
        counter = Counter(shop.reopen(), shop.manager)
        clock.pass_time(timedelta(minutes=5))
        basket = shop.till.check_out.open_basket().add(goods(2)).add(goods(3))
        stranger = paper_of(shop, counter.book(basket))
        clock.pass_time(timedelta(minutes=5))
        basket = shop.till.check_out.open_basket().add(goods(12)).for_member(bea, proof="card")
        member = paper_of(shop, counter.book(basket))
        shop.till.close()
        for name in BOOK:
            (shop.folder / name).unlink(missing_ok=True)
        shutil.copy(tmp_path / "copy", shop.folder / "till.book")
        shop.reopen()
        clock.pass_time(timedelta(days=1))
        yield Lost(shop, kept, stranger, member)
        proof = shop.till.verify.verify()
        assert [one for one in proof.differences if one.what != "witness"] == []


def test_a_signed_receipt_of_a_lost_sale_is_a_sale_of_its_own_day_again(lost: Lost) -> None:
    lines = (lost.row(lost.stranger), lost.row(lost.stranger, code="06900000000003"))
    assert lost.key_in(*lines).added == 1
    was, now = lost.stranger.sale, lost.last()
    assert (now.again, now.receipt) == (was.number, lost.stranger.code)
    assert (now.at, now.day, now.payable_minor) == (was.at.replace(microsecond=0), was.day, 4000)
    assert [line.sku for line in now.lines] == ["ART002", "ART003"]
    assert now.number != was.number
    assert now.number.split("-")[2] == "2"  # in the present epoch


def test_a_members_receipt_gives_the_points_that_it_promised(lost: Lost) -> None:
    assert points(lost) == 0
    assert lost.key_in(lost.row(lost.member)).added == 1
    earned = lost.member.sale.points[0].earned
    assert earned > 0
    assert points(lost) == lost.last().points[0].earned == earned


def test_the_place_alone_does_not_name_what_a_receipt_that_is_keyed_in_gave(lost: Lost) -> None:
    assert lost.key_in(lost.row(lost.member)).added == 1
    by_place = [derive_id("lot", lost.last().id, n) for n in range(9)]
    with lost.shop.till.book.read() as reader:
        assert reader.ledger.lots_named(by_place) == ()


def test_a_receipt_is_keyed_in_once_however_often_and_in_whatever_way(lost: Lost) -> None:
    signed = lost.row(lost.member)
    by_number = lost.row(lost.member, receipt=lost.member.sale.number)
    assert lost.key_in(signed).added == 1
    before = lost.head()
    for again in (signed, by_number):
        report = lost.key_in(again)
        assert (report.added, report.unchanged, report.refused) == (0, 1, 0)
    assert lost.head() == before


def test_a_number_without_a_code_is_enough_in_a_gap_that_the_till_has_declared(lost: Lost) -> None:
    number = lost.member.sale.number
    assert lost.key_in(lost.row(lost.member, receipt=number)).added == 1
    assert (lost.last().again, lost.last().receipt) == (number, "")


def test_what_no_card_or_wallet_paid_was_cash(lost: Lost) -> None:
    row = lost.row(lost.member, card="12.50", qr_wallet="60.00", reference="8841")
    assert lost.key_in(row).added == 1
    assert [(one.kind.value, one.amount_minor) for one in lost.last().tenders] == [
        ("card", 1250),
        ("qr_wallet", 6000),
        ("cash", 4000),
    ]


def test_the_prices_on_the_paper_count_and_not_what_the_shelf_says_now(lost: Lost) -> None:
    with lost.shop.till.book.write() as unit:
        unit.catalogue.save_product(replace(goods(12), price_minor=9900), initials="sp")
        unit.commit()
    assert lost.refusal(lost.row(lost.member)) == "TOTAL_DIFFERS"
    assert lost.key_in(lost.row(lost.member, price="112.50")).added == 1


@pytest.mark.long(sample=5)
@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"total": "112.60"}, "TOTAL_DIFFERS"),
        ({"quantity": "2"}, "TOTAL_DIFFERS"),
        ({"member": ""}, "MEMBER_NEEDED"),
        ({"member": "13999999999"}, "NO_SUCH_MEMBER"),
        ({"code": "NOTHING"}, "NO_SUCH_ARTICLE"),
        ({"quantity": "0"}, "BAD_QUANTITY"),
        ({"time": "25:00"}, "BAD_TIME"),
        ({"time": ""}, "REQUIRED"),
        ({"card": "200.00"}, "PAID_MORE"),
        ({"card": "-1.00"}, "BELOW_ZERO"),
        ({"day": "2026-11-20"}, "DAY_DIFFERS"),
        ({"day": "2036-11-20"}, "RECEIPT_AHEAD"),
        ({"receipt": "S9-T9-1-0009"}, "RECEIPT_OTHER_TILL"),
    ],
)
def test_what_does_not_fit_the_paper_is_refused_and_said(
    lost: Lost, cells: dict[str, str], reason: str
) -> None:
    assert lost.refusal(lost.row(lost.member, **cells)) == reason


def test_numbers_that_were_never_lost_are_no_sales(lost: Lost) -> None:
    begins = lost.kept.sale.number.rpartition("-")[0]
    assert lost.refusal(lost.row(lost.kept)) == "SALE_IS_HERE"
    by_number = lost.row(lost.kept, receipt=lost.kept.sale.number)
    assert lost.refusal(by_number) == "SALE_IS_HERE"
    assert lost.refusal(lost.row(lost.member, receipt=f"{begins}-0001")) == "RECEIPT_NOT_LOST"
    ahead = begins.removesuffix("-1") + "-2-0999"
    assert lost.refusal(lost.row(lost.member, receipt=ahead)) == "RECEIPT_NOT_LOST"
    assert lost.refusal(lost.row(lost.member, receipt=f"{begins}-x")) == "BAD_RECEIPT_NUMBER"


def test_a_code_that_was_tampered_with_proves_nothing(lost: Lost) -> None:
    code = lost.member.code
    forged = code[:-8] + ("B" if code[-8] != "B" else "C") + code[-7:]
    assert lost.refusal(lost.row(lost.member, receipt=forged)) == "RECEIPT_FORGED"


def test_a_shift_that_began_later_has_it_and_not_its_cash(lost: Lost) -> None:
    lost.shop.till.shifts.open(10_000, lost.shop.manager)
    assert lost.key_in(lost.row(lost.member)).added == 1
    report = lost.shop.till.shifts.report()
    assert (report.due_minor, report.sums.total(SumKind.SALES).amount) == (10_000, 11250)


def test_goods_go_back_from_the_sale_that_was_keyed_in_and_not_by_the_code_as_well(
    lost: Lost,
) -> None:
    till = lost.shop.till
    assert till.refunds_unknown.prove(lost.stranger.code).sale_id is None
    lines = (lost.row(lost.stranger), lost.row(lost.stranger, code="ART003"))
    assert lost.key_in(*lines).added == 1
    proven = till.refunds_unknown.prove(lost.stranger.code)
    assert (proven.sale_id, proven.number) == (lost.last().id, lost.last().number)
    back = UnknownGoods(product=goods(2), quantity_milli=1000, amount_minor=2000)
    with pytest.raises(ServiceRefusal) as refused:
        till.refunds_unknown.quote(till.refunds_unknown.wish(back, receipt=proven))
    assert refused.value.reason == "SALE_IS_HERE"


def test_a_receipt_by_which_goods_came_back_is_left_to_a_person(lost: Lost) -> None:
    unknown = lost.shop.till.refunds_unknown
    proven = unknown.prove(lost.stranger.code)
    back = UnknownGoods(product=goods(2), quantity_milli=1000, amount_minor=2000)
    wish = unknown.wish(back, receipt=proven, cause="size")
    unknown.complete(wish, unknown.quote(wish), lost.shop.manager)
    lines = (lost.row(lost.stranger), lost.row(lost.stranger, code="ART003"))
    assert lost.refusal(*lines) == "GOODS_CAME_BACK"


def test_rows_that_say_different_things_of_one_receipt_are_named(lost: Lost) -> None:
    other = lost.row(lost.stranger, code="ART003", total="41.00")
    report = lost.key_in(lost.row(lost.stranger), other)
    assert [(one.line, one.column, one.reason) for one in report.findings] == [
        (3, "total", "ON_FIRST_ROW")
    ]


def test_a_table_without_what_it_takes_and_somebody_who_may_not(lost: Lost) -> None:
    with pytest.raises(MissingColumns):
        lost.key_in({"receipt": "S1-T1-1-0001"})
    cashier = replace(lost.shop.manager, role=Role.CASHIER)
    with pytest.raises(ServiceRefusal) as refused:
        lost.shop.till.key_in.run([], cashier)
    assert refused.value.reason == "NOT_ALLOWED"


def test_every_reason_has_words(lost: Lost) -> None:
    facts: dict[str, object] = dict.fromkeys(
        ("number", "day", "code", "name", "said", "comes", "line", "given"), "1"
    )
    for language in LANGUAGES:
        words = Words(language)
        assert words("told.KEYED_IN", number="S1-T1-1-0007").endswith(("0007", "补录", "補登"))
        for reason in ("TOTAL_DIFFERS", "RECEIPT_NOT_LOST", "USED_NOT"):
            assert words(f"refusal.{reason}", **facts)


def test_the_instant_is_the_papers(lost: Lost) -> None:
    assert lost.key_in(lost.row(lost.member, time="23:15")).added == 1
    at = datetime.combine(lost.member.sale.day, lost.last().at.timetz())
    assert lost.last().at == at.replace(hour=23, minute=15, second=0)

"""Ringing past purchases up again, each as a sale of its own through the check-out of the screen.

Shape: `read_purchases(rows, money)` judges the rows of a file; `Replay.run` rings them in the order
of their days, the rows of a day in the file's order. Members are made when they are first seen.
A sale's id derives from the input and its line, so ringing a row twice books nothing; how far the
replay got is kept in the book, so one that was killed goes on where it stopped. A book takes one
input by one programme: anything else would mix two histories.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Final

from posloyalty.domain.members.member import (
    Identifier,
    IdentifierKind,
    Member,
    MemberStatus,
    Profile,
)
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import QUANTITY_MAX, QUANTITY_ONE
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.product import Product, TaxClass, TaxMode
from posloyalty.domain.shop.tender import CashRounding, Tender, TenderKind, take_cash
from posloyalty.domain.values.calendar import day_start
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.money import Currency
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.members.enrol_member import member_created
from posloyalty.services.people.note_change import require
from posloyalty.services.ports import Book, Ids, ReplayProgress, UnitOfWork
from posloyalty.services.programmes.programmes import Programmes, read_programme
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.check_out import CheckOut
from posloyalty.services.shop.import_columns import Cells, Columns
from posloyalty.services.shop.import_report import ImportReport, Progress, RowFaults, Tally
from posloyalty.services.shop.import_rows import Row

COLUMNS: Final = {
    "member": ("customer_id", "customer", "member_id", "会员号", "會員編號", "会员", "會員"),
    "date": ("day", "日期"),
    "amount": ("dollar_value", "value", "total", "金额", "金額"),
    "quantity": ("number_of_cds", "pieces", "数量", "數量"),
}
MEMBER_MOST: Final = 60
AMOUNT_MOST_MINOR: Final = 10**12
PIECES_MOST: Final = QUANTITY_MAX // QUANTITY_ONE
# New members and the progress of this many rows share a transaction; each sale has its own.
ROWS_PER_STEP: Final = 250
# A day's sales are rung from here on, a second apart, closer when there are very many.
OPENS: Final = time(9)
OPEN_MS: Final = 13 * 60 * 60 * 1000
STEP_MS: Final = 1000
INPUT_SETTING: Final = "replay.input"
SOURCE: Final = "replay"
PROOF: Final = "foreign"
EXACT: Final = CashRounding()
TAX: Final = TaxClass("replay", "0 %", Ratio(0), TaxMode.INCLUSIVE)
ARTICLE: Final = Product(
    id=derive_id("product", SOURCE),
    sku="REPLAY",
    name="Purchase",
    price_minor=None,
    tax_class=TAX.code,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One row: who bought on a day for how much, in minor units."""

    line: int
    member: str
    day: date
    amount_minor: int
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a run came to: rows in all, sales this run rang, rows that stood in the book before."""

    rows: int
    rung: int
    resumed_at: int
    members: dict[str, bytes]


def read_purchases(rows: Iterable[Row], money: Currency) -> tuple[list[Purchase], ImportReport]:
    """The good rows in the order of ringing, and every bad one; raises `MissingColumns`."""
    tally = Tally()
    columns: Columns | None = None
    found: list[Purchase] = []
    for row in rows:
        if columns is None:
            columns = Columns(COLUMNS, row.cells)
            columns.require("member", "date", "amount")
        faults = RowFaults(row.line)
        purchase = _purchase(Cells(columns, row.cells, faults), row, money)
        if row.surplus:
            faults.add("", "SURPLUS_CELLS", n=row.surplus)
        if faults or purchase is None:
            tally.refuse(faults)
        else:
            tally.added += 1
            found.append(purchase)
    found.sort(key=lambda purchase: purchase.day)
    return found, tally.report()


def _purchase(cells: Cells, row: Row, money: Currency) -> Purchase | None:
    member = cells.text("member", needed=True, most=MEMBER_MOST)
    for column in ("date", "amount"):
        if not cells.raw(column):
            cells.fault(column, "EMPTY")
    day = cells.day("date")
    amount = cells.amount("amount", money)
    if amount is not None and not 0 <= amount <= AMOUNT_MOST_MINOR:
        cells.fault(
            "amount", "BELOW_ZERO" if amount < 0 else "AMOUNT_TOO_LARGE", given=cells.raw("amount")
        )
    pieces = cells.whole("quantity", least=0, most=PIECES_MOST)
    if day is None or amount is None:
        return None
    return Purchase(
        line=row.line, member=member, day=day, amount_minor=amount, pieces=max(1, pieces or 1)
    )


class Replay:
    """Rings purchases into the book, by the check-out that the screen has."""

    def __init__(
        self, *, book: Book, ids: Ids, check_out: CheckOut, programmes: Programmes
    ) -> None:
        self._book = book
        self._ids = ids
        self._check_out = check_out
        self._programmes = programmes

    def run(
        self,
        purchases: Sequence[Purchase],
        *,
        input_hash: bytes,
        programme: bytes,
        operator: Operator,
        progress: Progress | None = None,
    ) -> Replayed:
        """Ring what is not rung yet. `progress` may raise to stop; the next run goes on.

        Refuses NOT_ALLOWED, a programme's findings, REPLAY_OTHER_INPUT, REPLAY_CURRENCY
        (`programme`, `shop`) or REPLAY_PROGRAMME when another programme rules these days.
        """
        require(operator, Right.IMPORT_DATA)
        installed = self._installed(purchases, programme, operator)
        key = sha256(input_hash + installed.hash).digest()
        done = self._begin(key)
        members: dict[str, bytes] = {}
        due = list(timed(purchases, installed))
        for start in range(done, len(due), ROWS_PER_STEP):
            step = due[start : start + ROWS_PER_STEP]
            self._members(step, members, key, start)
            for count, (purchase, at) in enumerate(step, start=start + 1):
                self._ring(purchase, at, members[purchase.member], key, operator)
                if progress is not None:
                    progress(count, len(due))
        self._end(key, len(due))
        self._find(due[:done], members)
        return Replayed(rows=len(due), rung=len(due) - done, resumed_at=done, members=members)

    def _installed(
        self, purchases: Sequence[Purchase], data: bytes, operator: Operator
    ) -> Programme:
        money = self._check_out.open_basket().currency
        programme = read_programme(data)
        if programme.currency != money:
            raise ServiceRefusal(
                "REPLAY_CURRENCY", programme=programme.currency.code, shop=money.code
            )
        if purchases:
            # From the first purchase on, whatever day it is now.
            first = day_start(purchases[0].day, programme.zone)
            self._programmes.install(data, actor=operator.id, effective_from=first)
        with self._book.read() as reader:
            for purchase in (*purchases[:1], *purchases[-1:]):
                at = day_start(purchase.day, programme.zone, OPENS)
                ruling = self._programmes.at(reader, at)
                if ruling is None or ruling.hash != programme.hash:
                    raise ServiceRefusal("REPLAY_PROGRAMME", day=purchase.day)
        return programme

    def _begin(self, key: bytes) -> int:
        """How many rows are rung already; a fresh book gets the article and the mark."""
        with self._book.write() as unit:
            marked = unit.settings.get(INPUT_SETTING)
            if marked not in (None, key.hex()):
                raise ServiceRefusal("REPLAY_OTHER_INPUT")
            if marked is None:
                unit.settings.put({INPUT_SETTING: key.hex()})
                unit.catalogue.save_tax_class(TAX)
                unit.catalogue.save_product(ARTICLE, initials=SOURCE)
            found = unit.replays.progress(key)
            unit.commit()
        return 0 if found is None else found.rows

    def _members(
        self,
        step: Sequence[tuple[Purchase, datetime]],
        members: dict[str, bytes],
        key: bytes,
        start: int,
    ) -> None:
        """Make the step's new members, and note that everything before the step is rung."""
        with self._book.write() as unit:
            made = []
            for purchase, at in step:
                if purchase.member in members:
                    continue
                known = unit.members.by_foreign_id(purchase.member)
                if known is None:
                    member = self._member(unit, purchase)
                    event = member_created(
                        unit, self._ids.new_id(), member, actor=b"", source=SOURCE, at=at
                    )
                    made.append((member, unit.journal.append(event)))
                    known = member.id
                members[purchase.member] = known
            unit.members.add_many(made)
            unit.replays.advance(ReplayProgress(key=key, rows=start, sales=start))
            unit.commit()

    def _member(self, unit: UnitOfWork, purchase: Purchase) -> Member:
        return Member(
            id=self._ids.new_id(),
            status=MemberStatus.ACTIVE,
            joined_on=purchase.day,
            home_store=unit.facts.store_code,
            profile=Profile(
                name=purchase.member,
                identifiers=(Identifier(IdentifierKind.FOREIGN, purchase.member),),
            ),
        )

    def _ring(
        self, purchase: Purchase, at: datetime, member_id: bytes, key: bytes, operator: Operator
    ) -> None:
        basket = replace(
            self._check_out.open_basket(), sale_id=derive_id("replay-sale", key, purchase.line)
        ).for_member(member_id, proof=PROOF)
        basket = basket.add(
            ARTICLE,
            quantity_milli=purchase.pieces * QUANTITY_ONE,
            unit_price_minor=purchase.amount_minor // purchase.pieces,
            gross_minor=purchase.amount_minor,
        ).paid_by((TenderKind.CASH,))
        quote = self._check_out.quote(basket, at=at)
        tenders = _paid(quote.payable_minor)
        self._check_out.complete(basket, quote, tenders, operator, at=at)

    def _find(
        self, rung_before: Sequence[tuple[Purchase, datetime]], members: dict[str, bytes]
    ) -> None:
        """The members of an earlier run."""
        with self._book.read() as reader:
            for purchase, _ in rung_before:
                if purchase.member not in members:
                    known = reader.members.by_foreign_id(purchase.member)
                    assert known is not None
                    members[purchase.member] = known

    def _end(self, key: bytes, rows: int) -> None:
        with self._book.write() as unit:
            unit.replays.advance(ReplayProgress(key=key, rows=rows, sales=rows))
            unit.commit()


def timed(
    purchases: Sequence[Purchase], programme: Programme
) -> Iterable[tuple[Purchase, datetime]]:
    """Each purchase with its instant on its day in the programme's zone, as they are rung."""
    for day, group in groupby(purchases, key=lambda purchase: purchase.day):
        rows = list(group)
        opened = day_start(day, programme.zone, OPENS)
        apart = min(STEP_MS, OPEN_MS // len(rows))
        for place, purchase in enumerate(rows):
            yield purchase, opened + timedelta(milliseconds=apart * place)


def _paid(due_minor: int) -> tuple[Tender, ...]:
    if not due_minor:
        return ()
    return (take_cash(due_minor, (), given_minor=due_minor, rounding=EXACT),)

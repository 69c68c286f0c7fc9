"""A real book in a folder of the test, with set time and counted ids: `made_book(tmp_path)`.

`Rig` keeps what a test turns: `rig.clock`, `rig.ids`, `rig.book`; `rig.reopen()` closes and opens
the same file. `a_sale(rig, ...)` makes a `BookedSale` that fits the book's next place.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from posloyalty.domain.engine.consequences import Consequences, MetTier
from posloyalty.domain.engine.member_state import TierHolding
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.members.member import (
    Identifier,
    IdentifierKind,
    Member,
    MemberStatus,
    Profile,
)
from posloyalty.domain.shop.product import TaxMode, Unit
from posloyalty.domain.shop.sale import Sale, SaleLine, SaleOffer, SalePoints, SaleTax
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.ports import Book, BookedSale, BookFacts, Ids, UnitOfWork
from posloyalty.storage.open_book import make_book, open_book
from posloyalty.storage.place import BookPlace
from posloyalty.storage.unit_of_work import SqlBook
from posloyalty.sync.events import Genesis, MemberCreate, MemberEdit
from tests.fakes.time import CountedIds, SetClock

KEY = bytes(range(32))
FACTS = BookFacts(
    book_id=b"B" * 16,
    till_id=b"T" * 16,
    certificate=b"a certificate, DER",
    store_code="S01",
    till_code="T02",
    made_by="0.1.0",
)
LEDGER = "demo/points"
ISSUED = Account(LEDGER, AccountKind.ISSUED)
REDEEMED = Account(LEDGER, AccountKind.REDEEMED)


@dataclass
class Rig:
    """An open book and what a test turns."""

    place: BookPlace
    book: SqlBook
    clock: SetClock
    ids: CountedIds
    members: list[bytes] = field(default_factory=list)

    def reopen(self) -> SqlBook:
        """Close and open the same file."""
        self.book.close()
        self.book = open_book(self.place, KEY, clock=self.clock, make_ids=lambda _till: self.ids)
        return self.book


@contextmanager
def made_book(folder: Path, *, genesis: bool = True) -> Iterator[Rig]:
    """A new book with its genesis event."""
    clock, ids = SetClock(), CountedIds()
    place = BookPlace(folder / "book")
    shutil.copytree(_ready_book(), place.folder, dirs_exist_ok=True)
    book = open_book(place, KEY, clock=clock, make_ids=lambda _till: ids)
    rig = Rig(place=place, book=book, clock=clock, ids=ids)
    if genesis:
        with book.write() as unit:
            append_genesis(rig, unit)
            unit.commit()
    try:
        yield rig
    finally:
        rig.book.close()


@cache
def _ready_book() -> Path:
    """A closed book to copy: making one runs every migration."""
    folder = Path(tempfile.mkdtemp(prefix="posloyalty-book-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make_book(BookPlace(folder / "book"), KEY, FACTS, at=SetClock().now())
    return folder / "book"


def append_genesis(rig: Rig, unit: UnitOfWork) -> None:
    stamp = unit.journal.stamp()
    unit.journal.append(
        Genesis(
            id=rig.ids.new_id().hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            till=FACTS.till_id.hex(),
            book=FACTS.book_id.hex(),
            store=FACTS.store_code,
            code=FACTS.till_code,
            cert=FACTS.certificate.hex(),
            app=FACTS.made_by,
            currency="CNY",
            zone="Asia/Shanghai",
        )
    )


def add_member(rig: Rig, name: str = "王小雨", phone: str | None = None) -> bytes:
    """Enrol a member directly; returns the id."""
    member_id = rig.ids.new_id()
    identifiers = (Identifier(IdentifierKind.PHONE, phone),) if phone else ()
    with rig.book.write() as unit:
        stamp = unit.journal.stamp()
        joined = rig.clock.now().date()
        appended = unit.journal.append(
            MemberCreate(
                id=rig.ids.new_id().hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                member=member_id.hex(),
                joined=joined.isoformat(),
                store=FACTS.store_code,
                source="till",
            )
        )
        unit.members.add(
            Member(
                id=member_id,
                status=MemberStatus.ACTIVE,
                joined_on=joined,
                home_store=FACTS.store_code,
                profile=Profile(name=name, identifiers=identifiers, language="zh_CN"),
            ),
            appended=appended,
        )
        unit.commit()
    rig.members.append(member_id)
    return member_id


def a_sale(
    unit: UnitOfWork,
    rig: Rig,
    *,
    sale_id: bytes | None = None,
    lines: int = 2,
    member_id: bytes | None = None,
    earned: int = 0,
    uses: tuple[LotUse, ...] = (),
    tier: str | None = None,
    price_minor: int = 1000,
    print_receipt: bool = False,
) -> BookedSale:
    """A sale of equal lines at the unit's next place, earning and spending as told."""
    sale_id = rig.ids.new_id() if sale_id is None else sale_id
    at = rig.clock.now()
    total = price_minor * lines
    sale = Sale(
        id=sale_id,
        number=unit.journal.place().number,
        at=at,
        day=at.date(),
        currency="CNY",
        operator_id=b"O" * 16,
        member_id=member_id,
        proof=None if member_id is None else "card",
        programme_id="demo",
        programme_version=1,
        programme_hash=b"P" * 32,
        lines=tuple(_line(n, price_minor, earned if n == 1 else 0) for n in range(1, lines + 1)),
        offers=(SaleOffer(offer_id="off", name="会员价", amount_minor=lines),),
        taxes=(_untaxed(total),),
        tenders=(Tender(number=1, kind=TenderKind.CASH, amount_minor=total, given_minor=total),),
        points=() if member_id is None else (_points(earned, sum(use.amount for use in uses)),),
        gross_minor=total + lines,
        offers_minor=lines,
        redeemed_minor=0,
        tax_minor=0,
        payable_minor=total,
        rounding_minor=0,
    )
    return BookedSale(
        sale=sale,
        does=Consequences(
            transfers=transfers(sale_id, member_id, earned=earned, uses=uses, day=at.date()),
            tiers=() if tier is None or member_id is None else (_met(member_id, tier, at.date()),),
            meters=() if member_id is None else (_bought(member_id, sale_id, at),),
        ),
        print_receipt=print_receipt,
    )


def _untaxed(base_minor: int) -> SaleTax:
    return SaleTax(
        tax_class="std13",
        rate=Ratio(13, 100),
        mode=TaxMode.INCLUSIVE,
        base_minor=base_minor,
        tax_minor=0,
    )


def _points(earned: int, spent: int) -> SalePoints:
    return SalePoints(
        wallet="points",
        wallet_name="积分",
        scale=0,
        earned=earned,
        redeemed=spent,
        redeemed_minor=0,
        balance_after=earned,
        pending_after=0,
    )


def transfers(
    event_id: bytes,
    member_id: bytes | None,
    *,
    earned: int,
    uses: tuple[LotUse, ...] = (),
    day: date,
) -> tuple[Transfer, ...]:
    """What a sale posts: first what is spent, then what is earned."""
    if member_id is None:
        return ()
    account = Account(LEDGER, AccountKind.MEMBER, member_id)
    made: list[Transfer] = []
    spent = sum(use.amount for use in uses)
    if spent:
        made.append(
            Transfer(
                id=derive_id("transfer", event_id, len(made)),
                code=TransferCode.REDEEM,
                debit=account,
                credit=REDEEMED,
                amount=spent,
                event_id=event_id,
                uses=uses,
            )
        )
    if earned:
        lot = Lot(
            id=derive_id("lot", event_id, len(made)),
            account=account,
            original=earned,
            remaining=earned,
            earned_on=day,
            usable_from=day,
            last_day=day + timedelta(days=365),
        )
        made.append(
            Transfer(
                id=derive_id("transfer", event_id, len(made)),
                code=TransferCode.EARN,
                debit=ISSUED,
                credit=account,
                amount=earned,
                event_id=event_id,
                opens=lot,
            )
        )
    return tuple(made)


def _line(number: int, price_minor: int, earned: int) -> SaleLine:
    return SaleLine(
        number=number,
        product_id=number.to_bytes(16, "big"),
        sku=f"SKU{number:03d}",
        name=f"纯牛奶 {number}",
        unit=Unit.EACH,
        quantity_milli=1000,
        unit_price_minor=price_minor + 1,
        gross_minor=price_minor + 1,
        offers=(("off", 1),),
        redeemed=(),
        net_minor=price_minor,
        tax_class="std13",
        tax_rate=Ratio(13, 100),
        tax_mode=TaxMode.INCLUSIVE,
        tax_minor=0,
        earned=(("points", earned),) if earned else (),
    )


def _bought(member_id: bytes, sale_id: bytes, at: datetime) -> MeterEntry:
    return MeterEntry(
        meter="purchases", owner=member_id, day=at.date(), at=at, amount=1, event_id=sale_id
    )


def _met(member_id: bytes, level: str, day: date) -> MetTier:
    return MetTier(
        member_id,
        TierHolding(scheme="status", level=level, met_on=day, through=day + timedelta(days=365)),
    )


def set_status(book: Book, ids: Ids, member_id: bytes, status: MemberStatus) -> None:
    """Give a member another status, journalled as an edit."""
    with book.write() as unit:
        stamp = unit.journal.stamp()
        edited = MemberEdit(
            id=ids.new_id().hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            member=member_id.hex(),
            fields=("status",),
        )
        unit.members.set_status(member_id, status, appended=unit.journal.append(edited))
        unit.commit()

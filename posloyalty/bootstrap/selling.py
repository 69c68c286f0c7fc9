"""The counter: scans, the open sale, payments, the drawer and the shift."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from posloyalty.bootstrap.base import Base
from posloyalty.services.lending.lending import Lending
from posloyalty.services.papers.receipt_code import number_in_code
from posloyalty.services.selling.check_out import CheckOut
from posloyalty.services.selling.drafts import Drafts
from posloyalty.services.selling.find_voucher import FindVoucher
from posloyalty.services.selling.hold_sale import HoldSale
from posloyalty.services.selling.recognise_scan import RecogniseScan
from posloyalty.services.selling.sale_history import SaleHistory
from posloyalty.services.selling.scan_table import ScanTables
from posloyalty.services.selling.take_payments import TakePayments
from posloyalty.services.shifts.drawer import Drawer
from posloyalty.services.shifts.shifts import Shifts
from posloyalty.services.shop.catalogue import Catalogue
from posloyalty.services.till import Selling, Till
from posloyalty.storage.unit_of_work import SqlBook


def selling(base: Base, till: Till) -> Selling:
    """Make the area."""
    book, clock, ids, desk = till.book, till.clock, till.ids, base.desk
    lending, scan_table = Lending(book, clock), ScanTables(book, ids)
    check_out = CheckOut(base.ground, lending=lending)
    return Selling(
        check_out=check_out,
        payments=TakePayments(book=book, ids=ids, terminal=desk.terminal),
        scan=RecogniseScan(
            book=book,
            clock=clock,
            rules=partial(desk.scan_rules, scan_table, clock),
            read_receipt=_receipt_reader(base.book),
            vouchers=FindVoucher(clock=clock, programme_at=till.programmes.at),
            strangers=base.strangers,
            came=till.coming_articles.do,
        ),
        scan_table=scan_table,
        drafts=Drafts(book, clock),
        hold=HoldSale(book, clock),
        drawer=Drawer(desk.printer, _drawer_kick),
        shifts=Shifts(
            base.ground, may_close=desk.may_close, pieces=desk.pieces, wallets=check_out.wallets
        ),
        catalogue=Catalogue(book, ids, came=till.coming_articles.do),
        history=SaleHistory(book),
        lending=lending,
    )


def _drawer_kick() -> tuple[bytes, bytes]:
    # Loaded with the first opening: drawing receipts needs pictures and fonts.
    from posloyalty.documents.receipt_escpos import drawer_kick, drawer_kick_at_once

    return drawer_kick(), drawer_kick_at_once()


def _receipt_reader(book: SqlBook) -> Callable[[bytes], str | None]:
    def read(data: bytes) -> str | None:
        with book.read() as reader:
            return number_in_code(reader, data)

    return read

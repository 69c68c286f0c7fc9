"""The till as the screens and the console get it: one frozen bundle of ready services.

Built by `bootstrap.py` alone. Everything that writes belongs on the writer lane, everything that
reads on the look-up lane, `receipts.run_next` on the print lane; `settle` is a long job that runs
after the sign-in is painted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posloyalty.services.approvals import Approvals
from posloyalty.services.audit import Audit
from posloyalty.services.back_up import BackUp
from posloyalty.services.badges import Badges
from posloyalty.services.book_keys import KeyPlace
from posloyalty.services.catalogue import Catalogue
from posloyalty.services.check_out import CheckOut
from posloyalty.services.claims import Claims
from posloyalty.services.deeds import Deeds
from posloyalty.services.demo_shop import DemoShop
from posloyalty.services.doings import Doings
from posloyalty.services.drafts import Drafts
from posloyalty.services.drawer import Drawer
from posloyalty.services.enrol_member import EnrolMember
from posloyalty.services.exchange_sale import ExchangeSale
from posloyalty.services.find_member import FindMember
from posloyalty.services.gift_cards import GiftCards
from posloyalty.services.hear_office import HearOffice
from posloyalty.services.hold_sale import HoldSale
from posloyalty.services.households import Households
from posloyalty.services.import_members import ImportMembers
from posloyalty.services.import_products import ImportProducts
from posloyalty.services.lending import Lending
from posloyalty.services.partners import Partners
from posloyalty.services.people import People
from posloyalty.services.plans import Plans
from posloyalty.services.ports import Book, BookFacts, Chance, Ids
from posloyalty.services.print_receipts import PrintReceipts
from posloyalty.services.programme_acts import ProgrammeActs
from posloyalty.services.programmes import Programmes
from posloyalty.services.recognise_scan import RecogniseScan
from posloyalty.services.recover_book import RecoverBook
from posloyalty.services.refund_history import RefundHistory
from posloyalty.services.refund_sale import RefundSale
from posloyalty.services.refund_unknown import RefundUnknown
from posloyalty.services.run_rules import RunRules
from posloyalty.services.sale_history import SaleHistory
from posloyalty.services.scan_table import ScanTables
from posloyalty.services.shifts import Shifts
from posloyalty.services.shop_settings import ShopSettings
from posloyalty.services.sign_in import SignIn
from posloyalty.services.snapshots import Snapshots
from posloyalty.services.take_payments import TakePayments
from posloyalty.services.till_clock import TillClock
from posloyalty.services.trusted_tills import TrustedTills
from posloyalty.services.use_rights import UseRights
from posloyalty.services.verify_book import VerifyBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """Everything a till can do. `book` is for jobs with units of their own (imports, replays)."""

    facts: BookFacts
    key_place: KeyPlace
    book: Book
    clock: TillClock
    ids: Ids
    chance: Chance
    sign_in: SignIn
    approvals: Approvals
    badges: Badges
    deeds: Deeds
    audit: Audit
    check_out: CheckOut
    payments: TakePayments
    scan: RecogniseScan
    scan_table: ScanTables
    drafts: Drafts
    hold: HoldSale
    drawer: Drawer
    shifts: Shifts
    members: FindMember
    enrol: EnrolMember
    catalogue: Catalogue
    people: People
    shop: ShopSettings
    tills: TrustedTills
    history: SaleHistory
    refunds: RefundSale
    refunds_unknown: RefundUnknown
    refund_history: RefundHistory
    exchange: ExchangeSale
    receipts: PrintReceipts
    programmes: Programmes
    acts: ProgrammeActs
    doings: Doings
    runs: RunRules
    households: Households
    gift_cards: GiftCards
    claims: Claims
    use_rights: UseRights
    plans: Plans
    snapshots: Snapshots
    partners: Partners
    office: HearOffice
    lending: Lending
    recovery: RecoverBook
    back_up: BackUp
    verify: VerifyBook
    import_products: ImportProducts
    import_members: ImportMembers
    demo: DemoShop
    follow_members: Callable[[], None]
    """Bring the look-up cache up to the book, after an import."""
    settle: Callable[[], None]
    """What may wait at the start: quick check, cut-short print jobs, the look-up cache."""
    prepare: Callable[[], None]
    """What makes the first sale as fast as the second; for a moment in which nobody waits."""
    close: Callable[[], None]
    """Close the book and give its lock back; twice is harmless."""

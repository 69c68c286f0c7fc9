"""The till as the screens and the console get it: one bundle of services, made as they are needed.

Shape: `Till` has every service as an attribute of its own. What each till needs at once is
`TillBase`; the others come area by area, a small record each, imported and made by `bootstrap` when
one of its services is first asked for, and then kept. `ready_to_sell` asks for what the open sale
needs, `ready` for all of them: what a lane does, so that no screen has to.

Everything that writes belongs on the writer lane, everything that reads on the look-up lane,
`receipts.run_next` on the print lane; `settle` is a long job that runs after the sign-in is
painted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from posloyalty.services.book.back_up import BackUp
    from posloyalty.services.book.book_keys import KeyPlace
    from posloyalty.services.book.recover_book import RecoverBook
    from posloyalty.services.book.till_clock import TillClock
    from posloyalty.services.book.verify_book import VerifyBook
    from posloyalty.services.doings.doings import Doings
    from posloyalty.services.doings.plans import Plans
    from posloyalty.services.doings.programme_acts import ProgrammeActs
    from posloyalty.services.lending.lending import Lending
    from posloyalty.services.lending.reserve_for_sale import ReserveForSale
    from posloyalty.services.lending.reserve_return import ReserveReturn
    from posloyalty.services.lending.reserve_use import ReserveUse
    from posloyalty.services.members.claims import Claims
    from posloyalty.services.members.enrol_member import EnrolMember
    from posloyalty.services.members.find_member import FindMember
    from posloyalty.services.members.households import Households
    from posloyalty.services.members.partners import Partners
    from posloyalty.services.members.records import Records
    from posloyalty.services.office.ask_about_card import AskAboutCard, AskAboutPhone
    from posloyalty.services.office.ask_about_member import AskAboutMember
    from posloyalty.services.office.ask_about_paper import AskAboutPaper
    from posloyalty.services.office.coming_articles import ComingArticles
    from posloyalty.services.office.hear_office import HearOffice
    from posloyalty.services.office.join_head_office import JoinHeadOffice
    from posloyalty.services.office.listen_office import ListenOffice
    from posloyalty.services.office.move_head_office import MoveHeadOffice
    from posloyalty.services.office.send_journal import SendJournal
    from posloyalty.services.office.trusted_tills import TrustedTills
    from posloyalty.services.papers.print_receipts import PrintReceipts
    from posloyalty.services.papers.receipt_history import ReceiptHistory
    from posloyalty.services.people.approvals import Approvals
    from posloyalty.services.people.audit import Audit
    from posloyalty.services.people.badges import Badges
    from posloyalty.services.people.deeds import Deeds
    from posloyalty.services.people.people import People
    from posloyalty.services.people.sign_in import SignIn
    from posloyalty.services.ports import Book, BookFacts, Chance, Ids
    from posloyalty.services.programmes.programmes import Programmes
    from posloyalty.services.programmes.run_rules import RunRules
    from posloyalty.services.programmes.snapshots import Snapshots
    from posloyalty.services.programmes.wind_up import WindUp
    from posloyalty.services.returning.elsewhere_rule import ElsewhereRule
    from posloyalty.services.returning.exchange_sale import ExchangeSale
    from posloyalty.services.returning.refund_history import RefundHistory
    from posloyalty.services.returning.refund_sale import RefundSale
    from posloyalty.services.returning.refund_unknown import RefundUnknown
    from posloyalty.services.selling.check_out import CheckOut
    from posloyalty.services.selling.drafts import Drafts
    from posloyalty.services.selling.gift_cards import GiftCards
    from posloyalty.services.selling.hold_sale import HoldSale
    from posloyalty.services.selling.key_in import KeyIn
    from posloyalty.services.selling.pay_out_card import PayOutCard
    from posloyalty.services.selling.recognise_scan import RecogniseScan
    from posloyalty.services.selling.sale_history import SaleHistory
    from posloyalty.services.selling.scan_table import ScanTables
    from posloyalty.services.selling.take_payments import TakePayments
    from posloyalty.services.selling.use_rights import UseRights
    from posloyalty.services.shifts.drawer import Drawer
    from posloyalty.services.shifts.shifts import Shifts
    from posloyalty.services.shop.catalogue import Catalogue
    from posloyalty.services.shop.demo_shop import DemoShop
    from posloyalty.services.shop.import_members import ImportMembers
    from posloyalty.services.shop.import_prices import ImportPrices
    from posloyalty.services.shop.import_products import ImportProducts
    from posloyalty.services.shop.price_lists import PriceLists
    from posloyalty.services.shop.shop_settings import ShopSettings


@dataclass(frozen=True, kw_only=True)
class TillBase:
    """What there is from the first moment. `book` is for jobs with units of their own."""

    facts: BookFacts
    key_place: KeyPlace
    book: Book
    clock: TillClock
    ids: Ids
    chance: Chance
    shop: ShopSettings
    programmes: Programmes
    coming_articles: ComingArticles
    follow_members: Callable[[], None]
    """Bring the look-up cache up to the book, after an import."""
    settle: Callable[[], None]
    """What may wait at the start: quick check, the look-up cache."""
    hold_room: Callable[[], bool]
    """Lay the ballast for a full disk; whether it lies there. For when nobody waits."""
    prepare: Callable[[], None]
    """What makes the first sale as fast as the second; for a moment in which nobody waits."""
    close: Callable[[], None]
    """Close the book and give its lock back; twice is harmless."""


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Who works here, who may do what, and what was done."""

    sign_in: SignIn
    approvals: Approvals
    badges: Badges
    deeds: Deeds
    audit: Audit
    people: People
    recovery: RecoverBook


@dataclass(frozen=True, kw_only=True)
class Selling:
    """From the scan to the receipt."""

    check_out: CheckOut
    payments: TakePayments
    scan: RecogniseScan
    scan_table: ScanTables
    drafts: Drafts
    hold: HoldSale
    drawer: Drawer
    shifts: Shifts
    catalogue: Catalogue
    history: SaleHistory
    lending: Lending


@dataclass(frozen=True, kw_only=True)
class Papers:
    """What the printer gets."""

    receipts: PrintReceipts
    past_receipts: ReceiptHistory


@dataclass(frozen=True, kw_only=True)
class GoodsBack:
    """Returns, exchanges, and receipts that become a member's."""

    refunds: RefundSale
    refunds_unknown: RefundUnknown
    refund_history: RefundHistory
    exchange: ExchangeSale
    claims: Claims
    tills: TrustedTills
    elsewhere: ElsewhereRule


@dataclass(frozen=True, kw_only=True)
class Membership:
    """Finding and enrolling members, and what they do beside buying."""

    members: FindMember
    enrol: EnrolMember
    acts: ProgrammeActs
    doings: Doings
    runs: RunRules
    households: Households
    gift_cards: GiftCards
    pay_outs: PayOutCard
    use_rights: UseRights
    plans: Plans
    snapshots: Snapshots
    partners: Partners
    winding_up: WindUp
    records: Records


@dataclass(frozen=True, kw_only=True)
class WholeBook:
    """Copies, proofs, imports, lost sales keyed in again, and the demo shop."""

    back_up: BackUp
    verify: VerifyBook
    import_products: ImportProducts
    import_prices: ImportPrices
    price_lists: PriceLists
    import_members: ImportMembers
    key_in: KeyIn
    demo: DemoShop


@dataclass(frozen=True, kw_only=True)
class Connection:
    """The way to head office; sending, listening and reserving have a thread each."""

    joining: JoinHeadOffice
    moving: MoveHeadOffice
    office: HearOffice
    sending: SendJournal
    listening: ListenOffice
    about_papers: AskAboutPaper
    about_cards: AskAboutCard
    about_phones: AskAboutPhone
    about_members: AskAboutMember
    reserving: ReserveForSale
    reserve_return: ReserveReturn
    reserve_use: ReserveUse


Area = type[Staff | Selling | Papers | GoodsBack | Membership | WholeBook | Connection]
AREAS: Final[tuple[Area, ...]] = (
    Staff,
    Selling,
    Papers,
    Membership,
    GoodsBack,
    WholeBook,
    Connection,
)
"""In the order in which a till that has just been opened needs them."""
AT_THE_COUNTER: Final[tuple[Area, ...]] = (Staff, Selling, Papers)
"""Without these no sale opens."""
_AREA_OF: Final[Mapping[str, Area]] = {one.name: area for area in AREAS for one in fields(area)}


class Till(TillBase, Staff, Selling, Papers, GoodsBack, Membership, WholeBook, Connection):
    """Everything a till can do."""

    def __init__(self, base: TillBase, make: Callable[[Till, Area], object]) -> None:
        """`make` makes one area; it may ask the till for services of others."""
        self._keep(base)
        # An area is made once, whoever asks first; making one asks for others.
        vars(self)["_area"] = (make, RLock())

    def ready_to_sell(self) -> None:
        """Make what the open sale needs."""
        self._make(AT_THE_COUNTER)

    def ready(self) -> None:
        """Make every area that nobody has asked for yet."""
        self._make(AREAS)

    def _make(self, areas: tuple[Area, ...]) -> None:
        for area in areas:
            getattr(self, fields(area)[0].name)

    def _keep(self, services: object) -> None:
        # Frozen for everybody else: past its own `__setattr__`.
        vars(self).update(vars(services))

    if not TYPE_CHECKING:  # the annotations above say which names there are

        def __getattr__(self, name: str) -> Any:
            """A service that is asked for the first time."""
            area = _AREA_OF.get(name)
            if area is None:
                raise AttributeError(name)
            make, lock = vars(self)["_area"]
            with lock:
                if name not in vars(self):
                    self._keep(make(self, area))
            return vars(self)[name]

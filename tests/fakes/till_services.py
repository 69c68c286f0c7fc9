"""A till's services for tests of the counter, all in memory, over the small shop's plain rules.

`FakeTill` stands for the bundle of services; each fake remembers what it was asked, newest last,
and fails once with `fails` when the test sets it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import (
    dataclass,
    field,
    replace,
)
from datetime import (
    datetime,
    timedelta,
)

from posloyalty.domain.engine.quote import (
    Quote,
)
from posloyalty.domain.members.member import (
    Member,
)
from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.basket import (
    Basket,
)
from posloyalty.domain.shop.deeds import Deed
from posloyalty.domain.shop.held_basket import (
    HeldBasket,
)
from posloyalty.domain.shop.operator import (
    Operator,
)
from posloyalty.domain.shop.product import (
    Product,
)
from posloyalty.domain.shop.sale import (
    Sale,
)
from posloyalty.domain.shop.tender import (
    Tender,
    TenderKind,
    still_due,
    take_exact,
)
from posloyalty.services.members.find_member import (
    MemberPanel,
)
from posloyalty.services.ports import (
    PrintState,
    StoredSale,
)
from posloyalty.services.refusal import (
    ServiceRefusal,
)
from posloyalty.services.selling.hold_sale import (
    HeldRow,
)
from posloyalty.services.selling.scanned import (
    ScannedGiftCard,
    ScannedMember,
    ScannedProduct,
    ScannedReceipt,
    ScanRefused,
    UnknownProduct,
)
from tests.fakes.back_office import FakeApprovals, FakeBadges, FakeSignIn
from tests.fakes.lanes import (
    Shell,
)
from tests.fakes.paying import (
    FakeGiftCards,
    FakePayments,
    FakePayOuts,
)
from tests.fakes.plain_rules import (
    a_quote,
    a_sale,
    tier,
    wallet,
)
from tests.fakes.reserving import FakeLending, FakeReserveReturn, FakeReserving
from tests.fakes.small_catalogue import FakeCatalogue
from tests.fakes.small_services import FakeAboutCards, FakeAboutMembers, FakeDrawer, FakeProgrammes
from tests.fakes.small_shop import (
    APPLES,
    CARD,
    CASHIER,
    CNY,
    NOW,
    PAYMENT_CODES,
    PRODUCTS,
    SHOP,
    WANG,
    member,
)


@dataclass
class Fails:
    """Fails once with what the test set."""

    fails: Exception | None = None

    def _maybe_fail(self) -> None:
        fault, self.fails = self.fails, None
        if fault is not None:
            raise fault


@dataclass
class FakeCheckOut(Fails):
    """The plain rules, and a list of booked sales."""

    balance: int = 2480
    pending: int = 120
    extra_refused: int = 0
    booked: list[Sale] = field(default_factory=list)
    quoted: list[Basket] = field(default_factory=list)
    completed: list[tuple[Tender, ...]] = field(default_factory=list)
    opened: int = 0
    taxes_added: bool = False
    vouchers: bool = False
    stored: frozenset[TenderKind] = frozenset()
    purse_minor: int = 0

    def stored_kinds(self) -> frozenset[TenderKind]:
        return self.stored

    def wallet_money(
        self, basket: Basket, quote: Quote, tenders: tuple[Tender, ...]
    ) -> tuple[str, int]:
        if basket.member_id is None:
            raise ServiceRefusal("NO_MEMBER")
        paid = sum(one.amount_minor for one in tenders if one.kind is TenderKind.WALLET)
        return "points", self.purse_minor - paid

    def pay_from_wallet(
        self,
        basket: Basket,
        quote: Quote,
        tenders: tuple[Tender, ...],
        *,
        amount_minor: int | None = None,
    ) -> Tender:
        wallet_id, left = self.wallet_money(basket, quote, tenders)
        wanted = min(still_due(quote.payable_minor, tenders), left)
        return take_exact(
            quote.payable_minor,
            tenders,
            kind=TenderKind.WALLET,
            amount_minor=wanted if amount_minor is None else amount_minor,
            reference=wallet_id,
            account_id=basket.member_id,
        )

    card_off: int = 0
    lent: tuple[int, int] | None = None

    def open_basket(self) -> Basket:
        self.opened += 1
        return Basket(sale_id=self.opened.to_bytes(16, "big"), currency=CNY)

    def wallets(self, language: str | None = None) -> dict[str, tuple[str, int]]:
        return {"points": ("Points" if language == "en" else "积分", 0)}

    def quote(
        self,
        basket: Basket,
        *,
        at: datetime | None = None,
        language: str | None = None,
        operator: Operator | None = None,
    ) -> Quote:
        self._maybe_fail()
        self.quoted.append(basket)
        return a_quote(
            basket,
            balance=self.balance,
            pending=self.pending,
            extra_refused=self.extra_refused,
            taxes_added=self.taxes_added,
            vouchers=self.vouchers,
            card_off=self.card_off,
            lent=self.lent,
        )

    def complete(
        self,
        basket: Basket,
        quote: Quote,
        tenders: tuple[Tender, ...],
        operator: Operator,
        *,
        at: datetime | None = None,
    ) -> Sale:
        self._maybe_fail()
        for sale in self.booked:
            if sale.id == basket.sale_id:
                return sale
        if still_due(quote.payable_minor, tenders):
            raise ServiceRefusal("UNPAID", due_minor=still_due(quote.payable_minor, tenders))
        self.completed.append(tenders)
        sale = a_sale(basket, quote, tenders, operator)
        self.booked.append(sale)
        return sale


@dataclass
class FakeScan:
    """Codes are the products' numbers; the card is Wang's. `doubtful` is what a code means until
    head office was asked about it, and `told` what it means then.
    """

    doubtful: dict[str, object] = field(default_factory=dict)
    told: dict[object, object] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    more: tuple[Product, ...] = ()
    stand_in: Product | None = None
    withdrawn: dict[str, str] = field(default_factory=dict)

    def recognise(
        self, text: str, *, screen: str, aim: str | None = None, said: object = None
    ) -> object:
        self.asked.append((text, str(screen)))
        if text == CARD or text in self.doubtful:
            return self._card(text, said)
        if text in PAYMENT_CODES:
            return ScanRefused("payment_code", (("scheme", PAYMENT_CODES[text]),))
        if text.upper().startswith("LG1:"):
            return ScannedGiftCard(text.upper())
        if text.startswith("R:"):
            return ScannedReceipt(text[2:] or None, text)
        if text.startswith("label:"):
            return ScannedProduct(product=APPLES, quantity_milli=1286, gross_minor=1646)
        for each in (*PRODUCTS, *self.more):
            if text in each.codes:
                return ScannedProduct(product=each)
        if self.stand_in is not None:
            return ScannedProduct(product=self.stand_in, unknown=text)
        return UnknownProduct(text, withdrawn=self.withdrawn.get(text, ""))

    def _card(self, text: str, said: object) -> object:
        if text == CARD:
            return ScannedMember(WANG, "card")
        return self.doubtful[text] if said is None else self.told[said]


@dataclass
class FakeDrafts(Fails):
    """The kept basket; None was dropped."""

    kept: list[Basket | None] = field(default_factory=list)
    stored: tuple[Basket, bytes] | None = None

    def keep(self, basket: Basket, operator_id: bytes) -> None:
        self._maybe_fail()
        self.kept.append(basket)

    def load(self) -> tuple[Basket, bytes] | None:
        return self.stored

    def drop(self) -> None:
        self.kept.append(None)


@dataclass
class FakeHold(Fails):
    """Baskets put aside, newest first."""

    held: list[HeldBasket] = field(default_factory=list)

    def all(self) -> tuple[HeldRow, ...]:
        self._maybe_fail()
        return tuple(HeldRow(held=one, operator_name="李敏", member_name="") for one in self.held)

    def hold(
        self, basket: Basket, operator: Operator, *, total_minor: int, name: str = ""
    ) -> HeldBasket:
        self._maybe_fail()
        made = HeldBasket(
            basket=basket, name=name, operator_id=operator.id, at=NOW, total_minor=total_minor
        )
        self.held.insert(0, made)
        return made

    def recall(
        self,
        sale_id: bytes,
        operator: Operator,
        *,
        instead_of: Basket | None = None,
        total_minor: int = 0,
    ) -> Basket:
        self._maybe_fail()
        wanted = next(one for one in self.held if one.basket.sale_id == sale_id)
        self.held.remove(wanted)
        if instead_of is not None and not instead_of.empty:
            self.hold(instead_of, operator, total_minor=total_minor)
        return wanted.basket

    def rename(self, sale_id: bytes, name: str) -> None:
        self.held = [
            replace(one, name=name) if one.basket.sale_id == sale_id else one for one in self.held
        ]


@dataclass
class FakeMembers(Fails):
    """One member."""

    who: Member = field(default_factory=member)

    def panel(self, member_id: bytes, *, language: str = "") -> MemberPanel:
        self._maybe_fail()
        return MemberPanel(
            member=replace(self.who, id=member_id),
            wallets=(wallet(2480, 120),),
            tiers=(tier(),),
            as_of=NOW - timedelta(minutes=13),
            last_visit=NOW - timedelta(days=3),
        )


@dataclass
class FakeHistory:
    """What became of each sale's receipt; the test sets `printed`."""

    check_out: FakeCheckOut
    printed: PrintState = PrintState.PRINTED

    def sale(self, wanted: str | bytes) -> StoredSale | None:
        for sale in self.check_out.booked:
            if wanted in (sale.id, sale.number):
                return StoredSale(
                    sale=sale, epoch=1, seq=7, body_hash=b"h" * 32, printed=self.printed
                )
        return None


@dataclass
class FakeReceipts(Fails):
    """Queued prints."""

    queued: list[tuple[bytes, bool]] = field(default_factory=list)
    ran: int = 0
    doubtful: tuple[object, ...] = ()

    def in_doubt(self) -> tuple[object, ...]:
        return self.doubtful

    def queue(self, sale_id: bytes, *, copy: bool, operator: Operator | None = None) -> None:
        self._maybe_fail()
        self.queued.append((sale_id, copy))

    def run_next(self) -> PrintState | None:
        self.ran += 1
        return PrintState.PRINTED


@dataclass
class FakeDeeds(Fails):
    """Remembers what was done, with who approved it."""

    noted: list[tuple[Deed, Approval | None]] = field(default_factory=list)

    def note(
        self,
        deeds: Iterable[Deed],
        actor: Operator,
        *,
        approval: Approval | None = None,
        sale_id: bytes | None = None,
    ) -> None:
        self._maybe_fail()
        self.noted += [(deed, approval) for deed in deeds]


@dataclass
class FakeSnapshots(Fails):
    """Remembers what was turned down."""

    turned_down: list[tuple[str, bytes, str]] = field(default_factory=list)

    def turn_down(self, list_id: str, member_id: bytes, offer: str, operator: Operator) -> None:
        self._maybe_fail()
        self.turned_down.append((list_id, member_id, offer))


class FakeTill:
    """The bundle of services, with the names that the screens use."""

    def __init__(self) -> None:
        self.check_out = FakeCheckOut()
        self.payments = FakePayments()
        self.lending = FakeLending()
        self.reserving = FakeReserving()
        self.reserve_return = FakeReserveReturn()
        self.gift_cards = FakeGiftCards()
        self.pay_outs = FakePayOuts(self.gift_cards)
        self.scan = FakeScan()
        self.about_cards = FakeAboutCards()
        self.about_phones = FakeAboutCards()
        self.about_members = FakeAboutMembers()
        self.drafts = FakeDrafts()
        self.hold = FakeHold()
        self.members = FakeMembers()
        self.catalogue = FakeCatalogue()
        self.history = FakeHistory(self.check_out)
        self.receipts = FakeReceipts()
        self.past_receipts = self.receipts
        self.snapshots = FakeSnapshots()
        self.programmes = FakeProgrammes()
        self.sign_in = FakeSignIn()
        self.approvals = FakeApprovals(self.sign_in)
        self.deeds = FakeDeeds()
        self.badges = FakeBadges()
        self.drawer = FakeDrawer()
        self.followed = 0

    def follow_members(self) -> None:
        self.followed += 1


@dataclass
class Counting(Shell):
    """A shell whose till is open and somebody is signed in: `Counting().session`."""

    operator: Operator = CASHIER
    till: FakeTill = field(default_factory=FakeTill)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.session.attach(self.till, SHOP)  # type: ignore[arg-type]
        self.session.sign_in(self.operator)

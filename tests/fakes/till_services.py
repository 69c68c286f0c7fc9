"""A till's services for tests of the counter: a small shop with plain rules, all in memory.

`FakeTill` stands for the bundle of services; each fake remembers what it was asked, newest last,
and fails once with `fails` when the test sets it. The rules are few and round: milk is 5.00 off for
members, from 100.00 on there is 10.00 off, 100 points pay 1.00 in steps of 100 with a scanned card,
each whole yuan earns a point, and the birthday offer never applies.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from posloyalty.domain.engine.quote import (
    AppliedOffer,
    AppliedRedemption,
    Earning,
    ProgrammeRef,
    Quote,
    QuoteLine,
    Reason,
    RefusedOffer,
    TaxLine,
    TierState,
    UsableRedemption,
    WalletState,
)
from posloyalty.domain.members.member import (
    Birthday,
    Consent,
    Identifier,
    IdentifierKind,
    Member,
    MemberStatus,
    Profile,
)
from posloyalty.domain.shop.basket import Basket, BasketLine
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.product import Category, Product, TaxMode, Unit
from posloyalty.domain.shop.sale import Sale, SalePoints
from posloyalty.domain.shop.tender import Tender, still_due
from posloyalty.domain.values.money import currency
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.catalogue import QuickKey, QuickPage
from posloyalty.services.find_member import MemberPanel
from posloyalty.services.ports import PrintState, StoredSale
from posloyalty.services.recognise_scan import (
    ScannedMember,
    ScannedProduct,
    ScannedReceipt,
    ScanRefused,
    UnknownProduct,
)
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop_settings import ShopDetails
from tests.fakes.lanes import LanesAtOnce, LanesByStep, Shell
from tests.fakes.time import SHANGHAI

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=SHANGHAI)
TODAY = NOW.date()
CNY = currency("CNY")
PROGRAMME = ProgrammeRef(id="dawn-club", version=7, hash=b"P" * 32)
CASHIER = Operator(b"C" * 16, "李敏", Role.CASHIER)
MANAGER = Operator(b"M" * 16, "黄店长", Role.MANAGER)
WANG = b"W" * 16
CARD = "LP1:WANG"
PAYMENT_CODE = "134567890123456789"
SHOP = ShopDetails(
    name="晨光便利",
    store_code="S01",
    store_name="人民路店",
    till_code="T01",
    cash_step_minor=10,
    cash_rounding=Rounding.DOWN,
)

BREAKFAST = Category(b"a" * 16, "早餐", "amber", 0)
FRESH = Category(b"b" * 16, "果蔬", "green", 1)
HOME = Category(b"c" * 16, "日用", "blue", 2)


def product(
    number: int,
    name: str,
    price_minor: int | None,
    category: Category | None = None,
    unit: Unit = Unit.EACH,
) -> Product:
    """A product whose code is its number."""
    return Product(
        id=number.to_bytes(16, "big"),
        sku=f"A{number:04d}",
        name=name,
        price_minor=price_minor,
        tax_class="std13",
        unit=unit,
        category_id=None if category is None else category.id,
        codes=(str(number),),
    )


MILK = product(101, "纯牛奶 250ml×12", 4990)
WATER = product(102, "饮用天然水 550ml", 200)
APPLES = product(103, "红富士苹果", 1280, FRESH, Unit.KILOGRAM)
DETERGENT = product(104, "洗衣液 薰衣草 3kg", 3990, HOME)
TOAST = product(105, "全麦吐司 400g", 980, BREAKFAST)
TOOTHPASTE = product(106, "牙膏 清新薄荷 120g", 1590, HOME)
OPEN_PRICE = product(107, "开放价", None)
TEA_EGG = product(201, "茶叶蛋", 200, BREAKFAST)
PORK_BUN = product(202, "鲜肉包", 300, BREAKFAST)
SOY_MILK = product(203, "豆浆", 400, BREAKFAST)
AMERICANO = product(204, "美式咖啡", 990, BREAKFAST)
AMERICANO = replace(AMERICANO, codes=("204", "6901234500204"))
LATTE = product(205, "拿铁", 1280, BREAKFAST)
BANANAS = product(206, "香蕉", 680, FRESH, Unit.KILOGRAM)
EGGS = product(207, "鸡蛋 10 枚", 1190, FRESH)
BAG = product(208, "购物袋 大", 50, HOME)
PRODUCTS = (
    MILK, WATER, APPLES, DETERGENT, TOAST, TOOTHPASTE, OPEN_PRICE,
    TEA_EGG, PORK_BUN, SOY_MILK, AMERICANO, LATTE, BANANAS, EGGS, BAG,
)  # fmt: skip
TOP_KEYS = (
    TEA_EGG, PORK_BUN, SOY_MILK, TOAST, AMERICANO, LATTE, WATER, MILK,
    BANANAS, APPLES, EGGS, DETERGENT, BAG, TOOTHPASTE, OPEN_PRICE,
)  # fmt: skip


def member(*, name: str = "王小雨", status: MemberStatus = MemberStatus.ACTIVE) -> Member:
    """Wang Xiaoyu, whose birthday is on 28 November and who agreed to notes."""
    return Member(
        id=WANG,
        status=status,
        joined_on=date(2024, 3, 1),
        home_store="S01",
        profile=Profile(
            name=name,
            identifiers=(Identifier(IdentifierKind.PHONE, "13800006021"),),
            birthday=Birthday(11, 28),
            note="花生过敏",
        ),
        consents=(
            Consent(
                purpose="notes",
                channel="",
                granted=True,
                text_version="1",
                language="zh_CN",
                at=NOW - timedelta(days=30),
                operator_id=CASHIER.id,
                till_id=b"T" * 16,
                source="till",
            ),
        ),
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

    def open_basket(self) -> Basket:
        self.opened += 1
        return Basket(sale_id=self.opened.to_bytes(16, "big"), currency=CNY)

    def wallets(self, language: str | None = None) -> dict[str, tuple[str, int]]:
        return {"points": ("Points" if language == "en" else "积分", 0)}

    def quote(
        self, basket: Basket, *, at: datetime | None = None, language: str | None = None
    ) -> Quote:
        self._maybe_fail()
        self.quoted.append(basket)
        return a_quote(
            basket,
            balance=self.balance,
            pending=self.pending,
            extra_refused=self.extra_refused,
            taxes_added=self.taxes_added,
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
    """Codes are the products' numbers; the card is Wang's."""

    asked: list[tuple[str, str]] = field(default_factory=list)

    def recognise(self, text: str, *, screen: str, aim: str | None = None) -> object:
        self.asked.append((text, str(screen)))
        if text == CARD:
            return ScannedMember(WANG, "card")
        if text == PAYMENT_CODE:
            return ScanRefused("payment_code", (("scheme", "wechat"),))
        if text.startswith("R:"):
            return ScannedReceipt(text[2:] or None, text)
        if text.startswith("label:"):
            return ScannedProduct(product=APPLES, quantity_milli=1286, gross_minor=1646)
        for each in PRODUCTS:
            if text in each.codes:
                return ScannedProduct(product=each)
        return UnknownProduct(text)


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
class FakeMembers(Fails):
    """One member."""

    who: Member = field(default_factory=member)

    def panel(self, member_id: bytes) -> MemberPanel:
        self._maybe_fail()
        return MemberPanel(
            member=replace(self.who, id=member_id),
            wallets=(_wallet(2480, 120),),
            tiers=(_tier(),),
            as_of=NOW - timedelta(minutes=13),
            last_visit=NOW - timedelta(days=3),
        )


@dataclass
class FakeCatalogue:
    """The goods above: three tabs of quick keys, search by name or the initials below."""

    searched: list[str] = field(default_factory=list)
    initials: dict[str, str] = field(
        default_factory=lambda: {"qmts": "全麦吐司 400g", "qnhc": "茶叶蛋", "ms": "美式咖啡"}
    )

    def search(self, text: str, limit: int = 40) -> tuple[Product, ...]:
        self.searched.append(text)
        names = {name for key, name in self.initials.items() if key.startswith(text.lower())}
        found = [p for p in PRODUCTS if text in p.name or text in p.sku or p.name in names]
        return tuple(found[:limit])

    def categories(self) -> tuple[Category, ...]:
        return (BREAKFAST, FRESH, HOME)

    def quick_keys(self) -> tuple[QuickPage, ...]:
        top = QuickPage(category=None, name="", colour="grey", keys=_keys(TOP_KEYS))
        pages = [
            QuickPage(
                category=c,
                name=c.name,
                colour=c.colour,
                keys=_keys(tuple(p for p in PRODUCTS if p.category_id == c.id)),
            )
            for c in self.categories()
        ]
        return (top, *pages)


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

    def queue(self, sale_id: bytes, *, copy: bool, operator: Operator | None = None) -> None:
        self._maybe_fail()
        self.queued.append((sale_id, copy))

    def run_next(self) -> PrintState | None:
        self.ran += 1
        return PrintState.PRINTED


class FakeTill:
    """The bundle of services, with the names that the screens use."""

    def __init__(self) -> None:
        self.check_out = FakeCheckOut()
        self.scan = FakeScan()
        self.drafts = FakeDrafts()
        self.members = FakeMembers()
        self.catalogue = FakeCatalogue()
        self.history = FakeHistory(self.check_out)
        self.receipts = FakeReceipts()


@dataclass
class Counting(Shell):
    """A shell whose till is open and somebody is signed in: `Counting().session`."""

    operator: Operator = CASHIER
    till: FakeTill = field(default_factory=FakeTill)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.session.attach(self.till, SHOP)  # type: ignore[arg-type]
        self.session.sign_in(self.operator)


def at_once(language: str = "en", **more: object) -> Counting:
    """Lanes that answer within the call."""
    return Counting(language=language, lanes=LanesAtOnce(), **more)  # type: ignore[arg-type]


def by_step(language: str = "en", **more: object) -> Counting:
    """Lanes that the test lets run."""
    return Counting(language=language, lanes=LanesByStep(), **more)  # type: ignore[arg-type]


def a_quote(
    basket: Basket,
    *,
    balance: int = 2480,
    pending: int = 120,
    extra_refused: int = 0,
    taxes_added: bool = False,
) -> Quote:
    """The plain rules of this shop."""
    known = basket.member_id is not None
    shares: dict[int, list[tuple[str, int]]] = {line.number: [] for line in basket.lines}
    offers = _offers(basket, shares) if known else []
    refused = _refused(basket, extra_refused) if known else []
    offers_minor = sum(offer.amount_minor for offer in offers)
    room = basket.gross_minor - offers_minor
    redemptions, usable = _points(basket, room, balance) if known else ([], [])
    redeemed_minor = sum(each.amount_minor for each in redemptions)
    payable = room - redeemed_minor
    tax_minor = payable * 13 // 113
    if taxes_added:
        tax_minor = payable * 13 // 100
        payable += tax_minor
    earned = payable // 100 if known else 0
    points = sum(each.points for each in redemptions)
    mode = TaxMode.EXCLUSIVE if taxes_added else TaxMode.INCLUSIVE
    rate = Ratio(13, 100)
    return Quote(
        programme=PROGRAMME,
        at=NOW,
        day=TODAY,
        currency=basket.currency,
        sale_id=basket.sale_id,
        member_id=basket.member_id,
        lines=tuple(_quote_line(line, shares[line.number], mode) for line in basket.lines),
        offers=tuple(offers),
        refused=tuple(refused),
        redemptions=tuple(redemptions),
        usable=tuple(usable),
        taxes=(
            TaxLine(
                tax_class="std13",
                rate=rate,
                mode=mode,
                base_minor=payable - tax_minor,
                tax_minor=tax_minor,
            ),
        ),
        earnings=(_earning(basket, payable, earned),) if known else (),
        wallets=(_wallet(balance, pending),) if known else (),
        wallets_after=(_wallet(balance - points + earned, pending),) if known else (),
        tiers=(_tier(),) if known else (),
        tiers_after=(_tier(),) if known else (),
        gross_minor=basket.gross_minor,
        offers_minor=offers_minor,
        redeemed_minor=redeemed_minor,
        tax_minor=tax_minor,
        payable_minor=payable,
    )


def a_sale(basket: Basket, quote: Quote, tenders: tuple[Tender, ...], operator: Operator) -> Sale:
    """The booked sale, as far as the screens look at it."""
    after = {wallet.wallet: wallet for wallet in quote.wallets_after}
    return Sale(
        id=basket.sale_id,
        number=f"S01-T01-1-{int.from_bytes(basket.sale_id, 'big'):04d}",
        at=NOW,
        day=TODAY,
        currency=basket.currency.code,
        operator_id=operator.id,
        member_id=basket.member_id,
        proof=basket.proof,
        programme_id=quote.programme.id,
        programme_version=quote.programme.version,
        programme_hash=quote.programme.hash,
        lines=(),
        offers=(),
        taxes=(),
        tenders=tenders,
        points=tuple(
            SalePoints(
                wallet=earning.wallet,
                wallet_name="Points",
                scale=0,
                earned=earning.points,
                redeemed=sum(r.points for r in quote.redemptions),
                redeemed_minor=quote.redeemed_minor,
                balance_after=after[earning.wallet].balance,
                pending_after=after[earning.wallet].pending,
            )
            for earning in quote.earnings
        ),
        gross_minor=quote.gross_minor,
        offers_minor=quote.offers_minor,
        redeemed_minor=quote.redeemed_minor,
        tax_minor=quote.tax_minor,
        payable_minor=quote.payable_minor,
        rounding_minor=sum(tender.rounding_minor for tender in tenders),
    )


def _keys(products: tuple[Product, ...]) -> tuple[QuickKey, ...]:
    return tuple(QuickKey(place, each) for place, each in enumerate(products))


def _wallet(balance: int, pending: int) -> WalletState:
    return WalletState(
        wallet="points",
        balance=balance,
        pending=pending,
        debt=0,
        next_expiry=None,
        next_expiry_points=0,
    )


def _tier() -> TierState:
    return TierState(
        scheme="level",
        level="gold",
        level_name="金卡",
        rank=3,
        levels=4,
        held_through=date(2026, 12, 31),
        progress=1380,
        next_level_name="铂金",
        next_at=2000,
    )


def _offers(basket: Basket, shares: dict[int, list[tuple[str, int]]]) -> list[AppliedOffer]:
    offers = []
    milk = [line for line in basket.lines if line.product.id == MILK.id]
    if milk and "member-milk" not in basket.declined:
        shares[milk[0].number].append(("member-milk", 500))
        offers.append(
            AppliedOffer(
                offer_id="member-milk",
                name="会员价",
                amount_minor=500,
                shares=((milk[0].number, 500),),
                reasons=(Reason("OFF_AMOUNT", (("amount_minor", 500),)),),
            )
        )
    if basket.gross_minor >= 10000 and "ten-off" not in basket.declined:
        offers.append(
            AppliedOffer(
                offer_id="ten-off",
                name="满 100 减 10 券",
                amount_minor=1000,
                shares=((basket.lines[0].number, 1000),),
                reasons=(Reason("OFF_AMOUNT", (("amount_minor", 1000),)),),
                whole_order=True,
            )
        )
    return offers


def _refused(basket: Basket, extra: int) -> list[RefusedOffer]:
    short = 10000 - basket.gross_minor
    refused = []
    if "ten-off" in basket.declined:
        refused.append(
            RefusedOffer(
                offer_id="ten-off",
                name="满 100 减 10 券",
                reasons=(Reason("DECLINED"),),
                declined=True,
                loss_minor=1000,
            )
        )
    elif short > 0:
        reason = Reason("BELOW_MINIMUM", (("short_by_minor", short), ("minimum_minor", 10000)))
        refused.append(RefusedOffer(offer_id="ten-off", name="满 100 减 10 券", reasons=(reason,)))
    birthday = Reason("NOT_BIRTHDAY", (("before_days", 0), ("after_days", 0)))
    refused.append(RefusedOffer(offer_id="birthday", name="生日 8 折", reasons=(birthday,)))
    refused += [
        RefusedOffer(offer_id=f"more-{n}", name=f"优惠 {n}", reasons=(Reason("NO_GOODS"),))
        for n in range(extra)
    ]
    return refused


def _points(
    basket: Basket, room_minor: int, balance: int
) -> tuple[list[AppliedRedemption], list[UsableRedemption]]:
    most = min(balance // 100 * 100, room_minor // 100 * 100)
    reasons: tuple[Reason, ...] = (Reason("WITHIN_BALANCE"),)
    if basket.proof != "card":
        most, reasons = 0, (Reason("NEEDS_CARD", (("proof", basket.proof or ""),)),)
    usable = UsableRedemption(
        wallet="points",
        balance=balance,
        most_points=most,
        most_minor=most,
        step_points=100,
        least_points=100,
        reasons=reasons,
    )
    redeemed = []
    for wish in basket.redemptions:
        points = min(wish.points, most)
        if points:
            number = basket.lines[0].number
            redeemed.append(
                AppliedRedemption(
                    wallet="points",
                    points=points,
                    amount_minor=points,
                    shares=((number, points),),
                    point_shares=((number, points),),
                    reasons=(
                        Reason(
                            "REDEEMED",
                            (("wallet", "points"), ("points", points), ("amount_minor", points)),
                        ),
                    ),
                )
            )
    return redeemed, [usable]


def _quote_line(line: BasketLine, shares: list[tuple[str, int]], mode: TaxMode) -> QuoteLine:
    net = line.gross_minor - sum(share for _, share in shares)
    return QuoteLine(
        line=line,
        offers=tuple(shares),
        redeemed_minor=0,
        net_minor=net,
        tax_minor=net * 13 // 113,
        tax_class="std13",
        tax_rate=Ratio(13, 100),
        tax_mode=mode,
        earned=(("points", net // 100),),
    )


def _earning(basket: Basket, payable_minor: int, points: int) -> Earning:
    return Earning(
        wallet="points",
        points=points,
        base_minor=payable_minor,
        shares=tuple((line.number, line.gross_minor // 100) for line in basket.lines),
        usable_from=TODAY,
        last_day=date(2027, 11, 22),
        reasons=(Reason("EARN_BASE", (("base_minor", payable_minor),)),),
    )

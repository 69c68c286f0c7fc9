"""Programmes, goods, members and quotes for tests, each with as few words as can be.

Amounts are texts such as "12.30"; days are ISO texts. The programme of `rules(...)` is LOYALTY 6's:
CNY, 1 point per 1.00, floor once per sale, 100 points are 1.00.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.evaluate import evaluate
from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.engine.meters import earned_meter
from posloyalty.domain.engine.quote import Quote, Reason
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import LONG_AGO, Account, AccountKind, Lot
from posloyalty.domain.members.member import Birthday, MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.load import load
from posloyalty.domain.shop.basket import Basket, Redemption
from posloyalty.domain.shop.product import Product, TaxClass, TaxMode, Unit
from posloyalty.domain.values.money import currency, parse_amount
from posloyalty.domain.values.quantity import parse_quantity
from posloyalty.domain.values.ratio import Ratio

SHANGHAI = ZoneInfo("Asia/Shanghai")
MEMBER_ID = b"member-number-01"
SALE_ID = b"sale-number-0001"
LEDGER = "test/points"
STORE = StoreContext(zone=SHANGHAI, language="en")
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=SHANGHAI)

TAX = {
    "std13": TaxClass("std13", "13 %", Ratio(13, 100), TaxMode.INCLUSIVE),
    "low9": TaxClass("low9", "9 %", Ratio(9, 100), TaxMode.INCLUSIVE),
    "none": TaxClass("none", "no tax", Ratio(0), TaxMode.INCLUSIVE),
    "added10": TaxClass("added10", "10 % added", Ratio(10, 100), TaxMode.EXCLUSIVE),
    "added20": TaxClass("added20", "20 % added", Ratio(20, 100), TaxMode.EXCLUSIVE),
}

HEAD = """
language = 1
id = "test"
version = 1
name = "Test"
currency = "{currency}"
timezone = "Asia/Shanghai"
"""
WALLET = """
[[wallet]]
id = "points"
name = "Points"
expiry = { kind = "rolling_months", months = 12 }
[wallet.spend]
points = 100
money = "1.00"
step = 1
redeem_needs = "any"
"""
EARN = """
[[earn]]
id = "base"
per_spend = { points = 1, money = "1.00" }
"""


def programme(text: str) -> Programme:
    """The programme in a text; a finding fails the test."""
    read = load(text.encode("utf-8"))
    assert isinstance(read, Programme), read
    return read


def rules(*more: str, wallet: str = WALLET, earn: str = EARN, money: str = "CNY") -> Programme:
    """The usual programme and whatever else a test is about."""
    return programme("\n".join((HEAD.format(currency=money), wallet, earn, *more)))


def product(
    sku: str,
    price: str | None = None,
    *,
    tax: str = "std13",
    tags: tuple[str, ...] = (),
    money: str = "CNY",
    **flags: bool,
) -> Product:
    """A product whose id follows from its SKU."""
    return Product(
        id=sku.encode("ascii").rjust(16, b"0"),
        sku=sku,
        name=sku,
        price_minor=None if price is None else parse_amount(price, currency(money)),
        tax_class=tax,
        tags=tags,
        **flags,
    )


def weighed(sku: str, price: str) -> Product:
    """A product sold by the kilogram."""
    return Product(
        id=sku.encode("ascii").rjust(16, b"0"),
        sku=sku,
        name=sku,
        price_minor=parse_amount(price, currency("CNY")),
        tax_class="low9",
        unit=Unit.KILOGRAM,
    )


def basket(
    *goods: Product | tuple[Product, str],
    member: bool = False,
    proof: str | None = "card",
    redeem: int = 0,
    declined: tuple[str, ...] = (),
    money: str = "CNY",
) -> Basket:
    """A basket of products, with a quantity where one is given."""
    made = Basket(sale_id=SALE_ID, currency=currency(money), declined=frozenset(declined))
    for one in goods:
        article, quantity = one if isinstance(one, tuple) else (one, "1")
        made = made.add(article, quantity_milli=parse_quantity(quantity))
    if member:
        made = made.for_member(MEMBER_ID, proof=proof)
    if redeem:
        made = made.redeeming(Redemption(wallet="points", points=redeem), wallet="points")
    return made


def lot(
    points: int,
    *,
    earned: str = "2026-11-01",
    last: str | None = "2027-11-01",
    usable: str | None = None,
    remaining: int | None = None,
    name: str = "lot",
    ledger: str = LEDGER,
) -> Lot:
    """A lot of the member's; its id follows from its name and days."""
    return Lot(
        id=f"{name}{points}{earned}{last}".encode()[:16].ljust(16, b"."),
        account=Account(ledger, AccountKind.MEMBER, MEMBER_ID),
        original=points,
        remaining=points if remaining is None else remaining,
        earned_on=date.fromisoformat(earned),
        usable_from=date.fromisoformat(usable or earned),
        last_day=None if last is None else date.fromisoformat(last),
    )


def counted(
    meter: str, amount: int, day: str, *, owner: bytes = MEMBER_ID, event: bytes | None = None
) -> MeterEntry:
    """What a meter counted at noon of a day; the event's id follows from meter and day."""
    return MeterEntry(
        meter=meter,
        owner=owner,
        day=date.fromisoformat(day),
        at=datetime.fromisoformat(f"{day}T12:00:00+08:00"),
        amount=amount,
        event_id=f"{day}{meter}".encode().ljust(16, b".")[:16] if event is None else event,
    )


def member(
    *lots: Lot,
    held: tuple[tuple[str, str, str], ...] = (),
    debt: int = 0,
    birthday: Birthday | None = None,
    purchases: int = 1,
    status: MemberStatus = MemberStatus.ACTIVE,
    meters: tuple[MeterEntry, ...] = (),
    rights: tuple[Right, ...] = (),
    joined: str = "2026-01-01",
    scheme: str = "level",
) -> MemberState:
    """A member; `held` are (level, met on, through) of the scheme.

    Lots that a purchase here earned are counted as earned on their day.
    """
    earned = (
        counted(earned_meter(lot.account.ledger), lot.original, lot.earned_on.isoformat())
        for lot in lots
        if lot.earned_on != LONG_AGO
    )
    return MemberState(
        member_id=MEMBER_ID,
        status=status,
        joined_on=date.fromisoformat(joined),
        birthday=birthday,
        purchases=purchases,
        lots=lots,
        debts=((LEDGER, debt),) if debt else (),
        holdings=tuple(
            TierHolding(
                scheme=scheme,
                level=level,
                met_on=date.fromisoformat(met),
                through=date.fromisoformat(through),
            )
            for level, met, through in held
        ),
        meters=(*earned, *meters),
        rights=rights,
    )


def quote(
    rules_of: Programme,
    goods: Basket,
    state: MemberState | None = None,
    *,
    at: datetime = NOON,
    store: StoreContext = STORE,
) -> Quote:
    """The engine's answer; a member in the basket without a state is one with nothing."""
    if state is None and goods.member_id is not None:
        state = member()
    return evaluate(rules_of, goods, state, at, tax_classes=TAX, store=store)


def earned(found: Quote) -> int:
    """The points that a quote earns in its only wallet."""
    (only,) = found.earnings
    return only.points


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    """The codes of reasons."""
    return [one.code for one in reasons]

"""The demo shop: goods, people, members and a few days of sales, made by the ordinary services.

Shape: `demo_answers(language)` is what somebody would type into the wizard; `DemoShop.fill` fills
the fresh book that came of it. The same clock, ids and chance give the same shop. Products come
through the product import, members through the member import, sales through the check-out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from posloyalty.domain.programme.line_filter import category_id
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.price_list import Buyers
from posloyalty.domain.shop.product import Category, TaxClass, TaxMode
from posloyalty.domain.values.money import currency
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.book.first_run import FirstRunAnswers
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.people.note_change import note_change
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.ports import PinRecord, UnitOfWork
from posloyalty.services.selling.check_out import CheckOut
from posloyalty.services.selling.counter_facts import CounterRules
from posloyalty.services.shop.demo_people import DemoPerson, demo_people
from posloyalty.services.shop.demo_sales import DemoSales
from posloyalty.services.shop.demo_staff import DEMO_SETTING, STAFF
from posloyalty.services.shop.import_members import ImportMembers
from posloyalty.services.shop.import_products import ImportProducts
from posloyalty.services.shop.import_report import ImportReport, Progress
from posloyalty.services.shop.price_lists import PriceListForm, PriceLists
from posloyalty.services.shop.shop_settings import PrinterKind, PrinterSetup, ShopDetails

CURRENCY: Final = "CNY"
TIMEZONE: Final = "Asia/Shanghai"
PROGRAMME: Final = "programmes/dawn-club.toml"
# The programme is older than the oldest demo sale.
PROGRAMME_AGE: Final = timedelta(days=400)
MEMBERS: Final = 2_000
KEYS_A_PAGE: Final = 16
TAX_CLASSES: Final = tuple(
    TaxClass(f"std{rate}", f"{rate} %", Ratio(rate, 100), TaxMode.INCLUSIVE) for rate in (13, 9, 6)
)
SHOPS: Final = {
    "zh_CN": ("晨光便利", "人民路店", "上海市黄浦区人民路 18 号", "谢谢惠顾"),
    "zh_TW": ("晨光超商", "人民路店", "上海市黃浦區人民路 18 號", "謝謝光臨"),
    "en": ("Dawn Mart", "Renmin Rd", "18 Renmin Rd, Huangpu, Shanghai", "Thank you"),
}
MANAGER_PIN: Final = STAFF[-1][1]
MOST_BOUGHT: Final = (
    "COF019 COF018 BRE005 BRE001 BRE002 BRE013 DRI035 DRI039 "
    "DAI056 BAK074 PRO090 PRO089 PAN128 SNA110 HOU174 HOU172"
).split()
# What members pay for some of them, in minor units.
CLUB: Final = "CLUB"
CLUB_NAMES: Final = {"zh_CN": "会员价", "zh_TW": "會員價", "en": "Club price"}
CLUB_PRICES: Final = {"BRE002": 250, "DAI056": 1180, "SNA110": 690}
# What an opening balance says of the level that its member holds, from the highest.
LEVEL_FROM: Final = ((5200, "platinum"), (2600, "gold"), (500, "silver"))


@dataclass(frozen=True, slots=True)
class _Row:
    """A row for an import, as a file would give it."""

    line: int
    cells: Mapping[str, str]
    surplus: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFilled:
    """What was made."""

    products: int
    members: int
    sales: int
    people: tuple[Operator, ...] = field(default=())


def demo_answers(language: str, *, folder: str = "") -> FirstRunAnswers:
    """The wizard's answers for a demo shop; receipts are recorded in `folder` when one is given."""
    name, store, address, footer = SHOPS[language]
    printer = PrinterSetup()
    if folder:
        printer = PrinterSetup(kind=PrinterKind.RECORDING, address=folder)
    shop = ShopDetails(
        name=name,
        store_code="RM1",
        store_name=store,
        till_code="T01",
        address=address,
        # In the form of a Chinese tax number, with a last digit that does not fit: nobody's.
        tax_number="91310101MA1FP00000",
        phone="021-5555 0188",
        currency=CURRENCY,
        timezone=TIMEZONE,
        country="CN",
        language=language,
        cash_step_minor=10,
        cash_rounding=Rounding.FLOOR,
        receipt_footer=footer,
        printer=printer,
    )
    return FirstRunAnswers(
        shop=shop,
        manager_name=STAFF[-1][2][language],
        manager_pin=MANAGER_PIN,
        tax_classes=TAX_CLASSES,
    )


def as_demo(shop: ShopDetails) -> ShopDetails:
    """A shop's details with the money and time zone that the demo's prices and sales are in."""
    return replace(
        shop,
        currency=CURRENCY,
        timezone=TIMEZONE,
        country="CN",
        cash_step_minor=10,
        cash_rounding=Rounding.FLOOR,
    )


class DemoShop(Grounded):
    """Fills a book. `read` gives a resource's bytes by its name."""

    def __init__(
        self,
        ground: Ground,
        *,
        hasher: PinHasher,
        import_products: ImportProducts,
        import_members: ImportMembers,
        read: Callable[[str], bytes],
    ) -> None:
        super().__init__(ground)
        self._ground = ground
        self._hasher = hasher
        self._import_products = import_products
        self._import_members = import_members
        self._read = read

    def fill(
        self,
        manager: Operator,
        language: str,
        *,
        members: int = MEMBERS,
        progress: Progress | None = None,
    ) -> DemoFilled:
        """Fill a book whose shop is `demo_answers` or `as_demo`; `manager` is the one it has."""
        started = self._clock.now() - PROGRAMME_AGE
        self._programmes.install(self._read(PROGRAMME), actor=manager.id, effective_from=started)
        people = self._people(manager, language)
        goods = self._table("demo/products.csv")
        self._categories(language)
        products = self._products(goods, manager, language)
        self._quick_keys(goods, manager)
        today = self._clock.now()
        rows = (_member_row(person, today, language) for person in demo_people(members))
        joined = self._import_members.run(rows, manager, total=members, progress=progress)
        sales = DemoSales(book=self._book, check_out=self._check_out(language)).ring(
            operator=people[0], now=self._clock.now()
        )
        self._price_list(manager, language)
        return DemoFilled(
            products=_all_in(products), members=_all_in(joined), sales=sales, people=people
        )

    def _people(self, manager: Operator, language: str) -> tuple[Operator, ...]:
        """Add the staff; whoever has the manager's name is the manager."""
        made = []
        hashes = [self._hasher.hash(pin) for _, pin, _ in STAFF]
        with self._book.write() as unit:
            for (role, _, names), hashed in zip(STAFF, hashes, strict=True):
                if names[language] == manager.name:
                    made.append(manager)
                    continue
                operator = Operator(self._ids.new_id(), names[language], role)
                unit.people.save(operator)
                unit.people.set_pin(operator.id, PinRecord(hash=hashed))
                note_change(
                    unit,
                    self._ids,
                    manager,
                    kind="operator",
                    what=operator.id.hex(),
                    fields=("name", "role", "active", "pin"),
                )
                made.append(operator)
            unit.settings.put({DEMO_SETTING: "yes"})
            unit.commit()
        return tuple(made)

    def _categories(self, language: str) -> None:
        with self._book.write() as unit:
            known = {one.code for one in unit.catalogue.tax_classes()}
            for tax_class in TAX_CLASSES:
                if tax_class.code not in known:
                    unit.catalogue.save_tax_class(tax_class)
            for position, row in enumerate(self._table("demo/categories.csv")):
                unit.catalogue.save_category(
                    Category(category_id(row["key"]), row[language], row["colour"], position)
                )
            unit.commit()

    def _products(
        self, goods: list[dict[str, str]], manager: Operator, language: str
    ) -> ImportReport:
        names = {row["key"]: row[language] for row in self._table("demo/categories.csv")}
        rows = [
            _Row(line, _product_cells(row, names[row["category"]], row[language]))
            for line, row in enumerate(goods, start=2)
        ]
        return self._import_products.run(rows, manager)

    def _quick_keys(self, goods: list[dict[str, str]], manager: Operator) -> None:
        with self._book.write() as unit:
            for position, sku in enumerate(MOST_BOUGHT[:KEYS_A_PAGE]):
                _place(unit, None, position, sku)
            shelves: dict[str, int] = {}
            for row in goods:
                position = shelves.get(row["category"], 0)
                _place(unit, category_id(row["category"]), position, row["sku"])
                shelves[row["category"]] = position + 1
            note_change(
                unit, self._ids, manager, kind="quick_key", what="demo", fields=("product",)
            )
            unit.commit()

    def _price_list(self, manager: Operator, language: str) -> None:
        """What members pay from now on; the sales of the days before know nothing of it."""
        lists = PriceLists(self._ground)
        form = PriceListForm(code=CLUB, name=CLUB_NAMES[language], buyers=Buyers.MEMBERS)
        made = lists.save(form, manager)
        for sku, price_minor in CLUB_PRICES.items():
            lists.set_price(made.id, sku, price_minor, manager)

    def _check_out(self, language: str) -> CheckOut:
        """The check-out as the screen has it, but without printing."""
        rules = CounterRules(
            currency=currency(CURRENCY), zone=ZoneInfo(TIMEZONE), language=language
        )
        return CheckOut(replace(self._ground, rules=lambda: rules))

    def _table(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self._read(name).decode("utf-8"), newline="")))


def _place(unit: UnitOfWork, page: bytes | None, position: int, sku: str) -> None:
    product = unit.catalogue.by_sku(sku)
    if product is None:
        raise LookupError(f"the demo shop has no product {sku}")
    unit.catalogue.set_quick_key(page, position, product.id)


def _product_cells(row: Mapping[str, str], category: str, name: str) -> dict[str, str]:
    flags = row["flags"].split()
    return {
        "sku": row["sku"],
        "name": name,
        "price": row["price"],
        "tax_class": row["tax"],
        "unit": row["unit"],
        "category": category,
        "codes": row["code"],
        "tags": row["tags"],
        "deposit": "yes" if "deposit" in flags else "",
        "fee": "yes" if "fee" in flags else "",
    }


def _member_row(person: DemoPerson, today: datetime, language: str) -> _Row:
    level = next((level for least, level in LEVEL_FROM if person.points >= least), "")
    # Spread over the coming year, so that some points run out soon.
    points_left = 12 + person.number * 37 % 350
    level_left = 30 + person.number * 53 % 330
    birthday = person.birthday
    cells = {
        "id": f"D{person.number + 1:05d}",
        "name": person.name,
        "phone": person.phone,
        "language": person.language if person.language == "en" else _chinese(language),
        "birthday": "" if birthday is None else f"{birthday.month:02d}-{birthday.day:02d}",
        "joined": (today - timedelta(days=person.joined_days_ago)).date().isoformat(),
        "terms": "yes",
        "marketing": "yes" if person.marketing else "",
        "points": str(person.points),
        "points_last_day": _day(today, points_left) if person.points else "",
        "tier": level,
        "tier_through": _day(today, level_left) if level else "",
    }
    return _Row(person.number + 2, cells)


def _chinese(language: str) -> str:
    return language if language.startswith("zh") else "zh_CN"


def _day(today: datetime, days: int) -> str:
    return (today + timedelta(days=days)).date().isoformat()


def _all_in(report: ImportReport) -> int:
    """How many rows went in; the demo's own rows are never wrong."""
    if report.findings:
        first = report.findings[0]
        raise ValueError(f"demo row {first.line}, {first.column}: {first.reason} {first.facts}")
    return report.added

"""A small shop for tests of the counter: its goods, people, one member, and the codes they scan."""

from __future__ import annotations

from dataclasses import (
    replace,
)
from datetime import (
    date,
    datetime,
    timedelta,
)

from posloyalty.domain.engine.quote import (
    ProgrammeRef,
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
from posloyalty.domain.shop.operator import (
    Operator,
    Role,
)
from posloyalty.domain.shop.product import (
    Category,
    Product,
    Unit,
)
from posloyalty.domain.values.money import (
    currency,
)
from posloyalty.domain.values.rounding import (
    Rounding,
)
from posloyalty.services.shop.shop_settings import (
    ShopDetails,
)
from tests.fakes.time import (
    SHANGHAI,
)

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=SHANGHAI)
TODAY = NOW.date()
CNY = currency("CNY")
PROGRAMME = ProgrammeRef(id="dawn-club", version=7, hash=b"P" * 32)
CASHIER = Operator(b"C" * 16, "李敏", Role.CASHIER)
MANAGER = Operator(b"M" * 16, "黄店长", Role.MANAGER)
WANG = b"W" * 16
CARD = "LP1:WANG"
PAYMENT_CODE = "134567890123456789"
PAYMENT_CODES = {
    PAYMENT_CODE: "wechat",
    "2845678901234567": "alipay",
    "6212345678901234567": "unionpay",
}
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

"""A small shop on disk for the fault tests: made once, copied for each, with cheap PIN hashes."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from posloyalty import bootstrap
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.book.book_keys import Keyring
from posloyalty.services.book.first_run import Created, FirstRunAnswers
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.ports import Chance, Clock, Ids
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.services.shop.shop_settings import PrinterKind, PrinterSetup, ShopDetails
from posloyalty.services.till import Till
from resources import read
from tests.fakes.time import CountedIds, SeededChance, SetClock

PIN = "2468"
# Every start has ids of its own, as the real ones have.
_RUNS = count(100)
MEMBER_PHONE = "13800000001"


def cheap_hasher(chance: Chance) -> PinHasher:
    """Hashes that take a millisecond: a test is not an attacker."""
    return PinHasher(chance, time_cost=1, memory_kib=64)


def answers(**changes: object) -> FirstRunAnswers:
    """What a wizard would have asked, changed where a test wants it."""
    given: dict[str, object] = {
        "shop": ShopDetails(
            name="晨光便利",
            store_code="S01",
            store_name="人民路店",
            till_code="T02",
            printer=PrinterSetup(kind=PrinterKind.RECORDING),
        ),
        "manager_name": "林店长",
        "manager_pin": PIN,
        "tax_classes": (TaxClass("std13", "增值税 13%", Ratio(13, 100), TaxMode.INCLUSIVE),),
        "programme": read("programmes/dawn-club.toml"),
    }
    return FirstRunAnswers(**(given | changes))  # type: ignore[arg-type]


def make_shop(
    folder: Path,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    chance: Chance | None = None,
    keyring: Keyring | None = None,
) -> tuple[Till, Created]:
    """A till with eight products and one member."""
    till, created = bootstrap.create_till(
        folder,
        answers(),
        clock=clock or SetClock(),
        ids=ids or CountedIds(7),
        chance=chance or SeededChance(7),
        keyring=keyring,
        hasher=cheap_hasher,
    )
    till.settle()
    for n in range(8):
        till.catalogue.save_product(
            ProductForm(
                sku=f"SKU{n}",
                name=f"纯牛奶 {n}",
                price_minor=450 + 100 * n,
                tax_class="std13",
                codes=(str(100 + n),),
            ),
            created.manager,
        )
    till.enrol.enrol(
        EnrolForm(phone=MEMBER_PHONE, name="王小雨", consents=(("terms", "", True),)),
        created.manager,
    )
    return till, created


def reopen(
    folder: Path,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    keyring: Keyring | None = None,
) -> Till:
    """Open a shop that was made here."""
    return bootstrap.open_till(
        folder,
        clock=clock or SetClock(),
        ids=ids or CountedIds(next(_RUNS)),
        chance=SeededChance(99),
        keyring=keyring,
        hasher=cheap_hasher,
    )

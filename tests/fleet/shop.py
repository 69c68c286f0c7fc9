"""The tills' shops: one article, and members whom every till knows.

Some members come with points enough for a few articles and never earn more (`SPENDERS`): all tills
want to spend the same points, and what was spent of them is a sum that cannot be argued about. The
others earn. The rules give nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from posloyalty.bootstrap import create_till
from posloyalty.domain.members.member import Member, MemberStatus, Profile
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.ports import Chance
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.services.shop.demo_shop import demo_answers
from posloyalty.sync import events
from posloyalty.system import SystemChance, SystemClock, SystemIds
from tests.fakes.time import SHANGHAI

WALLET: Final = "points"
PRICE_MINOR: Final = 2_000
SPENDERS: Final = 4
EARNERS: Final = 16
PROGRAMME: Final = b"""
language = 2
id = "fleet"
version = 1
name = { en = "Fleet" }
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"
name = { en = "Points" }
unit = "points"

[wallet.spend]
points = 100
money = "1.00"
step = 100
least = 100

[[earn]]
id = "base"
name = { en = "Points" }
wallet = "points"
per_spend = { points = 100, money = "1.00" }
"""


def member(number: int) -> bytes:
    """A member's id: spenders first."""
    return b"member-" + number.to_bytes(9, "big")


def cheap_hasher(chance: Chance) -> PinHasher:
    """Nobody guesses these PINs."""
    return PinHasher(chance, time_cost=1, memory_kib=8)


def make_book(folder: Path, number: int) -> None:
    """A till of a store of its own, closed."""
    answers = demo_answers("en")
    details = replace(
        answers.shop,
        currency="CNY",
        timezone="Asia/Shanghai",
        store_code=f"S{number}",
        till_code=f"T{number}",
    )
    till, created = create_till(
        folder,
        replace(
            answers,
            shop=details,
            programme=PROGRAMME,
            tax_classes=(TaxClass("std13", "13 %", Ratio(13, 100), TaxMode.INCLUSIVE),),
        ),
        clock=SystemClock(SHANGHAI),
        ids=SystemIds(till=number.to_bytes(2, "big"), boot=b"made"),
        chance=SystemChance(),
        keyring=None,
        hasher=cheap_hasher,
    )
    try:
        till.settle()
        till.catalogue.save_product(
            ProductForm(sku="A", name="A", price_minor=PRICE_MINOR, tax_class="std13", codes=()),
            created.manager,
        )
        with till.book.write() as unit:
            for one in range(SPENDERS + EARNERS):
                stamp = unit.journal.stamp()
                created = unit.journal.append(
                    events.MemberCreate(
                        id=till.ids.new_id().hex(),
                        at=stamp.at,
                        hlc=stamp.hlc,
                        member=member(one).hex(),
                        joined="2026-01-01",
                        store="S1",
                        source="test",
                    )
                )
                known = Member(
                    id=member(one),
                    status=MemberStatus.ACTIVE,
                    joined_on=date(2026, 1, 1),
                    home_store="S1",
                    profile=Profile(name=f"Ada {one}"),
                )
                unit.members.add(known, appended=created)
            unit.commit()
    finally:
        till.close()

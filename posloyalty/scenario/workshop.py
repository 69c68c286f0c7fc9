"""Where tills for scenarios are made: real books, each copied from a template that is made once.

Shape: `Workshop(folder).till(details, ...)` gives an open till in a folder of its own. The first
till of a kind costs what a first run costs; each further one a copy of the file. PINs are hashed
with the least work that Argon2 allows: nobody signs in, and nothing here is secret.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from posloyalty.bootstrap import create_till, open_till
from posloyalty.domain.shop.operator import Operator
from posloyalty.scenario.frame import DEFAULT_STORE
from posloyalty.scenario.head_office import HeadOffice, OfficeHere
from posloyalty.scenario.machine import CountedIds, SeededChance, WallClock, WorldClock
from posloyalty.services.book.first_run import FirstRunAnswers
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.ports import Chance
from posloyalty.services.shop.practice import furnish, practice_answers, shop_copy
from posloyalty.services.shop.shop_settings import ShopDetails
from posloyalty.services.till import Till

# Before every scenario: a journal is never written before its last event.
MADE_AT: Final = datetime(1990, 1, 1, tzinfo=UTC)
MANAGER: Final = "Manager"
PIN: Final = "2580"
# Sources of ids: a till's are above every template's, so the two never make the same one.
TEMPLATE_BYTES: Final = 7
TILL_IDS: Final = 1 << 8 * TEMPLATE_BYTES
STARTS_APART: Final = 1_000
Fixed = tuple[str, str, str]


class MadeTill(NamedTuple):
    """An open till, its manager, and the folder of its book."""

    till: Till
    manager: Operator
    folder: Path


@dataclass(slots=True)
class Workshop:
    """Makes tills below a folder, which the caller removes, and the head office they talk to."""

    folder: Path
    head_office: Callable[[], HeadOffice] = OfficeHere
    _templates: dict[Fixed, tuple[Path, Operator]] = field(default_factory=dict)
    _made: int = 0

    def till(self, details: ShopDetails, *, number: int, clock: WallClock) -> MadeTill:
        """A new till of a shop, open, with its manager; `number` tells a scenario's tills apart."""
        template, manager = self._template(details)
        folder = self._place()
        shutil.copytree(template, folder)
        till = self.open(folder, number=number, clock=clock)
        if till.shop.details() != details:
            till.shop.save(details, manager)
        return MadeTill(till, manager, folder)

    def open(self, folder: Path, *, number: int, clock: WallClock, restarts: int = 0) -> Till:
        """Open a till's book; each start has ids and chance of its own, as real ones have."""
        return open_till(
            folder,
            clock=clock,
            ids=CountedIds(TILL_IDS + number + restarts * STARTS_APART),
            chance=SeededChance(f"till {number}" + f" start {restarts}" * bool(restarts)),
            keyring=None,
            hasher=quick_hasher,
        )

    def practice(self, real: Till, manager: Operator, *, number: int, clock: WallClock) -> MadeTill:
        """The training till beside a real one, with the shop as it is now; `manager` works there
        too.
        """
        folder, chance = self._place(), SeededChance(f"till {number}")
        copy = shop_copy(real.book, clock.now())
        till, created = create_till(
            folder,
            practice_answers(real.shop.details(), chance),
            clock=clock,
            ids=CountedIds(TILL_IDS + number),
            chance=chance,
            keyring=None,
            hasher=quick_hasher,
        )
        with till.book.write() as unit:
            furnish(unit, copy, created.manager)
            unit.commit()
        return MadeTill(till, manager, folder)

    def sweep(self) -> None:
        """Remove the tills made so far, which must be closed; templates stay."""
        for place in self.folder.glob("till-*"):
            shutil.rmtree(place)

    def _place(self) -> Path:
        self._made += 1
        return self.folder / f"till-{self._made}"

    def _template(self, details: ShopDetails) -> tuple[Path, Operator]:
        """A closed book with what a shop can never change; the rest is set when it is opened.

        Nothing of it hangs on who asked for it first: a scenario plays the same after any other.
        """
        fixed = (details.store_code, details.till_code, details.currency)
        known = self._templates.get(fixed)
        if known is not None:
            return known
        place = self.folder / f"template-{len(self._templates)}"
        till, created = create_till(
            place,
            FirstRunAnswers(shop=_bare(fixed), manager_name=MANAGER, manager_pin=PIN),
            clock=WallClock(WorldClock(MADE_AT), UTC),
            ids=CountedIds(_template_source(fixed)),
            chance=SeededChance("/".join(fixed)),
            keyring=None,
            hasher=quick_hasher,
        )
        till.close()
        self._templates[fixed] = made = (place, created.manager)
        return made


def _bare(fixed: Fixed) -> ShopDetails:
    """A store as a scenario has it that says nothing else of it."""
    store, till, money = fixed
    return replace(
        DEFAULT_STORE,
        name=store,
        store_code=store,
        store_name=store,
        till_code=till,
        currency=money,
    )


def _template_source(fixed: Fixed) -> int:
    return int.from_bytes(sha256("/".join(fixed).encode()).digest()[:TEMPLATE_BYTES])


def quick_hasher(chance: Chance) -> PinHasher:
    """The product's hasher with the least work that Argon2 allows."""
    return PinHasher(chance, time_cost=1, memory_kib=8)

"""Where tills for scenarios are made: real books, each copied from a template that is made once.

Shape: `Workshop(folder).till(details, ...)` gives an open till in a folder of its own. The first
till of a kind costs what a first run costs; each further one a copy of the file. PINs are hashed
with the least work that Argon2 allows: nobody signs in, and nothing here is secret.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from posloyalty.bootstrap import create_till, open_till
from posloyalty.domain.shop.operator import Operator
from posloyalty.scenario.head_office import HeadOffice, OfficeHere
from posloyalty.scenario.machine import CountedIds, SeededChance, WallClock, WorldClock
from posloyalty.services.first_run import FirstRunAnswers
from posloyalty.services.pin_hash import PinHasher
from posloyalty.services.ports import Chance
from posloyalty.services.shop_settings import ShopDetails
from posloyalty.services.till import Till

# Before every scenario: a journal is never written before its last event.
MADE_AT: Final = datetime(1990, 1, 1, tzinfo=UTC)
MANAGER: Final = "Manager"
PIN: Final = "2580"
# Sources of ids: templates and tills never make the same one.
TEMPLATE_IDS: Final = 1_000
TILL_IDS: Final = 2_000
Fixed = tuple[str, str, str]


@dataclass(slots=True)
class Workshop:
    """Makes tills below a folder, which the caller removes, and the head office they talk to."""

    folder: Path
    head_office: Callable[[], HeadOffice] = OfficeHere
    _templates: dict[Fixed, tuple[Path, Operator]] = field(default_factory=dict)
    _made: int = 0

    def till(self, details: ShopDetails, *, number: int, clock: WallClock) -> tuple[Till, Operator]:
        """A new till of a shop, open, with its manager; `number` tells a scenario's tills apart."""
        template, manager = self._template(details)
        self._made += 1
        place = self.folder / f"till-{self._made}"
        shutil.copytree(template, place)
        till = open_till(
            place,
            clock=clock,
            ids=CountedIds(TILL_IDS + number),
            chance=SeededChance(f"till {number}"),
            keyring=None,
            hasher=quick_hasher,
        )
        if till.shop.details() != details:
            till.shop.save(details, manager)
        return till, manager

    def sweep(self) -> None:
        """Remove the tills made so far, which must be closed; templates stay."""
        for place in self.folder.glob("till-*"):
            shutil.rmtree(place)

    def _template(self, details: ShopDetails) -> tuple[Path, Operator]:
        """A closed book with what a shop can never change; the rest is set when it is opened."""
        fixed = (details.store_code, details.till_code, details.currency)
        known = self._templates.get(fixed)
        if known is not None:
            return known
        number = len(self._templates)
        place = self.folder / f"template-{number}"
        till, created = create_till(
            place,
            FirstRunAnswers(shop=details, manager_name=MANAGER, manager_pin=PIN),
            clock=WallClock(WorldClock(MADE_AT), UTC),
            ids=CountedIds(TEMPLATE_IDS + number),
            chance=SeededChance("/".join(fixed)),
            keyring=None,
            hasher=quick_hasher,
        )
        till.close()
        self._templates[fixed] = made = (place, created.manager)
        return made


def quick_hasher(chance: Chance) -> PinHasher:
    """The product's hasher with the least work that Argon2 allows."""
    return PinHasher(chance, time_cost=1, memory_kib=8)

"""A whole till on a real book with set time, ids and chance: `new_shop(tmp_path)`.

PINs are hashed cheaply; everything else is what `bootstrap` builds. Files for imports are written
by `csv_file` and `xlsx_file`.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook

import resources
from posloyalty.bootstrap import create_till, open_till
from posloyalty.domain.shop.operator import Operator
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.ports import Chance
from posloyalty.services.shop import demo_shop
from posloyalty.services.shop.demo_shop import DemoShop, demo_answers
from posloyalty.services.till import Till
from tests.fakes.time import CountedIds, SeededChance, SetClock


def quick_hasher(chance: Chance) -> PinHasher:
    """The product's hasher with the least work that Argon2 allows."""
    return PinHasher(chance, time_cost=1, memory_kib=8)


@dataclass
class Shop:
    """An open till, and what a test turns."""

    folder: Path
    till: Till
    manager: Operator
    clock: SetClock
    ids: CountedIds
    chance: SeededChance

    def reopen(self) -> Till:
        """Close the book and open it again."""
        self.till.close()
        self.till = open_till(
            self.folder,
            clock=self.clock,
            ids=self.ids,
            chance=self.chance,
            keyring=None,
            hasher=quick_hasher,
        )
        return self.till


@contextmanager
def new_shop(
    folder: Path,
    *,
    language: str = "en",
    programme: str | None = "dawn-club",
    currency: str = "CNY",
    timezone: str = "Asia/Shanghai",
) -> Iterator[Shop]:
    """A shop with three tax classes, a manager, a programme, and nothing to sell."""
    made, manager = _template(language, programme, currency, timezone)
    shutil.copytree(made, folder / "book")
    clock, ids, chance = SetClock(), CountedIds(1), SeededChance(1)
    till = open_till(
        folder / "book",
        clock=clock,
        ids=ids,
        chance=chance,
        keyring=None,
        hasher=quick_hasher,
    )
    till.settle()
    shop = Shop(folder / "book", till, manager, clock, ids, chance)
    try:
        yield shop
    finally:
        shop.till.close()


def of_few_members(monkeypatch: pytest.MonkeyPatch, few: int = 60) -> None:
    """Whatever makes a demo shop makes one of so few members, which take most of making it."""
    monkeypatch.setitem(DemoShop.fill.__kwdefaults__, "members", few)
    monkeypatch.setattr(demo_shop, "MEMBERS", few)


@cache
def _template(
    language: str, programme: str | None, currency: str, timezone: str
) -> tuple[Path, Operator]:
    """A closed book to copy: making one costs ten times what opening one does."""
    folder = Path(tempfile.mkdtemp(prefix="posloyalty-shop-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    answers = demo_answers(language)
    details = replace(answers.shop, currency=currency, timezone=timezone)
    rules = None if programme is None else resources.read(f"programmes/{programme}.toml")
    till, created = create_till(
        folder / "book",
        replace(answers, shop=details, programme=rules),
        clock=SetClock(),
        ids=CountedIds(),
        chance=SeededChance(),
        keyring=None,
        hasher=quick_hasher,
    )
    till.close()
    return folder / "book", created.manager


def csv_file(path: Path, lines: str, *, encoding: str = "utf-8") -> Path:
    """A file of these lines, without the indentation."""
    text = "\n".join(line.strip() for line in lines.strip().splitlines())
    path.write_text(text + "\n", encoding=encoding)
    return path


def xlsx_file(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """A workbook with these rows on its first sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path

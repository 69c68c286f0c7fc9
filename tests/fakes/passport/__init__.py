"""A kind from outside: two files laid into two folders of the product, and nothing else.

`passport_kind()` lays them there: it makes their folders part of the two packages, and has these
look for what is new, as a start of the program does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from posloyalty.domain.discovery import import_all
from posloyalty.domain.engine import owned, work, works
from posloyalty.domain.engine.at_counter import SHOWN
from posloyalty.domain.programme import kinds
from posloyalty.domain.programme.declaration import DECLARATIONS

HERE = Path(__file__).parent
PASSPORT = """
[[passport]]
id = "tea"
name = { en = "Tea passport", zh_CN = "茶票", zh_TW = "茶票" }
stamps = 3
amount = "5.00"
"""
PASSPORTS = f"""
language = 2
id = "tasting"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[earn]]
id = "base"
per_sale = {{ points = 10 }}
{PASSPORT}"""


@contextmanager
def passport_kind() -> Iterator[None]:
    """As if its two files were the product's, until the end."""
    before = (dict(DECLARATIONS), work.REGISTRY.works, list(owned.SOURCES), dict(SHOWN))
    known, packages = set(sys.modules), ((kinds, "kinds"), (works, "works"))
    for package, folder in packages:
        package.__path__.append(str(HERE / folder))
        import_all(package.__name__, package.__path__)
    try:
        yield
    finally:
        for package, folder in packages:
            package.__path__.remove(str(HERE / folder))
            del package.passport  # type: ignore[attr-defined]
        for name in [f"{package.__name__}.passport" for package, _ in packages]:
            assert name not in known
            del sys.modules[name]
        for registry, kept in ((DECLARATIONS, before[0]), (SHOWN, before[3])):
            registry.clear()
            registry.update(kept)  # type: ignore[arg-type]
        work.REGISTRY.works = before[1]
        owned.SOURCES[:] = before[2]

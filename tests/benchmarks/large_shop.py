"""A till with a million members, made once and kept between runs.

Shape: `large_till(options)` opens a copy-free till on a demo shop whose book got its members by
bulk insertion straight into the tables: enrolling a million one by one would take an hour and is
not what is measured. Each has a profile, phone, card code, account and one lot, so that a panel has
something to reckon. Their lots hang on the genesis event; `verify` would rightly refuse this book.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlcipher3 import dbapi2 as sqlcipher

from posloyalty import bootstrap
from posloyalty.domain.members.short_code import short_code
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.shop.demo_people import FAMILY, GIVEN, LATIN_FIRST, LATIN_LAST
from posloyalty.services.shop.demo_shop import demo_answers
from posloyalty.services.till import Till
from posloyalty.storage.keys.key_store import KeyStore
from posloyalty.storage.place import BookPlace
from posloyalty.system import SystemChance, SystemClock, SystemIds
from tests.benchmarks.options import Options

LEDGER = "dawn-club/points"
BATCH = 100_000
DEMO_MEMBERS = 50
ZONE = ZoneInfo("Asia/Shanghai")


@contextmanager
def large_till(options: Options, *, members: int | None = None) -> Iterator[tuple[Till, Path]]:
    """The till and its folder; the look-up cache is built and open."""
    count = options.members if members is None else members
    folder = options.cache / f"shop-{count}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _make(folder, count)
        (folder / "complete").write_text("made\n")
    till = open_at(folder)
    try:
        till.settle()
        yield till, folder
    finally:
        till.close()


def open_at(folder: Path) -> Till:
    """Open the till in a folder as the application does, with the key file beside the book."""
    return bootstrap.open_till(folder / "till", keyring=None, **system_parts())


def system_parts() -> dict[str, Any]:
    """The machine's clock, ids and chance, as the composition roots hand them over."""
    chance = SystemChance()
    return {
        "clock": SystemClock(ZONE),
        "ids": SystemIds(till=b"bench", boot=chance.token_bytes(8)),
        "chance": chance,
    }


def phone(n: int) -> str:
    """The phone of member n."""
    return f"13{n * 7919 % 1_000_000_000:09d}"


def card(n: int) -> str:
    """The short code of member n."""
    return short_code((n * 1_000_003 % (1 << 40)).to_bytes(5, "big"))


def member_id(n: int) -> bytes:
    """The id of member n."""
    return derive_id("bench-member", n)


def name(n: int) -> str:
    """The name of member n: four in five Chinese."""
    if n % 5 == 0:
        return f"{LATIN_FIRST[n // 5 % len(LATIN_FIRST)]} {LATIN_LAST[n // 7 % len(LATIN_LAST)]}"
    given = GIVEN[n // 11 % len(GIVEN)] + (GIVEN[n // 17 % len(GIVEN)] if n % 3 else "")
    return FAMILY[n % len(FAMILY)] + given


def _make(folder: Path, count: int) -> None:
    till, created = bootstrap.create_till(
        folder / "till",
        demo_answers("zh_CN", folder=str(folder / "printed")),
        keyring=None,
        **system_parts(),
    )
    till.demo.fill(created.manager, "zh_CN", members=DEMO_MEMBERS)
    today = till.clock.now().date()
    store = till.facts.store_code
    till.close()
    place = BookPlace.at(folder / "till")
    key, _ = KeyStore(None).find(place)
    connection = sqlcipher.connect(str(place.book), isolation_level=None)
    # Ids lie anywhere in their trees: with a small cache each row would encrypt a page again.
    whole_book_in_memory = "cache_size=-1000000"
    for pragma in (
        f"key=\"x'{key.hex()}'\"",
        "synchronous=OFF",
        "foreign_keys=OFF",
        whole_book_in_memory,
    ):
        connection.execute(f"PRAGMA {pragma}")
    head = connection.execute("SELECT max(seq) FROM journal_event").fetchone()[0]
    days = [(today - timedelta(days=n)).isoformat() for n in range(360)]
    for start in range(0, count, BATCH):
        connection.execute("BEGIN")
        _insert(connection, range(start, min(count, start + BATCH)), store, days, head)
        connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("ANALYZE")
    connection.close()


def _insert(connection: Any, numbers: range, store: str, days: list[str], head: int) -> None:
    ids = [(n, member_id(n)) for n in numbers]
    many = connection.executemany
    many(
        "INSERT INTO member(id, status, joined_on, home_store, changed, purchases)"
        " VALUES(?, 'active', ?, ?, ?, 1)",
        [(one, days[n % 360], store if n % 3 else "RM2", head + 1 + n) for n, one in ids],
    )
    many(
        "INSERT INTO profile(member_id, name, language, birth_month, birth_day, note)"
        " VALUES(?, ?, 'zh_CN', ?, ?, '')",
        [(one, name(n), 1 + n % 12, 1 + n % 28) for n, one in ids],
    )
    for kind, value in (("phone", phone), ("card", card)):
        many(
            "INSERT INTO identifier(kind, value, member_id, place) VALUES(?, ?, ?, 0)",
            [(kind, value(n), one) for n, one in ids],
        )
    many(
        "INSERT INTO account(id, ledger, kind, owner, dr, cr) VALUES(?, ?, 'member', ?, 0, ?)",
        [(derive_id("bench-account", n), LEDGER, one, 100 + n % 900) for n, one in ids],
    )
    many(
        "INSERT INTO lot(id, seq, account, owner, original, remaining, earned_on, usable_from,"
        " last_day) VALUES(?, 1, ?, ?, ?, ?, ?, ?, NULL)",
        [
            (
                derive_id("bench-lot", n),
                derive_id("bench-account", n),
                one,
                100 + n % 900,
                100 + n % 900,
                days[n % 360],
                days[n % 360],
            )
            for n, one in ids
        ],
    )

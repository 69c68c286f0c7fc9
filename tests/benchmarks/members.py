"""Finding a member among a million, and everything that the member panel shows.

The bare query is one indexed SELECT by `sqlcipher3` on the same file, fetched and nothing more.
Hot means that the same few hundred members are asked for over and over; the growth compares a shop
of a thousand with the large one. A panel is hot in two ways: as it is asked for again between two
commits, and behind a commit, when all is read and decrypted anew from the system's memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from posloyalty.services.till import Till
from posloyalty.storage.keys.key_store import KeyStore
from posloyalty.storage.place import BookPlace
from tests.benchmarks.entry import Entry, at, in_turn, timed
from tests.benchmarks.large_shop import card, large_till, member_id, name, phone
from tests.benchmarks.options import Options

TIMES = 3_000
WARM = 500
HOT = 200
COMMITS = 600
SMALL_SHOP = 1_000
TYPED = 300
SPREAD = 104_729
BARE = "SELECT member_id FROM identifier WHERE kind = ? AND value = ?"


def measure(options: Options) -> Iterator[Entry]:
    """Cards, phones, panels and typed searches."""
    with large_till(options, members=SMALL_SHOP) as (till, _folder):
        small = _hot(lambda n: till.members.by_card(card(_some(n, SMALL_SHOP))))
    with large_till(options) as (till, folder):
        count = options.members
        bare = _bare(folder)
        yield from _exact(till, bare, count)
        large = _hot(lambda n: till.members.by_card(card(_some(n, count))))
        yield Entry(
            name=f"member by card, {count:,} beside {SMALL_SHOP:,}",
            ours=at(large, 0.5),
            reference=at(small, 0.5),
            limit=2.0,
        )
        panel = _hot(lambda n: till.members.panel(member_id(_some(n, count))))
        yield Entry(
            name="member panel, hot, median",
            ours=at(panel, 0.5),
            limit=1.0,
            note="asked again while nobody committed anything",
        )
        panel = sorted(_after_commits(till, count))
        yield Entry(
            name="member panel, after a commit, median",
            ours=at(panel, 0.5),
            limit=5.0,
            note="a commit makes SQLite drop a reader's pages: they are decrypted anew",
        )
        typed = sorted(_typed(till, count))
        yield Entry(name="typed search, median", ours=at(typed, 0.5), limit=10.0)
        yield Entry(name="typed search, p95", ours=at(typed, 0.95), limit=50.0)
        # Last, because it leaves the files cold for whatever came after.
        yield _after_idle(till, folder, count)
        bare.close()


def _exact(till: Till, bare: sqlcipher.Connection, count: int) -> Iterator[Entry]:
    kinds: tuple[tuple[str, Callable[[int], str], Callable[[str], object]], ...] = (
        ("card", card, till.members.by_card),
        ("phone", phone, till.members.by_phone),
    )
    for kind, value, find in kinds:
        keys = [value(_some(n, count)) for n in range(HOT)]

        def ours(n: int, keys: list[str] = keys, find: Callable[[str], object] = find) -> None:
            assert find(keys[n % HOT]) is not None

        def reference(n: int, keys: list[str] = keys, kind: str = kind) -> None:
            assert bare.execute(BARE, (kind, keys[n % HOT])).fetchone() is not None

        mine, other = in_turn(ours, reference, times=TIMES, warm=WARM)
        yield Entry(
            name=f"member by {kind} among {count:,}, median",
            ours=at(mine, 0.5),
            reference=at(other, 0.5),
            limit=5.0,
        )
        yield Entry(name=f"member by {kind} among {count:,}, p99", ours=at(mine, 0.99), limit=1.0)


def _hot(find: Callable[[int], object]) -> list[float]:
    for n in range(WARM):
        find(n % HOT)
    return sorted(timed(lambda n: find(n % HOT), n) for n in range(TIMES))


def _after_commits(till: Till, count: int) -> Iterator[float]:
    """The panels of the same members, each behind a commit that has nothing to do with them."""
    for n in range(COMMITS):
        with till.book.write() as unit:
            unit.settings.put({"bench": str(n)})
            unit.commit()
        asked = member_id(_some(n % HOT, count))
        yield timed(lambda _, asked=asked: till.members.panel(asked), n)


def _after_idle(till: Till, folder: Path, count: int) -> Entry:
    """The panel of members never asked for, with the system's page cache emptied of the files.

    `posix_fadvise` drops clean pages of one file and needs no rights. What the connection itself
    holds in its own cache stays, as it does on a till that idled.
    """
    if not hasattr(os, "posix_fadvise"):
        return Entry(
            name="member panel, after idle, median",
            ours=None,
            limit=5.0,
            note="not measured: this system cannot drop a file's cached pages",
        )
    figures = []
    for n in range(40):
        _drop_cached_pages(folder)
        asked = member_id(_some(n + 5_000, count))
        figures.append(timed(lambda _, asked=asked: till.members.panel(asked), n))
    return Entry(
        name="member panel, after idle, median",
        ours=at(sorted(figures), 0.5),
        limit=5.0,
        note="the files' pages dropped from the system's cache before each",
    )


def _drop_cached_pages(folder: Path) -> None:
    for path in (p for p in (folder / "till").iterdir() if p.is_file()):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


def _typed(till: Till, count: int) -> Iterator[float]:
    """What cashiers type: whole names, two characters, pinyin, initials, last digits."""
    texts = []
    for n in range(TYPED // 6):
        known = name(_some(n, count))
        texts += [
            known,
            known[:2],
            phone(_some(n, count))[-4:],
            phone(_some(n, count))[:7],
            ("wang", "lixm", "zhangw", "chenj", "liuy")[n % 5],
            ("wxy", "lm", "zw", "al", "cj")[n % 5],
        ]
    for place, text in enumerate(texts):
        yield timed(lambda _, text=text: till.members.search(text), place)


def _some(n: int, count: int) -> int:
    return n * SPREAD % count


def _bare(folder: Path) -> sqlcipher.Connection:
    place = BookPlace.at(folder / "till")
    key, _ = KeyStore(None).find(place)
    connection = sqlcipher.connect(str(place.book), isolation_level=None)
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    connection.execute("PRAGMA query_only=ON")
    return connection

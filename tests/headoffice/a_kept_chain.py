"""Chains that go on from where another one was put down.

`chain_after(begun, folder, url)` is `opened_chain` behind some beginning, such as everybody's first
talk. It is played once a run and by each worker, all programs are ended, and every test gets a copy
of head office and its tills with programs that were just started and have talked: to play it costs
several times as much as to copy it, and it is not what these tests are about.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
import sqlcipher3.dbapi2 as sqlite

from posloyalty.headoffice.store.database import FILE_NAME
from posloyalty.headoffice.store.tables import METADATA
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_chain import Chain, Counter, Placed, made_till, opened_chain
from tests.headoffice.a_network import Network, connected
from tests.headoffice.an_office import new_office

Beginning = Callable[[Chain, str], object]
"""What a chain did, by what its programme says more."""
AGAIN = 1
"""The second run of each program: its ids and what it draws are no earlier one's."""
BEFORE = b"\xff" * 16
"""The start of the programs that are ended; those of a test start as they do everywhere."""


@dataclass(frozen=True)
class Kept:
    """A chain that was put down: its folders, its tables on PostgreSQL, and when that was."""

    place: Path
    rows: dict[str, bytes]
    at: datetime
    ms: int
    tills: int
    more: str
    programmes: bool


def talked(chain: Chain, _more: str = "") -> None:
    """Everybody has heard of everything that a new chain has."""
    chain.talk()


def sold_and_talked(chain: Chain, _more: str = "") -> None:
    """The first till sold an article to the member, and everybody knows."""
    chain.tills[0].counter.sell()
    chain.talk()


_kept: dict[tuple[object, ...], Kept] = {}


@contextmanager
def chain_after(
    begun: Beginning,
    folder: Path,
    *,
    tills: int = 2,
    url: str = "",
    more: str = "",
    programmes: bool = False,
) -> Iterator[Chain]:
    """A chain after this beginning, with its programs just started; PostgreSQL's tables have to be
    empty. The rest is as in `opened_chain`.
    """
    key = (begun, url, tills, more, programmes)
    kept = _kept.get(key)
    if kept is None:
        place = Path(tempfile.mkdtemp(prefix="posloyalty-begun-"))
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        with opened_chain(
            place, tills=tills, url=url, more=more, programmes=programmes, boot=BEFORE
        ) as first:
            begun(first, more)
            at, ms = first.clock.at, first.clock.ms
        kept = _kept[key] = Kept(place, taken(url), at, ms, tills, more, programmes)
    else:
        put_back(url, kept.rows)
    with gone_on(kept, folder, url) as found:
        yield found


@contextmanager
def gone_on(kept: Kept, folder: Path, url: str) -> Iterator[Chain]:
    """The chain goes on in a copy of its folders; everybody has talked."""
    shutil.copytree(kept.place, folder, dirs_exist_ok=True)
    if not url:
        lies_here(folder / "office" / FILE_NAME)
    clock = SetClock(kept.at)
    clock.ms = kept.ms
    with ExitStack() as open_:
        chance = SeededChance(9 + 1_000 * AGAIN)
        office = open_.enter_context(new_office(folder / "office", url, clock=clock, chance=chance))
        found = Chain(office, clock, [])
        for number in range(1, kept.tills + 1):
            till = folder / f"till{number}"
            shop = open_.enter_context(made_till(till, number, clock, kept.more, run=AGAIN))
            way = connected(
                shop,
                Network(office),
                seed=70 + number + 1_000 * AGAIN,
                meanwhile=found.meanwhile,
                programmes=kept.programmes,
            )
            open_.callback(way.sending.close)
            found.tills.append(Placed(shop, Counter(shop.till, shop.manager), way))
        found.talk()
        yield found


def lies_here(file: Path) -> None:
    """A copy is no other database that head office would have to notice."""
    lies = file.stat()
    with closing(sqlite.connect(file)) as connection:
        connection.execute("UPDATE office SET stands_on = ?", (f"{lies.st_dev}/{lies.st_ino}",))
        connection.commit()


def taken(url: str) -> dict[str, bytes]:
    """What lies in PostgreSQL's tables, by table; they keep it."""
    if not url:
        return {}
    with psycopg.connect(url) as connection:
        told = {}
        for name in METADATA.tables:
            with connection.cursor().copy(f"COPY {name} TO STDOUT".encode()) as rows:
                told[name] = b"".join(bytes(some) for some in rows)
    return {name: rows for name, rows in told.items() if rows}


def put_back(url: str, rows: dict[str, bytes]) -> None:
    """Fill PostgreSQL's tables; their triggers heard of it the first time."""
    if not url:
        return
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        for name, told in rows.items():
            with connection.cursor().copy(f"COPY {name} FROM STDIN".encode()) as into:
                into.write(told)

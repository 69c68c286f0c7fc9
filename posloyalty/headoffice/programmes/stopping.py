"""Taking one rule out of a programme file, and what its not being out yet may cost.

A stop is an ordinary new version without the rule: what was stopped, when and by whom is in the
file, sales pin it like any other, and a till needs to know nothing of stops. What a till that has
not heard yet may still give is told from its dearest day of the last four weeks: of an offer what
it took off, of any other rule the points that all rules gave there together, because a sale does
not say which rule its points are of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import msgspec
import tomlkit
from sqlalchemy import Connection, LargeBinary, Select, bindparam, func, select
from tomlkit.items import AoT

from posloyalty.headoffice.store.statements import on_postgresql
from posloyalty.headoffice.store.tables import JOURNAL_EVENT

KEPT: Final = frozenset({"wallet", "tier_scheme"})
"""What members hold cannot be taken out; what gives it can."""
WEEKS: Final = timedelta(days=28)
EVENTS_MAX: Final = 50_000
_SALE: Final = "sale"
_J: Final = JOURNAL_EVENT.c


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppableRule:
    """A rule of a file: the kind of its table, its id, and its name if it has one."""

    kind: str
    id: str
    name: str

    @property
    def key(self) -> str:
        """Both in one word."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TillExposure:
    """One till: whether it goes by the stop, when it was heard of, and its dearest day so far: of a
    stopped offer in minor units of the programme's money, of another rule in points by ledger.
    """

    till_id: str
    store: str
    code: str
    heard: bool
    seen_at: datetime
    day_most_minor: int = 0
    day_most_points: tuple[tuple[str, int], ...] = ()


def stoppable(toml: bytes, language: str = "en") -> list[StoppableRule]:
    """The rules that can be taken out of a file, in its order, named in a language if they are."""
    return [
        StoppableRule(kind=kind, id=str(table["id"]), name=_name(table, language))
        for kind, table in _tables(tomlkit.parse(toml.decode("utf-8")))
    ]


def without(toml: bytes, key: str, *, version: int) -> bytes | None:
    """The file with another version and without a rule; None where it has none of this key.

    Comments and order of the rest stay as they are. Whether it is still a programme is for the
    reader to say: another rule may need the one that went.
    """
    kind, _, rule_id = key.partition(":")
    document = tomlkit.parse(toml.decode("utf-8"))
    tables = document.get(kind)
    if kind in KEPT or not isinstance(tables, AoT):
        return None
    places = [place for place, table in enumerate(tables) if str(table.get("id")) == rule_id]
    if not places:
        return None
    del tables[places[0]]
    if not tables:
        del document[kind]
    document["version"] = version
    return tomlkit.dumps(document).encode("utf-8")


def dearest_days(
    connection: Connection, offer: str, now: datetime, tills: Iterable[bytes]
) -> dict[bytes, int]:
    """Till to what an offer took off there on its dearest day of the last four weeks, in minor.

    A sale that does not name the offer is put aside by the database, unread.
    """
    dearest, named = {}, msgspec.json.encode(offer)
    for till_id in tills:
        days: Counter[str] = Counter()
        for sale in _sales(connection, till_id, now - WEEKS, named):
            took = sum(minor for line in sale.lines for name, minor in line.offers if name == offer)
            days[sale.day] += took
        dearest[till_id] = max(days.values(), default=0)
    return dearest


def richest_days(
    connection: Connection, now: datetime, tills: Iterable[bytes]
) -> dict[bytes, tuple[tuple[str, int], ...]]:
    """Till to the points that its sales gave on the day of the last four weeks on which they gave
    most, by ledger and each ledger by a day of its own; by whatever rule.
    """
    richest = {}
    for till_id in tills:
        days: Counter[tuple[str, str]] = Counter()
        for sale in _sales(connection, till_id, now - WEEKS, _EARNED):
            for points in sale.points:
                days[f"{sale.pi}/{points.wallet}", sale.day] += points.earned
        most: dict[str, int] = {}
        for (ledger, _day), gave in days.items():
            most[ledger] = max(most.get(ledger, 0), gave)
        richest[till_id] = tuple((one, gave) for one, gave in sorted(most.items()) if gave)
    return richest


class _Line(msgspec.Struct, gc=False):
    offers: tuple[tuple[str, int], ...] = ()


class _Points(msgspec.Struct, gc=False):
    wallet: str
    earned: int = 0


class _Sale(msgspec.Struct, gc=False):
    """What is asked of a sale here, of whichever version; everything else of it is passed over,
    which takes a fraction of reading it whole.
    """

    t: str
    pi: str = ""
    day: str = ""
    lines: tuple[_Line, ...] = ()
    points: tuple[_Points, ...] = ()


_READ: Final = msgspec.json.Decoder(_Sale)
_EARNED: Final = b'"earned"'


@cache
def _newest_naming(postgresql: bool) -> Select[tuple[bytes]]:
    """A till's newest events in which some bytes stand, told apart by the database. Made once: to
    make it for each till took longer than to run it.
    """
    asked = select(_J.body).where(_J.till_id == bindparam("till"), _J.received_s >= bindparam("s"))
    newest = asked.order_by(_J.epoch.desc(), _J.seq.desc()).limit(EVENTS_MAX).subquery()
    body, named = newest.c.body, bindparam("named", type_=LargeBinary)
    found = func.position(named.op("IN")(body)) if postgresql else func.instr(body, named)
    return select(body).where(found > 0)


def _sales(
    connection: Connection, till_id: bytes, since: datetime, named: bytes
) -> Iterator[_Sale]:
    """A till's newest sales in which some bytes stand."""
    asked = {"till": till_id, "s": int(since.timestamp()), "named": named}
    for row in connection.execute(_newest_naming(on_postgresql(connection)), asked):
        try:
            event = _READ.decode(bytes(row.body))
        except (ValueError, RecursionError):
            continue  # another kind of event, or listed as an anomaly already
        if event.t == _SALE:
            yield event


def _tables(document: Any) -> Iterator[tuple[str, Any]]:
    for kind, tables in document.items():
        if kind not in KEPT and isinstance(tables, AoT):
            yield from ((kind, table) for table in tables if "id" in table)


def _name(table: Any, language: str) -> str:
    name = table.get("name", "")
    if not isinstance(name, dict):
        return str(name)
    return str(name.get(language) or name.get("en") or next(iter(name.values()), ""))

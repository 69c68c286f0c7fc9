"""Tries to sign in: who waits, and for how long, without anybody shutting another out.

A try is counted before anything is checked, at each of its places in this order: a browser in which
that operator signed in before, or somebody inside already, has a count of its own alone; anybody
else is a stranger, who counts for this name at this address, for the address, and for the name
wherever strangers come from. Beyond a place's free failures the next try there waits, twice as long
each time. Where one place makes a try wait, the places behind it count nothing: one address cannot
make strangers elsewhere wait. All names that nobody has are one name here, "": they are counted,
written and held as an operator's are, and what was typed as a name is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final

from sqlalchemy import Connection, and_, func, or_, select

from posloyalty.headoffice.console.known_browsers import hash_of
from posloyalty.headoffice.store.console_tables import SIGN_IN_TRY
from posloyalty.headoffice.store.statements import put_new

FORGOTTEN_S: Final = 24 * 3600
"""So long after the last try failures count no more."""
KEPT_S: Final = 30 * 24 * 3600
PLACES_MOST: Final = 10_000
"""So many places are kept; strangers' longest unused give way, operators' own never."""
SHOWN_MOST: Final = 50
_NETWORK_BITS: Final = 64
"""Of an IPv6 address; whoever has one has the rest."""
_T: Final = SIGN_IN_TRY.c


class Kind(StrEnum):
    """What a count is of."""

    INSIDE = "inside"
    BROWSER = "browser"
    PLACE = "place"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Bound:
    """How many failures are free, how long the next try then waits, and how long at most."""

    free: int
    first_s: int
    most_s: int


BOUNDS: Final = {
    Kind.INSIDE: Bound(5, 60, 900),
    Kind.BROWSER: Bound(5, 60, 900),
    Kind.PLACE: Bound(5, 60, 3600),
    Kind.ADDRESS: Bound(20, 60, 3600),
    Kind.NAME: Bound(50, 5, 60),
}
"""Strangers at many addresses make other strangers to that name wait for a minute at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who tries: from which address ("" where nobody knows), in which browser (its cookie's token,
    "" for none), or `inside`: signed in already, or at the very machine with head office's key.
    """

    address: str = ""
    browser: str = ""
    inside: bool = False


INSIDE: Final = Visitor(inside=True)
STRANGER: Final = Visitor()


@dataclass(frozen=True, slots=True)
class Count:
    """One place that counts tries: of what, for which name, and where they come from."""

    kind: Kind
    name: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """A count as an administrator sees it."""

    kind: Kind
    name: str
    source: str
    tries: int
    passwords: int
    last_at: datetime
    held_until: datetime | None


@dataclass(frozen=True, slots=True)
class Counted:
    """What a try came to: whether it waits, and the counts that make the next one wait from now."""

    held: bool
    began: tuple[tuple[Count, int], ...]
    """With the failures there."""


def wait_s(bound: Bound, failures: int) -> int:
    """For how many seconds the next try waits after so many failures."""
    over = failures - bound.free
    return 0 if over < 0 else min(bound.first_s << min(over, 16), bound.most_s)


def address_of(told: str) -> str:
    """An address as it is counted: IPv6 by its network; "" for what is none."""
    try:
        found = ip_address(told.strip().partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((found, _NETWORK_BITS), strict=False))
    return str(found)


def counts_of(visitor: Visitor, name: str, *, known: bool) -> tuple[Count, ...]:
    """Where a try at a name counts, the nearest first. `known`: the browser is, for that name."""
    if visitor.inside:
        return (Count(Kind.INSIDE, name, ""),)
    if known:
        return (Count(Kind.BROWSER, name, hash_of(visitor.browser).hex()),)
    everywhere = Count(Kind.NAME, name, "")
    if not visitor.address:
        return (everywhere,)
    here = (Count(Kind.PLACE, name, visitor.address), Count(Kind.ADDRESS, "", visitor.address))
    return (*here, everywhere)


def count(connection: Connection, counts: Sequence[Count], now_s: int) -> Counted:
    """Count a try as a failure wherever nothing nearer makes it wait."""
    _let_go(connection, now_s)
    new = [(one.kind.value, one.name, one.source, 0, 0, 0, now_s, now_s, 0) for one in counts]
    put_new(connection, SIGN_IN_TRY, new)
    held = False
    began: list[tuple[Count, int]] = []
    for one in counts:
        row = connection.execute(select(SIGN_IN_TRY).where(_at(one)).with_for_update()).one()
        held = held or _waits(row, now_s)
        failures = 0 if row.last_s < now_s - FORGOTTEN_S else row.failures
        values = {"tries": row.tries + 1, "last_s": now_s, "failures": failures}
        if not held:
            waits_s = wait_s(BOUNDS[one.kind], failures + 1)
            until_s = now_s + waits_s if waits_s else 0
            values |= {"failures": failures + 1, "held_until_s": until_s}
            if waits_s:
                began.append((one, failures + 1))
        connection.execute(SIGN_IN_TRY.update().where(_at(one)).values(values))
    return Counted(held, tuple(began))


def forgive(connection: Connection, counts: Sequence[Count]) -> None:
    """The try was right, and none waited: it counts nowhere. What failed before is forgiven where
    nobody else comes from.
    """
    for one in counts:
        shared = one.kind in (Kind.ADDRESS, Kind.NAME)
        left = {"tries": _T.tries - 1, "failures": _T.failures - 1 if shared else 0}
        connection.execute(SIGN_IN_TRY.update().where(_at(one)).values(**left, held_until_s=0))


def had_the_password(connection: Connection, nearest: Count) -> None:
    """The password was right and the code was not: somebody may know it who should not."""
    told = SIGN_IN_TRY.update().where(_at(nearest))
    connection.execute(told.values(passwords=_T.passwords + 1))


def forget(connection: Connection, name: str) -> None:
    """Nobody waits any more who tried an operator's name, nor do the addresses that they had."""
    theirs = select(_T.source).where(_T.kind == Kind.PLACE.value, _T.name == name)
    of_address = and_(_T.kind == Kind.ADDRESS.value, _T.source.in_(theirs))
    connection.execute(SIGN_IN_TRY.delete().where(of_address))
    connection.execute(SIGN_IN_TRY.delete().where(_T.name == name, _T.kind != Kind.ADDRESS.value))


def shown(connection: Connection, now_s: int) -> list[Tries]:
    """Where somebody tried and failed, and which addresses and names wait, the latest first; at
    most fifty.
    """
    shared = _T.kind.in_((Kind.ADDRESS.value, Kind.NAME.value))
    told = and_(_T.tries > 0, or_(~shared, _T.held_until_s > now_s))
    asked = select(SIGN_IN_TRY).where(told).order_by(_T.last_s.desc(), _T.kind)
    return [_tries(row, now_s) for row in connection.execute(asked.limit(SHOWN_MOST))]


def _waits(row: Any, now_s: int) -> bool:
    """Whether the next try there waits; not for what was tried by a clock that was ahead."""
    return bool(row.last_s <= now_s < row.held_until_s)


def _let_go(connection: Connection, now_s: int) -> None:
    """Of whoever has not tried for long, and of the longest ago where there are too many."""
    kept = _T.kind.in_((Kind.NAME.value, Kind.INSIDE.value))
    last = select(_T.last_s).order_by(_T.last_s.desc()).limit(1).offset(PLACES_MOST)
    beyond = and_(~kept, _T.last_s <= func.coalesce(last.scalar_subquery(), 0))
    connection.execute(SIGN_IN_TRY.delete().where(or_(beyond, _T.last_s < now_s - KEPT_S)))


def _at(one: Count) -> Any:
    return and_(_T.kind == one.kind.value, _T.name == one.name, _T.source == one.source)


def _tries(row: Any, now_s: int) -> Tries:
    return Tries(
        kind=Kind(row.kind),
        name=row.name,
        source=row.source,
        tries=row.tries,
        passwords=row.passwords,
        last_at=_instant(row.last_s),
        held_until=_instant(row.held_until_s) if _waits(row, now_s) else None,
    )


def _instant(at_s: int) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)

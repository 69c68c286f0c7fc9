"""Which tills are out of reach suspiciously often, and what was handed out then.

Whoever pulls the plug of a till may hand out points up to the floor without anybody being asked. A
bad line does the same, so nothing proves it; what can be told is that a till differs from the
others. Shape: `Rung` is a sale as it was rung and received; `reach_of(sales)` gives a `TillReach` a
till, the most conspicuous first. A sale that came later than `LATE` was rung out of reach; sales
that came together were one spell.

A till is conspicuous when it had at least `SPELLS_MIN` spells in which something was handed out at
the shop's risk, and in at least twice as large a share of its spells as the other tills together:
an honest bad line meets the customers who spend as often as any other moment does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

LATE: Final = timedelta(minutes=10)
SPELLS_MIN: Final = 3
TIMES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A sale: when it was rung and when head office had it, who rang it (an id in hexadecimal, or
    empty), and what was handed out at the shop's risk, in minor units of money.
    """

    till_id: bytes
    at: datetime
    received: datetime
    operator: str
    floor_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TillReach:
    """A till: its spells out of reach and how long they were in all, how many sales fell into them,
    in how many spells and sales something was handed out at the shop's risk, what that was worth,
    and the operator who did so most often, with how often.
    """

    till_id: bytes
    sales: int
    late: int
    spells: int
    away: timedelta
    risky_spells: int
    risky_sales: int
    risked_minor: int
    operator: str = ""
    by_operator: int = 0
    conspicuous: bool = False


def reach_of(sales: Iterable[Rung]) -> list[TillReach]:
    """Every till that was out of reach at all, or handed something out at the shop's risk."""
    by_till = defaultdict[bytes, list[Rung]](list)
    for one in sales:
        by_till[one.till_id].append(one)
    found = [_till(till_id, rung) for till_id, rung in by_till.items()]
    spells = sum(one.spells for one in found)
    risky = sum(one.risky_spells for one in found)
    judged = [_judged(one, spells - one.spells, risky - one.risky_spells) for one in found]
    told = [one for one in judged if one.spells or one.risky_sales]
    return sorted(
        told,
        key=lambda one: (not one.conspicuous, -one.risky_spells, -one.spells, one.till_id),
    )


def _till(till_id: bytes, sales: list[Rung]) -> TillReach:
    late = [one for one in sales if one.received - one.at > LATE]
    spells = defaultdict[datetime, list[Rung]](list)
    for one in late:
        spells[one.received].append(one)
    risky = [one for one in sales if one.floor_minor > 0]
    operators = Counter(one.operator for one in risky if one.operator)
    ((operator, times),) = operators.most_common(1) or (("", 0),)
    return TillReach(
        till_id=till_id,
        sales=len(sales),
        late=len(late),
        spells=len(spells),
        away=sum(
            (at - min(one.at for one in rung) for at, rung in spells.items()),
            start=timedelta(),
        ),
        risky_spells=sum(any(one.floor_minor > 0 for one in rung) for rung in spells.values()),
        risky_sales=len(risky),
        risked_minor=sum(one.floor_minor for one in risky),
        operator=operator,
        by_operator=times,
    )


def _judged(one: TillReach, spells: int, risky: int) -> TillReach:
    """Against the others: `spells` of theirs, and in how many they handed something out."""
    if one.risky_spells < SPELLS_MIN or not spells:
        return one
    # Shares compared without a division: risky/spells of this till, and TIMES those of the others.
    differs = one.risky_spells * spells >= TIMES * risky * one.spells
    return replace(one, conspicuous=differs)

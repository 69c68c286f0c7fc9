"""`meters = { purchases = 3, "earned/points" = 80 }`: what a member has done, counted.

Only the meters named here are looked at. A table states a span of days:
`{ visits = { amount = 2, since = 2026-03-01, through = 2026-03-14 } }`. A short name
is enough for a meter of the programme.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.ledger.meter import total
from posloyalty.domain.programme.finding import Path
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.meter_name import full_meter
from posloyalty.scenario.seen import Check, Difference, MemberSeen, compared

AMOUNT_MOST = 10**12


@dataclass(frozen=True, slots=True)
class _Wanted:
    path: Path
    amount: int
    since: date | None = None
    through: date | None = None


@expects("meters", of=MemberSeen)
def read_meters(block: Block, key: str) -> Check:
    """Read each meter's amount, and over which days."""
    table = block.section(key)
    wanted = {} if table is None else {name: _wanted(table, name) for name in table.untaken}

    def differences(seen: MemberSeen) -> Iterator[Difference]:
        """Meters whose amount differs over their days."""
        for name, one in wanted.items():
            found = total(
                seen.state.meters,
                full_meter(seen.programme.id, name),
                owner=seen.state.member_id,
                since=one.since,
                through=one.through,
            )
            yield from compared(one.path, one.amount, found)

    return thing_check(MemberSeen, differences)


def _wanted(table: Block, name: str) -> _Wanted:
    path = (*table.path, name)
    inner = table.section(name) if table.is_table(name) else None
    if inner is None:
        return _Wanted(path, _amount(table, name))
    wanted = _Wanted(path, _amount(inner, "amount"), inner.day("since"), inner.day("through"))
    inner.close(("since", "through"))
    return wanted


def _amount(table: Block, key: str) -> int:
    return table.whole(key, least=-AMOUNT_MOST, most=AMOUNT_MOST)

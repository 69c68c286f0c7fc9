"""A shift's figures, of an `x_report` or of the Z of its closing, and what a count is told.

    sums = { sales = "43.50", "tender/cash" = "43.50", "earned/points" = 43 }
    times = { sales = 2, override = 1 }         # how often
    by_operator = { lin = { sales = "28.00" } } # the same sums of one operator
    drawer = "243.50"                           # what it should hold
    difference = "-0.50"                        # counted less that
    number = 1                                  # the shift's, and its Z's
    within = true                               # of a `count`: near enough to close
    stage = "locked"                            # what comes next: "recount", "locked"

Only what is stated is compared. Sums are money but for points (in their wallet) and rights
(pieces); the part after the slash says of what, without it all of a kind are meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from posloyalty.domain.programme.declaration import DECLARATIONS
from posloyalty.domain.shop.shift_sums import SumKind, SumLine, Sums, added, read_sum
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, money_check, thing_check
from posloyalty.scenario.seen import Check, Difference, compared
from posloyalty.scenario.shift_seen import CountSeen, ShiftSeen

IN_WALLETS: Final = frozenset(
    {SumKind.EARNED, SumKind.SPENT, SumKind.TAKEN_BACK, SumKind.GIVEN_BACK}
)
PIECES: Final = frozenset(
    {
        SumKind.RIGHT_GIVEN,
        SumKind.RIGHT_USED,
        SumKind.RIGHT_TAKEN_BACK,
        SumKind.RIGHT_GIVEN_BACK,
        SumKind.BEYOND_LEASES,
    }
)
Figure = Callable[[Sums, str | None], Iterator[Difference]]


@expects("sums", of=ShiftSeen)
def read_sums(block: Block, key: str) -> Check:
    """Read amounts by kind."""
    figures = _figures(block, key)
    return thing_check(
        ShiftSeen, lambda seen: (one for found in figures for one in found(seen.sums, None))
    )


@expects("by_operator", of=ShiftSeen)
def read_by_operator(block: Block, key: str) -> Check:
    """Read amounts by kind, of each operator that is named."""
    table = block.section(key)
    wanted: dict[str, tuple[Figure, ...]] = {}
    for name in () if table is None else table.untaken:
        assert table is not None  # it has keys
        table.reading.references.append(((*table.path, name), "operator", name))
        wanted[name] = _figures(table, name)

    def differences(seen: ShiftSeen) -> Iterator[Difference]:
        for name, figures in wanted.items():
            for found in figures:
                yield from found(seen.sums, seen.people[name])

    return thing_check(ShiftSeen, differences)


@expects("times", of=ShiftSeen)
def read_times(block: Block, key: str) -> Check:
    """Read how often each kind of thing happened."""
    table = block.section(key)
    names = () if table is None else table.untaken
    wanted = {name: (0 if table is None else table.whole(name)) for name in names}
    kinds = {name: _kind(block, key, name) for name in names}

    def differences(seen: ShiftSeen) -> Iterator[Difference]:
        for name, times in wanted.items():
            found = _line(seen.sums, *kinds[name], None)
            yield from compared((*block.path, key, name), times, found.count)

    return thing_check(ShiftSeen, differences)


@expects("drawer", of=ShiftSeen)
def read_drawer(block: Block, key: str) -> Check:
    """Read what the drawer should hold."""
    return money_check(block, key, ShiftSeen, lambda seen: seen.drawer_minor)


@expects("difference", of=ShiftSeen)
def read_difference(block: Block, key: str) -> Check:
    """Read what was counted less what should be there."""
    return money_check(block, key, ShiftSeen, lambda seen: seen.difference_minor)


@expects("number", of=ShiftSeen)
def read_number(block: Block, key: str) -> Check:
    """Read the shift's number."""
    path, wanted = (*block.path, key), block.whole(key)
    return thing_check(ShiftSeen, lambda seen: compared(path, wanted, seen.number))


@expects("within", of=CountSeen)
def read_within(block: Block, key: str) -> Check:
    """Read whether the count is near enough."""
    path, wanted = (*block.path, key), block.written(key)
    return thing_check(
        CountSeen, lambda seen: compared(path, wanted, "true" if seen.within else "false")
    )


@expects("stage", of=CountSeen)
def read_stage(block: Block, key: str) -> Check:
    """Read what comes next."""
    path, wanted = (*block.path, key), block.text(key)
    return thing_check(CountSeen, lambda seen: compared(path, wanted, seen.stage))


def _figures(block: Block, key: str) -> tuple[Figure, ...]:
    table = block.section(key)
    if table is None:
        return ()
    return tuple(_figure(table, name) for name in table.untaken)


def _figure(table: Block, name: str) -> Figure:
    kind, of = _kind(table, "", name)
    path = (*table.path, name)
    write: Callable[[int], str] = table.money_text
    if kind in IN_WALLETS:
        wallet = of or table.only_wallet(name)
        wanted = table.count(name, wallet)
        write = lambda points: table.points_text(wallet, points)  # noqa: E731
    elif kind in PIECES:
        wanted, write = table.whole(name), str
    else:
        wanted = table.amount(name)

    def differences(sums: Sums, operator: str | None) -> Iterator[Difference]:
        yield from compared(path, wanted, _line(sums, kind, of, operator).amount, write)

    return differences


def _line(sums: Sums, kind: SumKind, of: str, operator: str | None) -> SumLine:
    """All of a kind, or what is of one thing; tax classes go by their codes alone, and what ends
    in a slash is all that begins so.
    """
    if not of:
        return sums.total(kind, operator)
    found = [
        line
        for name, line in sums.of(kind, operator).items()
        if of in (name, name.split(" ")[0]) or (of.endswith("/") and name.startswith(of))
    ]
    return added(found)


def _kind(block: Block, key: str, name: str) -> tuple[SumKind, str]:
    kind, _, of = name.partition("/")
    known = {one.value for one in SumKind if one is not SumKind.OWNED} | {*DECLARATIONS}
    if kind not in known:
        block.found(key or name, "NOT_CHOICE", given=kind, known=", ".join(sorted(known)))
        return SumKind.SALES, of
    return read_sum(kind, of)

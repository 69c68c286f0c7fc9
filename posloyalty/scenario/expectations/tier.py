"""`tier = "gold"`: the level that the member holds on the day; `"none"` below the first.

`{ level = "gold", through = 2027-03-01, progress = 506 }` states more of it. With several schemes,
by scheme: `tier = { club = { level = "gold" }, green = { level = "none" } }`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from posloyalty.domain.engine.quote import TierState
from posloyalty.domain.engine.tiers import tier_states
from posloyalty.domain.programme.finding import Path
from posloyalty.scenario.block import Block, alike
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import NOTHING, Check, Difference, MemberSeen, compared, differs

NO_LEVEL = "none"
StateCheck = Callable[[TierState, MemberSeen], Iterable[Difference]]


@dataclass(frozen=True, slots=True)
class _Wanted:
    path: Path
    scheme: str
    checks: tuple[StateCheck, ...]


@expects("tier", of=MemberSeen)
def read_tier(block: Block, key: str) -> Check:
    """Read the level, or what is stated of each scheme."""
    wanted = tuple(_read(block, key))

    def differences(seen: MemberSeen) -> Iterator[Difference]:
        states = {one.scheme: one for one in tier_states(seen.programme, seen.state, seen.day)}
        for one in wanted:
            scheme = one.scheme or next(iter(states), "")
            if scheme not in states:
                yield differs(one.path, scheme or key, NOTHING)
                continue
            for check in one.checks:
                yield from check(states[scheme], seen)

    return thing_check(MemberSeen, differences)


def _read(block: Block, key: str) -> Iterator[_Wanted]:
    path = (*block.path, key)
    reading = block.reading
    if len(reading.levels) != 1 and not reading.in_the_dark and not _by_scheme(block, key):
        block.found(key, "WHICH_SCHEME", known=", ".join(reading.levels) or NOTHING)
    if not block.is_table(key):
        yield _Wanted(path, "", (_level(path, block.text(key)),))
    elif _by_scheme(block, key):
        for scheme, table in block.each(key):
            block.reading.references.append((table.path, "tier_scheme", scheme))
            yield _Wanted(table.path, scheme, _checks(table))
    else:
        yield from (_Wanted(path, "", _checks(table)) for table in block.tables(key))


def _by_scheme(block: Block, key: str) -> bool:
    value = block.value(key)
    return isinstance(value, dict) and all(isinstance(one, dict) for one in value.values())


def _checks(table: Block) -> tuple[StateCheck, ...]:
    checks: list[StateCheck] = []
    if "level" in table:
        checks.append(_level((*table.path, "level"), table.text("level")))
    if "through" in table:
        checks.append(_through(table))
    if "progress" in table:
        checks.append(_progress(table))
    table.close(("level", "progress", "through"))
    return tuple(checks)


def _level(path: Path, wanted: str) -> StateCheck:
    return lambda state, _seen: compared(path, wanted, state.level or NO_LEVEL)


def _through(table: Block) -> StateCheck:
    path, wanted = (*table.path, "through"), table.day("through")
    return lambda state, _seen: compared(path, str(wanted), str(state.held_through or NOTHING))


def _progress(table: Block) -> StateCheck:
    """What counts towards the next level, in the unit of the scheme's metric."""
    path = (*table.path, "progress")
    wanted = table.written("progress")

    def check(state: TierState, seen: MemberSeen) -> Iterable[Difference]:
        scheme = next(one for one in seen.programme.tier_schemes if one.id == state.scheme)
        got = table.points_text(scheme.wallet, state.progress)
        return () if alike(wanted, got) else (differs(path, wanted, got),)

    return check

"""Expectations: the keys of `expect`, and the registry that finds them.

An expectation is a reader registered with `expects` under its key and the class of thing that it
is about; it answers a check of what was seen. Several classes may share a key: `lines` of a quote
and `lines` of a return are two small files.

    @expects("payable", of=Quote)
    def read_payable(block: Block, key: str) -> Check: ...
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeVar

from posloyalty.domain.programme.finding import Path
from posloyalty.scenario.block import Block
from posloyalty.scenario.seen import Check, Difference, Seen, compared, compared_by_name

Thing = TypeVar("Thing")
ExpectationReader = Callable[[Block, str], Check]


@dataclass(frozen=True, slots=True)
class Expectation:
    """A key of `expect`, the class of thing that it is about, and its reader."""

    key: str
    of: type[Any]
    read: ExpectationReader


EXPECTATIONS: list[Expectation] = []


def expects(key: str, *, of: type[Any]) -> Callable[[ExpectationReader], ExpectationReader]:
    """Register a reader under the key that files use."""

    def register(reader: ExpectationReader) -> ExpectationReader:
        EXPECTATIONS.append(Expectation(key, of, reader))
        return reader

    return register


def read_expectations(
    block: Block, shapes: Collection[type[Any]], *, but: Collection[str] = ()
) -> tuple[Check, ...]:
    """The checks of a table, whose keys must be about what will be seen; `but` are left alone."""
    fitting = _fitting(tuple(shapes), len(EXPECTATIONS))
    checks = []
    for key in block.untaken:
        if key in but:
            block.value(key)
        elif key in fitting:
            found = fitting[key]
            checks.append(_made_on(found.of, (*block.path, key), found.read(block, key)))
        else:
            known = any(one.key == key for one in EXPECTATIONS)
            code = "NOT_SEEN_HERE" if known else "NO_SUCH_EXPECTATION"
            block.found(key, code, known=", ".join(sorted(fitting)))
            block.value(key)
    return tuple(checks)


@cache
def _fitting(shapes: tuple[type[Any], ...], _known: int) -> dict[str, Expectation]:
    """What there is to expect of some shapes, by its key: found once, until more is known."""
    return {
        one.key: one for one in EXPECTATIONS if any(issubclass(shape, one.of) for shape in shapes)
    }


def checked(checks: Iterable[Check], seen: Seen) -> Iterator[Difference]:
    """Every difference."""
    for check in checks:
        yield from check(seen)


def money_check(block: Block, key: str, of: type[Thing], got: Callable[[Thing], int]) -> Check:
    """A check of one amount."""
    wanted, path, write = block.amount(key), (*block.path, key), block.money_text
    return lambda seen: _one(seen, of, lambda thing: compared(path, wanted, got(thing), write))


def amounts_check(
    block: Block, key: str, of: type[Thing], got: Callable[[Thing], Iterable[tuple[str, int]]]
) -> Check:
    """A check of amounts by name, of which several may have one; what is not stated must be
    nothing.
    """
    path, table = (*block.path, key), block.section(key)
    wanted = {} if table is None else {name: table.amount(name) for name in table.untaken}

    def differences(thing: Thing) -> Iterator[Difference]:
        sums: dict[str, int] = {}
        for name, amount in got(thing):
            sums[name] = sums.get(name, 0) + amount
        yield from compared_by_name(path, wanted, sums, lambda _, minor: block.money_text(minor))

    return thing_check(of, differences)


def points_check(
    block: Block, key: str, of: type[Thing], got: Callable[[Thing], Mapping[str, int]]
) -> Check:
    """A check of points by wallet; wallets that are not stated must have none."""
    differences = points_differences(block, key)
    return lambda seen: _one(seen, of, lambda thing: differences(got(thing)))


def points_differences(
    block: Block, key: str
) -> Callable[[Mapping[str, int]], Iterable[Difference]]:
    """What points by wallet differ from those under a key: a number alone, or one by wallet."""
    wanted, path, write = block.by_wallet(key), (*block.path, key), block.points_text
    if block.is_table(key):
        return lambda got: compared_by_name(path, wanted, got, write)
    (wallet,) = wanted
    return lambda got: compared(path, wanted[wallet], got.get(wallet, 0), partial(write, wallet))


def thing_check(of: type[Thing], differences: Callable[[Thing], Iterable[Difference]]) -> Check:
    """A check of one thing."""
    return lambda seen: _one(seen, of, differences)


def _made_on(shape: type[Any], path: Path, check: Check) -> Check:
    """A check that says so where there is nothing of its class: no expectation goes by unmade."""

    def made(seen: Seen) -> Iterable[Difference]:
        return check(seen) if seen.has(shape) else (Difference(path, "NOTHING_LEFT", ()),)

    return made


def _one(
    seen: Seen, of: type[Thing], differences: Callable[[Thing], Iterable[Difference]]
) -> Iterable[Difference]:
    thing = seen.of(of)
    return () if thing is None else differences(thing)

"""Lists of things that are stated by some of their keys, and compared with all that is there.

Shape: `read_listed(block, "rights", keys)` reads a list of tables; `differences(told)` pairs each
with something that has the values stated, and says what is left over on either side. The order does
not matter. Values are compared as they are written: `left = 5` and `left = "5.00"` are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from posloyalty.domain.programme.finding import Path
from posloyalty.scenario.block import Block, alike
from posloyalty.scenario.seen import NOTHING, Difference, differs

Told = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """The tables of a list."""

    path: Path
    wanted: tuple[tuple[Path, Told], ...]
    block: Block

    def points_text(self, wallet: str, points: int) -> str:
        """Points as files write them."""
        return self.block.points_text(wallet, points)

    def differences(self, told: Iterable[Told]) -> Iterator[Difference]:
        """What is stated and not there, and what is there and not stated."""
        left = list(told)
        missed = []
        # What states more goes first, so that a vague line does not take what an exact one means.
        for path, one in sorted(self.wanted, key=lambda wanted: -len(wanted[1])):
            found = next((item for item in left if _fits(one, item)), None)
            if found is None:
                missed.append((path, one))
            else:
                left.remove(found)
        for path, one in missed:
            nearest = _nearest(one, left)
            if nearest is not None:
                left.remove(nearest)
            keys = tuple(one)
            yield differs(path, _text(one), NOTHING if nearest is None else _text(nearest, keys))
        for item in left:
            yield differs(self.path, NOTHING, _text(item))


def read_listed(block: Block, key: str, keys: Sequence[str]) -> Listed:
    """Read the tables; every key is one of `keys`."""
    wanted = []
    for table in block.sections(key):
        told = {name: table.written(name) for name in table.untaken if name in keys}
        table.close(keys)
        wanted.append((table.path, told))
    return Listed((*block.path, key), tuple(wanted), block)


def _fits(wanted: Told, item: Told) -> bool:
    return all(alike(text, item.get(name, NOTHING)) for name, text in wanted.items())


def _nearest(wanted: Told, items: Sequence[Told]) -> Told | None:
    def fitting(item: Told) -> int:
        return sum(alike(text, item.get(name, NOTHING)) for name, text in wanted.items())

    return max(items, key=fitting, default=None)


def _text(told: Told, keys: Sequence[str] | None = None) -> str:
    shown = told if keys is None else {name: told.get(name, NOTHING) for name in keys}
    return ", ".join(f"{name} {text}" for name, text in shown.items()) or NOTHING

"""A reason as a file states it: `"BELOW_MINIMUM"`, or with facts to be found in it.

`{ reason = "BELOW_MINIMUM", short_by = "0.10" }`: facts are named without the ending that tells
their unit (`short_by_minor`), and written as amounts, points, days and rates are written. Facts
that are not stated may be anything. `because` states the reasons behind one that sums them up, in
the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from posloyalty.domain.programme.finding import Path
from posloyalty.domain.programme.reason import Reason
from posloyalty.scenario.block import Block, alike, quantity_text, written_value
from posloyalty.scenario.seen import NOTHING, Difference, differs

MINOR: Final = "_minor"
POINTS: Final = "_points"
MILLI: Final = "_milli"
REASON: Final = "reason"
BECAUSE: Final = "because"


@dataclass(frozen=True, slots=True)
class WantedReason:
    """A code, and facts by their short names as they are written."""

    path: Path
    code: str
    facts: Mapping[str, str]
    block: Block
    because: tuple[WantedReason, ...] = ()

    def among(self, reasons: Iterable[Reason]) -> Iterator[Difference]:
        """Nothing when a reason has the code and the facts; else what the nearest one says."""
        reasons = tuple(reasons)
        same = [one for one in reasons if one.code == self.code]
        if not same:
            got = ", ".join(one.code for one in reasons) or NOTHING
            yield differs(self.path, self.code, got)
            return
        nearest = min((tuple(self._wrong(one)) for one in same), key=len)
        yield from nearest

    def _wrong(self, reason: Reason) -> Iterator[Difference]:
        """The facts in which a reason of this code is another."""
        told = written_facts(reason, self.block)
        for name, text in self.facts.items():
            if not alike(text, told.get(name, NOTHING)):
                yield differs((*self.path, name), text, told.get(name, NOTHING))
        for one in self.because:
            yield from one.among(reason.because)


def read_reason(block: Block, key: str) -> WantedReason:
    """The reason under a key: a code, or a table with a code and facts."""
    if block.is_table(key):
        table = block.section(key)
        assert table is not None
        return read_reason_table(table)
    return WantedReason((*block.path, key), block.text(key), {}, block)


def read_reason_table(table: Block) -> WantedReason:
    """The reason that a table states."""
    code = table.text(REASON)
    because = read_reasons(table, BECAUSE) if BECAUSE in table else ()
    facts = {name: table.written(name) for name in table.untaken}
    return WantedReason(table.path, code, facts, table, because)


def read_reasons(block: Block, key: str) -> tuple[WantedReason, ...]:
    """A list of codes and tables, or a single one."""
    value, path = block.value(key), (*block.path, key)
    if not isinstance(value, list):
        return (read_reason(block, key),)
    wanted = []
    for place, item in enumerate(value):
        if isinstance(item, dict):
            wanted.append(read_reason_table(Block(item, (*path, place), block.reading)))
        elif isinstance(item, str) and item.strip():
            wanted.append(WantedReason((*path, place), item.strip(), {}, block))
        else:
            block.reading.found((*path, place), "NOT_TEXT", given=str(item)[:60])
    return tuple(wanted)


def written_facts(reason: Reason, block: Block) -> dict[str, str]:
    """The facts of a reason by their short names, as files write them."""
    known = dict(reason.facts)
    wallet = known.get("wallet")
    told = {}
    for name, value in reason.facts:
        if name.endswith(MINOR) and type(value) is int:
            told[name.removesuffix(MINOR)] = block.money_text(value)
        elif name.endswith(POINTS) and type(value) is int:
            told[name.removesuffix(POINTS)] = block.points_text(str(wallet or ""), value)
        elif name.endswith(MILLI) and type(value) is int:
            told[name.removesuffix(MILLI)] = quantity_text(value)
        else:
            told[name] = written_value(value)
    return told

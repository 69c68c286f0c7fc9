"""What a scenario wants of a named thing of a quote: an amount, and perhaps one of its reasons.

Written as `five-off = "5.00"` or `five-off = { amount = "5.00", reason = "OFFER_CAPPED" }`, where
the word for the amount is the expectation's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from posloyalty.domain.programme.finding import Path
from posloyalty.domain.programme.reason import Reason
from posloyalty.scenario.block import Block
from posloyalty.scenario.seen import NOTHING, Difference, compared, differs
from posloyalty.scenario.wanted_reason import WantedReason, read_reason_table


@dataclass(frozen=True, slots=True)
class WantedAmount:
    """The amount in minor units; `path` is where the file says so."""

    path: Path
    minor: int
    reason: WantedReason | None

    def missing(self, write: Callable[[int], str]) -> Difference:
        """The thing is not there at all."""
        return differs(self.path, write(self.minor), NOTHING)

    def differences(
        self, got_minor: int, reasons: Iterable[Reason], write: Callable[[int], str]
    ) -> Iterator[Difference]:
        """What of a thing that is there is otherwise."""
        yield from compared(self.path, self.minor, got_minor, write)
        if self.reason is not None:
            yield from self.reason.among(reasons)


def read_amounts(block: Block, key: str, *, word: str) -> dict[str, WantedAmount]:
    """Every thing that the table `key` names; `word` is its key for the amount."""
    table = block.section(key)
    return {} if table is None else {name: _read(table, name, word) for name in table.untaken}


def _read(table: Block, name: str, word: str) -> WantedAmount:
    path = (*table.path, name)
    inner = table.section(name) if table.is_table(name) else None
    if inner is None:
        return WantedAmount(path, table.amount(name), None)
    amount = inner.amount(word)
    return WantedAmount(path, amount, read_reason_table(inner) if "reason" in inner else None)

"""What filing and the ledger have to do with one another, where a batch is folded as it comes in.

Shape: filing numbers owners as `Numbered`; whoever `Folds` locks them before and writes them behind
everything else of the batch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from posloyalty.sync.office.archive import Filing


@dataclass(slots=True)
class Numbered:
    """An owner within the batch: the last number of its events, its change where it is everybody's,
    and how far its numbers go with what was found late.
    """

    last: int
    everywhere: int
    arrived: int = 0

    def __post_init__(self) -> None:
        self.arrived = self.last


class Folds(Protocol):
    """The ledger, where it folds a batch as it comes in: it then keeps where the owners stand."""

    def lock(
        self,
        counts: Mapping[bytes, int],
        read: Sequence[Filing],
        *questions: tuple[str, Collection[Any]],
    ) -> tuple[dict[bytes, Numbered], list[list[Any]]]:
        """Lock and number owners, and answer questions once they are locked."""

    def write(
        self,
        new: Iterable[Filing],
        owners_of: Mapping[int, Collection[bytes]],
        numbered: Mapping[bytes, Numbered],
    ) -> set[bytes]:
        """Fold, and write where the owners stand; gives those of whom something waits."""

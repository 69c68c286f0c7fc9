"""What filing and the ledger have to do with one another, where a batch is folded as it comes in.

Shape: filing numbers owners as `Numbered`; whoever `Folds` locks them before, and writes them once
everything else that came of the batch (`Taken`) is written; `Left` is what that leaves to the lane.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from msgspec import Struct

from posloyalty.headoffice.ledger.keyed_in import Double
from posloyalty.sync.journals import Filed
from posloyalty.sync.office.archive import Filing


class Numbered(Struct, gc=False):
    """An owner within the batch: the last number of its events, its change where it is everybody's,
    how far its numbers go with what was found late, and whether it is folded anew for that what was
    folded may have named what is new.
    """

    last: int
    everywhere: int
    arrived: int = 0
    anew: bool = False

    def __post_init__(self) -> None:
        self.arrived = self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of a till's batch: the events that count and are new, whose they are and how these
    are numbered, with those of the batches that were filed with it; the places of events whose id
    other bytes of this till had already, and the sales that another till brought.
    """

    new: tuple[Filing, ...]
    owners_of: Mapping[int, frozenset[bytes]]
    numbered: Mapping[bytes, Numbered]
    reused: tuple[int, ...] = ()
    doubled: tuple[Double, ...] = ()

    @property
    def filed(self) -> tuple[Filed, ...]:
        """The new events themselves."""
        return tuple([one.one for one in self.new])


class Left(NamedTuple):
    """The owners of whom the ledger has something left to fold, and what that is."""

    owners: tuple[bytes, ...]
    waiting: tuple[Filed, ...]


class Folds(Protocol):
    """The ledger, where it folds a batch as it comes in: it then keeps where the owners stand."""

    def lock(
        self,
        counts: Mapping[bytes, int],
        read: Sequence[Filing],
        *questions: tuple[str, Collection[Any]],
    ) -> tuple[dict[bytes, Numbered], list[list[Any]]]:
        """Lock and number owners, and answer questions once they are locked."""

    def write(self, taken: Iterable[Taken], numbered: Mapping[bytes, Numbered]) -> set[bytes]:
        """Fold, and write where the owners stand; gives those of whom something waits."""

"""Counts of declared things that are no member's: what a cause was given, what a campaign spent.

Shape: a declared thing whose class has `owner(programme_id)` counts under that id. A service reads
its meters, from the beginning, into `StoreContext.counts` before anything is evaluated.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from posloyalty.domain.programme.definition import Programme


@runtime_checkable
class Shared(Protocol):
    """A declared thing that counts under an id of its own, whoever adds to it."""

    def owner(self, programme_id: str) -> bytes:
        """The id under which it counts."""
        ...


def shared_owners(programme: Programme) -> tuple[bytes, ...]:
    """The ids under which the things of a programme count."""
    found: tuple[bytes, ...] | None = programme.reckoned.get(Shared)
    if found is None:
        declared = (item for items in programme.declared.values() for item in items)
        # Asking a protocol costs more than all else that a quote asks of them.
        found = tuple(one.owner(programme.id) for one in declared if isinstance(one, Shared))
        programme.reckoned[Shared] = found
    return found

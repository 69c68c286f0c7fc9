"""Drawing by lot so that anybody can check it afterwards.

Before the first day the SHA-256 of a random seed is published. When the draw is over:

    entries  the ids of all entries that stand, ascending
    digest   SHA-256 over them, one after the other
    lot k    SHA-256 over seed, digest and k as four bytes, big-endian, from k = 0, as a number
    winner   of the entries that are left, the one at that number modulo how many are left

Prizes go in the order of the file, each as often as its count says. Where nobody wins twice, all
entries of a winner are taken out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from posloyalty.domain.engine.boards import digest
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.kinds.draw import ENTRY, Draw


@dataclass(frozen=True, slots=True)
class Winner:
    """An entry that won a prize."""

    entry: Right
    prize: str


def entries_of(draw: Draw, rights: Iterable[Right]) -> tuple[Right, ...]:
    """The entries that stand, by their ids."""
    found = (one for one in rights if one.kind == ENTRY and one.of == draw.id)
    return tuple(sorted((one for one in found if one.cancelled <= 0), key=lambda one: one.id))


def winners(draw: Draw, entries: Iterable[Right], seed: bytes) -> tuple[Winner, ...]:
    """The winners by a seed; fewer than prizes where entries run out."""
    left = sorted(entries, key=lambda one: one.id)
    over = bytes.fromhex(digest([one.id for one in left]))
    due = [prize.id for prize in draw.prizes for _ in range(prize.count)]
    found: list[Winner] = []
    for number, prize in enumerate(due):
        if not left:
            break
        lot = sha256(seed + over + number.to_bytes(4, "big")).digest()
        entry = left[int.from_bytes(lot, "big") % len(left)]
        found.append(Winner(entry, prize))
        left = [
            one
            for one in left
            if one.id != entry.id and not (draw.once_each and one.owner == entry.owner)
        ]
    return tuple(found)

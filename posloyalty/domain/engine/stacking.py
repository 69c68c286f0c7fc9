"""Which candidates may stand together: groups, classes, and lists of what combines.

Shape: `conflicts(candidates)` gives for every candidate a bit mask of those that it cannot stand
with. What stands alone in the sale is searched by itself and is not in here.
"""

from __future__ import annotations

from collections.abc import Sequence

from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.goods import bits


def conflicts(candidates: Sequence[Candidate]) -> list[int]:
    """For every candidate the others that exclude it, bit n for the candidate at place n."""
    masks = [0] * len(candidates)
    by_group: dict[str, int] = {}
    by_class: dict[str, int] = {}
    choosy = []
    for place, found in enumerate(candidates):
        offer = found.offer
        if offer.group:
            by_group[offer.group] = by_group.get(offer.group, 0) | 1 << place
        if offer.kind:
            by_class[offer.kind] = by_class.get(offer.kind, 0) | 1 << place
        if offer.alone_in_class or offer.combines_with is not None:
            choosy.append(place)
    for place, found in enumerate(candidates):
        if found.offer.group:
            masks[place] = by_group[found.offer.group] & ~(1 << place)
    for place in choosy:
        found = candidates[place]
        if found.offer.alone_in_class:
            _exclude(masks, place, by_class[found.offer.kind] & ~(1 << place))
        if found.offer.combines_with is not None:
            _exclude(masks, place, _strangers(candidates, place))
    return masks


def _exclude(masks: list[int], place: int, others: int) -> None:
    """Two-way: neither stands with the other."""
    masks[place] |= others
    for other in bits(others):
        masks[other] |= 1 << place


def _strangers(candidates: Sequence[Candidate], place: int) -> int:
    """Those that the list of a candidate does not name, and those whose own list leaves it out."""
    found = candidates[place]
    mask = 0
    for other, one in enumerate(candidates):
        if other != place and not (_names(found, one) and _names(one, found)):
            mask |= 1 << other
    return mask


def _names(found: Candidate, other: Candidate) -> bool:
    wanted = found.offer.combines_with
    if wanted is None:
        return True
    offer = other.offer
    return not wanted.isdisjoint((offer.id, offer.group or offer.id, offer.kind or offer.id))

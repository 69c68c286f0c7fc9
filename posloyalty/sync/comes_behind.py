"""Which events come behind which, whatever times were written: cause before time.

Shape: `in_order(filed)` puts events into the one order that every fold goes by. That is the order
of their times (`Filed.order`), but an event that is named happened before whoever names it, and so
did all that its till had done before: where a clock was ahead, they are taken in first. `_named_by`
says what events name, `_opened_by` under which names they can be named: lots, rights, transfers,
themselves, and a sale by its place on the receipt. Only what is dated later than whoever names it
is moved; all else keeps its place.

It hangs on the events alone, not on how they arrived. Ids that go round in a circle, which only a
forger's do, are broken where the walk meets them first, by time.

A till's return of its own sale names nothing: it comes behind in that till's journal anyhow.

Who names something had heard of it from head office, where it was by then, or saw its receipt.
Where it comes after that (head office was put back, or its till was out of reach), a fold cannot go
on: whoever keeps folds looks whether a till had heard of what is new, or something came back of it
(`headoffice/ledger/parts`), and folds its owners anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Final

from posloyalty.domain.ledger.right import RightMove
from posloyalty.sync import events
from posloyalty.sync.goods_back import SoldPlace, came_back_to, sold_at
from posloyalty.sync.journals import Filed

_ISSUE: Final = RightMove.ISSUE
_BY_TIME: Final = attrgetter("order")
Name = bytes | SoldPlace


def in_order(filed: Iterable[Filed]) -> list[Filed]:
    """Events as they happened: by time, and whatever is named before whoever names it."""
    ordered = list(filed)
    if len(ordered) < 2:  # mostly it is one, and its order takes as long as folding half of it
        return ordered
    ordered.sort(key=_BY_TIME)
    named = _first_named(ordered)
    if not named or not _names_what_is_later(ordered, named):
        return ordered
    return _named_first(ordered, named)


def _opened_by(one: Filed, *, goods: bool) -> Iterator[Name]:
    """Under which names an event, and what it made, can be named; whether a sale's goods are."""
    yield one.event_id
    for transfer in one.does.transfers:
        yield transfer.id
        if transfer.opens is not None:
            yield transfer.opens.id
    for change in one.does.rights:
        if change.move is _ISSUE:
            yield change.right_id
    place = sold_at(one) if goods else None
    if place is not None:
        yield place


def _named_by(one: Filed) -> Iterator[Name]:
    """What an event is about that another one, or itself, has opened."""
    if _is_own_return(one):
        return
    for transfer in one.does.transfers:
        for use in transfer.uses:
            yield use.lot_id
        if transfer.link is not None:
            yield transfer.link
    for entry in one.does.meters:
        if entry.undoes is not None:
            yield entry.undoes
    for change in one.does.rights:
        if change.move is not _ISSUE:
            yield change.right_id
    if isinstance(one.event, events.Refund):
        place = came_back_to(one)
        if place is not None:
            yield place


def _is_own_return(one: Filed) -> bool:
    """Whether goods came back to the till that had sold them."""
    event = one.event
    if isinstance(event, events.Sale):  # as most events are, and told quickest
        return False
    return isinstance(event, events.Refund) and not isinstance(event.receipt, str)


def _first_named(ordered: Sequence[Filed]) -> dict[Name, int]:
    """Each name, and the place of the first event that names it."""
    found: dict[Name, int] = {}
    for place, one in enumerate(ordered):
        for name in _named_by(one):
            found.setdefault(name, place)
    return found


def _names_goods(named: Iterable[Name]) -> bool:
    return any(isinstance(name, SoldPlace) for name in named)


def _names_what_is_later(ordered: Sequence[Filed], named: Mapping[Name, int]) -> bool:
    """Whether something is named before it is there by time; hardly ever."""
    goods = _names_goods(named)
    for place, one in enumerate(ordered):
        for name in _opened_by(one, goods=goods):
            if named.get(name, place) < place:
                return True
    return False


def _named_first(ordered: Sequence[Filed], named: Collection[Name]) -> list[Filed]:
    """The same by time, each behind what it names and behind what its till had done before."""
    before = _before(ordered, named)
    found: list[Filed] = []
    entered, taken = bytearray(len(ordered)), bytearray(len(ordered))
    for first in range(len(ordered)):
        waiting = [first]
        while waiting:
            place = waiting[-1]
            if not entered[place]:
                entered[place] = True
                waiting += [one for one in reversed(before[place]) if not entered[one]]
                continue
            waiting.pop()
            if not taken[place]:
                taken[place] = True
                found.append(ordered[place])
    return found


def _before(ordered: Sequence[Filed], named: Collection[Name]) -> list[list[int]]:
    """By place, the places of what comes directly before: the till's last event, what is named."""
    opened: dict[Name, int] = {}
    goods = _names_goods(named)
    for place, one in enumerate(ordered):
        for name in _opened_by(one, goods=goods):
            if name in named:
                opened.setdefault(name, place)
    last: dict[bytes, int] = {}
    found: list[list[int]] = []
    for place, one in enumerate(ordered):
        behind = {opened[name] for name in _named_by(one) if name in opened}
        if one.till_id in last:
            behind.add(last[one.till_id])
        found.append(sorted(behind - {place}))
        last[one.till_id] = place
    return found

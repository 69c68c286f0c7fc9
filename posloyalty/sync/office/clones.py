"""Whether one program speaks as a till, or two: its starts, and which start each came after.

Shape: every start of a till's program has an id, and its book knows the start before it. A line of
starts in which each comes after the one before is one till. A start that comes after an older one
is a book put back from a copy: the line breaks there, and as long as what came after the break is
alone, it is the till. When somebody from before the break speaks again, two programs have the same
key: both are frozen until a person says which of them is the till.

Two that are never on at the same time never speak between one another's starts: each start of one
comes after the last one of its own, which the other one's left behind. Once that is a book that was
put back to where it had been; when a branch that was left comes back again, two take turns.

A machine that is copied while it runs leaves no break: the copy's start comes after the one that
goes on. Who speaks although the till was started anew after it may be a late request, once; when
the till speaks and then it again, they are two. What was said before the till of now was heard, or
long ago, is no word of a start that spoke before: only the network held it back. Of one that never
spoke it may be a first word under a wrong clock, or one that was held back while the till was
started anew out of reach: where the line would break it is one late request, and whoever is the
till stays it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

LATE_S: Final = 600
"""A request that says it was made so many seconds before or after it came is late whenever it was
made, if the program that made it had spoken before: by then it knew the time."""


class Standing(StrEnum):
    """Where a start stands."""

    CURRENT = "current"  # speaks as the till now
    ENDED = "ended"  # the till was started anew after it
    LATE = "late"  # ended, and spoke once more; or spoke first, long after it said so
    DOUBTED = "doubted"  # and then the till spoke: once more, and there are two
    LEFT = "left"  # a book of before it was put back; it should never speak again
    BACK = "back"  # was left, and the till was started anew after it all the same
    SUSPECT = "suspect"  # spoke although it was left, or is spoken against
    SHUT = "shut"  # a person said that another one is the till


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One start of a till's program; `after` is empty where it did not say. `first_s` is when head
    office heard it first, in seconds since the epoch.
    """

    boot: bytes
    after: bytes
    standing: Standing
    first_s: int = 0


Starts = Mapping[bytes, Start]


class Spoke(NamedTuple):
    """When head office heard a start first and last, in seconds since the epoch."""

    first_s: int
    last_s: int


def spoke(
    starts: Starts, boot: bytes, after: bytes, *, now_s: int, off_s: int = 0
) -> tuple[Start, ...]:
    """The starts that change because one of them said hello; nothing where all stays. `now_s` is
    when it came, in seconds since the epoch, and `off_s` by how many seconds the time in which it
    was said differs from that: below 0 where it was said before.
    """
    known, before = starts.get(boot), _current(starts)
    held_back = _held_back(before, now_s=now_s, off_s=off_s)
    if known is not None:
        return () if held_back else _again(starts, known)
    new = Start(boot=boot, after=after, standing=Standing.CURRENT, first_s=now_s)
    if after and after in starts and starts[after].standing is Standing.SHUT:
        return (replace(new, standing=Standing.SHUT),)
    if any(one.standing is Standing.SUSPECT for one in starts.values()):
        # Started anew in the hope that it helps: it belongs to one of the two, and waits too.
        return (replace(new, standing=Standing.SUSPECT),)
    if any(one.after == boot for one in starts.values()):
        # Its first words come behind those of the start after it.
        return (replace(new, standing=Standing.LATE),)
    if before is None:
        return (new,)
    follows = not after or after == before.boot
    if not follows and held_back:
        return (replace(new, standing=Standing.LATE),)
    behind = starts.get(after)
    if behind is not None and behind.standing is Standing.LEFT:
        return _returned(starts, new, behind, before)
    left = replace(before, standing=Standing.ENDED if follows else Standing.LEFT)
    return (left, new)


def _held_back(before: Start | None, *, now_s: int, off_s: int) -> bool:
    """Whether a request is no sign that its program runs beside the till: it was said before that
    was heard first, or its time is far from ours.
    """
    if abs(off_s) > LATE_S:
        return True
    return before is not None and off_s < 0 and now_s + off_s <= before.first_s


def _returned(starts: Starts, new: Start, behind: Start, before: Start) -> tuple[Start, ...]:
    """A branch that was left goes on: once it is the till, the second time they are two."""
    if any(one.standing is Standing.BACK for one in starts.values()):
        return tuple(replace(one, standing=Standing.SUSPECT) for one in (new, before))
    left = replace(before, standing=Standing.LEFT)
    return (replace(behind, standing=Standing.BACK), left, new)


def kept(starts: Starts, boot: bytes) -> tuple[Start, ...]:
    """A person says that `boot` is the till: every other one is shut. KeyError for an unknown."""
    chosen = replace(starts[boot], standing=Standing.CURRENT)
    others = (replace(one, standing=Standing.SHUT) for one in starts.values() if one.boot != boot)
    return (chosen, *others)


def goes_on_as(starts: Starts, heard: Mapping[bytes, Spoke], boot: bytes) -> bytes:
    """The start as which a machine runs now, given any of its own: the one that came after that,
    and after it, as far as each was heard only once the one before was silent. A copy of a machine
    that runs comes after it, too, but between its words. Where two may be meant it goes no further.
    """
    while True:
        later = [
            one.boot
            for one in starts.values()
            if one.after == boot and heard[one.boot].first_s > heard[boot].last_s
        ]
        if len(later) != 1:
            return boot
        (boot,) = later


def _again(starts: Starts, known: Start) -> tuple[Start, ...]:
    if known.standing is Standing.ENDED:
        return (replace(known, standing=Standing.LATE),)
    if known.standing is Standing.CURRENT:
        late = (one for one in starts.values() if one.standing is Standing.LATE)
        return tuple(replace(one, standing=Standing.DOUBTED) for one in late)
    if known.standing not in (Standing.LEFT, Standing.BACK, Standing.DOUBTED):
        return ()
    against = _current(starts)
    accused = (known,) if against is None else (known, against)
    return tuple(replace(one, standing=Standing.SUSPECT) for one in accused)


def _current(starts: Starts) -> Start | None:
    found = [one for one in starts.values() if one.standing is Standing.CURRENT]
    return found[-1] if found else None

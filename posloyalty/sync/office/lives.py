"""The lives of head office's database: what begins one, and when leases are given in it again.

Shape: pure judgements on numbers and leases; whoever keeps the database asks them. A database that
was put back from a copy is whole and has forgotten its last minutes. What tills sent in them comes
again, since every till keeps its journal; what was lent in them is in the tills' journals too, and
nowhere else. So in a new life nothing is lent until each till has told its journal up to its end
(`lends`), and leases that come to light on the way are the till's (`claimed`). What a till told
before anybody noticed is noted as its word only, which holds nothing aside and is asked back, and
is believed when a life begins.

Whatever head office decides by itself in a later life has an id of that life (`born`): tills may
have heard a decision of before with the same number, which the copy knows nothing of, and would
take the new one for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from enum import Enum, IntEnum
from hashlib import sha256
from typing import Final

from posloyalty.domain.ledger.right import Right, RightMove
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import LEASE, Asset, AssetKind, Lease, LeaseState
from posloyalty.sync.office.lending import LendingShelf
from posloyalty.sync.wire.acknowledgements import FIRST_LIFE, LIVES_MAX, Acknowledgement

LIFE_S: Final = 10
"""No two lives begin within so many seconds."""


class Retells(IntEnum):
    """How it stands with a till's leases in this life."""

    TOLD = 0  # they are known
    AWAITED = 1  # it has to tell them
    NEW = 2  # it joined meanwhile, and may have some
    JOINS = 3  # it joined in the first life and has none; what it wrote before is not all here


ARRIVING: Final = (Retells.NEW, Retells.JOINS)
"""Of such a till not all is here that it wrote before it joined (`Owning`)."""


class Shows(Enum):
    """What it means that a till shows an acknowledgement."""

    NOTHING = "nothing"
    LATER_LIFE = "later life"  # this head office is the old one of two
    LOST = "lost"  # what was acknowledged in this life is not here: it was put back


def shows(shown: Acknowledgement, *, life: int, is_here: bool) -> Shows:
    """What an acknowledgement of ours tells in a life; `is_here`: what was acknowledged is.

    What an earlier life acknowledged and this one does not have was lost before this one began, and
    its till is waited for since then: one loss begins one life, however many tills miss something.
    """
    if shown.life > life:
        return Shows.LATER_LIFE
    if shown.life < life or is_here:
        return Shows.NOTHING
    return Shows.LOST


def next_life(*, life: int, seen: int, now_s: int) -> int:
    """The number of a new life: later than every one that was heard of, and by the clock, because a
    copy knows nothing of the lives that came after it. Were it only counted on, the second life
    that begins from the same copy would have the number of the first, or a lower one than tills
    have heard, and they would take it for the old one of two.
    """
    return min(LIVES_MAX, max(life + 1, seen + 1, now_s // LIFE_S))


def next_name(name: bytes, life: int, drawn: bytes) -> bytes:
    """The name of a new life, of 16 bytes; `drawn` makes it its own."""
    return sha256(name + life.to_bytes(8, "big") + drawn).digest()[:16]


def born(life: int, name: bytes) -> bytes:
    """What the ids of a life's own decisions have in them; nothing in the first one."""
    return b"" if life == FIRST_LIFE else name


def is_latest(*, life: int, seen: int) -> bool:
    """Whether nobody heard of a later life. The old one of two begins none by itself: it would
    overtake the one that everybody went to.
    """
    return seen <= life


def lends(*, life: int, seen: int, awaits: bool) -> bool:
    """Whether leases are given: everybody told what they hold, and nobody heard of a later life."""
    return is_latest(life=life, seen=seen) and not awaits


def claimed(
    shelf: LendingShelf, events: Iterable[Filed], *, till_id: bytes, retells: Retells
) -> list[Filed]:
    """Leases that a till took up and that this life knows nothing of are its own: they are put on
    the shelf before the events are followed. Gives the events that took them up.

    Of a till that has nothing to tell again they are its word only: it may have made them up, or
    nobody noticed yet that head office was put back.
    """
    opened = {lent.id: (one, lent) for one in events for lent in _opened(one)}
    found, word_only = list[Filed](), retells in (Retells.TOLD, Retells.JOINS)
    for one, lent in _strange(shelf, opened):
        asset = _asset(lent)
        if asset is None or not lent.uses:
            continue
        lease = _lease(lent, asset, till_id, one.at)
        shelf.put(replace(lease, state=LeaseState.RECLAIMED, gen=0) if word_only else lease)
        if lent.last_day is not None:
            shelf.end_on(lent.id, lent.last_day)
        if not word_only:
            found.append(one)
    return found


def _strange(
    shelf: LendingShelf, opened: Mapping[bytes, tuple[Filed, Right]]
) -> list[tuple[Filed, Right]]:
    known = shelf.known(opened) if opened else set()
    return [each for lease_id, each in opened.items() if lease_id not in known]


def _opened(one: Filed) -> Iterable[Right]:
    for change in one.does.rights:
        opened = change.opens
        if change.move is RightMove.ISSUE and opened is not None and opened.kind == LEASE:
            yield opened


def _asset(lent: Right) -> Asset | None:
    kind, _, key = lent.of.partition(":")
    return Asset(AssetKind(kind), key, lent.owner) if kind in set(AssetKind) else None


def _lease(lent: Right, asset: Asset, till_id: bytes, at: datetime) -> Lease:
    # The zone of its day is not written in the journal. A day more than the westernmost one frees
    # it later than need be, never too early.
    day = at.date() if lent.last_day is None else lent.last_day
    ends = datetime.combine(day, time(), tzinfo=UTC) + timedelta(days=2)
    return Lease(
        id=lent.id,
        asset=asset,
        till_id=till_id,
        amount=lent.uses or 0,
        granted_at=at,
        not_after=ends,
    )

"""What a snapshot says of a member: segments with the day of the snapshot, and picked offers.

Both are rights, so that they are journalled, merged and proved like all else a member holds:
`segment` of its id, good from the day of the snapshot on; `pick` of "<list>/<place>/<offer>/<why>".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.meter import total
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.personal import Personal
from posloyalty.domain.programme.kinds.segment import SEGMENT

PICK: Final = "pick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """An offer picked for a member: its place in the list, from 1, and a code of area "picked" that
    says why; `shown` says whether it is among those that the member is shown now.
    """

    list: str
    offer: str
    place: int
    why: str
    as_of: date | None
    shown: bool


def segments_of(programme: Programme, state: MemberState, day: date) -> Mapping[str, date]:
    """The segments that a member is in, each with the day of the snapshot that says so."""
    return {right.of: right.from_day or day for right in segment_rights(programme, state, day)}


def segment_rights(programme: Programme, state: MemberState, day: date) -> tuple[Right, ...]:
    """The rights that say it."""
    return _good(programme, state, SEGMENT, day)


def pick_rights(programme: Programme, state: MemberState, day: date) -> tuple[Right, ...]:
    """The rights of the lists that are good on a day."""
    return _good(programme, state, PICK, day)


def picks_of(programme: Programme, state: MemberState, day: date) -> tuple[Pick, ...]:
    """What was picked for a member, best first: the first few not turned down are shown."""
    lists = sorted(programme.of(Personal), key=lambda one: one.id)
    if not lists:
        return ()
    found: list[Pick] = []
    rights = sorted(pick_rights(programme, state, day), key=lambda right: right.of)
    for personal in lists:
        shown = 0
        for right in rights:
            if not right.of.startswith(f"{personal.id}/"):
                continue
            place, offer, why = _parts(right.of.removeprefix(f"{personal.id}/"))
            rests = _turned_down(programme, personal, state, offer, day)
            shown += not rests
            found.append(
                Pick(
                    list=personal.id,
                    offer=offer,
                    place=int(place),
                    why=why,
                    as_of=right.from_day,
                    shown=not rests and shown <= personal.show,
                )
            )
    return tuple(found)


def pick_name(personal: str, place: int, offer: str, why: str) -> str:
    """What a pick's right is of; places sort as text."""
    return f"{personal}/{place:03}/{offer}/{why}"


def turned_down_meter(offer: str) -> str:
    """How often a member turned a picked offer down."""
    return f"turned_down/{offer}"


def _turned_down(
    programme: Programme, personal: Personal, state: MemberState, offer: str, day: date
) -> bool:
    meter = programme.meter(turned_down_meter(offer))
    since = personal.rests_since(day)
    return total(state.meters, meter, owner=state.member_id, since=since) > 0


def _parts(text: str) -> tuple[str, str, str]:
    place, _, rest = text.partition("/")
    offer, _, why = rest.rpartition("/")
    return place, offer, why


def _good(programme: Programme, state: MemberState, kind: str, day: date) -> tuple[Right, ...]:
    return tuple(
        right
        for right in state.rights
        if right.kind == kind and right.programme == programme.id and right.good_on(day)
    )

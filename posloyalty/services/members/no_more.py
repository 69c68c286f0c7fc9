"""What the book keeps of who somebody was, once they are erased or another name of somebody.

Head office decides it and tills hear of it (`hear_office`); a till without one does it by itself
(`records`). Their random id stays in what was sold, and in the journal.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.meters import PURCHASES
from posloyalty.domain.members.member import MemberStatus, Profile
from posloyalty.services.ports import Appended, UnitOfWork


def forget_person(unit: UnitOfWork, member_id: bytes, appended: Appended) -> None:
    """Remove who a member is."""
    if unit.members.by_id(member_id) is not None:
        unit.members.save_profile(member_id, Profile(name=""), appended=appended)
        unit.members.set_status(member_id, MemberStatus.ERASED, appended=appended)


def rename_person(unit: UnitOfWork, stays: bytes, goes: bytes, appended: Appended) -> None:
    """By whatever a member was found under the record that goes, the one that stays is found."""
    unit.profiles.rename(goes, stays)
    ours, theirs = unit.members.by_id(stays), unit.members.by_id(goes)
    if theirs is None:
        return
    empty = replace(theirs.profile, identifiers=())
    unit.members.save_profile(goes, empty, appended=appended)
    unit.members.set_status(goes, MemberStatus.CLOSED, appended=appended)
    if ours is not None:
        known = ours.profile.identifiers
        more = (one for one in theirs.profile.identifiers if one not in known)
        profile = replace(ours.profile, identifiers=(*known, *more))
        unit.members.save_profile(stays, profile, appended=appended)


def purchases_in(does: Consequences) -> dict[bytes, int]:
    """How many purchases an event counts, by member."""
    counts: Counter[bytes] = Counter()
    for entry in does.meters:
        if entry.meter == PURCHASES:
            counts[entry.owner] += entry.amount
    return {member_id: more for member_id, more in counts.items() if more}

"""A programme that is wound down: what of it stands on a day.

Shape: `standing_on(programme, day)` is the programme as it gives on a day: after the last day of
earning without whatever only gives, after the last day of redeeming without what points were spent
on either. It has the same id, version and hash, because the days are in the very file that sales
pin. `ended(...)` is why nothing can be redeemed any more; how what is left ends is `winding_up.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.declaration import DECLARATIONS, Declared, GivesBeside, Until
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.voucher import VOUCHER
from posloyalty.domain.programme.kinds.winding_down import Phase, winding_of
from posloyalty.domain.programme.reason import Reason, reason

ENDED: Final = "PROGRAMME_ENDED"


def phase_of(programme: Programme, day: date) -> Phase | None:
    """How far a programme is wound down on a day; None for one that goes on."""
    winding = winding_of(programme)
    return None if winding is None else winding.phase(day)


def standing_on(programme: Programme, day: date) -> Programme:
    """The programme as it gives and takes on a day."""
    phase = phase_of(programme, day)
    if phase is None or phase is Phase.ANNOUNCED:
        return programme
    key = (standing_on, phase)
    found: Programme | None = programme.reckoned.get(key)
    if found is None:
        found = programme.reckoned[key] = _standing(programme, phase)
    return found


def why_less(programme: Programme, day: date) -> tuple[Reason, ...]:
    """Why a programme gives less than it declares: EARNING_ENDED or PROGRAMME_ENDED."""
    winding = winding_of(programme)
    if winding is None or winding.phase(day) is not Phase.REDEEMING:
        return ended(programme, day)
    return (reason("EARNING_ENDED", day=winding.earns_through),)


def ended(programme: Programme, day: date) -> tuple[Reason, ...]:
    """PROGRAMME_ENDED once nobody redeems any more."""
    winding = winding_of(programme)
    if winding is None or winding.phase(day) is not Phase.OVER:
        return ()
    return (reason(ENDED, day=winding.redeems_through),)


def outlives(programme: Programme, right: Right | None) -> bool:
    """Whether something of a member's is good after the programme's end: what their points became,
    and what they paid for.
    """
    winding = winding_of(programme)
    if right is None or winding is None:
        return False
    return bool(right.paid_minor) or (right.kind, right.of) == (VOUCHER, winding.voucher)


def _standing(programme: Programme, phase: Phase) -> Programme:
    gone = (Until.EARNING,) if phase is Phase.REDEEMING else (Until.EARNING, Until.REDEEMING)
    declared = {
        kind: tuple(_giving_nothing(item) for item in items)
        for kind, items in programme.declared.items()
        if DECLARATIONS[kind].until not in gone
    }
    return replace(programme, earn_rules=(), multipliers=(), declared=declared)


def _giving_nothing(item: Declared) -> Declared:
    return item.giving_nothing() if isinstance(item, GivesBeside) else item

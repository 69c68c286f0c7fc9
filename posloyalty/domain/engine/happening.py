"""Happenings: what is to be recorded of somebody outside a sale, made without any look-up.

A screen previews a happening before it has it recorded, so that what is shown is what is booked.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.moment import Recorded, Trigger

Evidence = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What is to be recorded: the trigger, what it is about, for whom, and the evidence.

    `shown` is a code whose rights works are to see, whoever owns them. `joins`: the member is not
    in the book yet, and this asks what would be done for somebody who joins.
    """

    trigger: Trigger
    recorded: Recorded
    member_id: bytes | None = None
    shown: str = ""
    joins: bool = False


def happening(
    trigger: Trigger, member_id: bytes, what: str, evidence: Evidence = (), quantity: int = 1
) -> Happening:
    """Something that a member did; `quantity` in the unit of what it is about."""
    recorded = Recorded(what=what, quantity=quantity, evidence=evidence)
    return Happening(trigger=trigger, recorded=recorded, member_id=member_id)


def activity(
    member_id: bytes, activity_id: str, quantity: int = 1, evidence: Evidence = ()
) -> Happening:
    """Somebody did something; `quantity` in the activity's own unit."""
    return happening(Trigger.ACTIVITY, member_id, activity_id, evidence, quantity)

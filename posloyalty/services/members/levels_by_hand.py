"""Levels given and ended by hand, with a cause: acts of their own, and so seen for ever."""

from __future__ import annotations

from datetime import date

from posloyalty.domain.shop.operator import Operator
from posloyalty.services.doings.happenings import granting, withdrawing
from posloyalty.services.doings.programme_acts import Acted, ProgrammeActs
from posloyalty.services.members.adjust_points import CAUSE_LENGTH_MOST
from posloyalty.services.refusal import ServiceRefusal


def give_level(
    acts: ProgrammeActs,
    member_id: bytes,
    level: str,
    through: date | None,
    cause: str,
    operator: Operator,
    *,
    approved_by: Operator | None = None,
) -> Acted:
    """Give a level, as `scheme/level`, through a day; None: as long as one that is met today.

    Raises `ServiceRefusal` CAUSE_NEEDED, NOT_ALLOWED, OWN_CARD_BY_HAND or NOTHING_TO_RECORD.
    """
    happening = granting(member_id, level, through, cause=_cause(cause))
    return acts.record(happening, operator, approved_by=approved_by)


def end_level(
    acts: ProgrammeActs,
    member_id: bytes,
    level: str,
    cause: str,
    operator: Operator,
    *,
    approved_by: Operator | None = None,
) -> Acted:
    """End a level that was given by hand with yesterday. Raises as `give_level` does."""
    happening = withdrawing(member_id, level, cause=_cause(cause))
    return acts.record(happening, operator, approved_by=approved_by)


def _cause(text: str) -> str:
    cause = text.strip()
    if not 0 < len(cause) <= CAUSE_LENGTH_MOST:
        raise ServiceRefusal("CAUSE_NEEDED")
    return cause

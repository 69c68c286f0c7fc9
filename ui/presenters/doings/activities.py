"""Activities: what somebody at the till records, with its evidence and how much of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from posloyalty.domain.programme.kinds.activity import QUANTITY_MOST
from posloyalty.domain.shop.operator import Role
from posloyalty.services.doings.happenings import activity
from ui.presenters.doings.doing import Answers, Doing, Look, Undo, number, recorded
from ui.presenters.form import Field, FieldKind

if TYPE_CHECKING:
    from posloyalty.services.doings.offered import Recordable
    from posloyalty.services.doings.programme_acts import Happening

QUANTITY: Final = "quantity"
EVIDENCE_MOST: Final = 40
SEEN: Final = "-"
"""Evidence for a first look at what an activity would give; it is never booked."""


def activities(look: Look) -> Iterator[Doing]:
    """A row for each that the programme declares."""
    for one in look.offered.activities:
        yield _row(look, one)


def _row(look: Look, one: Recordable) -> Doing:
    words = look.figures.words
    counted = one.for_each > 1 or 1 < one.most_quantity < QUANTITY_MOST

    def make(answers: Answers) -> Happening:
        quantity = number(answers, QUANTITY) if counted else 1
        evidence = tuple((name, answers.get(name, "").strip()) for name, _ in one.fields)
        return activity(look.member_id, one.id, quantity, evidence)

    fields = [
        Field(
            name=name,
            label=label,
            hint=words("doings.evidence_hint"),
            length_max=EVIDENCE_MOST,
        )
        for name, label in one.fields
    ]
    if counted:
        fields.insert(
            0,
            Field(
                name=QUANTITY,
                label=words("doings.quantity", most=f"{one.most_quantity:,}"),
                kind=FieldKind.DIGITS,
                value=str(one.for_each),
                length_max=len(str(one.most_quantity)),
            ),
        )
    preview, act, uses = recorded(look, make)
    return Doing(
        id=f"activity:{one.id}",
        icon="check-circle",
        title=one.name,
        sub=_sub(look, one),
        verb=words("doings.record"),
        fields=tuple(fields),
        sample={QUANTITY: str(one.for_each), **{name: SEEN for name, _ in one.fields}},
        preview=preview,
        act=act,
        uses=uses,
        undo=_undo(look),
    )


def _sub(look: Look, one: Recordable) -> str:
    words = look.figures.words
    each = words("doings.each", n=f"{one.for_each:,}") if one.for_each > 1 else ""
    asks = "" if look.operator.is_at_least(one.role) else words("doings.needs_approval")
    return " · ".join(part for part in (each, asks) if part)


def _undo(look: Look) -> Undo | None:
    if not look.operator.is_at_least(Role.SUPERVISOR):
        return None
    undo_act, cause = look.till.doings.undo_act, look.figures.words("doings.undo_cause")
    return lambda acted, by: undo_act.undo(acted.event_id, by, cause=cause)

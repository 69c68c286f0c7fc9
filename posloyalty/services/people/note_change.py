"""Changes of the shop in the journal: what kind of thing, which one, which fields, and by whom."""

from __future__ import annotations

from posloyalty.domain.shop.authority import Authority, Need
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.services.ports import Appended, Ids, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.events import SettingsChange


def note_change(
    unit: UnitOfWork, ids: Ids, operator: Operator, *, kind: str, what: str, fields: tuple[str, ...]
) -> Appended:
    """Append a settings_change event; values are never in it."""
    stamp = unit.journal.stamp()
    return unit.journal.append(
        SettingsChange(
            id=ids.new_id().hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            actor=operator.id.hex(),
            kind=kind,
            what=what,
            fields=fields,
        )
    )


def require(operator: Operator, right: Right) -> None:
    """Refuse with NOT_ALLOWED when the operator's role does not grant a right."""
    if not operator.may(right):
        raise ServiceRefusal("NOT_ALLOWED", name=operator.name)


def require_need(
    authority: Authority, need: Need, operator: Operator, approver: Operator | None
) -> bytes | None:
    """Refuse with NOT_ALLOWED unless operator, or who approves, may do what is needed.

    Answers the id of the approver where the operator alone might not, else None.
    """
    if authority.permits(operator, need):
        return None
    if approver is None or not authority.permits(approver, need):
        raise ServiceRefusal("NOT_ALLOWED", name=(approver or operator).name)
    return approver.id


def changed_fields(before: object, after: object, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the fields that differ; all of them when there was nothing before."""
    if before is None:
        return names
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))

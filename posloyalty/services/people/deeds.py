"""Writing sensitive deeds down, at once and for ever: who did what, who approved it, and why."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET

from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.deeds import Deed
from posloyalty.domain.shop.operator import Operator
from posloyalty.services.ports import Appended, Book, Ids, UnitOfWork
from posloyalty.sync import events


class Deeds:
    """Notes deeds in transactions of their own; for the writer lane."""

    def __init__(self, book: Book, ids: Ids) -> None:
        self._book = book
        self._ids = ids

    def note(
        self,
        deeds: Iterable[Deed],
        actor: Operator,
        *,
        approval: Approval | None = None,
        sale_id: bytes | None = None,
    ) -> None:
        """Journal what `actor` did, all or nothing; no deeds write nothing."""
        noted = tuple(deeds)
        if not noted:
            return
        with self._book.write() as unit:
            for deed in noted:
                note_deed(unit, self._ids, deed, actor, approval=approval, sale_id=sale_id)
            unit.commit()


def note_deed(
    unit: UnitOfWork,
    ids: Ids,
    deed: Deed,
    actor: Operator,
    *,
    approval: Approval | None = None,
    sale_id: bytes | None = None,
) -> Appended:
    """Journal a deed within a unit, beside what it did."""
    stamp = unit.journal.stamp()
    beside = None if approval is None else approval.beside(actor)
    return unit.journal.append(
        events.Deed(
            id=ids.new_id().hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            actor=actor.id.hex(),
            ok=UNSET if beside is None else beside.id.hex(),
            kind=deed.kind.value,
            sale=UNSET if sale_id is None else sale_id.hex(),
            what=deed.what or UNSET,
            reason=UNSET if approval is None or not approval.reason else approval.reason,
            undoes=True if deed.undoes else UNSET,
            facts=deed.facts,
        )
    )

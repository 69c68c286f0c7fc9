"""Who works here: adding and changing operators and their PINs, by a manager."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from posloyalty.domain.shop.operator import Operator, Right, Role
from posloyalty.services.people.note_change import changed_fields, note_change, require
from posloyalty.services.people.pin_hash import PIN_LEAST, PIN_MOST, PinHasher, pin_fault
from posloyalty.services.ports import Book, Ids, PinRecord, UnitOfWork
from posloyalty.services.refusal import Finding, ServiceRefusal, finding, refuse_findings

NAME_MOST: Final = 40
OPERATORS_MOST: Final = 200
_FIELDS: Final = ("name", "role", "active")


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorForm:
    """What is asked of an operator. `id` None is a new one; `new_pin` None keeps the PIN."""

    id: bytes | None
    name: str
    role: Role
    active: bool = True
    new_pin: str | None = field(default=None, repr=False)


class People:
    """Operators and what may be changed about them."""

    def __init__(self, book: Book, ids: Ids, hasher: PinHasher) -> None:
        self._book = book
        self._ids = ids
        self._hasher = hasher

    def all(self) -> tuple[Operator, ...]:
        """Every operator, by name."""
        with self._book.read() as reader:
            return reader.people.all()

    def save(self, form: OperatorForm, operator: Operator) -> Operator:
        """Add or change one. Refuses NOT_ALLOWED, UNKNOWN_OPERATOR or INVALID with findings."""
        require(operator, Right.CHANGE_SETTINGS)
        refuse_findings(_findings(form))
        # Hashed before the transaction: it is slow on purpose and must not hold the writer.
        hashed = None if form.new_pin is None else self._hasher.hash(form.new_pin)
        with self._book.write() as unit:
            before = None if form.id is None else unit.people.by_id(form.id)
            if form.id is not None and before is None:
                raise ServiceRefusal("UNKNOWN_OPERATOR")
            saved = Operator(
                id=form.id or self._ids.new_id(),
                name=form.name.strip(),
                role=form.role,
                active=form.active,
            )
            refuse_findings(self._against_others(unit, saved, hashed))
            unit.people.save(saved)
            fields = changed_fields(before, saved, _FIELDS)
            if hashed is not None:
                unit.people.set_pin(saved.id, PinRecord(hash=hashed))
                fields = (*fields, "pin")
            if fields:
                note_change(
                    unit,
                    self._ids,
                    operator,
                    kind="operator",
                    what=saved.id.hex(),
                    fields=fields,
                )
            unit.commit()
        return saved

    def _against_others(
        self, unit: UnitOfWork, saved: Operator, hashed: str | None
    ) -> list[Finding]:
        others = [other for other in unit.people.all() if other.id != saved.id]
        found = []
        if any(other.active and other.name == saved.name for other in others) and saved.active:
            found.append(finding("name", "NAME_TAKEN", name=saved.name))
        if len(others) >= OPERATORS_MOST:
            found.append(finding("name", "TOO_MANY", limit=OPERATORS_MOST))
        if hashed is None and unit.people.pin(saved.id) is None:
            found.append(finding("new_pin", "PIN_NEEDED"))
        stays = saved.active and saved.role is Role.MANAGER
        if not stays and not any(_can_manage(unit, other) for other in others):
            found.append(finding("role", "LAST_MANAGER"))
        return found


def _can_manage(unit: UnitOfWork, operator: Operator) -> bool:
    manages = operator.active and operator.role is Role.MANAGER
    return manages and unit.people.pin(operator.id) is not None


def _findings(form: OperatorForm) -> list[Finding]:
    found = []
    name = form.name.strip()
    if not name:
        found.append(finding("name", "REQUIRED"))
    elif len(name) > NAME_MOST:
        found.append(finding("name", "TOO_LONG", limit=NAME_MOST))
    fault = None if form.new_pin is None else pin_fault(form.new_pin)
    if fault is not None:
        found.append(finding("new_pin", fault, least=PIN_LEAST, most=PIN_MOST))
    return found

"""The recovery code: opens a book whose key is lost and gives the manager a new PIN.

The code proves ownership of the whole book, so it may reset the PIN of the first manager; if none
is active any more, the first one is made active again. It stays good until it is renewed.
"""

from __future__ import annotations

from dataclasses import replace

from posloyalty.domain.shop.operator import Operator, Right, Role
from posloyalty.services.book.book_keys import MistypedCode, RecoveryKeeper
from posloyalty.services.people.note_change import note_change, require
from posloyalty.services.people.pin_hash import PIN_LEAST, PIN_MOST, PinHasher, pin_fault
from posloyalty.services.ports import Book, Ids, PinRecord
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.events import KeyRotate


class RecoverBook:
    """Recovery on an open book; `bootstrap.open_with_code` opens one first when it is closed."""

    def __init__(self, book: Book, ids: Ids, hasher: PinHasher, keeper: RecoveryKeeper) -> None:
        self._book = book
        self._ids = ids
        self._hasher = hasher
        self._keeper = keeper

    def open_with_code(self, code: str, new_manager_pin: str) -> Operator:
        """Set the manager's PIN with the recovery code; returns the manager.

        Refuses PIN_DIGITS_ONLY, PIN_LENGTH, RECOVERY_CODE_MISTYPED (`group`) or
        RECOVERY_CODE_WRONG; nothing is changed then.
        """
        check_new_pin(new_manager_pin)
        try:
            fits = self._keeper.fits(code)
        except MistypedCode as fault:
            raise mistyped(fault) from None
        if not fits:
            raise ServiceRefusal("RECOVERY_CODE_WRONG")
        return self.reset_manager(new_manager_pin)

    def reset_manager(self, new_pin: str) -> Operator:
        """Set the first manager's PIN; whoever calls has proved the code already."""
        hashed = self._hasher.hash(new_pin)
        with self._book.write() as unit:
            managers = [one for one in unit.people.all() if one.role is Role.MANAGER]
            if not managers:
                raise ServiceRefusal("NO_MANAGER")
            # Ids ascend with time: the first manager is the wizard's.
            manager = min(managers, key=lambda one: (not one.active, one.id))
            manager = replace(manager, active=True)
            unit.people.save(manager)
            unit.people.set_pin(manager.id, PinRecord(hash=hashed))
            note_change(
                unit,
                self._ids,
                manager,
                kind="operator",
                what=manager.id.hex(),
                fields=("pin", "recovery"),
            )
            unit.commit()
        return manager

    def renew_code(self, operator: Operator) -> str:
        """A new recovery code; the old one opens nothing any more. Refuses NOT_ALLOWED."""
        require(operator, Right.CHANGE_SETTINGS)
        code = self._keeper.renew()
        with self._book.write() as unit:
            stamp = unit.journal.stamp()
            unit.journal.append(
                KeyRotate(
                    id=self._ids.new_id().hex(),
                    at=stamp.at,
                    hlc=stamp.hlc,
                    actor=operator.id.hex(),
                    kind="recovery",
                    kid=0,
                )
            )
            unit.commit()
        return code


def check_new_pin(pin: str) -> None:
    """Refuse a text that cannot be a PIN."""
    fault = pin_fault(pin)
    if fault is not None:
        raise ServiceRefusal(fault, least=PIN_LEAST, most=PIN_MOST)


def mistyped(fault: MistypedCode) -> ServiceRefusal:
    """The refusal for a mistyped code: of the wrong length, or wrong in one group."""
    if fault.group == 0:
        return ServiceRefusal("RECOVERY_CODE_LENGTH")
    return ServiceRefusal("RECOVERY_CODE_MISTYPED", group=fault.group)

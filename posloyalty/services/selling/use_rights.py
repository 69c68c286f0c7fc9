"""Passes, privileges and prizes at the till: used, taken back, reserved. Each is one act."""

from __future__ import annotations

from datetime import date

from posloyalty.domain.engine.works.pass_uses import (
    not_used,
    reserving,
    using_pass,
    using_privilege,
)
from posloyalty.domain.engine.works.prize import handing_over
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.services.doings.programme_acts import Acted, ProgrammeActs
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.people.note_change import require


class UseRights(Grounded):
    """Uses at one till."""

    def __init__(self, ground: Ground, *, acts: ProgrammeActs) -> None:
        super().__init__(ground)
        self._acts = acts

    def use_pass(
        self, member_id: bytes, pass_id: str, operator: Operator, *, right_id: bytes | None = None
    ) -> Acted:
        """Use a pass once, by default the one that ends first.

        Raises `ServiceRefusal` NO_PASS, PASS_USED_UP, PASS_ENDED, PASS_NOT_YET, USED_ENOUGH,
        USED_ENOUGH_UNTIL, or what another till may be using: USE_HELD, USE_NOT_LENT.
        """
        return self._acts.record(using_pass(member_id, pass_id, right_id), operator)

    def use_privilege(self, member_id: bytes, privilege_id: str, operator: Operator) -> Acted:
        """Use a privilege once. Raises `ServiceRefusal` NOT_MET, USED_ENOUGH(_UNTIL)."""
        return self._acts.record(using_privilege(member_id, privilege_id), operator)

    def hand_over(self, member_id: bytes, draw_id: str, operator: Operator) -> Acted:
        """Hand over a prize that was won in a draw. Raises `ServiceRefusal` NO_PRIZE."""
        return self._acts.record(handing_over(member_id, draw_id), operator)

    def give_back(self, member_id: bytes, what: str, operator: Operator) -> Acted:
        """Take back a use of today, of "pass/<id>", "privilege/<id>" or "prize/<draw>"; needs
        authority.

        Raises `ServiceRefusal` NOT_ALLOWED or NOT_USED_TODAY.
        """
        require(operator, Right.WAIVE)
        return self._acts.record(not_used(member_id, what), operator)

    def reserve(self, member_id: bytes, privilege_id: str, day: date, operator: Operator) -> Acted:
        """A place on a day.

        Raises `ServiceRefusal` NO_RESERVING, NOT_MET, RESERVED_ALREADY or NO_PLACES (`most`).
        """
        return self._acts.record(reserving(member_id, privilege_id, day), operator)

    def call_off(self, member_id: bytes, privilege_id: str, day: date, operator: Operator) -> Acted:
        """The place is free again. Raises `ServiceRefusal` NOT_RESERVED."""
        return self._acts.record(reserving(member_id, privilege_id, day, off=True), operator)

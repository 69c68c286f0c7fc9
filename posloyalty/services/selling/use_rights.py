"""Passes and privileges at the till: what a member may use now, using it, and reservations.

Shape: each use is one act. What is shown says why something cannot be used, before anybody tries.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from posloyalty.domain.engine.context import Context, freeze
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.use_rights import (
    again_on,
    left_of,
    passes_of,
    why_no_pass,
    why_no_privilege,
)
from posloyalty.domain.engine.works.prize import handing_over
from posloyalty.domain.programme.kinds.pass_ import Pass
from posloyalty.domain.programme.kinds.privilege import Privilege
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.services.doings.happenings import (
    reserving,
    using_pass,
    using_privilege,
)
from posloyalty.services.doings.programme_acts import Acted, ProgrammeActs
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.lending.lending import Lending
from posloyalty.services.lending.lent_rights import is_lent
from posloyalty.services.people.note_change import require
from posloyalty.services.ports import Reader
from posloyalty.services.selling.counter_facts import counter_store, member_state


@dataclass(frozen=True, slots=True, kw_only=True)
class PassView:
    """A member's pass: `left` of `uses`; `why_not` says why it cannot be used now, in refusals."""

    right_id: bytes
    id: str
    name: str
    uses: int
    left: int
    last_day: date | None
    why_not: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivilegeView:
    """A privilege: `left` uses in this span, None without bound; `again` when there are more.

    `reserved` are the days for which the member has a place, `missing` the conditions that are not
    met.
    """

    id: str
    name: str
    left: int | None
    again: date | None
    reserved: tuple[date, ...]
    can_reserve: bool
    why_not: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usable:
    """Everything of a member that is used, not spent."""

    passes: tuple[PassView, ...]
    privileges: tuple[PrivilegeView, ...]


class UseRights(Grounded):
    """Uses at one till."""

    def __init__(
        self, ground: Ground, *, acts: ProgrammeActs, lending: Lending | None = None
    ) -> None:
        super().__init__(ground)
        self._acts = acts
        self._lending = Lending(self._book, self._clock) if lending is None else lending

    def of_member(self, member_id: bytes, language: str | None = None) -> Usable:
        """What a member has, and may use now, its names in a language, by default that of the
        shop's papers. Raises `ServiceRefusal` NO_PROGRAMME, NO_SUCH_MEMBER.
        """
        with self._book.read() as reader:
            context = self._context(reader, member_id, language)
            programme = context.programme
            refused = self._not_lent(reader, context)
        views = (view for one in programme.of(Pass) for view in _pass_views(one, context))
        return Usable(
            passes=tuple(
                replace(view, why_not=refused[view.right_id])
                if view.why_not is None and view.right_id in refused
                else view
                for view in views
            ),
            privileges=tuple(_privilege_view(one, context) for one in programme.of(Privilege)),
        )

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
        recorded = Recorded(what=what)
        happening = Happening(trigger=Trigger.UNUSE, recorded=recorded, member_id=member_id)
        return self._acts.record(happening, operator)

    def reserve(self, member_id: bytes, privilege_id: str, day: date, operator: Operator) -> Acted:
        """A place on a day.

        Raises `ServiceRefusal` NO_RESERVING, NOT_MET, RESERVED_ALREADY or NO_PLACES (`most`).
        """
        return self._acts.record(reserving(member_id, privilege_id, day), operator)

    def call_off(self, member_id: bytes, privilege_id: str, day: date, operator: Operator) -> Acted:
        """The place is free again. Raises `ServiceRefusal` NOT_RESERVED."""
        return self._acts.record(reserving(member_id, privilege_id, day, off=True), operator)

    def _not_lent(self, reader: Reader, context: Context) -> dict[bytes, Reason]:
        """The rights that another till may be using, while head office is out of reach."""
        assert context.state is not None  # it is a member's
        found = {}
        for right in context.state.rights:
            if is_lent(right) and right.good_on(context.day):
                why = self._lending.use_refused(reader, context.programme, right, context.day)
                if why is not None:
                    found[right.id] = Reason(why)
        return found

    def _context(self, reader: Reader, member_id: bytes, language: str | None) -> Context:
        rules, at = self._rules(), self._now()
        programme = self._in_effect(reader, at)
        nobody = Basket(sale_id=self._ids.new_id(), currency=rules.currency)
        basket = nobody.for_member(member_id)
        state = member_state(reader, basket, programme, at)
        store = counter_store(reader, programme, at, rules, language)
        return freeze(programme, nobody, state, at, store)


def _pass_views(declared: Pass, context: Context) -> tuple[PassView, ...]:
    programme, state, day = context.programme, context.state, context.day
    assert state is not None  # it is a member's
    return tuple(
        PassView(
            right_id=right.id,
            id=declared.id,
            name=declared.names.in_language(context.store.language),
            uses=right.uses,
            left=right.left or 0,
            last_day=right.last_day,
            why_not=why_no_pass(programme, declared, right, state, context.store, day),
        )
        for right in passes_of(state, declared, programme)
    )


def _privilege_view(declared: Privilege, context: Context) -> PrivilegeView:
    programme, state, day = context.programme, context.state, context.day
    assert state is not None  # it is a member's
    left = left_of(programme, declared, state, context.store, day)
    own = [r for r in state.rights if (r.kind, r.of) == ("reservation", declared.id)]
    days = (r.from_day for r in own if not r.cancelled and r.from_day and r.from_day >= day)
    return PrivilegeView(
        id=declared.id,
        name=declared.names.in_language(context.store.language),
        left=None if left is None else left.left,
        again=None if left is None else again_on(left.limit, day),
        reserved=tuple(sorted(days)),
        can_reserve=declared.places > 0,
        why_not=why_no_privilege(programme, declared, context.facts, state, context.store, day),
    )

"""An act that uses something, a pass, a prize or points, asks head office for that use first.

Shape: `of(happening)` asks for what the act would use beyond what this till was lent, and says what
is short and who holds it. What rules would give of campaigns' budgets, or take, is asked for with
it, and what is short of that stops nothing. Out of reach nothing is asked: the act itself says what
may be used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.programme.definition import Programme
from posloyalty.services.doings.happenings import signing_up
from posloyalty.services.doings.programme_acts import ProgrammeActs
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.lending.lent_budgets import budgets_wanted
from posloyalty.services.lending.lent_points import chosen_points
from posloyalty.services.lending.lent_rights import act_wants
from posloyalty.services.lending.lent_takes import taken_wants
from posloyalty.services.lending.reserve_for_sale import Reservation, ReserveForSale
from posloyalty.services.members.claims import Claims
from posloyalty.services.ports import Reader
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.sale_wishes import Wanted


class ReserveUse(Grounded):
    """Asks for one act at a time."""

    def __init__(
        self, ground: Ground, *, reserving: ReserveForSale, acts: ProgrammeActs, claims: Claims
    ) -> None:
        super().__init__(ground)
        self._reserving = reserving
        self._acts = acts
        self._claims = claims

    @property
    def asks(self) -> bool:
        """Whether head office can be asked now."""
        return self._reserving.asks

    def of_newcomer(self) -> Reservation:
        """Ask for what campaigns would give to somebody who is about to join."""
        return self.of(replace(signing_up(self._ids.new_id()), joins=True))

    def of_claim(self, code: str, member_id: bytes) -> Reservation:
        """Ask for what campaigns would give to who claims a receipt of this till."""
        if not self._reserving.asks:
            return Reservation()
        try:
            does = self._claims.preview(code, member_id, all_lent=True).acted.does
        except ServiceRefusal:
            return Reservation()  # the claim says why

        def nothing(_reader: Reader, _programme: Programme, _day: date) -> Iterable[Wanted]:
            return ()

        def by_rules(_reader: Reader, programme: Programme, _day: date) -> Iterable[Wanted]:
            return budgets_wanted(programme, does) if self._reserving.lends_budgets else ()

        return self._reserving.reserve_for(self._ids.new_id(), nothing, by_rules)

    def of(self, happening: Happening) -> Reservation:
        """Ask for what an act would use; nothing where it cannot be done anyway."""
        if not self._reserving.asks:
            return Reservation()
        try:
            does = self._acts.preview(happening, all_lent=True).does
        except ServiceRefusal:
            return Reservation()  # the act says why

        def wants(reader: Reader, programme: Programme, day: date) -> Iterable[Wanted]:
            points = chosen_points(programme, happening.recorded.what, does, day)
            return (*act_wants(reader, does).items(), *points.items())

        def by_rules(_reader: Reader, programme: Programme, day: date) -> Iterable[Wanted]:
            budgets = budgets_wanted(programme, does) if self._reserving.lends_budgets else ()
            return (*budgets, *taken_wants(programme, does, day).items())

        return self._reserving.reserve_for(self._ids.new_id(), wants, by_rules)

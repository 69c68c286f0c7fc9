"""What the programme does outside a sale: an activity recorded, a member joined, a day passed.

Shape: `preview` says what an act would give, `record` books it as one event: the act, and whatever
works did in answer. The same event id again books nothing. Acts of kinds that no work answers to
are refused, so that nothing is recorded that does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import UNSET

from posloyalty.domain.engine import works
from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import ActRefusal, Awards
from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.context import Context, StoreContext, freeze
from posloyalty.domain.engine.gathering import (
    codes_for,
    counts_wanted,
    operator_counts_wanted,
)
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Moment, Recorded, Trigger
from posloyalty.domain.engine.suspicions import suspicions
from posloyalty.domain.engine.winding_down import why_less
from posloyalty.domain.engine.work import acting_on, run_works
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.sale import Told
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import BadIdentifier, id_from_hex
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.lending.lending import Lending
from posloyalty.services.lending.lent_budgets import whole_budgets
from posloyalty.services.members.member_state import newcomer
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.counter_facts import counter_store, member_state
from posloyalty.sync.consequence_event import counted, posts, rights_changed, tiers_met
from posloyalty.sync.events import Act
from posloyalty.sync.events import Told as ToldEvent

RUN_BACK: Final = timedelta(days=800)
_WORKS = works  # imported so that what they register is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What an act gave: the awards with their reasons, what a receipt would say, and what was
    written into its event.
    """

    event_id: bytes
    awards: tuple[Award, ...]
    told: tuple[Told, ...]
    does: Consequences
    written: tuple[tuple[str, str], ...] = ()


class ProgrammeActs(Grounded):
    """Acts of one till."""

    def __init__(self, ground: Ground, *, lending: Lending | None = None) -> None:
        super().__init__(ground)
        self._lending = Lending(self._book, self._clock) if lending is None else lending

    def preview(
        self,
        happening: Happening,
        *,
        at: datetime | None = None,
        operator: Operator | None = None,
        all_lent: bool = False,
    ) -> Acted:
        """What recording it now would give, or would if this till were lent all that rules give and
        take by themselves; nothing is booked. Refuses as `record` does, without an operator nothing
        for want of authority.
        """
        at, event_id = self._now(at), self._ids.new_id()
        with self._book.read() as reader:
            programme, acted = self._answer(
                reader, happening, event_id, at, operator, all_lent=all_lent
            )
            if not all_lent:
                self._lending.allow_act(reader, programme, acted.does, at)
            return acted

    def record(
        self,
        happening: Happening,
        operator: Operator,
        *,
        event_id: bytes | None = None,
        at: datetime | None = None,
        approved_by: Operator | None = None,
    ) -> Acted:
        """Book the act in one transaction; `approved_by` lends their authority to the operator.

        Raises `ServiceRefusal` NO_PROGRAMME, NO_SUCH_MEMBER, NOTHING_TO_RECORD, what the kind
        refuses it for, or USE_HELD, USE_NOT_LENT, GIVEN_NOT_LENT, POINTS_HELD and POINTS_NOT_LENT
        for what another till may be using.
        """
        event_id = self._ids.new_id() if event_id is None else event_id
        at = self._now(at)
        with self._book.write() as unit:
            if unit.journal.by_event_id(event_id) is not None:
                return Acted(
                    event_id=event_id, awards=(), told=(), does=unit.ledger.done_by(event_id)
                )
            acted = self._book_in(unit, happening, operator, event_id, at, approved_by)
            unit.commit()
        return acted

    def record_in(
        self,
        unit: UnitOfWork,
        happening: Happening,
        operator: Operator,
        *,
        event_id: bytes | None = None,
        at: datetime | None = None,
    ) -> Acted | None:
        """The same within a unit that the caller commits; None where there is nothing to record, as
        for somebody who joins a programme that welcomes nobody.
        """
        event_id = self._ids.new_id() if event_id is None else event_id
        if unit.journal.by_event_id(event_id) is not None:
            return None
        try:
            return self._book_in(unit, happening, operator, event_id, self._now(at))
        except ServiceRefusal as refused:
            if refused.reason in ("NOTHING_TO_RECORD", "NO_PROGRAMME"):
                return None
            raise

    def _book_in(
        self,
        unit: UnitOfWork,
        happening: Happening,
        operator: Operator,
        event_id: bytes,
        at: datetime,
        approved_by: Operator | None = None,
    ) -> Acted:
        programme, acted = self._answer(unit, happening, event_id, at, approved_by or operator)
        uses = self._lending.use_in_act(
            unit, programme, happening.recorded.what, acted.does, at, event_id
        )
        if uses:
            does = replace(acted.does, rights=(*acted.does.rights, *uses))
            acted = replace(acted, does=does)
        event = act_event(unit, programme, happening, acted, operator, at, approved_by)
        unit.acts.book(event)
        return acted

    def _answer(
        self,
        reader: Reader | UnitOfWork,
        happening: Happening,
        event_id: bytes,
        at: datetime,
        operator: Operator | None,
        *,
        all_lent: bool = False,
    ) -> tuple[Programme, Acted]:
        rules = self._rules()
        programme = self._in_effect(reader, at)
        nobody = Basket(sale_id=event_id, currency=rules.currency)
        basket = nobody.for_member(happening.member_id)
        state: MemberState | None
        if happening.joins and happening.member_id is not None:
            state = newcomer(happening.member_id, store_day(at, programme.zone))
        else:
            state = member_state(reader, basket, programme, at)
        store = self._store(reader, programme, happening, state, at, all_lent=all_lent)
        context = freeze(programme, basket, state, at, store)
        moment = _moment(reader, programme, context, happening, event_id, operator)
        moment = replace(moment, flagged=suspicions(moment))
        plan = EventPlan(
            event_id=event_id,
            at=at,
            day=context.day,
            programme_id=programme.id,
            costs=programme.shop_costs,
        )
        awards = Awards(moment, plan)
        try:
            run_works(moment, awards)
        except ActRefusal as refused:
            raise ServiceRefusal(refused.reason, because=refused.because, **refused.facts) from None
        does = plan.consequences()
        if does == Consequences() and not awards.told:
            because = why_less(programme, context.day)
            raise ServiceRefusal("NOTHING_TO_RECORD", because=because)
        return programme, Acted(
            event_id=event_id,
            awards=awards.given,
            told=awards.told,
            does=does,
            written=awards.written,
        )

    def _store(
        self,
        reader: Reader | UnitOfWork,
        programme: Programme,
        happening: Happening,
        state: MemberState | None,
        at: datetime,
        *,
        all_lent: bool,
    ) -> StoreContext:
        """The shop's part, with what is lent here, or with `all_lent` as if all of it were."""
        # A run is about days that lie behind; all else looks back as far as rules do.
        ran = happening.trigger is Trigger.RUN
        since = at.date() - RUN_BACK if ran else None
        store = counter_store(reader, programme, at, self._rules(), since=since)
        if not all_lent:
            store = self._lending.with_lent(store, reader, programme, state, at)
        elif self._lending.lends_budgets:
            store = replace(store, budgets=whole_budgets(programme))
        if happening.shown:
            store = replace(store, shown=reader.ledger.rights_by_code(happening.shown))
        return store


def _moment(
    reader: Reader | UnitOfWork,
    programme: Programme,
    context: Context,
    happening: Happening,
    event_id: bytes,
    operator: Operator | None,
) -> Moment:
    """What happens, with everybody's rights and counts that rules look at for it; of `programme`
    also what is not in force on the day.
    """
    gathered = tuple(
        right
        for code in codes_for(programme, happening.recorded)
        for right in reader.ledger.rights_by_code(code)
    )
    return Moment(
        trigger=happening.trigger,
        programme=acting_on(programme, happening.trigger, context.day),
        store=context.store,
        event_id=event_id,
        at=context.at,
        day=context.day,
        facts=context.facts,
        business_facts=context.business_facts,
        state=context.state,
        active=context.active,
        recorded=happening.recorded,
        operator=operator,
        gathered=gathered,
        gathered_meters=(
            *_counts(reader, programme, happening.recorded, gathered),
            *_operators_counts(reader, programme, happening.recorded, operator, context.day),
        ),
    )


def _counts(
    reader: Reader | UnitOfWork,
    programme: Programme,
    recorded: Recorded,
    gathered: tuple[Right, ...],
) -> tuple[MeterEntry, ...]:
    """What the owners of some rights counted, and the code that they are found by."""
    since = counts_wanted(programme, recorded)
    if since is None:
        return ()
    codes = codes_for(programme, recorded)
    owners = dict.fromkeys((*(right.owner for right in gathered), *_ids(codes)))
    return tuple(entry for owner in owners for entry in reader.ledger.meters(owner, since))


def _operators_counts(
    reader: Reader | UnitOfWork,
    programme: Programme,
    recorded: Recorded,
    operator: Operator | None,
    day: date,
) -> tuple[MeterEntry, ...]:
    """What whoever is at the till counted, where something looks at it."""
    since = operator_counts_wanted(programme, recorded, day)
    if operator is None or since is None:
        return ()
    return tuple(reader.ledger.meters(operator.id, since))


def _ids(codes: tuple[str, ...]) -> Iterator[bytes]:
    """The codes that are ids: those of boards, events, votes count under them."""
    for code in codes:
        with suppress(BadIdentifier):
            yield id_from_hex(code)


def act_event(
    unit: UnitOfWork,
    programme: Programme,
    happening: Happening,
    acted: Acted,
    operator: Operator,
    at: datetime,
    approved_by: Operator | None = None,
) -> Act:
    """The journal's event of something that happened outside a sale, at the unit's next place.

    `approved_by` answered for it where the operator alone might not.
    """
    stamp = unit.journal.stamp(at)
    member_id, recorded = happening.member_id, happening.recorded
    return Act(
        id=acted.event_id.hex(),
        at=stamp.at,
        hlc=stamp.hlc,
        actor=operator.id.hex(),
        ok=UNSET if approved_by is None else approved_by.id.hex(),
        kind=happening.trigger.value,
        what=recorded.what,
        day=at.astimezone(programme.zone).date().isoformat(),
        member=UNSET if member_id is None else member_id.hex(),
        pi=programme.id,
        pv=programme.version,
        ph=programme.hash.hex(),
        facts=(*recorded.evidence, *acted.written),
        post=posts(acted.does.transfers),
        tiers=tiers_met(acted.does.tiers),
        rights=rights_changed(acted.does.rights),
        meters=counted(acted.does.meters, member_id=member_id, at=at),
        told=tuple(ToldEvent(code=one.code, facts=one.facts) for one in acted.told),
    )

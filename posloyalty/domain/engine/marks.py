"""Activities that are marked on a sale: which of them count, and which are used up.

Shape: `freeze_sale(...)` is the context of a sale whose facts say which marks count and which are
used up. What was marked in earlier sales is read from the activity's own counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from posloyalty.domain.engine.context import Context, StoreContext, freeze
from posloyalty.domain.engine.limits import room
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.quote import MarkChoice
from posloyalty.domain.ledger.meter import MeterEntry, entries_of
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.kinds.activity import Activity
from posloyalty.domain.programme.limit import Limit, LimitUnit
from posloyalty.domain.shop.basket import Basket


def freeze_sale(
    programme: Programme,
    basket: Basket,
    state: MemberState | None,
    at: datetime,
    store: StoreContext,
) -> Context:
    """The context of a sale with what is marked on it."""
    context = freeze(programme, basket, state, at, store)
    if not basket.marks:
        return context
    due = [one for one in programme.of(Activity) if one.id in basket.marks and one.markable]
    due = [one for one in due if not one.when.failures(context.facts, 0)]
    counting = frozenset(one.id for one in due if not _used_up(context, one))
    spent = frozenset(one.id for one in due) - counting
    facts = replace(context.facts, marks=counting, marks_spent=spent)
    return replace(context, facts=facts, business_facts=facts.by_business_day())


def mark_choices(context: Context, basket: Basket) -> tuple[MarkChoice, ...]:
    """What can be marked on this sale, and what is; by id."""
    language, spent = context.store.language, context.facts.marks_spent
    due = sorted(context.programme.of(Activity), key=lambda one: one.id)
    return tuple(
        MarkChoice(
            activity=one.id,
            name=one.names.in_language(language),
            marked=one.id in basket.marks,
            spent=one.id in spent,
        )
        for one in due
        if one.markable and not one.when.failures(context.facts, 0)
    )


def key_of(activity: Activity) -> str:
    """The key under which what an activity gave is counted."""
    return f"activity:{activity.id}"


def done_meter(activity: Activity) -> str:
    """The meter of how much of an activity was done, whether it gave something or not."""
    return f"activity/{activity.id}"


def limits_for(activity: Activity, facts: Facts) -> tuple[Limit, ...]:
    """The limits that are for this member, now."""
    return tuple(one.limit for one in activity.limited if not one.when.failures(facts, 0))


def minutes_to_wait(
    programme: Programme, activity: Activity, state: MemberState, at: datetime
) -> int:
    """How long until the activity may be recorded again; 0 for at once."""
    if not activity.cooldown_minutes:
        return 0
    meter = programme.meter(done_meter(activity))
    done = [one.at for one in entries_of(state.meters, meter, owner=state.member_id)]
    if not done:
        return 0
    left = max(done) + timedelta(minutes=activity.cooldown_minutes) - at
    return max(0, -(-left // timedelta(minutes=1)))


def marked_in(programme: Programme, meters: Iterable[MeterEntry], sale_id: bytes) -> frozenset[str]:
    """The marks that counted in a past sale, from what it counted."""
    names = {programme.meter(done_meter(one)): one.id for one in programme.of(Activity)}
    return frozenset(
        names[entry.meter] for entry in meters if entry.event_id == sale_id and entry.meter in names
    )


def _used_up(context: Context, activity: Activity) -> bool:
    state = context.active
    if state is None:
        return False  # nobody is counted
    if minutes_to_wait(context.programme, activity, state, context.at):
        return True
    left = room(
        context.programme,
        key_of(activity),
        limits_for(activity, context.facts),
        LimitUnit.COUNT,
        state=state,
        store=context.store,
        day=context.day,
    )
    return left is not None and left.left < 1

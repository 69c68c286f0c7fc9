"""Sales of which another till knew nothing when it rang its own: who is owed what.

Shape: `unknown(sale, events, knew)` are the events of a member that had happened before a sale and
that the sale's till had not heard of; `correct_late` reckons what the member is owed because of
those that are new. Whether something was late is read from the tills' journals alone, never from
when it reached head office, so the order of arrival changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from msgspec import structs

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.tier_corrections import PastSale, correct, past_sale
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.reason import Reason
from posloyalty.sync import events
from posloyalty.sync.journals import Filed
from posloyalty.sync.office.deciding import Here
from posloyalty.sync.office.rules import OfficeRules
from posloyalty.sync.sale_event import sale_of

CORRECTION = "correction"
"""The kind of act by which head office gives what is owed."""

Knew = Callable[[Filed, bytes], bool]


@dataclass(frozen=True, slots=True)
class Owed:
    """A sale and the new events that its till should have known, none where only a level that it
    met may have been taken away by who did not know of it; `given` is what head office gave since
    for earlier sales, of which that till did not know either.
    """

    sale: Filed
    late: frozenset[bytes]
    given: frozenset[bytes] = frozenset()


def owed(of_member: Iterable[Filed], new: frozenset[bytes], knew: Knew) -> list[Owed]:
    """The sales to be reckoned anew, in their order, because of events that are new."""
    ordered = sorted(of_member, key=lambda one: one.order)
    counting = [one for one in ordered if one.does.meters and not is_correction(one)]
    fresh = [one for one in counting if one.event_id in new]
    levels = [one for one in ordered if one.does.tiers and not is_correction(one)]
    found = []
    for sale in ordered:
        if not isinstance(sale.event, events.Sale):
            continue
        # Years lie behind a member: of a sale that is not new only what is new is looked at.
        late = frozenset(
            one.event_id
            for one in (counting if sale.event_id in new else fresh)
            if one.till_id != sale.till_id
            and one.order < sale.order
            and not knew(sale, one.event_id)
        )
        if late:
            given = (one.event_id for one in ordered if is_correction(one))
            unheard = frozenset(one for one in given if not knew(sale, one))
            found.append(Owed(sale, late, unheard))
        elif any(
            one.till_id != sale.till_id
            and sale.order < one.order
            and not new.isdisjoint((sale.event_id, one.event_id))
            and not knew(one, sale.event_id)
            for one in levels
        ):
            found.append(Owed(sale, frozenset()))
    return found


def apart(of_member: Iterable[Filed], new: frozenset[bytes], knew: Knew) -> bool:
    """Whether two tills did something for a member without knowing of one another, and one of the
    two is new: then nobody has looked at the whole yet.
    """
    acting = [one for one in of_member if one.does.meters and not is_correction(one)]
    fresh = [one for one in acting if one.event_id in new]
    return bool(fresh) and any(
        before.till_id != one.till_id
        and before.order < one.order
        and not knew(one, before.event_id)
        for one in acting
        for before in (acting if one.event_id in new else fresh)
    )


def correct_late(
    found: Sequence[Owed], state: MemberState, *, rules: OfficeRules, plan: EventPlan, here: Here
) -> tuple[Reason, ...]:
    """Put into the plan what the sales should have earned more, and levels that are restored."""
    reasons: list[Reason] = []
    for one in found:
        programme = rules.of_sale(one.sale)
        sale = None if programme is None else _past(one.sale, rules, programme)
        if programme is None or sale is None:
            continue
        known, given_by = plan.after(state), one.given | {plan.event_id}
        # What is given counts for the sales that follow as if it had been there, whenever it was
        # decided; the till of the sale did not know of it.
        meters = tuple(
            structs.replace(entry, noted=None) if entry.event_id in given_by else entry
            for entry in known.meters
        )
        done = correct(
            programme,
            replace(known, meters=meters),
            [sale],
            late=one.late | given_by,
            plan=plan,
            store=rules.store(programme),
            left=partial(here.left, programme),
        )
        reasons += [reason for adjusted in done.adjusted for reason in adjusted.reasons]
    return tuple(reasons)


def is_correction(one: Filed) -> bool:
    """Whether an event is head office's own giving."""
    return isinstance(one.event, events.Act) and one.event.kind == CORRECTION


def _past(one: Filed, rules: OfficeRules, programme: Programme) -> PastSale | None:
    assert isinstance(one.event, events.Sale)
    sale, known = sale_of(one.event), rules.goods(one)
    told = all(line.product_id in known for line in sale.lines)
    return past_sale(sale, known, programme) if told else None

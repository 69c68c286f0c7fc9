"""Using what was bought or is due: whether a pass or a privilege can be used now, and why not.

Shape: `why_not(...)` answers a reason with its facts (codes of area "refusal"), or None; `again_on`
is the first day on which a limit leaves room once more. What is used is counted under the key of
`Programme.limited`, such as "pass:coffee-30".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.limits import Room, room
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.right import Right, RightState
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.kinds.pass_ import PASS, Pass
from posloyalty.domain.programme.kinds.privilege import PRIVILEGE, Privilege
from posloyalty.domain.programme.limit import Limit, LimitPer, LimitUnit
from posloyalty.domain.programme.reason import Fact, Reason, not_met
from posloyalty.domain.values.calendar import add_months

RESERVATION: Final = "reservation"
NEVER: Final = ""


def limit_key(used: Pass | Privilege) -> str:
    """Under which key its use is counted."""
    return f"{PASS if isinstance(used, Pass) else PRIVILEGE}:{used.id}"


def passes_of(state: MemberState, declared: Pass, programme: Programme) -> tuple[Right, ...]:
    """A member's passes of a kind that are not withdrawn, the one that ends first in front."""
    own = [
        right
        for right in state.rights
        if (right.kind, right.of, right.programme) == (PASS, declared.id, programme.id)
        and not right.cancelled
    ]
    return tuple(sorted(own, key=lambda one: (one.last_day or date.max, one.id)))


def next_pass(state: MemberState, declared: Pass, programme: Programme, day: date) -> Right | None:
    """The pass that is used next; else the last one, to say why it is not."""
    own = passes_of(state, declared, programme)
    good = [right for right in own if right.good_on(day)]
    return good[0] if good else own[-1] if own else None


def why_no_pass(
    programme: Programme,
    declared: Pass,
    right: Right | None,
    state: MemberState,
    store: StoreContext,
    day: date,
) -> Reason | None:
    """NO_PASS, PASS_USED_UP, PASS_ENDED, PASS_NOT_YET, or USED_ENOUGH by the pace."""
    name = declared.names.in_language(store.language)
    if right is None:
        return Reason("NO_PASS", (("name", name),))
    match right.state(day):
        case RightState.GOOD:
            return _enough(programme, declared, name, state, store, day)
        case RightState.USED:
            return Reason("PASS_USED_UP", (("name", name),))
        case RightState.EXPIRED:
            assert right.last_day is not None  # else it would not have run out
            return Reason("PASS_ENDED", (("name", name), ("day", right.last_day)))
        case RightState.WAITING if right.from_day is not None:
            return Reason("PASS_NOT_YET", (("name", name), ("day", right.from_day)))
    return Reason("NO_PASS", (("name", name),))


def why_no_privilege(
    programme: Programme,
    declared: Privilege,
    facts: Facts,
    state: MemberState,
    store: StoreContext,
    day: date,
) -> Reason | None:
    """NOT_MET by its conditions, or USED_ENOUGH."""
    name = declared.names.in_language(store.language)
    missing = declared.when.failures(facts, 0)
    if missing:
        return not_met(name, missing)
    return _enough(programme, declared, name, state, store, day)


def left_of(
    programme: Programme,
    declared: Pass | Privilege,
    state: MemberState,
    store: StoreContext,
    day: date,
) -> Room | None:
    """What its limits leave now; None without any."""
    key, limits = limit_key(declared), declared.limits
    return room(programme, key, limits, LimitUnit.COUNT, state=state, store=store, day=day)


def again_on(limit: Limit, day: date) -> date | None:
    """The first day of a limit's next span; None where spans do not follow one another."""
    since = limit.since(day)
    match limit.per:
        case LimitPer.DAY:
            return day + timedelta(days=1)
        case LimitPer.WEEK if since is not None:
            return since + timedelta(days=7)
        case LimitPer.MONTH if since is not None:
            return add_months(since, 1)
        case LimitPer.QUARTER if since is not None:
            return add_months(since, 3)
        case LimitPer.YEAR if since is not None:
            return add_months(since, 12)
    return None


def reservation_code(privilege_id: str, day: date) -> str:
    """What all reservations of a privilege for a day share."""
    return f"{privilege_id}@{day.isoformat()}"


def reserved(
    rights: Iterable[Right], programme: Programme, privilege_id: str, day: date
) -> tuple[Right, ...]:
    """The reservations for a day among some rights that stand."""
    code = reservation_code(privilege_id, day)
    return tuple(
        right
        for right in rights
        if (right.kind, right.code, right.programme) == (RESERVATION, code, programme.id)
        and not right.cancelled
    )


def _enough(
    programme: Programme,
    declared: Pass | Privilege,
    name: str,
    state: MemberState,
    store: StoreContext,
    day: date,
) -> Reason | None:
    left = left_of(programme, declared, state, store, day)
    if left is None or left.left > 0:
        return None
    again = again_on(left.limit, day)
    facts: tuple[tuple[str, Fact], ...] = (("name", name), ("most", left.limit.most))
    if again is None:
        return Reason("USED_ENOUGH", facts)
    return Reason("USED_ENOUGH_UNTIL", (*facts, ("day", again)))

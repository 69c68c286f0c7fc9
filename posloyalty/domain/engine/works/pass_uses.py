"""Passes and privileges at work: sold with a line, used, given back, reserved.

`Trigger.USE`, what "pass/<id>" or "privilege/<id>": one use; the evidence `right` names a pass,
else it is the one that ends first. `Trigger.UNUSE`: one use of today is taken back. Reserving a
privilege is `Trigger.RESERVE`, for the day of the evidence `day`; with the evidence `off` the
reservation is called off. The other members' reservations of that day are in the moment's
`store.shown`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NoReturn

from posloyalty.domain.engine.at_counter import (
    NOTHING_ASKED,
    Answers,
    Ask,
    AskedAs,
    AtCounter,
    Place,
    Row,
    Said,
    WayBack,
    WithWeekday,
    said,
    shows,
)
from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.happening import Happening, happening
from posloyalty.domain.engine.limits import count_use
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Moment, Recorded, SoldLine, Trigger
from posloyalty.domain.engine.use_rights import (
    RESERVATION,
    again_on,
    left_of,
    limit_key,
    next_pass,
    passes_of,
    reservation_code,
    reserved,
    why_no_pass,
    why_no_privilege,
)
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.right import Right, RightState
from posloyalty.domain.programme.kinds.pass_ import PASS, Pass, pass_sold_as
from posloyalty.domain.programme.kinds.privilege import PRIVILEGE, Privilege
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.shop.operator import Role
from posloyalty.domain.values.quantity import ONE_MILLI

RIGHT = "right"
DAY = "day"
OFF = "off"
DAYS_AHEAD: Final = 14


def using_pass(member_id: bytes, pass_id: str, right_id: bytes | None = None) -> Happening:
    """A pass is used once, the one that ends first unless one is named."""
    evidence = () if right_id is None else ((RIGHT, right_id.hex()),)
    return happening(Trigger.USE, member_id, f"{PASS}/{pass_id}", evidence)


def using_privilege(member_id: bytes, privilege_id: str) -> Happening:
    """A privilege is used once."""
    return happening(Trigger.USE, member_id, f"{PRIVILEGE}/{privilege_id}")


def not_used(member_id: bytes, what: str) -> Happening:
    """A use of today was none: of "pass/<id>", "privilege/<id>" or "prize/<draw>"."""
    return happening(Trigger.UNUSE, member_id, what)


def reserving(member_id: bytes, privilege_id: str, day: date, *, off: bool = False) -> Happening:
    """A place on a day is taken, or given up when it is called `off`."""
    on = (DAY, day.isoformat())
    return Happening(
        trigger=Trigger.RESERVE,
        recorded=Recorded(
            what=f"{PRIVILEGE}/{privilege_id}", evidence=(on, (OFF, "1")) if off else (on,)
        ),
        member_id=member_id,
        shown=reservation_code(privilege_id, day),
    )


@works(Pass, Trigger.SALE, stage=Stage.BONUSES)
def sell(declared: Pass, moment: Moment, awards: Awards) -> None:
    """A pass for each piece that is bought."""
    for line in () if moment.sold is None else moment.sold.lines:
        if moment.state is not None and pass_sold_as(moment.programme, line.product) is declared:
            _issue(declared, line, moment, awards)


@works(Pass, Trigger.USE, stage=Stage.BONUSES)
def use(declared: Pass, moment: Moment, awards: Awards) -> None:
    """One use, or the words why not."""
    if not _meant(moment, f"{PASS}/{declared.id}"):
        return
    state = _member(moment, awards)
    right = _named(moment, state) or next_pass(state, declared, moment.programme, moment.day)
    no = why_no_pass(moment.programme, declared, right, state, moment.store, moment.day)
    if no is not None or right is None:
        _refuse(no, awards)
    awards.plan.use(right)
    count_use(awards, limit_key(declared), declared.limits, 1)
    left = right.uses - right.used - 1
    _show(declared, awards, PASS, reason("USED_ONE", left=left), last_day=right.last_day)
    awards.tell("PASS_LEFT", name=_name(declared, moment), left=left)


@works(Pass, Trigger.UNUSE, stage=Stage.BONUSES)
def unuse(declared: Pass, moment: Moment, awards: Awards) -> None:
    """A use of today that was none."""
    if not _meant(moment, f"{PASS}/{declared.id}"):
        return
    state = _member(moment, awards)
    _check_used_today(declared, moment, awards)
    used = [r for r in state.rights if (r.kind, r.of) == (PASS, declared.id) and r.used]
    named = _named(moment, state)
    right = named if named in used else max(used, key=lambda one: one.used, default=None)
    if right is None:
        awards.refuse("NOT_USED_TODAY", name=_name(declared, moment))
    awards.plan.give_back(right)
    count_use(awards, limit_key(declared), declared.limits, -1)
    _show(declared, awards, PASS, reason("GIVEN_BACK_ONE"))


@works(Privilege, Trigger.USE, stage=Stage.BONUSES)
def enjoy(declared: Privilege, moment: Moment, awards: Awards) -> None:
    """One use, and the reservation of today with it; or the words why not."""
    if not _meant(moment, f"{PRIVILEGE}/{declared.id}"):
        return
    state = _member(moment, awards)
    place, day = moment.programme, moment.day
    no = why_no_privilege(place, declared, moment.facts, state, moment.store, day)
    if no is not None:
        _refuse(no, awards)
    count_use(awards, limit_key(declared), declared.limits, 1)
    for right in reserved(state.rights, place, declared.id, day):
        if right.good_on(day):
            awards.plan.use(right)
    _show(declared, awards, PRIVILEGE, reason("ENJOYED"))


@works(Privilege, Trigger.UNUSE, stage=Stage.BONUSES)
def unenjoy(declared: Privilege, moment: Moment, awards: Awards) -> None:
    """A use of today that was none."""
    if not _meant(moment, f"{PRIVILEGE}/{declared.id}"):
        return
    _member(moment, awards)
    _check_used_today(declared, moment, awards)
    count_use(awards, limit_key(declared), declared.limits, -1)
    _show(declared, awards, PRIVILEGE, reason("GIVEN_BACK_ONE"))


@works(Privilege, Trigger.RESERVE, stage=Stage.BONUSES)
def reserve(declared: Privilege, moment: Moment, awards: Awards) -> None:
    """A place on a day, or one called off."""
    if not _meant(moment, f"{PRIVILEGE}/{declared.id}"):
        return
    state, name = _member(moment, awards), _name(declared, moment)
    evidence = {} if moment.recorded is None else dict(moment.recorded.evidence)
    day = _day(evidence.get(DAY, ""))
    own = () if day is None else reserved(state.rights, moment.programme, declared.id, day)
    if OFF in evidence:
        if not own:
            awards.refuse("NOT_RESERVED", name=name)
        awards.plan.cancel(own[0])
        _show(declared, awards, RESERVATION, reason("CALLED_OFF"))
        return
    if day is None or day < moment.day or not declared.places:
        awards.refuse("NO_RESERVING", name=name)
    awards.require(declared, name)
    if own:
        awards.refuse("RESERVED_ALREADY", name=name)
    if len(reserved(moment.store.shown, moment.programme, declared.id, day)) >= declared.places:
        awards.refuse("NO_PLACES", name=name, most=declared.places, day=day)
    awards.issue(
        RESERVATION,
        declared.id,
        rule_id=declared.id,
        name=name,
        reasons=(reason("RESERVED", day=day),),
        code=reservation_code(declared.id, day),
        from_day=day,
        last_day=day,
    )


def _issue(declared: Pass, line: SoldLine, moment: Moment, awards: Awards) -> None:
    pieces = line.quantity_milli // ONE_MILLI
    for piece in range(pieces):
        paid = line.net_minor * (piece + 1) // pieces - line.net_minor * piece // pieces
        awards.issue(
            PASS,
            declared.id,
            rule_id=declared.id,
            name=_name(declared, moment),
            reasons=(reason("PASS_OF", uses=declared.uses),),
            uses=declared.uses,
            from_day=declared.valid.first_day(moment.day),
            last_day=declared.valid.last_day(moment.day),
            paid_minor=paid,
            line=line.number,
        )


def _meant(moment: Moment, what: str) -> bool:
    return moment.recorded is not None and moment.recorded.what == what


def _member(moment: Moment, awards: Awards) -> MemberState:
    if moment.active is None:
        awards.refuse("NO_MEMBER" if moment.state is None else "MEMBER_BARRED")
    return moment.active


def _named(moment: Moment, state: MemberState) -> Right | None:
    """The right that the evidence names, when it is the member's."""
    assert moment.recorded is not None  # something is used
    wanted = dict(moment.recorded.evidence).get(RIGHT, "")
    return next((right for right in state.rights if right.id.hex() == wanted), None)


def _check_used_today(declared: Pass | Privilege, moment: Moment, awards: Awards) -> None:
    operator = moment.operator
    if operator is not None and not operator.is_at_least(Role.SUPERVISOR):
        awards.refuse("NOT_ALLOWED", name=operator.name)
    today = awards.counted(f"use/{limit_key(declared)}/{LimitUnit.COUNT.value}", since=moment.day)
    if today < 1:
        awards.refuse("NOT_USED_TODAY", name=_name(declared, moment))


def _show(
    declared: Pass | Privilege,
    awards: Awards,
    kind: str,
    why: Reason,
    last_day: date | None = None,
) -> None:
    awards.show(
        Award(
            kind=kind,
            of=declared.id,
            name=_name(declared, awards.moment),
            amount=1,
            rule_id=declared.id,
            reasons=(why,),
            last_day=last_day,
        )
    )


def _refuse(no: Reason | None, awards: Awards) -> NoReturn:
    if no is None:
        awards.refuse("NO_PASS")
    facts = {key: fact for key, fact in no.facts if isinstance(fact, int | str | date)}
    awards.refuse(no.code, because=no.because, **facts)


def _name(declared: Pass | Privilege, moment: Moment) -> str:
    return declared.names.in_language(moment.store.language)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@shows(Pass, heading=said("doings.of_passes"), place=Place.USES)
def passes(declared: Pass, at: AtCounter) -> Iterator[Row]:
    """Those that are not over, the one that ends first in front; where all are, the last of them
    says so.
    """
    own = passes_of(at.state, declared, at.programme)
    over = (RightState.USED, RightState.EXPIRED)
    for right in [one for one in own if one.state(at.day) not in over] or own[-1:]:
        sub = said("doings.pass_left", left=right.left or 0, uses=right.uses)
        if right.last_day is not None:
            sub = said("doings.pass_left_through", **dict(sub.facts), day=right.last_day)
        yield _pass(declared, right, sub, at)


def _pass(declared: Pass, right: Right, sub: Said, at: AtCounter) -> Row:
    return Row(
        id=f"pass:{right.id.hex()}",
        icon="card",
        title=declared.names,
        sub=sub,
        verb=said("doings.use_one"),
        sample=NOTHING_ASKED,
        does=lambda _answers: using_pass(at.member_id, declared.id, right.id),
        back=_back(f"{PASS}/{declared.id}", at),
    )


@shows(Privilege, heading=said("doings.of_privileges"), place=Place.USES)
def privileges(declared: Privilege, at: AtCounter) -> Iterator[Row]:
    """Using it, reserving a place where the file has places, and the places that are held."""
    yield Row(
        id=f"privilege:{declared.id}",
        icon="star",
        title=declared.names,
        sub=_uses_left(declared, at),
        verb=said("doings.use"),
        sample=NOTHING_ASKED,
        does=lambda _answers: using_privilege(at.member_id, declared.id),
        back=_back(f"{PRIVILEGE}/{declared.id}", at),
    )
    own = (r for r in at.state.rights if (r.kind, r.of) == (RESERVATION, declared.id))
    days = (r.from_day for r in own if not r.cancelled and r.from_day and r.from_day >= at.day)
    held = sorted(days)
    if declared.places:
        yield _to_reserve(declared, held, at)
    for day in held:
        yield _to_call_off(declared, day, at)


def _uses_left(declared: Privilege, at: AtCounter) -> Said:
    left = left_of(at.programme, declared, at.state, at.store, at.day)
    if left is None:
        return said("doings.privilege_always")
    again = again_on(left.limit, at.day)
    if again is None:
        return said("doings.privilege_left", left=left.left)
    return said("doings.privilege_left_until", left=left.left, day=again)


def _to_reserve(declared: Privilege, held: list[date], at: AtCounter) -> Row:
    days = (at.day + timedelta(days=n) for n in range(DAYS_AHEAD))
    options = tuple((day.isoformat(), WithWeekday(day)) for day in days if day not in held)

    def reserve_it(answers: Answers) -> Happening:
        return reserving(at.member_id, declared.id, date.fromisoformat(answers[DAY]))

    return Row(
        id=f"reserve:{declared.id}",
        icon="calendar",
        title=declared.names,
        sub=said("doings.reserve_a_day"),
        verb=said("doings.reserve"),
        asks=(Ask(name=DAY, label=said("doings.day"), kind=AskedAs.OPTION, options=options),),
        does=reserve_it,
    )


def _to_call_off(declared: Privilege, day: date, at: AtCounter) -> Row:
    return Row(
        id=f"reserved:{declared.id}:{day.isoformat()}",
        icon="calendar",
        title=declared.names,
        sub=said("doings.reserved_for", day=WithWeekday(day)),
        verb=said("doings.call_off"),
        sample=NOTHING_ASKED,
        does=lambda _answers: reserving(at.member_id, declared.id, day, off=True),
        back=WayBack(by=lambda _did: reserving(at.member_id, declared.id, day)),
    )


def _back(what: str, at: AtCounter) -> WayBack:
    return WayBack(by=lambda _did: not_used(at.member_id, what), role=Role.SUPERVISOR)

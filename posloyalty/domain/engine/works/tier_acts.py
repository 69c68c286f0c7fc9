"""Levels given by hand and challenges taken up: acts that a person records.

`Trigger.TIER_GRANT`, what "<scheme>/<level>": the level is given, through the day of the evidence
`through`, else as long as one that is met that day. `Trigger.TIER_WITHDRAW`: what was so given ends
with yesterday. Both are a manager's, and their evidence may say the `cause`.
`Trigger.TIER_CHALLENGE`, what "<scheme>/<challenge>": its days begin.

Each is a right of kind GRANT or CHALLENGE, so that the history of levels needs nothing but meters
and rights.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from posloyalty.domain.engine.at_counter import AtCounter, Place, Row, shows
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.risk import own_card
from posloyalty.domain.engine.tier_history import CHALLENGE, GRANT, open_challenges
from posloyalty.domain.engine.tiers import held
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.engine.works.challenge import OF_CHALLENGES, to_take_up
from posloyalty.domain.engine.works.tiers import tell_met
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.tier_hold import FOREVER
from posloyalty.domain.programme.tier_scheme import Challenge, Level, TierScheme
from posloyalty.domain.programme.tier_window import ONE_DAY
from posloyalty.domain.shop.operator import Role

THROUGH = "through"


@works(TierScheme, Trigger.TIER_GRANT, stage=Stage.BONUSES)
def grant(scheme: TierScheme, moment: Moment, awards: Awards) -> None:
    """Give a level by hand."""
    level, state = _level(scheme, moment), moment.active
    if level is None or state is None or moment.recorded is None:
        return
    written = dict(moment.recorded.evidence).get(THROUGH, "")
    last = _day(written) or scheme.held_through(moment.day, state.joined_on)
    if last < moment.day:
        return
    _may(moment, awards)
    awards.issue(
        GRANT,
        f"{scheme.id}/{level.id}",
        rule_id=scheme.id,
        name=level.names.in_language(moment.store.language),
        reasons=(_until(last),),
        from_day=moment.day,
        last_day=last,
        uses=0,
    )
    met = TierHolding(scheme=scheme.id, level=level.id, met_on=moment.day, through=last)
    tell_met(scheme, moment, awards, met)


@works(TierScheme, Trigger.TIER_WITHDRAW, stage=Stage.BONUSES)
def withdraw(scheme: TierScheme, moment: Moment, awards: Awards) -> None:
    """End what was given by hand; what was earned stays."""
    level, state = _level(scheme, moment), moment.state
    if level is None or state is None:
        return
    _may(moment, awards)
    for right in state.rights:
        given = right.kind == GRANT and right.of == f"{scheme.id}/{level.id}"
        if given and right.good_on(moment.day) and right.last_day is not None:
            # Shortened, not cancelled: that it was held until yesterday stays true.
            awards.plan.extend(right, (moment.day - ONE_DAY - right.last_day).days)


@works(TierScheme, Trigger.TIER_CHALLENGE, stage=Stage.BONUSES)
def take_up(scheme: TierScheme, moment: Moment, awards: Awards) -> None:
    """Begin a challenge, unless it runs already."""
    challenge, state = _challenge(scheme, moment), moment.active
    if challenge is None or state is None or _runs(scheme, challenge, state, moment.day):
        return
    last = moment.day + timedelta(days=challenge.days - 1)
    awards.issue(
        CHALLENGE,
        f"{scheme.id}/{challenge.id}",
        rule_id=scheme.id,
        name=challenge.names.in_language(moment.store.language),
        reasons=(reason("CHALLENGE_RUNS", last_day=last),),
        from_day=moment.day,
        last_day=last,
    )
    if challenge.trial:
        level = challenge.level
        met = TierHolding(scheme=scheme.id, level=level, met_on=moment.day, through=last)
        tell_met(scheme, moment, awards, met)


def _until(last: date) -> Reason:
    """How long it was given for, with its year: levels outlast one."""
    if last == FOREVER:
        return reason("TIER_GRANTED_FOR_EVER")
    return reason("TIER_GRANTED", last_day=last, year=str(last.year))


def _may(moment: Moment, awards: Awards) -> None:
    """Refuse whoever has not the authority, and who would give it to themselves; who only asks has
    not been refused.
    """
    if moment.operator is None:
        return
    if not moment.operator.is_at_least(Role.MANAGER):
        awards.refuse("NOT_ALLOWED", name=moment.operator.name)
    if own_card(moment.programme, moment.state, moment.operator.id, moment.day):
        awards.refuse("OWN_CARD_BY_HAND")


def _level(scheme: TierScheme, moment: Moment) -> Level | None:
    owner, _, name = ("" if moment.recorded is None else moment.recorded.what).partition("/")
    return scheme.level_at(scheme.rank_of(name)) if owner == scheme.id else None


def _challenge(scheme: TierScheme, moment: Moment) -> Challenge | None:
    owner, _, name = ("" if moment.recorded is None else moment.recorded.what).partition("/")
    return scheme.challenge(name) if owner == scheme.id else None


def _runs(scheme: TierScheme, challenge: Challenge, state: MemberState, day: date) -> bool:
    return any(one.id == challenge.id for one, _ in open_challenges(scheme, state.rights, day))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@shows(Challenge, heading=OF_CHALLENGES, place=Place.DOES)
def way_up(way: Challenge, at: AtCounter) -> Iterator[Row]:
    """To take up a way to a level that the member does not hold, unless it runs."""
    for scheme in at.programme.tier_schemes:
        if way not in scheme.challenges:
            continue
        running = {one.id for one, _ in open_challenges(scheme, at.state.rights, at.day)}
        rank = held(at.programme, scheme, at.state, at.day).rank
        if way.id not in running and rank < scheme.rank_of(way.level):
            yield to_take_up(f"{scheme.id}/{way.id}", way.names, at)

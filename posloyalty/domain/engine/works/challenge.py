"""Challenges and badges: made by whatever counts, given for once, and taken back with the goods.

`Trigger.CHALLENGE`, what "<id>": the member takes it up. What was given for is counted in the meter
`made/<id>` on the day on which it was made, which a late event may have made long ago.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from posloyalty.domain.engine.at_counter import (
    NOTHING_ASKED,
    AtCounter,
    HowFar,
    Place,
    Row,
    StillAsked,
    said,
    shows,
)
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.challenges import (
    Attempt,
    ChallengeProgress,
    made_meter,
    taken_up,
)
from posloyalty.domain.engine.giving import Source, give, gives_out
from posloyalty.domain.engine.happening import Happening, happening
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.standing import Missing
from posloyalty.domain.engine.take_back_gifts import keep_gifts, take_back_gifts
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.programme.kinds.badge import BADGE, Badge, GiveBadge
from posloyalty.domain.programme.kinds.challenge import CHALLENGE, Challenge, LastDays
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.reason import reason
from posloyalty.domain.programme.tier_need import Metric
from posloyalty.domain.values.fixed_point import format_fixed

OF_CHALLENGES = said("doings.of_challenges")


def taking_up(member_id: bytes, challenge_id: str) -> Happening:
    """A member takes up a challenge; one for a level is called `scheme/challenge`."""
    trigger = Trigger.TIER_CHALLENGE if "/" in challenge_id else Trigger.CHALLENGE
    return happening(trigger, member_id, challenge_id)


@works(Challenge, Trigger.SALE, Trigger.ACTIVITY, Trigger.RUN, stage=Stage.ACHIEVEMENTS)
def achieve(challenge: Challenge, moment: Moment, awards: Awards) -> None:
    """Give for what is made and was not given for, and tell how far it is."""
    state = awards.state
    if moment.active is None or state is None:
        return
    name = challenge.names.in_language(moment.store.language)
    spend = 0 if moment.sold is None else moment.sold.spend_minor
    attempt = Attempt(moment.programme, challenge, state)
    fresh = [] if challenge.when.failures(moment.facts, spend) else attempt.fresh(moment.day)
    for day in fresh:
        awards.count(made_meter(challenge), 1, day=day)
        why = reason("CHALLENGE_MADE", name=name, day=day)
        give(challenge.gives, awards, rule_id=challenge.id, name=name, reasons=(why,))
        awards.tell("CHALLENGE_MADE", name=name)
    if not fresh and moment.trigger is Trigger.SALE:
        _tell_progress(challenge, name, moment, awards, attempt)


@works(Challenge, Trigger.CHALLENGE, stage=Stage.BONUSES)
def take_up(challenge: Challenge, moment: Moment, awards: Awards) -> None:
    """Begin it, unless it runs, or was made and cannot be made again."""
    recorded, state, within = moment.recorded, awards.state, challenge.within
    if recorded is None or recorded.what != challenge.id:
        return
    if not challenge.opt_in or not isinstance(within, LastDays):
        awards.refuse("NO_NEED_TO_TAKE_UP")
    if moment.active is None or state is None:
        awards.refuse("NO_MEMBER" if moment.state is None else "MEMBER_BARRED")
    attempt = Attempt(moment.programme, challenge, state)
    runs = [one for one in taken_up(challenge, state.rights) if one.good_on(moment.day)]
    made = {one.day for one in attempt.given}
    if any(not any((r.from_day or day) <= day for day in made) for r in runs):
        awards.refuse("TAKEN_UP_ALREADY")
    if made and not challenge.again:
        awards.refuse("MADE_ALREADY")
    last = moment.day + timedelta(days=within.days - 1)
    awards.issue(
        CHALLENGE,
        challenge.id,
        rule_id=challenge.id,
        name=challenge.names.in_language(moment.store.language),
        reasons=(reason("CHALLENGE_RUNS", last_day=last),),
        from_day=moment.day,
        last_day=last,
        uses=0,
    )


@works(Challenge, Trigger.RETURN, stage=Stage.ACHIEVEMENTS)
def unmake(challenge: Challenge, moment: Moment, awards: Awards) -> None:
    """Take back what was given for a challenge that would not have been made without the goods."""
    state, returned = awards.state, moment.returned
    if state is None or returned is None:
        return
    attempt = Attempt(moment.programme, challenge, state)
    given = [one for one in attempt.given if one.day >= returned.day]
    gone = len(given) - attempt.standing(returned.day) if challenge.rollback else 0
    meter = made_meter(challenge)
    for place, entry in enumerate(reversed(given)):
        if place < gone:
            awards.count(meter, -1, day=entry.day, undoes=entry.event_id)
            take_back_gifts(challenge.gives, entry.event_id, awards)
        elif entry.event_id == returned.sale.id:
            keep_gifts(challenge.gives, awards)
    # All of it is decided here, also for a sale whose part was taken back with another one.
    awards.leave_count(meter)


@gives_out(GiveBadge)
def give_badge(gift: GiveBadge, awards: Awards, source: Source, times: int) -> None:
    """A badge, unless the member has it."""
    badge = awards.programme.find(Badge, gift.badge)
    assert badge is not None  # a programme that names another is refused
    other = source.member_id is not None
    state = None if other else awards.state
    held = () if state is None else state.rights
    if any(one.kind == BADGE and one.of == badge.id and one.cancelled <= 0 for one in held):
        return
    awards.issue(
        BADGE,
        badge.id,
        rule_id=source.rule_id,
        name=badge.names.in_language(awards.moment.store.language),
        owner=source.member_id,
        reasons=source.reasons,
        uses=0,
        from_day=source.from_day,
    )


def _tell_progress(
    challenge: Challenge, name: str, moment: Moment, awards: Awards, attempt: Attempt
) -> None:
    """Tell how far it is, if this sale has moved it."""
    now = attempt.progress(name, moment.day)
    assert moment.state is not None  # who is active is there
    was = Attempt(moment.programme, challenge, moment.state).progress(name, moment.day)
    if now is None or now.figure is None or now.figure == _figure(was):
        return
    figure = now.figure
    if figure.metric is Metric.SPEND:
        awards.tell("CHALLENGE_MONEY", name=name, have_minor=figure.have, need_minor=figure.need)
    else:
        have, need = (_text(figure, n, moment) for n in (figure.have, figure.need))
        awards.tell("CHALLENGE_SO_FAR", name=name, have=have, need=need)


def _figure(progress: ChallengeProgress | None) -> Missing | None:
    return None if progress is None else progress.figure


def _text(figure: Missing, n: int, moment: Moment) -> str:
    points = figure.metric in (Metric.EARNED_POINTS, Metric.UNITS)
    scale = moment.programme.wallet(figure.of).scale if points else 0
    return format_fixed(n, decimals=scale, grouping=True)


@shows(Challenge, heading=OF_CHALLENGES, place=Place.DOES)
def at_counter(challenge: Challenge, at: AtCounter) -> Iterator[Row]:
    """To take it up, where it is neither under way nor made for good; else how far it is."""
    attempt = Attempt(at.programme, challenge, at.state)
    if challenge.opt_in and isinstance(challenge.within, LastDays):
        runs = any(right.good_on(at.day) for right in taken_up(challenge, at.state.rights))
        if not runs and (challenge.again or not attempt.given):
            yield to_take_up(challenge.id, challenge.names, at)
            return
    progress = attempt.progress("", at.day)
    if progress is not None and progress.figure is not None:
        yield Row(
            id=f"challenge:{challenge.id}",
            icon="star",
            title=challenge.names,
            sub=StillAsked(progress.figure, progress.last_day),
            amount=HowFar(progress.figure),
        )


def to_take_up(challenge_id: str, names: Names, at: AtCounter) -> Row:
    """A challenge that waits to be taken up."""
    return Row(
        id=f"take_up:{challenge_id}",
        icon="star",
        title=names,
        sub=said("doings.waits_to_be_taken_up"),
        verb=said("doings.take_up"),
        sample=NOTHING_ASKED,
        does=lambda _answers: taking_up(at.member_id, challenge_id),
    )

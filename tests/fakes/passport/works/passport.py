"""Passports at work: a stamp by hand, a right for a full one, its use in a sale, a row to stamp."""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.at_counter import (
    NOTHING_ASKED,
    AtCounter,
    Place,
    Row,
    WayBack,
    shows,
)
from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.counter_choice import Own, offered
from posloyalty.domain.engine.happening import activity
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.owned import Owned, owns
from posloyalty.domain.engine.uses import Uses
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.programme.kinds.passport import (  # type: ignore[import-not-found]
    CALLED,
    PASSPORT,
    Passport,
)
from posloyalty.domain.programme.names import Names
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.domain.shop.operator import Role

STAMP = Names("Stamp it", (("zh_CN", "盖章"), ("zh_TW", "蓋章")))


@works(Passport, Trigger.ACTIVITY, stage=Stage.BONUSES)
def stamp(passport: Passport, moment: Moment, awards: Awards) -> None:
    """One stamp; the last one of a passport fills it."""
    recorded = moment.recorded
    if recorded is None or recorded.what != _recorded(passport):
        return
    if moment.active is None:
        awards.refuse("NO_MEMBER")
    awards.count(_meter(passport), 1)
    name = passport.names.in_language(moment.store.language)
    had = awards.counted(_meter(passport)) % passport.stamps or passport.stamps
    shown = f"{name} {had}/{passport.stamps}"
    awards.show(Award(kind=PASSPORT, of=passport.id, name=shown, amount=1, rule_id=passport.id))
    if had == passport.stamps:
        awards.issue(PASSPORT, passport.id, rule_id=passport.id, name=name)


@owns
def full_ones(context: Context, basket: Basket) -> Iterator[Owned]:
    """Every full passport of the member's that holds."""
    rights = () if context.state is None else context.state.rights
    for passport in context.programme.of(Passport):
        things = [
            Own(
                uses=Uses(kind=PASSPORT, of=passport.id, right=right),
                choice=Chosen(kind=PASSPORT, of=passport.id, right_id=right.id),
                auto=False,
                barred=context.barred,
            )
            for right in rights
            if (right.kind, right.of) == (PASSPORT, passport.id) and right.good_on(context.day)
        ]
        yield from offered(context, basket, passport.offer, things, per_sale=1, room=None)


@shows(Passport, heading=CALLED.many, place=Place.DOES)
def at_counter(passport: Passport, at: AtCounter) -> Iterator[Row]:
    """How many stamps it has, and one more."""
    own = (one for one in at.state.meters if one.owner == at.member_id)
    meter = at.programme.meter(_meter(passport))
    had = sum(one.amount for one in own if one.meter == meter) % passport.stamps
    yield Row(
        id=f"passport:{passport.id}",
        icon="check-circle",
        title=passport.names,
        sub=Names(f"{had}/{passport.stamps}"),
        verb=STAMP,
        sample=NOTHING_ASKED,
        does=lambda _answers: activity(at.member_id, _recorded(passport)),
        back=WayBack(role=Role.SUPERVISOR),
    )


def _recorded(passport: Passport) -> str:
    return f"{PASSPORT}/{passport.id}"


def _meter(passport: Passport) -> str:
    return f"stamped/{passport.id}"

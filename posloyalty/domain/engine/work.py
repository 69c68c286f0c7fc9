"""Works: what each declared kind does when something happens, and the registry that finds them.

A work is a function registered with `works(Shape, ...)`; it is called for every declared thing of
that shape at each moment whose trigger it names. The stages come after the sale's own points:
stamps and achievements, tiers, automatic rewards, referral, what a balance brings, messages. Inside
a stage it goes by the kind's key, then by the thing's id: never by the place in the file.

At `Trigger.RETURN` a work is told by `moment.returned` what came back; `moment.state` is the member
as they now are, who need not be one who may earn. When works run, the sale's base meters
(purchases, spend, earned) are undone on its own day, and points that paid for the goods are back in
their lots; what the sale had earned is taken back after them. A work undoes what it did itself:

    awards.count(name, -n, day=returned.day, undoes=returned.sale.id)  # not counted any more
    awards.keep_counted(name, owner)                # a meter stays as it is
    awards.take_back(transfer, n)                                      # points it gave to anybody
    awards.plan.cancel(right), .give_back(right, n), .extend(right, n)
    awards.withhold(code, minor, what), awards.refuse(code)            # money, or no return at all
    awards.leave(right.id, transfer.id)                                # this stays as it is
    awards.leave_count(name)                                           # and so does this count

What a work has touched or left is settled. All else of the sale goes by these defaults, so that
most kinds need no work at a return:

    a right that it issued       withdrawn with the whole sale, if unused; on a line: with that line
    one bought (`awards.buy`)    withdrawn when its points are missing, and they go back first
    a right that it used         given back when all that it lowered came back, or the whole sale
    a bonus (`awards.credit`)    with the money, or the whole sale (`returns.bonus`); another
                                 member's with the whole sale
    a meter                      money, points, spend, units: its share; a count: with the whole
                                 sale; `use/<offer>/...`: with what the offer lowered

Refunds of one sale are many: `returned.undone` is what earlier ones did, `returned.counted(meter)`
what is left of a count, `returned.goods` what comes back now and `returned.kept` what stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any, Final, TypeVar

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.winding_down import standing_on
from posloyalty.domain.programme.declaration import Declared
from posloyalty.domain.programme.definition import Programme


class Stage(IntEnum):
    """The order of works within one event."""

    BONUSES = 1
    ACHIEVEMENTS = 2
    TIERS = 3
    REWARDS = 4
    REFERRALS = 5
    THRESHOLDS = 6
    MESSAGES = 7


Item = TypeVar("Item", bound=Declared)
Work = Callable[[Any, Moment, Awards], None]


@dataclass(frozen=True, slots=True)
class Registered:
    """A work and when it is called."""

    shape: type[Any]
    triggers: frozenset[Trigger]
    stage: Stage
    work: Work


@dataclass(slots=True)
class Registry:
    """Every work there is. A registration makes the tuple anew, so that what was found among the
    works of one tuple is known by that tuple and holds for no other.
    """

    works: tuple[Registered, ...] = ()


REGISTRY: Final = Registry()
UNDOES: Final = frozenset({Trigger.RETURN, Trigger.UNDO, Trigger.UNUSE, Trigger.ADJUST})
"""What is done as long as anything is left: taking back, and what a person gives by hand."""


def works(
    shape: type[Item], *triggers: Trigger, stage: Stage
) -> Callable[[Callable[[Item, Moment, Awards], None]], Callable[[Item, Moment, Awards], None]]:
    """Register what things of a shape do at moments of some triggers."""

    def register(
        work: Callable[[Item, Moment, Awards], None],
    ) -> Callable[[Item, Moment, Awards], None]:
        registered = Registered(shape, frozenset(triggers), stage, work)
        REGISTRY.works = (*REGISTRY.works, registered)
        return work

    return register


def acting_on(programme: Programme, trigger: Trigger, day: date) -> Programme:
    """The programme that acts when something happens on a day: of one that is wound down what
    stands then, unless something is taken back.
    """
    return programme if trigger in UNDOES else standing_on(programme, day)


def run_works(moment: Moment, awards: Awards) -> None:
    """Let everything that the programme declares do its work at a moment."""
    for item, work in _due(moment.programme, moment.trigger):
        work(item, moment, awards)


def _due(programme: Programme, trigger: Trigger) -> tuple[tuple[Any, Work], ...]:
    """What is called at moments of a trigger, in its order; the same for every sale."""
    among = REGISTRY.works
    found: tuple[tuple[Registered, ...], tuple[tuple[Any, Work], ...]] | None
    found = programme.reckoned.get(trigger)
    if found is None or found[0] is not among:
        due = [
            (registered.stage, registered.shape.__name__, item.id, item, registered.work)
            for registered in among
            if trigger in registered.triggers
            for item in programme.of(registered.shape)
        ]
        due.sort(key=lambda one: one[:3])
        found = programme.reckoned[trigger] = (among, tuple((one[3], one[4]) for one in due))
    return found[1]

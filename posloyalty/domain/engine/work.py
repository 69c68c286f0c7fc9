"""Works: what each declared kind does when something happens, and the registry that finds them.

A work is a function registered with `works(Shape, ...)`; it is called for every declared thing of
that shape at each moment whose trigger it names. The stages are those of LOYALTY 3.2, after the
sale's own points: stamps and achievements, tiers, automatic rewards, referral, messages. Inside a
stage it goes by the kind's key, then by the thing's id: never by the place in the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeVar

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.programme.declaration import Declared


class Stage(IntEnum):
    """The order of works within one event."""

    BONUSES = 1
    ACHIEVEMENTS = 2
    TIERS = 3
    REWARDS = 4
    REFERRALS = 5
    MESSAGES = 6


Item = TypeVar("Item", bound=Declared)
Work = Callable[[Any, Moment, Awards], None]


@dataclass(frozen=True, slots=True)
class Registered:
    """A work and when it is called."""

    shape: type[Any]
    triggers: frozenset[Trigger]
    stage: Stage
    work: Work


WORKS: list[Registered] = []


def works(
    shape: type[Item], *triggers: Trigger, stage: Stage
) -> Callable[[Callable[[Item, Moment, Awards], None]], Callable[[Item, Moment, Awards], None]]:
    """Register what things of a shape do at moments of some triggers."""

    def register(
        work: Callable[[Item, Moment, Awards], None],
    ) -> Callable[[Item, Moment, Awards], None]:
        WORKS.append(Registered(shape, frozenset(triggers), stage, work))
        return work

    return register


def run_works(moment: Moment, awards: Awards) -> None:
    """Let everything that the programme declares do its work at a moment."""
    due: list[tuple[Stage, str, str, Any, Work]] = []
    for registered in WORKS:
        if moment.trigger in registered.triggers:
            for item in moment.programme.of(registered.shape):
                key = (registered.stage, registered.shape.__name__, item.id)
                due.append((*key, item, registered.work))
    for _, _, _, item, work in sorted(due, key=lambda one: one[:3]):
        work(item, moment, awards)

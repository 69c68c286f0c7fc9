"""Playing a scenario: each case on tills of its own, step by step, every difference noted.

Shape: `run(scenario, workshop)` gives a `Played` for each case. After the last step every book is
verified from its journal: a case whose books do not prove themselves has not passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.quote import Fact
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.basket import BasketRefusal
from posloyalty.domain.shop.tender import TenderRefusal
from posloyalty.scenario.expectation import checked
from posloyalty.scenario.scenario import Case, PlannedStep, Scenario
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.seen import Attempt, Difference, Seen
from posloyalty.scenario.step import NOTHING_SEEN, Outcome
from posloyalty.scenario.workshop import Workshop
from posloyalty.scenario.world import World
from posloyalty.services.refusal import ServiceRefusal

Refusal = ServiceRefusal | BasketRefusal | TenderRefusal
REFUSALS = (ServiceRefusal, BasketRefusal, TenderRefusal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How a case went; `differences` is empty when it passed."""

    variant: str
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences


def run(scenario: Scenario, workshop: Workshop) -> tuple[Played, ...]:
    """Play every case."""
    return tuple(
        Played(variant=case.variant, differences=tuple(_play(case, workshop)))
        for case in scenario.cases
    )


def _play(case: Case, workshop: Workshop) -> Iterator[Difference]:
    try:
        world = World(case, workshop)
    except ServiceRefusal as fault:
        yield Difference((), "NOT_SET_UP", _facts(refused_with(fault)))
        return
    try:
        for planned in case.steps:
            world.pass_to(planned.at)
            yield from _step(planned, world)
        first = case.frame.tills[0].code
        yield from checked(case.in_the_end, Seen(world, world.till_books(first)))
        yield from _proofs(world)
    finally:
        world.close()
        workshop.sweep()


def _step(planned: PlannedStep, world: World) -> Iterator[Difference]:
    placed = world.tills[planned.till]
    operator = placed.operators.get(planned.operator, placed.manager)
    scene = Scene(world=world, placed=placed, operator=operator, path=planned.path)
    attempt, outcome = _attempt(planned, scene)
    world.tell_head_office()
    books = world.till_books(planned.till)
    member = books.member(planned.step.member) if planned.step.member else None
    more = () if member is None else (member,)
    seen = Seen(*outcome.things, attempt, *more, books, world)
    if planned.id:
        world.seen[planned.id] = seen
    if attempt.refusal is not None and not planned.refusal_expected:
        yield Difference(planned.path, "STEP_REFUSED", _facts(attempt.refusal))
        return
    yield from outcome.differences
    yield from checked(planned.checks, seen)


def _attempt(planned: PlannedStep, scene: Scene) -> tuple[Attempt, Outcome]:
    try:
        return Attempt(), planned.step.run(scene)
    except REFUSALS as fault:
        return Attempt(refused_with(fault)), NOTHING_SEEN


def _proofs(world: World) -> Iterator[Difference]:
    for placed in world.tills.values():
        first = placed.till.verify.verify().first
        if first is not None:
            facts = (
                ("till", placed.code),
                ("what", f"{first.what} {first.which}"),
                ("wanted", first.expected),
                ("got", first.found),
            )
            yield Difference((), "BOOK_DIFFERS", facts)


def refused_with(fault: Refusal) -> Reason:
    """A refusal as a reason: its code and facts, and one fact for each finding of a form."""
    because: tuple[Reason, ...] = ()
    if isinstance(fault, ServiceRefusal):
        because = fault.because
        facts = [(name, _fact(value)) for name, value in fault.facts.items()]
        facts += [(one.place, _fact(one.reason)) for one in fault.findings]
    else:
        facts = [(name, _fact(value)) for name, value in fault.numbers.items()]
    return Reason(fault.reason, tuple(facts), because)


def _facts(reason: Reason) -> tuple[tuple[str, str], ...]:
    facts = ", ".join(f"{name} {value}" for name, value in reason.facts)
    return (("reason", f"{reason.code} ({facts})" if facts else reason.code),)


def _fact(value: object) -> Fact:
    return value if isinstance(value, int | str | bool | date) else str(value)

"""Runs worlds until one of them notices a mutation, and makes a failing world smaller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.simulation.faults import Faults
from tests.simulation.kinds import Kind
from tests.simulation.mutating import Mutation, switched_on
from tests.simulation.world import World


@dataclass(frozen=True)
class Failure:
    """A world that went wrong, and how; `again` makes it anew."""

    seed: int
    kind: Kind
    steps: int
    faults: Faults
    fault: str

    def __str__(self) -> str:
        on = ", ".join(self.faults.on) or "none"
        again = f"python -m tests.simulation {self.seed} --{self.kind.name} --steps {self.steps}"
        return f"{again}\n  {self.fault}\n  faults: {on}"


def failure(seed: int, *, kind: Kind, steps: int, faults: Faults | None = None) -> Failure | None:
    """What goes wrong in a world; None where all is well."""
    world = World(seed, kind=kind, faults=faults)
    had = world.faults
    try:
        world.run(steps)
        world.check()
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is what the world finds
        told = f"{type(fault).__name__}: {fault}".splitlines()[0]
        return Failure(seed, kind, steps, had, told)
    return None


def smaller(found: Failure) -> Failure:
    """The same failure with fewer kinds of faults and fewer steps, as far as it still fails."""
    shrinking = True
    while shrinking:
        shrinking = False
        for faults in found.faults.simpler():
            again = _again(found, found.steps, faults)
            if again is not None:
                found, shrinking = again, True
                break
    while found.steps > 1:
        again = _again(found, found.steps // 2, found.faults)
        if again is None:
            break
        found = again
    return found


def _again(found: Failure, steps: int, faults: Faults) -> Failure | None:
    return failure(found.seed, kind=found.kind, steps=steps, faults=faults)


def noticed(mutation: Mutation, seed: int, *, steps: int) -> Failure | None:
    """What a world of a mutation's kind says; to be called with the mutation, and without."""
    return failure(seed, kind=mutation.kind, steps=steps)


def seeds_to_catch(mutation: Mutation, seeds: Iterable[int], *, steps: int) -> int | None:
    """After how many seeds a mutation was noticed; None where it never was."""
    with switched_on(mutation):
        for count, seed in enumerate(seeds, 1):
            if noticed(mutation, seed, steps=steps) is not None:
                return count
    return None

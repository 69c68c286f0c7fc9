"""`python -m tests.simulation`: one world again, or many of them, or the mutations.

python -m tests.simulation 4711 --lending --steps 1500     # one, made as small as it still fails
python -m tests.simulation --seeds 1000:2000               # many, each kind of each
python -m tests.simulation --mutations                     # after how many seeds each is caught
"""

from __future__ import annotations

import argparse
import sys

from tests.simulation.catching import failure, seeds_to_catch, smaller
from tests.simulation.kinds import EVERY, KINDS, OPEN, Kind
from tests.simulation.mutations import MUTATIONS

SEEDS_MAX = 60
STEPS = 5_000
MUTATION_STEPS = 1_500


def main() -> int:
    """Exits 1 where something was found that should not be."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("seed", type=int, nargs="?")
    for kind in EVERY:
        name = f"--{kind.name}"
        parser.add_argument(name, dest="kind", action="store_const", const=kind, default=OPEN)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seeds", help="first:last")
    parser.add_argument("--mutations", action="store_true")
    told = parser.parse_args()
    if told.mutations:
        return _mutations()
    if told.seeds:
        first, _, last = told.seeds.partition(":")
        seeds = range(int(first), int(last))
        return _many(seeds, told.steps)
    return _one(told.seed or 0, told.kind, told.steps)


def _one(seed: int, kind: Kind, steps: int) -> int:
    found = failure(seed, kind=kind, steps=steps)
    print(smaller(found) if found else "all is well")
    return found is not None


def _many(seeds: range, steps: int) -> int:
    failed = 0
    for seed in seeds:
        for kind in KINDS:
            found = failure(seed, kind=kind, steps=steps)
            if found is not None:
                failed += 1
                print(found, flush=True)
    print(f"{len(seeds)} seeds, {len(KINDS) * len(seeds)} worlds of {steps} steps, {failed} failed")
    return failed > 0


def _mutations() -> int:
    missed = 0
    for mutation in MUTATIONS:
        after = seeds_to_catch(mutation, range(SEEDS_MAX), steps=MUTATION_STEPS)
        missed += after is None
        told = f"after {after} seeds" if after else f"NOT in {SEEDS_MAX} seeds"
        print(f"{told:>16}  {mutation.name}", flush=True)
    print(f"{len(MUTATIONS) - missed} of {len(MUTATIONS)} caught")
    return missed > 0


if __name__ == "__main__":
    sys.exit(main())

"""Whole worlds by seed: whatever goes wrong, in the end nothing is lost or spent twice."""

from __future__ import annotations

from itertools import count

import pytest

from tests.simulation.catching import Failure, failure, noticed, smaller
from tests.simulation.faults import MOST, Faults
from tests.simulation.kinds import KINDS, LENDING, OPEN, Kind
from tests.simulation.mutating import Mutation, switched_on
from tests.simulation.mutations import MUTATIONS
from tests.simulation.world import Stuck, World

SEEDS = 40
"""As many worlds that lend as that are open."""
STEPS = 5_000
OTHERS = KINDS[2:]
OTHER_SEEDS = 4
OTHER_STEPS = 1_000
"""The suite goes through 40 whole worlds and one of each kind in which more happens, `make prove`
through 4 of those and hundreds of others, `make simulate` through thousands.
"""
CAUGHT = {
    "a wish that is repeated lends again": (9, 375),
    "what others hold is lent too": (17, 750),
    "what was given back stays held": (0, 187),
    "a use of a lease is not followed": (1, 187),
    "a use of a lease counts as one point": (1, 187),
    "a lease that is given back is not followed": (1, 1500),
    "more of a gift card is lent than it holds": (30, 750),
    "of a gift card hears who sold it alone": (0, 187),
    "points that are converted or given away are not lent": (7, 187),
    "points that are exchanged are not lent": (6, 375),
    "a full card takes stamps that were not lent": (0, 750),
    "pieces of a campaign are lent again once they were given": (16, 1500),
    "goods that came back may come back again": (20, 750),
    "head office's clock alone frees a lease": (8, 750),
    "a lease that a restored till forgot stays open": (11, 1500),
    "a recall frees the lease at once": (2, 750),
    "a till whose clock is behind does not take up head office's time": (0, 375),
    "a restored till is taken to hold what it lost": (0, 1500),
    "the journal keeps what a restored till lost": (0, 1500),
    "events are folded as they arrived": (0, 375),
    "a debt is repaid at every till": (9, 1500),
    "a till is told what its book cannot hold": (0, 750),
    "a till is told of rights that its book cannot change": (20, 600),
    "rights of elsewhere are not told": (0, 187),
    "books that disagree are not settled": (1, 1500),
    "an answer that may be lost is taken for heard": (0, 187),
    "a till is told again what it knows": (0, 187),
    "what comes late for a merged record stays there": (0, 750),
    "what comes late for an erased member stays theirs": (0, 1500),
    "decisions have one id": (0, 750),
    "pieces of an answer begin with the second event": (3, 187),
    "grants are lost in the answer's piece": (0, 187),
    "a journal that is another one stops the till": (4, 750),
    "another epoch has the number of the one before": (0, 1500),
    "the last common place is never narrowed down": (6, 600),
    "what was written before an epoch goes up under the one before": (7, 600),
    "who agrees knows of every refusal anywhere": (14, 1500),
    "a till's refusals have the till's name": (1, 1500),
    "a till keeps who an erased member was": (6, 1500),
    "a till does not say that it forgot somebody": (0, 1500),
    "of a number that two say is theirs both are first": (0, 1500),
    "head office that was put back lends before everybody has told": (8, 1500),
    "a lease that a till tells again is not its own": (0, 750),
    "head office does not miss what it lost": (53, 1500),
    "a decision has the id of one that was forgotten": (7, 1500),
    "a right of a forgotten decision stays where it was heard of": (7, 1500),
    "a sale that was rung counts once more where it is keyed in again": (1, 1000),
    "a sale that was keyed in again counts once more where its till turns up": (3, 1000),
    "what was freed of a lost till is not asked back when it turns up": (19, 1000),
    "a till that joined after the copy was made tells of no leases": (0, 1000),
    "what a campaign gives uses one of its lease": (3, 1000),
    "a campaign counts how often its points are given": (1, 1000),
    "what points and presents use of a budget is not written down": (0, 1000),
    "a programme that has ended goes on": (0, 1000),
    "points that are worth nothing stay when a programme ends": (0, 1000),
    "vouchers outlive the programme": (0, 1000),
    "what came to be at a till is known there alone for ever": (0, 1000),
    "a use of a pass is written down without its lease": (0, 1000),
    "a till spends from a lease that has ended": (0, 1000),
    "purchases go over to another record and stay": (0, 1000),
    "points of a record that went are credited twice": (0, 1500),
    "a debt that goes over was not repaid before": (12, 1500),
    "more uses of a right are lent than it has": (3, 1000),
    "a card pays out of reach whatever was lent of it": (0, 1000),
    "what a card pays uses none of its lease": (16, 1000),
    "a sale is lent for head office's day, whatever its till's is": (0, 1000),
    "a till is lent through a day past which its journal is known": (0, 1000),
    "what is named comes behind who names it where its time says so": (0, 1000),
    "points that come back do not say which spending they undo": (1, 1000),
    "a use that is given back does not say which one it was": (2, 1000),
    "a late word brings an erased name back": (1, 1000),
    "who speaks again after a later start is never doubted": (0, 1000),
    "what was said before the till of now was heard is a word beside it": (35, 1000),
    "who is not the till may speak on": (36, 1000),
    "first words that the network held back put the till away": (189, 750),
    "what the network held back is a word of whoever was left": (1262, 4500),
    "money off is lent again once it was given": (10, 1000),
    "the rest of an event is not told to whom it concerns later": (4, 500),
    "what a till hears again of what it lost is all of it": (5, 2000),
    "a till that joined is alone until it hears of a policy": (2, 300),
    "what comes late leaves a household without a head": (10, 400),
    "a head that is joined with another record leaves nobody": (2, 600),
    "a head that is erased leaves nobody": (0, 2500),
    "what a till sold alone is lent while the rest of it is on its way": (2, 750),
    "what holds again when something ends is not told": (2, 1000),
    "a stop leaves what is to come as it was": (1, 600),
    "the publication with the latest number holds": (0, 600),
    "a till goes on by the list that it had": (0, 600),
    "a till says what it is about to go by before it does": (4, 1000),
    "a record that is no more heads a household": (26, 1000),
    "what is keyed in has the ids of its place alone": (47067, 4000),
    "who was another's name never comes back": (47020, 2000),
}
"""Mutation to a seed and steps in which it shows; `--mutations` looks for them anew."""
SAMPLED = [*{one.kind: one for one in reversed(MUTATIONS)}.values(), *MUTATIONS[::15]]
"""The suite tries one mutation in each kind of world, and of all of them each fifteenth."""


@pytest.mark.parametrize("seed", range(SEEDS))
def test_in_the_end_all_have_the_same_and_nothing_is_spent_twice(seed: int) -> None:
    found = failure(seed, kind=(OPEN, LENDING)[seed % 2], steps=STEPS)
    assert found is None, str(found)


@pytest.mark.parametrize("kind", OTHERS, ids=lambda one: one.name)
@pytest.mark.parametrize("seed", range(OTHER_SEEDS))
def test_so_it_is_in_worlds_in_which_more_happens(seed: int, kind: Kind) -> None:
    found = failure(seed, kind=kind, steps=OTHER_STEPS)
    assert found is None, str(found)


@pytest.mark.long(sample=5)
@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.name)
def test_the_same_seed_gives_the_same_trace(kind: Kind) -> None:
    def trace(seed: int) -> str:
        world = World(seed, faults=MOST, kind=kind)
        world.run(300)
        return world.trace

    assert trace(5) == trace(5)
    assert trace(5) != trace(6)


def test_every_kind_of_fault_happens_in_the_worlds_of_the_suite() -> None:
    happened: set[str] = set()
    worlds = [
        (seed, kind, steps)
        for seed in range(SEEDS)
        for kind, steps in (((OPEN, LENDING)[seed % 2], 2_000), (OTHERS[seed % len(OTHERS)], 600))
    ]
    for seed, kind, steps in worlds:
        world = World(seed, kind=kind)
        world.run(steps)
        happened |= {fault for fault, often in world.seen.items() if often}
        if happened >= set(MOST.on):
            break
    assert set(MOST.on) <= happened
    assert "stale answers" in happened


def test_a_world_without_faults_is_quiet_soon() -> None:
    world = World(3, faults=Faults())
    for _ in range(300):
        world.advance()
    began_ms = world.now_ms
    world.heal()
    world.check()
    assert world.now_ms - began_ms < 5 * 60_000


def test_a_world_that_cannot_come_right_says_that_it_is_stuck() -> None:
    mutation = next(one for one in MUTATIONS if one.name.startswith("a journal that is another"))
    with switched_on(mutation):
        found = next(f for seed in count() if (f := failure(seed, kind=OPEN, steps=600)))
    assert found.fault.startswith(Stuck.__name__)


@pytest.mark.parametrize(
    "mutation",
    [
        pytest.param(one, id=one.name, marks=() if one in SAMPLED else pytest.mark.long(sample=0))
        for one in MUTATIONS
    ],
)
def test_a_deliberate_bug_is_noticed(mutation: Mutation) -> None:
    seed, steps = CAUGHT[mutation.name]
    with switched_on(mutation):
        found = noticed(mutation, seed, steps=steps)
    assert found is not None


@pytest.mark.long(sample=6)
@pytest.mark.parametrize(
    ("seed", "steps", "kind"),
    sorted({(*CAUGHT[one.name], one.kind) for one in MUTATIONS}, key=str),
    ids=lambda one: one.name if isinstance(one, Kind) else None,
)
def test_without_the_bug_all_is_well_where_it_is_noticed(seed: int, steps: int, kind: Kind) -> None:
    found = failure(seed, kind=kind, steps=steps)
    assert found is None, str(found)


def test_a_mutation_whose_text_is_gone_says_so() -> None:
    gone = Mutation("gone", "posloyalty.sync.epochs:next_epoch", "no such text", "")
    with pytest.raises(LookupError, match="does not stand once"), switched_on(gone):
        pass


def test_a_failing_world_is_made_smaller() -> None:
    mutation = next(one for one in MUTATIONS if one.name.startswith("decisions have one id"))
    with switched_on(mutation):
        found = next(f for seed in count() if (f := failure(seed, kind=OPEN, steps=600)))
        less = smaller(found)
    assert isinstance(less, Failure)
    assert len(less.faults.on) < len(found.faults.on) or less.steps < found.steps
    assert f"python -m tests.simulation {found.seed} --open" in str(less)

"""Things that one till does and others undo or use, whichever of them is ahead of time.

Shape: `Undone(seed, world)` draws from a seed of its own. In worlds of tills that are ahead, each
`Story` is about a lot or a right of a member of its own: what one till does another one goes on
with once it has heard of it (`PLOTS`). `check()` asks of each whether head office has it as the
last step that was told left it, whatever times the steps were written at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.reversal import NegativePolicy
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import AccountKind, Transfer
from posloyalty.sync.office.belongings import Belongings
from tests.simulation.part import Part
from tests.simulation.restored import RestorableTill
from tests.sync.books import same_books
from tests.sync.fleet import member

if TYPE_CHECKING:
    from tests.simulation.world import World

WHO: Final = member("undone")
POINTS: Final = 60
STORIES_MOST: Final = 60


@dataclass
class Story:
    """What happens to one lot or right: its plot, the events so far, and where the last was."""

    plot: tuple[str, ...]
    left: tuple[int, ...]
    """By how many steps were told, how much is left; nothing is there before the first."""
    steps: list[bytes] = field(default_factory=list)
    till: bytes = b""
    id: bytes = b""
    ledger: str = ""
    moved: Transfer | None = None


PLOTS: Final = (
    (("earn", "take_back"), (POINTS, 0)),
    (("earn", "spend", "restore"), (POINTS, 0, POINTS)),
    (("issue", "use"), (1, 0)),
    (("issue", "use", "give_back"), (1, 0, 1)),
)


class Undone(Part):
    """The stories of one world; `ahead` counts the steps that came before what they go on with."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"undone {seed}")
        self._world = world
        self._stories: list[Story] = []
        self.ahead = 0

    def greet(self, till: RestorableTill) -> None:
        """Every till knows the member."""
        if self._world.kind.days:
            till.greet(WHO, self._world.at)

    def happens(self, till: RestorableTill) -> None:
        """Maybe a story begins, or goes on at another till that heard of it."""
        if not self._world.kind.days:
            return
        if len(self._stories) < STORIES_MOST and self._random.random() < 0.05:
            plot, left = self._random.choice(PLOTS)
            ledger = f"test/undone-{len(self._stories)}"
            self._stories.append(Story(plot, left, ledger=ledger))
            self._go_on(till, self._stories[-1])
            return
        heard = {one.event_id: one.at for one in till.journal[-400:]}
        there = [one for one in self._stories if len(one.steps) < len(one.plot)]
        there = [one for one in there if one.till != till.id and one.steps[-1] in heard]
        there = [one for one in there if _left(till, one) == one.left[len(one.steps) - 1]]
        if there and self._random.random() < 0.3:
            story = self._random.choice(there)
            self.ahead += heard[story.steps[-1]] > self._world.at.isoformat(timespec="milliseconds")
            self._go_on(till, story)

    def check(self) -> None:
        """Raises AssertionError where a story did not end as it was told."""
        if not self._world.kind.days:
            return
        office = self._world.office
        fold, told = office.fold(WHO), {one.event_id for one in office.archive.events_of(WHO)}
        left = {lot.id: lot.remaining for lot in fold.lots}
        left |= {right.id: right.left or 0 for right in fold.rights}
        torn: list[Story] = []
        for story in self._stories:
            known = [step in told for step in story.steps]
            steps = known.index(False) if False in known else len(known)
            if any(known[steps:]):
                # Its till and head office have both lost what another till went on with.
                assert story.steps[steps] in self._world.put_back.gone, "nothing else is missing"
                assert 0 <= left.get(story.id, 0) <= max(story.left), "nor more than there was"
                torn.append(story)
                continue
            wanted = story.left[steps - 1] if steps else 0
            assert left.get(story.id, 0) == wanted, f"{story.plot[:steps]} leaves {wanted}"
        excused = {step for story in torn for step in story.steps}
        missing = [one for one in fold.anomalies if one.event_id not in excused]
        assert missing == [], "nothing of what is undone was missing"
        owed = {one.ledger for one in fold.debts if one.kind is AccountKind.MEMBER_DEBT}
        assert owed <= {story.ledger for story in torn}, "and nobody owes for it"
        for till in self._world.tills:
            same_books(till.books[WHO], Belongings.of(fold))

    def _go_on(self, till: RestorableTill, story: Story) -> None:
        do: Callable[[EventPlan, MemberState, Story], None]
        do = getattr(self, f"_{story.plot[len(story.steps)]}")
        till.act(WHO, self._world.at, lambda plan, state: do(plan, state, story))
        story.steps.append(till.journal[-1].event_id)
        story.till = till.id

    def _earn(self, plan: EventPlan, state: MemberState, story: Story) -> None:
        postings = plan.postings(state)
        lot = postings.earn(story.ledger, POINTS, usable_from=plan.day, last_day=None)
        assert lot is not None
        story.id = lot.id
        (story.moved,) = plan.consequences().transfers

    def _take_back(self, plan: EventPlan, state: MemberState, story: Story) -> None:
        assert story.moved is not None
        plan.postings(state).reverse(story.moved, POINTS, policy=NegativePolicy.NEGATIVE)

    def _spend(self, plan: EventPlan, state: MemberState, story: Story) -> None:
        """Just these points, as who pays with a reward's own lot."""
        assert story.moved is not None
        plan.postings(state).withdraw(story.moved)
        (story.moved,) = plan.consequences().transfers

    def _restore(self, plan: EventPlan, state: MemberState, story: Story) -> None:
        assert story.moved is not None
        plan.postings(state).restore(story.moved, POINTS)

    def _issue(self, plan: EventPlan, _state: MemberState, story: Story) -> None:
        story.id = plan.issue(kind="voucher", of="welcome", owner=WHO).id

    def _use(self, plan: EventPlan, state: MemberState, story: Story) -> None:
        plan.use(_right(state, story))
        plan.count("visits", WHO, 1)

    def _give_back(self, plan: EventPlan, state: MemberState, story: Story) -> None:
        plan.give_back(_right(state, story))
        plan.count("visits", WHO, -1, undoes=story.steps[-1])


def _left(till: RestorableTill, story: Story) -> int | None:
    """How much of a story's lot or right a till's book has; None where it does not know it."""
    book = till.books[WHO]
    right, lot = book.rights.get(story.id), book.lots.get(story.id)
    if right is not None:
        return right.left
    return None if lot is None else lot.remaining


def _right(state: MemberState, story: Story) -> Right:
    (found,) = (right for right in state.rights if right.id == story.id)
    return found

"""What is kept of a campaign is what the fold of all its events says, whatever happens on the way.

Two head offices go through the same worlds: one in the database, which keeps what it read of
campaigns after every step, and one in memory that folds everything each time, or that reads all.
Each answer and each lease of both must be the same, and in the end the kept rows must verify.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, timedelta
from random import Random
from typing import Any, Final, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit, use_meter
from posloyalty.headoffice.ledger.verifying_counts import differing
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.counted_tables import OWNER_COUNTED, OWNER_TOLD
from posloyalty.sync.fold import fold_member
from posloyalty.sync.journals import Received
from posloyalty.sync.office.counted import Counted
from posloyalty.sync.office.deciding import budget_asset
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.office.memory import MemoryArchive
from tests.headoffice.ledger.test_archive import Joining
from tests.sync.fleet import LEDGER, OFFICE, member
from tests.sync.restores import RestoredFleet
from tests.sync.small_rules import PROGRAMME, SmallRules

MUGS: Final = budget_asset(PROGRAMME.id, PROGRAMME.of(Campaign)[0], LimitUnit.COUNT)
METER: Final = PROGRAMME.meter(use_meter("rule:a-mug", LimitUnit.COUNT))
CAUSE: Final = member("a cause")
CARD: Final = member("a card")
"""Counts first, and something more later."""
OWNERS: Final = (MUGS.owner, CAUSE, CARD)
STEPS: Final = 25
WORLDS: Final = 4
ALL: Final = 10**9
_KEPT: Final = "posloyalty.headoffice.ledger.counting"
_MOST: Final = "posloyalty.sync.office.answers.UNTOLD_MOST"


class Folding(MemoryArchive):
    """Of nobody it says that they only count: everything goes by folds, as it once did."""

    def counted(self, owner: bytes) -> Counted:
        return Counted(owner=owner, only=False)


class Both:
    """Two head offices of which everything is asked, and which must say the same."""

    def __init__(self, kept: HeadOffice, full: HeadOffice) -> None:
        self.kept, self.full = kept, full

    def __getattr__(self, name: str) -> Any:
        one, other = getattr(self.kept, name), getattr(self.full, name)
        if not callable(one):
            return one

        def both(*given: object, **named: object) -> object:
            found, wanted = one(*given, **named), other(*given, **named)
            if isinstance(found, Received) and isinstance(wanted, Received):
                # The one in memory counts duplicates of other tills, too.
                assert found.place == wanted.place
            else:
                assert found == wanted, name
            return found

        return both


class CountingFleet(RestoredFleet):
    """Tills that are put back from copies, and sell in campaigns, some of it dated back."""

    def __init__(self, seed: int, kept: Joining, full: MemoryArchive) -> None:
        super().__init__(seed, archive=kept)
        self.heals_within = 400
        self.archive = kept
        self.full = HeadOffice(
            OFFICE, overspend=self.office.overspend, rules=SmallRules(), archive=full
        )
        for till in self.tills:
            self.full.enrol(till.id, store=till.store, genesis=till.genesis)
        self.office = cast("HeadOffice", Both(self.office, self.full))

    def step(self) -> None:
        """A sale in a campaign, or goods back, or a lease of what there is, beside all else."""
        till, who = self.random.choice(self.tills), self.random.choice(self.members)
        fate = self.random.random()
        if fate < 0.6:
            till.act(who, self.at - timedelta(days=self.random.choice((0, 0, 40))), self._counts)
        elif fate < 0.7:
            self._ids += 1
            rid, day = self._ids.to_bytes(16, "big"), self.at.date()
            wanted = self.random.choice((1, 2))
            at = {"at": self.at, "last_day": day, "zone": UTC}
            self.office.lease(rid, till.id, MUGS, wanted, **at)  # type: ignore[arg-type]
        super().step()
        for owner in OWNERS:
            counted = self.archive.counted(owner)
            fold = fold_member(owner, self.archive.events_of(owner))
            does_more = bool(fold.lots or fold.rights or fold.transfers or fold.holdings)
            assert counted.only is not does_more
            assert not counted.only or counted.sums == sums_of(fold.meters)

    def _counts(self, plan: EventPlan, _state: MemberState) -> None:
        owner = self.random.choice(OWNERS)
        plan.count(METER, owner, self.random.choice((1, 1, 2, -1)))
        plan.count("other", MUGS.owner, self.random.choice((0, 500)))
        if owner == CARD and self.random.random() < 0.2:
            state = MemberState(member_id=CARD, status=_state.status, joined_on=plan.day)
            plan.postings(state).earn(
                LEDGER, 5, usable_from=plan.day, last_day=None, code=TransferCode.EARN
            )


def sums_of(entries: object) -> dict[tuple[str, object], int]:
    found: Counter[tuple[str, object]] = Counter()
    for entry in entries:  # type: ignore[attr-defined]
        found[entry.meter, entry.day] += entry.amount
    return {key: n for key, n in found.items() if n}


def played(
    office: OpenOffice, random: Random, full: Callable[[], MemoryArchive], connection: Connection
) -> CountingFleet:
    """A world, at the end of which its kept rows verify."""
    archive = Joining(office.database, connection)
    fleet = CountingFleet(random.randrange(1_000), archive, full())
    fleet.random = random
    fleet.run(STEPS)
    assert list(differing(archive, connection)) == []
    return fleet


@pytest.mark.parametrize(("most", "full"), [(ALL, Folding), (2, MemoryArchive)])
def test_kept_and_full_are_the_same_in_every_world(
    office: OpenOffice,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    full: Callable[[], MemoryArchive],
) -> None:
    office.administration.add_store("S0", "Side Street")
    for name, value in ((f"{_KEPT}.KEEP_STEP", 1), (f"{_KEPT}.PAGE", 3), (_MOST, most)):
        monkeypatch.setattr(name, value)
    kept: Counter[str] = Counter()

    @given(st.randoms(use_true_random=False))
    # A world is made smaller by nobody: that takes longer than to read its steps.
    @settings(
        max_examples=WORLDS,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )
    def every(random: Random) -> None:
        with office.database.write() as connection:
            nested = connection.begin_nested()
            fleet = played(office, random, full, connection)
            kept["restored"] += fleet.counts["restored"]
            kept["counted"] += len(connection.execute(select(OWNER_COUNTED)).all())
            kept["told"] += len(connection.execute(select(OWNER_TOLD)).all())
            nested.rollback()

    every()
    assert min(kept["restored"], kept["counted"], kept["told"]) > 0, kept

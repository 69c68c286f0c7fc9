"""Households whose members join and leave at any till while people merge and erase records.

Shape: `Families(seed, world)` draws from a seed of its own. In worlds with families, a few of the
members join one of some households by what a till knows of it, or leave it (`happens(till)`), and
head office merges and erases more often. `check()` asks at head office whether every household with
members has a head; that tills know the same is every world's own question (`agreed`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.households import (
    HEAD,
    MEMBER,
    InHousehold,
    household_of,
    join,
    leave,
)
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from tests.domain.engine.made import rules
from tests.simulation.kinds import Kind
from tests.simulation.part import Part
from tests.simulation.restored import RestorableTill
from tests.sync.fleet import member
from tests.sync.small_programme import small_programme
from tests.sync.small_rules import MUGS, SmallRules

if TYPE_CHECKING:
    from tests.simulation.world import World

HOMES: Final = tuple(member(f"home-{n}") for n in range(3))
PEOPLE: Final = 9
PROGRAMME: Final = rules(small_programme(mugs=MUGS) + "[household]", earn="")


class FamilyRules(SmallRules):
    """One programme for ever, with households."""

    def programme(self, at: datetime) -> Programme | None:
        """The programme."""
        return PROGRAMME


def rules_of(kind: Kind) -> SmallRules:
    """What head office goes by in a kind of world."""
    return FamilyRules() if kind.families else SmallRules()


class Families(Part):
    """The households of one world."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"families {seed}")
        self._world = world
        self._on = world.kind.families

    def happens(self, till: RestorableTill) -> None:
        """Maybe somebody joins, leaves, or is no more."""
        if not self._on:
            return
        chance, who = self._random.random(), self._random.choice(self._world.members[:PEOPLE])
        if chance < 0.03:
            self._decide(who)
        elif chance < 0.4:
            if _home_of(till, who) is None:
                self._join(till, who)
            elif chance < 0.1:
                self._leave(till, who)

    def check(self) -> None:
        """Raises AssertionError where a household has members and no head."""
        assert not self._headless(), "a household has a head"

    def _decide(self, who: bytes) -> None:
        """Whoever is no more leaves no household without a head, not even until somebody looks."""
        before = self._headless()
        self._world.decide(who)
        assert self._headless() <= before, "who is no more leaves a head behind at once"

    def _headless(self) -> set[bytes]:
        """The households that have members and no head, as far as head office knows."""
        office = self._world.office
        found: dict[bytes, list[bool]] = {}
        for who in self._world.members if self._on else ():
            home = household_of(office.fold(who).rights)
            if home is None or office.meant(who) != who:
                continue
            if office.archive.is_erased(who):
                # What came late is decided when it is tidied; until then it heads nothing.
                assert not self._world._resting, "who is no more is in no household"
                continue
            found.setdefault(home.id, []).append(home.head)
        return {home for home, heads in found.items() if not any(heads)}

    def _join(self, till: RestorableTill, who: bytes) -> None:
        home = self._random.choice(HOMES)
        role = MEMBER if any(one.of == HEAD for one in _others(till, home, who)) else HEAD

        def do(plan: EventPlan, state: MemberState) -> None:
            join(PROGRAMME, state, home, role, plan)

        till.act(who, self._world.at, do)

    def _leave(self, till: RestorableTill, who: bytes) -> None:
        home = _home_of(till, who)
        assert home is not None

        def do(plan: EventPlan, state: MemberState) -> None:
            leave(PROGRAMME, state, tuple(_others(till, home.id, who)), plan)

        till.act(who, self._world.at, do)


def _home_of(till: RestorableTill, who: bytes) -> InHousehold | None:
    return household_of(till.books[who].rights.values())


def _others(till: RestorableTill, home: bytes, who: bytes) -> Iterator[Right]:
    """The memberships of the others in a household, as a till knows them."""
    for other in till.books:
        held = _home_of(till, other)
        if other != who and held is not None and held.id == home:
            yield held.right

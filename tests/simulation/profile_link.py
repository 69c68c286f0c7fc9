"""The way of one till's profiles to head office, on which everything goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, TypeVar

import msgspec

from posloyalty.services.ports.head_office import OutOfReach
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.profiles import FeedAsk, FeedGiven, ProfilesTaken, ProfilesTold
from tests.simulation.small_profiles import NOTHING

if TYPE_CHECKING:
    from tests.simulation.known import Known
    from tests.simulation.node import Node

T = TypeVar("T")


class Link:
    """The way of one till's profiles, on which everything goes wrong that the world has."""

    def __init__(self, known: Known, node: Node, random: Random) -> None:
        self._known = known
        self._node = node
        self._random = random

    def tell_profiles(self, told: ProfilesTold) -> ProfilesTaken | Problem:
        """Say who members are."""
        body, kept = msgspec.json.encode(told), self._node.till.kept
        keys = [bytes.fromhex(one.member) for one in told.records]
        behind = {who: kept.behind.get(who, NOTHING) for who in keys}
        return self._asked(lambda: self._known.take(body, behind), repeats=True)

    def profiles(self, ask: FeedAsk) -> FeedGiven | Problem:
        """Ask for the next page; somebody may say something while it is on its way."""
        given = self._asked(lambda: self._known.page(ask), repeats=False)
        if not self._known._world._resting and self._random.random() < 0.3:
            self._known._edit(self._node)
        return given

    def _asked(self, act: Callable[[], T], *, repeats: bool) -> T:
        world = self._known._world
        if world.now_ms < max(self._node.cut_off_ms, world._down_ms) or world._happens("lost_ask"):
            raise OutOfReach("nobody there")
        said = act()
        if repeats and world._happens("twice"):
            act()
        if repeats and world._happens("stale"):
            world._later(self._random.randint(60_000, 3_600_000), act)
        if world._happens("lost_answer") or world._happens("portal"):
            raise OutOfReach("no answer")
        return said

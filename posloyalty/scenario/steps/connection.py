"""`step = "offline"`, `"online"` and `"sync"`: whether a till's events reach head office.

A till is online from the start: what happens at it is known to head office at once, and what
happens elsewhere is known here. One that is offline goes on selling; what it holds arrives when it
is online again, or at a `sync`, which is one exchange after which an offline till is offline as
before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posloyalty.scenario.block import Block
from posloyalty.scenario.placed_till import PlacedTill
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step


@dataclass(frozen=True, slots=True)
class Connection:
    """What happens to the line between the step's till and head office."""

    act: Callable[[Scene], None]
    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Let it happen."""
        self.act(scene)
        return NOTHING_SEEN


@step("offline")
def read_offline(block: Block) -> Connection:
    """The till loses its network."""
    return Connection(lambda scene: _connect(scene.placed, online=False))


@step("online")
def read_online(block: Block) -> Connection:
    """The till has its network again and sends what it holds."""
    return Connection(lambda scene: _connect(scene.placed, online=True))


@step("sync")
def read_sync(block: Block) -> Connection:
    """One exchange with head office."""
    return Connection(_exchange)


def _connect(placed: PlacedTill, *, online: bool) -> None:
    placed.online = online


def _exchange(scene: Scene) -> None:
    scene.world.exchange(scene.placed)

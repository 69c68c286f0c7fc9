"""`step = "programme"`: the programme is replaced, from `from` on or at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from posloyalty.scenario.block import Block
from posloyalty.scenario.programme_source import read_source
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step


@dataclass(frozen=True, slots=True)
class ReplaceProgramme:
    """The new file's bytes; `since` None is now."""

    data: bytes
    since: datetime | None
    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Install it on every till, as head office would publish it."""
        since = self.since or scene.world.at
        for placed in scene.world.tills.values():
            placed.till.programmes.install(self.data, actor=scene.operator.id, effective_from=since)
        return NOTHING_SEEN


@step("programme")
def read_replace(block: Block) -> ReplaceProgramme:
    """Read the programme and since when it holds."""
    since = block.instant("from")
    source = read_source(block)
    return ReplaceProgramme(b"" if source is None else source[1], since)

"""`step = "snapshot"`: head office says what a member is like; or it is reckoned from purchases.

`segments = ["loyal"]` are those that the member is in, `picks = { latte-off = "1.20" }` the offers
picked for them with the margin that each is expected to bring, by which they are ranked (`list`
names the list, `why = { latte-off = "bought_before" }` says why). With neither, everybody's
segments are reckoned from what they bought since the day `since`. `step = "turn_down"`: a member
does not want a picked `offer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.values.calendar import store_day
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step
from posloyalty.services.doings.programme_acts import Acted


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What head office says; `segments` and `picks` None reckon from purchases."""

    member: str
    as_of: date | None
    segments: tuple[str, ...] | None
    list: str
    picks: Mapping[str, int] | None
    why: Mapping[str, str]
    since: date | None

    def run(self, scene: Scene) -> Outcome:
        """Deliver or reckon it."""
        snapshots = scene.till.snapshots
        zone = scene.placed.programme(scene.world.at).zone
        as_of = self.as_of or store_day(scene.world.at, zone)
        if self.segments is not None:
            member_id = scene.member_id(self.member)
            acted = snapshots.deliver(member_id, self.segments, as_of, scene.operator)
        elif self.picks is not None:
            acted = snapshots.deliver_picks(
                self.list,
                scene.member_id(self.member),
                self.picks,
                as_of,
                scene.operator,
                why=self.why,
            )
        else:
            snapshots.compute(self.since or date.min, scene.operator)
            return NOTHING_SEEN
        return Outcome((acted, acted.does))


@dataclass(frozen=True, slots=True)
class TurnDown:
    """Who does not want which offer of a list."""

    member: str
    list: str
    offer: str

    def run(self, scene: Scene) -> Outcome:
        """Turn it down as the till does."""
        member_id = scene.member_id(self.member)
        acted = scene.till.snapshots.turn_down(self.list, member_id, self.offer, scene.operator)
        return Outcome((acted, acted.does))


@step("snapshot", gives=(Acted, Consequences))
def read_snapshot(block: Block) -> Snapshot:
    """Read what is said, of whom and as of when."""
    segments = block.value("segments")
    return Snapshot(
        member=block.refer("member", "member", ""),
        as_of=block.day("as_of"),
        segments=None if segments is None else block.words("segments") if segments else (),
        list=block.text("list") if "list" in block else "picks",
        picks=_amounts(block, "picks"),
        why=_words(block, "why"),
        since=block.day("since"),
    )


@step("turn_down", gives=(Acted, Consequences))
def read_turn_down(block: Block) -> TurnDown:
    """Read who turns what down."""
    return TurnDown(
        block.refer("member", "member"), block.text("list", "picks"), block.text("offer")
    )


def _amounts(block: Block, key: str) -> dict[str, int] | None:
    table = block.section(key) if key in block else None
    return None if table is None else {name: table.amount(name) for name in table.untaken}


def _words(block: Block, key: str) -> dict[str, str]:
    table = block.section(key) if key in block else None
    return {} if table is None else {name: table.text(name) for name in table.untaken}

"""`[[programme]]`: a version of the programme, and from when it is in effect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.calendar import day_start
from posloyalty.scenario.block import Block
from posloyalty.scenario.given import Given, Stage, gives
from posloyalty.scenario.placed_till import PlacedTill
from posloyalty.scenario.programme_source import read_source
from posloyalty.services.ports import UnitOfWork

SINCE_EVER: Final = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class GivenProgramme:
    """A programme with its file's bytes; in effect from an instant."""

    programme: Programme
    data: bytes
    since: datetime
    stage: Stage = Stage.PROGRAMMES

    def put(self, unit: UnitOfWork, till: PlacedTill) -> None:
        """Install it on a till."""
        till.till.programmes.add(unit, self.programme, self.data, effective_from=self.since)


@gives("programme", name="")
def read_given_programme(block: Block) -> Iterable[Given]:
    """Read the programme, from text or a file, and since when: else as its own head says."""
    since, source = block.instant("from"), read_source(block)
    if source is None:
        return ()
    programme, data = source
    return (GivenProgramme(programme, data, since or _begins(programme)),)


def _begins(programme: Programme) -> datetime:
    first = programme.scope.first
    return SINCE_EVER if first is None else day_start(first, programme.zone)

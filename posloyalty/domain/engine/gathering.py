"""Rights that an act looks at beside those of its member: everybody's under some codes.

Shape: a declared thing with `gathers(what, evidence)` names the codes of what is recorded; the
service reads the rights under them into `Moment.gathered`. An event's places, a vote's ballots and
a referral's code are found so, with no table of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from posloyalty.domain.engine.moment import Recorded
from posloyalty.domain.programme.definition import Programme


@runtime_checkable
class Gathers(Protocol):
    """A declared thing whose acts look at everybody's rights under some codes."""

    def gathers(self, what: str, evidence: Mapping[str, str]) -> tuple[str, ...]:
        """The codes, for something that is recorded."""
        ...


def codes_for(programme: Programme, recorded: Recorded) -> tuple[str, ...]:
    """The codes whose rights an act looks at."""
    evidence = dict(recorded.evidence)
    declared = (item for items in programme.declared.values() for item in items)
    codes = (
        code
        for item in declared
        if isinstance(item, Gathers)
        for code in item.gathers(recorded.what, evidence)
    )
    return tuple(dict.fromkeys(codes))

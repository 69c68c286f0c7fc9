"""Rights that an act looks at beside those of its member: everybody's under some codes.

Shape: a declared thing with `gathers(what, evidence)` names the codes of what is recorded; the
service reads the rights under them into `Moment.gathered`. An event's places, a vote's ballots and
a referral's code are found so, with no table of their own. With `counts_since` it also asks for
what the owners of those rights, and it itself, have counted; with `operator_since` for what whoever
is at the till has.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol, runtime_checkable

from posloyalty.domain.engine.moment import Recorded
from posloyalty.domain.programme.definition import Programme


@runtime_checkable
class Gathers(Protocol):
    """A declared thing whose acts look at everybody's rights under some codes."""

    def gathers(self, programme_id: str, what: str, evidence: Mapping[str, str]) -> tuple[str, ...]:
        """The codes, for something that is recorded."""
        ...


@runtime_checkable
class GathersCounts(Gathers, Protocol):
    """One whose acts look at what the owners of those rights have counted, too."""

    def counts_since(self, what: str, evidence: Mapping[str, str]) -> date | None:
        """The first day; None where nothing is looked at."""
        ...


@runtime_checkable
class WatchesOperators(Protocol):
    """One whose acts look at what the operator at the till has counted."""

    def operator_since(self, what: str, day: date) -> date | None:
        """The first day; None where nothing is looked at."""
        ...


def codes_for(programme: Programme, recorded: Recorded) -> tuple[str, ...]:
    """The codes whose rights an act looks at."""
    evidence = dict(recorded.evidence)
    declared = (item for items in programme.declared.values() for item in items)
    codes = (
        code
        for item in declared
        if isinstance(item, Gathers)
        for code in item.gathers(programme.id, recorded.what, evidence)
    )
    return tuple(dict.fromkeys(codes))


def counts_wanted(programme: Programme, recorded: Recorded) -> date | None:
    """From when the counts of those owners are looked at; None for not at all."""
    evidence = dict(recorded.evidence)
    declared = (item for items in programme.declared.values() for item in items)
    found = (
        item.counts_since(recorded.what, evidence)
        for item in declared
        if isinstance(item, GathersCounts)
    )
    return min((day for day in found if day is not None), default=None)


def operator_counts_wanted(programme: Programme, recorded: Recorded, day: date) -> date | None:
    """From when the counts of the operator at the till are looked at; None for not at all."""
    declared = (item for items in programme.declared.values() for item in items)
    found = (
        item.operator_since(recorded.what, day)
        for item in declared
        if isinstance(item, WatchesOperators)
    )
    return min((since for since in found if since is not None), default=None)

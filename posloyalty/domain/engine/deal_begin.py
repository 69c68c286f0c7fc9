"""Where a search begins that looks for a better deal than one that is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.taken import Deal

Begin = Mapping[str, int]
"""Candidates to begin with, by id, and how many groups of pieces each makes at most."""

NOWHERE: Final[Begin] = {}
MOST: Final = 1 << 30


def begin_with(deal: Deal, more: Candidate) -> Begin:
    """A deal and one candidate more, which its rivals in the deal give way to."""
    return {more.id: MOST} | {one.found.id: one.times for one in deal.taken}

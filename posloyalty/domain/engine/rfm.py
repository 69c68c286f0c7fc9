"""Recency, frequency and money in bands from 1 to 5, by rank among all who bought.

Ties stay together: equal figures have the average of their ranks, and the band is the fifth in
which that lies, rounded up. The fewer days since the last purchase, the higher the band.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.programme.kinds.segment import BANDS, Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """What a member bought in the span looked at: the last day, distinct days, and net money."""

    last: date
    days: int
    spend_minor: int


@dataclass(frozen=True, slots=True)
class Bands3:
    """Three bands; the code R·100 + F·10 + M is how they are usually written."""

    recency: int
    frequency: int
    monetary: int

    @property
    def code(self) -> int:
        """Such as 543."""
        return self.recency * 100 + self.frequency * 10 + self.monetary


def rfm(bought: Mapping[bytes, Bought]) -> dict[bytes, Bands3]:
    """The bands of everybody who bought something."""
    members = sorted(bought)
    recency = _bands([bought[one].last.toordinal() for one in members])
    frequency = _bands([bought[one].days for one in members])
    monetary = _bands([bought[one].spend_minor for one in members])
    return {
        one: Bands3(*bands)
        for one, bands in zip(members, zip(recency, frequency, monetary, strict=True), strict=True)
    }


def segments_by(bands: Bands3, segments: Iterable[Segment]) -> tuple[str, ...]:
    """The ids of the segments, in order, that bands belong to."""
    return tuple(
        sorted(
            one.id
            for one in segments
            if one.rfm is not None and one.rfm.hold(bands.recency, bands.frequency, bands.monetary)
        )
    )


def _bands(figures: Sequence[int]) -> list[int]:
    """The band of each figure; ranks are doubled, so that averages stay whole."""
    ordered = sorted(figures)
    doubled: dict[int, int] = {}
    first = 0
    while first < len(ordered):
        last = first
        while last + 1 < len(ordered) and ordered[last + 1] == ordered[first]:
            last += 1
        doubled[ordered[first]] = first + last + 2
        first = last + 1
    return [-(-BANDS * doubled[one] // (2 * len(ordered))) for one in figures]

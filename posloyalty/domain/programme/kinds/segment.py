"""`[[segment]]`: a group of members, as a snapshot says who is in it.

    [[segment]]
    id = "loyal"
    name = "Loyal customers"
    rfm = { recency = "4-5", frequency = "4-5" }   # bands from 1 to 5, reckoned from purchases
    max_age_days = 90                              # an older snapshot says nothing any more

Without `rfm` head office says who is in it. `when = { segment = "loyal" }` asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.kinds.rule import occasion
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section

SEGMENT: Final = "segment"
BANDS: Final = 5
AGE_MOST: Final = 3660


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """From which band to which, both included: 5 is the best fifth."""

    recency: tuple[int, int] = (1, BANDS)
    frequency: tuple[int, int] = (1, BANDS)
    monetary: tuple[int, int] = (1, BANDS)

    def hold(self, recency: int, frequency: int, monetary: int) -> bool:
        """Whether three bands are all meant."""
        pairs = ((self.recency, recency), (self.frequency, frequency), (self.monetary, monetary))
        return all(low <= band <= high for (low, high), band in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment; `rfm` None is decided elsewhere."""

    id: str
    names: Names
    rfm: Bands | None
    max_age_days: int | None

    def last_day(self, as_of: date) -> date | None:
        """The last day on which a snapshot counts."""
        return None if self.max_age_days is None else as_of + timedelta(days=self.max_age_days)


@declares(SEGMENT, Segment, until=Until.ITS_OWN_END)
def read_segment(section: Section) -> Segment:
    """One `[[segment]]`."""
    segment_id = section.text("id")
    read = Segment(
        id=segment_id,
        names=section.names("name", segment_id),
        rfm=_rfm(section),
        max_age_days=section.whole("max_age_days", least=1, most=AGE_MOST)
        if "max_age_days" in section
        else None,
    )
    section.close(("max_age_days", "rfm"))
    return read


@dataclass(frozen=True, slots=True)
class SegmentEntered:
    """A snapshot says that the member is in a segment, and the one before did not."""

    segment: str


@occasion("segment")
def read_entered(section: Section) -> SegmentEntered:
    """`trigger = "segment"`, `segment = "loyal"`."""
    return SegmentEntered(section.refer("segment", SEGMENT))


def _rfm(section: Section) -> Bands | None:
    table = section.section("rfm") if "rfm" in section else None
    if table is None:
        return None
    read = Bands(
        recency=_band(table, "recency"),
        frequency=_band(table, "frequency"),
        monetary=_band(table, "monetary"),
    )
    if read == Bands():
        section.found("rfm", "FILTER_EMPTY")
    table.close(("frequency", "monetary", "recency"))
    return read


def _band(table: Section, key: str) -> tuple[int, int]:
    """A text such as "4-5", or "5" alone."""
    if key not in table:
        return (1, BANDS)
    text = table.text(key)
    low, _, high = text.partition("-")
    bands = (low.strip(), (high or low).strip())
    if text and not all(band in "12345" and len(band) == 1 for band in bands):
        table.found(key, "NOT_BAND", given=text)
        return (1, BANDS)
    first, last = (int(band or "1") for band in bands)
    if last < first:
        table.found(key, "NOT_BAND", given=text)
    return (first, last)

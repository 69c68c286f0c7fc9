"""`bucket = { experiment = "EXP-2026-01", from = 10 }`: a lasting share of all members, by chance.

A member's bucket is a number from 0 to 99 that follows from the experiment's name and the member
alone, so that it is the same on every till and every day. `below = 50` ends the share; `from = 0,
below = 50` and `from = 50` are the two halves of a comparison.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.buckets import BUCKETS, bucket_of


@dataclass(frozen=True, slots=True)
class InBucket:
    """The buckets from `first` up to `below`, which is not included."""

    experiment: str
    first: int
    below: int
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """MEMBERS_ONLY, or OTHER_BUCKET."""
        if facts.member is None:
            return (Reason("MEMBERS_ONLY"),)
        bucket = bucket_of(self.experiment, facts.member.key)
        if self.first <= bucket < self.below:
            return ()
        return (reason("OTHER_BUCKET", experiment=self.experiment, bucket=bucket),)


@condition("bucket")
def read_bucket(section: Section, key: str) -> Condition:
    """Read the experiment's name and its share."""
    table = section.section(key)
    if table is None:
        return InBucket("", 0, BUCKETS)
    first = table.whole("from", 0, most=BUCKETS - 1)
    read = InBucket(table.text("experiment"), first, table.whole("below", BUCKETS, most=BUCKETS))
    if read.below <= read.first:
        table.found("below", "ENDS_BEFORE_START")
    table.close()
    return read

"""`segment = "loyal"`, or a list of which one will do: the member is in it by the last snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True)
class InSegment:
    """Ids of segments, of which one must hold the member."""

    segments: tuple[str, ...]
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """MEMBERS_ONLY, or NOT_IN_SEGMENT."""
        if facts.member is None:
            return (Reason("MEMBERS_ONLY"),)
        if any(name in facts.member.segments for name in self.segments):
            return ()
        return (reason("NOT_IN_SEGMENT", segments=", ".join(self.segments)),)


@condition("segment")
def read_segment(section: Section, key: str) -> Condition:
    """Read the ids; each must be declared."""
    segments = section.words(key)
    for name in segments:
        section.reading.references.append(((*section.path, key), "segment", name))
    return InSegment(segments)

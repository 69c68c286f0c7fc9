"""`mark = "own-cup"`: an activity is marked on the sale, and its limits still allow it."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True)
class Marked:
    """The id of an activity."""

    activity: str
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """NOT_MARKED, or MARK_USED_UP where it was marked too often."""
        if self.activity in facts.marks:
            return ()
        used_up = self.activity in facts.marks_spent
        return (reason("MARK_USED_UP" if used_up else "NOT_MARKED", mark=self.activity),)


@condition("mark")
def read_mark(section: Section, key: str) -> Condition:
    """Read the activity's id; it must be one that can be marked."""
    return Marked(section.refer(key, "mark"))

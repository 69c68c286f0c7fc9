"""`any`, `all` and `not`: how conditions are put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from posloyalty.domain.programme.condition import (
    AllOf,
    Condition,
    condition,
    periods_of,
    read_conditions,
)
from posloyalty.domain.programme.conditions.tender import looks_at_tenders
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.period import Period
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.shop.tender import TenderKind


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when one part does; else it says what is missing of each."""

    parts: tuple[Condition, ...]

    @property
    def measures_spend(self) -> bool:
        """Whether a part depends on the spend."""
        return any(part.measures_spend for part in self.parts)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The spans of the past that its parts look at."""
        return AllOf(self.parts).periods

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """Nothing when a part holds."""
        missing: tuple[Reason, ...] = ()
        for part in self.parts:
            failed = part.failures(facts, spend_minor)
            if not failed:
                return ()
            missing += failed
        return missing


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not; `by_tender` says that the part asks how the sale is paid."""

    part: Condition
    by_tender: bool = False

    @property
    def measures_spend(self) -> bool:
        """Whether the part depends on the spend."""
        return self.part.measures_spend

    @property
    def periods(self) -> tuple[Period, ...]:
        """The spans of the past that the part looks at."""
        return periods_of(self.part)

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """Nothing when the part has failures. What asks how the sale is paid must have them for
        each payment by itself, and however it were paid while nobody has said.
        """
        ways: Iterable[Facts] = (facts,)
        if self.by_tender:
            ways = (facts.paid_by(kind) for kind in facts.tenders or TenderKind)
        if all(self.part.failures(way, spend_minor) for way in ways):
            return ()
        return (Reason("LEFT_OUT"),)


@condition("any")
def read_any(section: Section, key: str) -> Condition:
    """`any = [{...}, {...}]`."""
    return AnyOf(tuple(read_conditions(table) for table in section.sections(key, some=True)))


@condition("all")
def read_all(section: Section, key: str) -> Condition:
    """`all = [{...}, {...}]`."""
    return AllOf(tuple(read_conditions(table) for table in section.sections(key, some=True)))


@condition("not")
def read_not(section: Section, key: str) -> Condition:
    """`not = {...}`."""
    table = section.section(key)
    part = AllOf() if table is None else read_conditions(table)
    return Not(part, looks_at_tenders(part))

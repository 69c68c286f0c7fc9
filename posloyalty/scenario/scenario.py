"""A scenario as it was read: what it is called, and one `Case` to play for each variant.

A case is complete in itself: shops, tills, what is given, dated steps with their checks, and what
is expected in the end. Paths name places of the file, from which differences get their lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from posloyalty.domain.programme.finding import Path
from posloyalty.domain.shop.product import TaxClass
from posloyalty.scenario.given import Given, Past
from posloyalty.scenario.seen import Check
from posloyalty.scenario.step import Step
from posloyalty.services.shop.shop_settings import ShopDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class TillPlan:
    """A till as the file places it, with the shop that it stands in.

    `practises` is the code of the till whose training book it is, "" for a till of its own.
    """

    code: str
    details: ShopDetails
    online: bool
    practises: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The shops: tills, the first one being meant where none is named, and tax classes."""

    tills: tuple[TillPlan, ...]
    taxes: tuple[TaxClass, ...]

    def till(self, code: str) -> TillPlan:
        """A till by its code; the first where there is none such, which is a finding elsewhere."""
        return next((till for till in self.tills if till.code == code), self.tills[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A step and when, in UTC, and where it happens; `operator` "" is the till's manager.

    `refusal_expected`: the checks say what the step is refused with.
    """

    path: Path
    id: str
    at: datetime
    till: str
    operator: str
    step: Step
    checks: tuple[Check, ...]
    refusal_expected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way of playing the scenario; `variant` is "" where the file has none."""

    variant: str
    starts: datetime
    frame: Frame
    givens: tuple[Given, ...]
    past: tuple[Past, ...]
    steps: tuple[PlannedStep, ...]
    in_the_end: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A file's cases; `text` is the file, to find lines in."""

    name: str
    shows: str
    text: str
    cases: tuple[Case, ...]

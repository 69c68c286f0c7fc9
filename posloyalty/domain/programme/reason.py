"""Reasons: why a figure is what it is, as a code with facts; wording turns it into a sentence.

Shape: `Reason("BELOW_MINIMUM", (("short_by_minor", 10),))`. The end of a fact's name says its unit:
`_minor` money, `_points` the minor units of the wallet that the fact `wallet` names, `_milli`
quantities; days are dates, rates are ratios, anything else is shown as it is. `because` are the
reasons behind one that sums them up, such as the conditions that are not met.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posloyalty.domain.values.quick_init import quickly_made
from posloyalty.domain.values.ratio import Ratio

Fact = int | str | bool | Ratio | date


@quickly_made
@dataclass(frozen=True, slots=True)
class Reason:
    """Why a figure is what it is: a code such as EARN_BASE and its facts, in a fixed order."""

    code: str
    facts: tuple[tuple[str, Fact], ...] = ()
    because: tuple[Reason, ...] = ()

    def fact(self, name: str) -> Fact:
        """One fact by name; KeyError when the reason has none such."""
        return dict(self.facts)[name]


def reason(code: str, /, **facts: Fact) -> Reason:
    """A reason with its facts named, in the order given."""
    return Reason(code, tuple(facts.items()))


def not_met(name: str, missing: tuple[Reason, ...]) -> Reason:
    """NOT_MET of something that asks for more than there is, with what is missing."""
    return Reason("NOT_MET", (("name", name),), missing)

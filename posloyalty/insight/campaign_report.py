"""Campaigns against their budgets: state, what was given, what is left, and when to look.

Shape: `campaign_reports(programme, day, counts, language=...)` gives a `CampaignReport` for each
campaign by id, from the meters of the campaigns' own owners. Figures are in minor units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from posloyalty.domain.engine.campaigns import campaign_of, given_by
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import Campaign, CampaignState
from posloyalty.domain.programme.kinds.rule import Rule
from posloyalty.domain.programme.limit import LimitUnit

ALERTS: Final = (100, 80)
"""Per cent of a budget at which somebody should look."""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One unit of a campaign: `budget` None where it has no bound; `alert` 80 or 100, else 0."""

    unit: LimitUnit
    given: int
    budget: int | None
    percent: int
    alert: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignReport:
    """A campaign on a day. `rules` are the ids of what names it."""

    id: str
    name: str
    goal: str
    run_by: str
    state: CampaignState
    control: int
    wallet: str
    lines: tuple[BudgetLine, ...]
    rules: tuple[str, ...]


def campaign_reports(
    programme: Programme, day: date, counts: Iterable[MeterEntry], *, language: str
) -> tuple[CampaignReport, ...]:
    """Every campaign of a programme, by id."""
    known = tuple(counts)
    return tuple(
        CampaignReport(
            id=one.id,
            name=one.names.in_language(language),
            goal=one.goal.in_language(language),
            run_by=one.run_by,
            state=one.state(day),
            control=one.control,
            wallet=one.wallet,
            lines=tuple(_line(programme, one, known, unit) for unit in LimitUnit),
            rules=_rules(programme, one),
        )
        for one in sorted(programme.of(Campaign), key=lambda one: one.id)
    )


def _line(
    programme: Programme, campaign: Campaign, counts: tuple[MeterEntry, ...], unit: LimitUnit
) -> BudgetLine:
    given, budget = given_by(programme, campaign, counts, unit), campaign.budget.get(unit)
    if budget is None:
        return BudgetLine(unit, given, None, 0, 0)
    percent = 100 * given // budget if budget else 100
    alert = next((level for level in ALERTS if percent >= level), 0)
    return BudgetLine(unit, given, budget, percent, alert)


def _rules(programme: Programme, campaign: Campaign) -> tuple[str, ...]:
    found = [offer.id for offer in programme.offers if campaign_of(offer) == campaign.id]
    found += [rule.id for rule in programme.earn_rules if campaign_of(rule) == campaign.id]
    found += [one.id for one in programme.multipliers if campaign_of(one) == campaign.id]
    found += [rule.id for rule in programme.of(Rule) if campaign_of(rule) == campaign.id]
    return tuple(sorted(set(found)))

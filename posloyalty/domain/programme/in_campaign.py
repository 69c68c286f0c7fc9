"""`campaign = "spring"` beside a rule's conditions: it gives only while the campaign does."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason


@dataclass(frozen=True, slots=True)
class InCampaign:
    """A campaign's id. Why it gives nothing, if so, is among the facts."""

    campaign: str
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """What stands against it."""
        return facts.campaigns.get(self.campaign, ())

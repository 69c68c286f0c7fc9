"""Refusals of the services in words, their amounts and days written as on every screen."""

from __future__ import annotations

from posloyalty.domain.programme.reason import Reason
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import MissingWording
from ui.presenters.amounts import Figures
from ui.presenters.faults import fault_text
from ui.presenters.reason_text import fact_text


def refusal_sentence(refusal: ServiceRefusal, figures: Figures) -> str:
    """A service's refusal as a sentence."""
    facts = {
        name: fact_text(name, fact, str(refusal.facts.get("wallet", "")), figures)
        for name, fact in refusal.facts.items()
    }
    try:
        return figures.words(f"refusal.{refusal.reason}", **facts)
    except (MissingWording, KeyError):
        return fault_text(refusal, figures.words)


def refusal_code_text(reason: Reason, figures: Figures) -> str:
    """Why something could not be done, said before anybody tries."""
    refusal = ServiceRefusal(reason.code)
    refusal.facts.update(reason.facts)
    return refusal_sentence(refusal, figures)

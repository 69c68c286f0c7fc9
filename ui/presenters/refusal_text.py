"""Refusals of the services in words, their amounts and days written as on every screen."""

from __future__ import annotations

from posloyalty.domain.programme.reason import Reason
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import MissingWording
from ui.presenters.amounts import Figures
from ui.presenters.faults import fault_text
from ui.presenters.reason_text import fact_text, reason_text


def refusal_sentence(refusal: ServiceRefusal, figures: Figures) -> str:
    """A service's refusal as a sentence."""
    facts = {
        name: fact_text(name, fact, str(refusal.facts.get("wallet", "")), figures)
        for name, fact in refusal.facts.items()
    }
    facts["because"] = _because(refusal, figures)
    try:
        return figures.words(f"refusal.{refusal.reason}", **facts)
    except (MissingWording, KeyError):
        return fault_text(refusal, figures.words)


def short_refusal(refusal: ServiceRefusal, figures: Figures) -> str:
    """The same below the name of what is refused: what is missing, where that is known."""
    return _because(refusal, figures) or refusal_sentence(refusal, figures)


def refused(reason: Reason) -> ServiceRefusal:
    """What would be refused, said before anybody tries."""
    refusal = ServiceRefusal(reason.code, because=reason.because)
    refusal.facts.update(reason.facts)
    return refusal


def _because(refusal: ServiceRefusal, figures: Figures) -> str:
    between = figures.words("reason.between")
    return between.join(reason_text(one, figures) for one in refusal.because)

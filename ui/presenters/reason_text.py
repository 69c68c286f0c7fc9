"""Reasons of a quote as sentences: codes of the wording area "reason", facts written by name.

The end of a fact's name says its unit: `_minor` money, `_points` points of the wallet that the fact
`wallet` names, `_milli` a quantity; days, hours and rates are written as such.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from posloyalty.domain.engine.quote import Reason
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.quantity import format_quantity
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.wording import MissingWording
from ui.presenters.amounts import Figures

RATE_DECIMALS: Final = 3
BRIEF: Final = "_BRIEF"
WITHIN_LEASE: Final = "WITHIN_LEASE"
"""So much this till may hand out by itself; why no more stands behind it."""
BY_WORD: Final = "BY_WORD"
"""So much it may where somebody with more authority approves."""


def reason_text(reason: Reason, figures: Figures) -> str:
    """The sentence of a reason."""
    return _worded(_code(reason), reason, figures)


def brief_reason(reason: Reason, figures: Figures) -> str:
    """A reason in the few words that one line of a chip has room for; its sentence where there are
    no others.
    """
    code = _code(reason)
    brief = code + BRIEF
    return _worded(brief if figures.words.has(f"reason.{brief}") else code, reason, figures)


def _code(reason: Reason) -> str:
    """What is wanting at this till alone has words of its own: elsewhere there may be more."""
    return f"{reason.code}_HERE" if any(name == "here" for name, _ in reason.facts) else reason.code


def _worded(code: str, reason: Reason, figures: Figures) -> str:
    wallet = str(dict(reason.facts).get("wallet", ""))
    facts = {name: fact_text(name, fact, wallet, figures) for name, fact in reason.facts}
    try:
        return figures.words(f"reason.{code}", **facts)
    except (MissingWording, KeyError):
        # A programme of a later version may give reasons that this till has no words for.
        return figures.words("why.other_reason", code=reason.code)


def fact_text(name: str, fact: object, wallet: str, figures: Figures) -> str:
    """One fact as it is written in a sentence."""
    if name == "wallet":
        return figures.wallet_name(wallet)
    if isinstance(fact, bool):
        return figures.words("why.yes" if fact else "why.no")
    if isinstance(fact, Ratio):
        return rate_text(fact)
    if isinstance(fact, date):
        return figures.day(fact)
    return _count_text(name, fact, wallet, figures) if isinstance(fact, int) else str(fact)


def _count_text(name: str, count: int, wallet: str, figures: Figures) -> str:
    if name.endswith("minor"):
        return figures.money(count)
    if name.endswith("points"):
        return figures.points(wallet, count)
    if name.endswith("milli"):
        return format_quantity(count)
    return f"{count:,}"


def rate_text(rate: Ratio) -> str:
    """1.5 or 2: no more decimals than it needs, finer than a thousandth rounded."""
    text = format_fixed(
        rate.apply(10**RATE_DECIMALS, Rounding.HALF_UP), decimals=RATE_DECIMALS, grouping=False
    )
    return text.rstrip("0").rstrip(".")

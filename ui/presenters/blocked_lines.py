"""Goods that may not be sold to this customer: said at their line, once aloud, and before paying.

Shape: `blocked_texts` gives a sentence by line number; `BlockedLines` says what is new of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.restrictions import Blocked
from ui.presenters.amounts import Figures
from ui.presenters.reason_text import reason_text

if TYPE_CHECKING:
    from ui.presenters.counter import Counter


def blocked_texts(quote: Quote | None, figures: Figures) -> Mapping[int, str]:
    """What the customer could do, or else why not, by the number of the line."""
    told: dict[int, str] = {}
    for one in () if quote is None else quote.blocked:
        told.setdefault(one.number, _prompt(one, figures))
    return told


def blocked_sentence(one: Blocked, figures: Figures) -> str:
    """The message: which goods, and what the customer could do."""
    return figures.words("sale.blocked", name=one.product, prompt=_prompt(one, figures))


class BlockedLines:
    """Says each line once, as soon as its quote is there."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._said: frozenset[tuple[bytes, int]] = frozenset()

    def follow(self) -> None:
        """The sale changed."""
        sale = self._counter.sale
        quote = sale.quote
        if quote is None or not sale.fresh:
            return
        now = {(quote.sale_id, one.number): one for one in quote.blocked}
        fresh = [one for key, one in now.items() if key not in self._said]
        self._said = frozenset(now)
        if fresh:
            self._counter.refuse(blocked_sentence(fresh[-1], self._counter.figures))


def _prompt(one: Blocked, figures: Figures) -> str:
    if one.prompt:
        return one.prompt
    return reason_text(one.reasons[0], figures) if one.reasons else one.name

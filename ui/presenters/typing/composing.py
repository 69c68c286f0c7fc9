"""What is being composed: the keys so far and what is offered for them.

Shape: `Composing` is a value; every key gives a new one, and `took(place)` gives the text to write
and what is left to compose. It is empty when nothing is being composed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ui.presenters.typing.candidates import Candidate, Taste, candidates
from ui.presenters.typing.lexicon import Lexicon
from ui.presenters.typing.spelling import APOSTROPHE, TYPED_MOST, Spelling


@dataclass(frozen=True, slots=True)
class Composing:
    """`typed` in the signs of the layer; `offered` in their order."""

    typed: str = ""
    offered: tuple[Candidate, ...] = field(default=(), repr=False)

    def __bool__(self) -> bool:
        return bool(self.typed)

    def key(self, sign: str) -> Composing:
        """One more sign; past the most that is composed at once it is not taken."""
        return Composing(self.typed + sign) if len(self.typed) < TYPED_MOST else self

    def backspace(self) -> Composing:
        """Without the last sign."""
        return Composing(self.typed[:-1])

    def looked_up(self, lexicon: Lexicon, spelling: Spelling, taste: Taste) -> Composing:
        """With what the lexicon offers."""
        return replace(self, offered=candidates(lexicon, spelling.splits(self.typed), taste))

    def took(self, place: int) -> tuple[str, Composing]:
        """The text of an offer, and what is left to compose after it."""
        taken = self.offered[place]
        return taken.text, Composing(self.typed[taken.used :].lstrip(APOSTROPHE))

"""What is offered for what was typed: words first, then characters, each kind the most used first.

Shape: `candidates(lexicon, splits, Taste.PLAIN)` gives `Candidate(text, used)`: taking one writes
its text and uses up the first `used` keys; what is left goes on being composed. The order:

1. words of all that was typed; where there are none, the likeliest row of words ("草莓酸奶");
   before them, where it may be one syllable, its first characters (现 before 西安);
2. a few longer words that begin so;
3. words of the first syllables, those of the most keys first;
4. every character of the first syllable, and of what else the first keys may be.

In a person's name family names come first at its begin, characters of given names after it. A tone
that was typed puts what sounds otherwise behind; nothing is left out, for Taiwan and the mainland
read some characters in different tones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from ui.presenters.typing.lexicon import Lexicon, Sign, Word
from ui.presenters.typing.spelling import Split, Syllable

LONGER_MOST: Final = 3
WORD_MOST: Final = 6
# What a word of the guess costs: the weight of all words counted together.
ALL_WORDS: Final = 260
NAME_GAIN: Final = 40


class Taste(Enum):
    """What is being written: anything, the begin of a person's name, or the rest of one."""

    PLAIN = auto()
    FAMILY = auto()
    GIVEN = auto()


# How many characters of one syllable stand before words of two (先 before 西安).
FIRST: Final = {Taste.PLAIN: 3, Taste.FAMILY: 6, Taste.GIVEN: 6}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text on offer and how many of the typed keys it stands for."""

    text: str
    used: int


def candidates(
    lexicon: Lexicon, splits: tuple[Split, ...], taste: Taste = Taste.PLAIN
) -> tuple[Candidate, ...]:
    """All that is offered, each text once."""
    if not splits:
        return ()
    found: dict[str, Candidate] = {}
    for candidate in _Offer(lexicon, taste).all(splits):
        found.setdefault(candidate.text, candidate)
    return tuple(found.values())


class _Offer:
    """The parts of the order, for one taste."""

    def __init__(self, lexicon: Lexicon, taste: Taste) -> None:
        self._lexicon = lexicon
        self._taste = taste

    def all(self, splits: tuple[Split, ...]) -> Iterator[Candidate]:
        best = splits[0]
        typed = best[-1].end
        words = self._words(splits)
        whole = [word for word in words if word.used == typed]
        if len(best) == 1:
            yield from self._characters(best[0], FIRST[self._taste])
        yield from whole
        if not whole and len(best) > 1:
            yield self._guess(best)
        if len(best) > 1 and best[-1].whole:
            key = "'".join(syllable.readings[0] for syllable in best)
            for word in self._lexicon.longer(key, LONGER_MOST):
                yield Candidate(word.text, typed)
        yield from (word for word in words if word.used != typed)
        for first in dict.fromkeys(split[0] for split in splits):
            yield from self._characters(first, None)

    def _characters(self, first: Syllable, most: int | None) -> Iterator[Candidate]:
        for sign in self._signs(first, self._taste)[:most]:
            yield Candidate(sign.text, first.end)

    def _words(self, splits: tuple[Split, ...]) -> list[Candidate]:
        """Words of the first syllables, whichever way the keys are read."""
        heads = {
            split[:length]: None
            for split in splits
            for length in range(2, min(len(split), WORD_MOST) + 1)
        }
        found = [
            ((-head[-1].end, *self._order(word, head, 0)), Candidate(word.text, head[-1].end))
            for head in heads
            for word in self._words_of(head)
        ]
        return [candidate for _, candidate in sorted(found, key=lambda item: item[0])]

    def _words_of(self, head: Split) -> Iterator[Word]:
        before = [syllable.readings[0] for syllable in head[:-1]]
        for last in head[-1].readings:
            yield from self._lexicon.words("'".join((*before, last)))

    def _order(self, word: Word, head: Split, begin: int) -> tuple[bool, int]:
        """By sound and by use; a word that stands at `begin` may be part of a name."""
        spoken = all(
            self._spoken(sign, syllable) for sign, syllable in zip(word.text, head, strict=True)
        )
        return not spoken, -word.weight - NAME_GAIN * self._names(word.text, begin)

    def _spoken(self, sign: str, syllable: Syllable) -> bool:
        """Whether a character is read in the tone that was typed, if any was."""
        return not syllable.tone or any(
            known.tone == syllable.tone and known.text == sign
            for reading in syllable.readings
            for known in self._lexicon.signs(reading)
        )

    def _names(self, text: str, begin: int) -> bool:
        """Whether a person may be called so at this place of the name."""
        family, given = self._lexicon.family, self._lexicon.given
        first = self._taste is Taste.FAMILY and not begin and text[0] in family
        return self._taste is not Taste.PLAIN and all(sign in given for sign in text[first:])

    def _signs(self, syllable: Syllable, taste: Taste) -> list[Sign]:
        """Characters of a syllable in order of use, those of the typed tone before all others."""
        lexicon = self._lexicon
        if syllable.whole:
            found = list(lexicon.signs(syllable.readings[0]))
        else:
            found = [sign for r in syllable.readings for sign in lexicon.first_signs(r)]
            found.sort(key=lambda sign: -sign.weight)
        if taste is not Taste.PLAIN:
            # A name in a reading that no counted word has is hardly meant (邓 as shan).
            found.sort(key=lambda sign: self._place(sign, taste))
        if syllable.tone:
            found.sort(key=lambda sign: sign.tone != syllable.tone)
        return found

    def _place(self, sign: Sign, taste: Taste) -> tuple[bool, int]:
        """Where a character stands among those of names; all others behind, in their order."""
        family, given = self._lexicon.family, self._lexicon.given
        first, second = (family, given) if taste is Taste.FAMILY else (given, family)
        behind = len(first) + len(second)
        place = first.get(sign.text, len(first) + second.get(sign.text, len(second)))
        return place == behind or not sign.weight, place

    def _guess(self, split: Split) -> Candidate:
        """The likeliest row of words: each costs the weight of all words less its own."""
        reached: list[tuple[int, str]] = [(0, "")]
        for end in range(1, len(split) + 1):
            ways = []
            for begin in range(max(0, end - WORD_MOST), end):
                text, weight = self._likeliest(split[begin:end], begin)
                if text:
                    cost, before = reached[begin]
                    ways.append((cost + ALL_WORDS - weight, before + text))
            reached.append(min(ways))
        return Candidate(reached[-1][1], split[-1].end)

    def _likeliest(self, head: Split, begin: int) -> tuple[str, int]:
        """The best word of these syllables, or character of one; in a name only what names."""
        if len(head) == 1:
            first = self._taste is Taste.FAMILY and not begin
            taste = self._taste if first or self._taste is Taste.PLAIN else Taste.GIVEN
            sign = self._signs(head[0], taste)[0]
            return sign.text, sign.weight
        words = list(self._words_of(head))
        if self._taste is not Taste.PLAIN:
            words = [word for word in words if self._names(word.text, begin)]
        if not words:
            return "", 0
        best = min(words, key=lambda word: self._order(word, head, begin))
        return best.text, best.weight

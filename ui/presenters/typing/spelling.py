"""How readings are spelled by keys, in pinyin or in zhuyin, and how a run of keys falls apart.

Shape: `Spelling.splits("xian")` gives ((xian), (xi, an)): the few best ways to read what was typed
as syllables, those of fewest syllables first. The last syllable may be only begun ("xiaoy"); it
then stands for every syllable that begins so. An apostrophe in pinyin and a tone mark in zhuyin end
a syllable. What cannot be read at the end is left over: a split then ends before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ui.presenters.typing.lexicon import Lexicon

SPLITS_MOST: Final = 4
TYPED_MOST: Final = 36
PIECE_MOST: Final = 6  # zhuang
APOSTROPHE: Final = "'"
TONES: Final = {"ˊ": 2, "ˇ": 3, "ˋ": 4, "˙": 5}
# As people type them who have no ü: 略 is lve and lue.
SPELLED_ALSO: Final = {"lue": "lve", "nue": "nve"}
# Sounds without a vowel: as whole syllables they would tear others apart (n in niu).
BARE: Final = frozenset({"m", "n", "ng", "hm", "hng"})


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable as typed, ending before place `end`; `tone` 0 is any.

    `readings` holds one reading, or all that begin so when it is not `whole`.
    """

    readings: tuple[str, ...]
    end: int
    whole: bool = True
    tone: int = 0


Split = tuple[Syllable, ...]


class Spelling:
    """One way to spell: `readings` maps what is typed for a syllable to its reading."""

    def __init__(self, readings: Mapping[str, str], *, marks: Mapping[str, int]) -> None:
        """`marks` end a syllable; their value is the tone, 0 for none."""
        self._readings = readings
        self._marks = marks
        self._begun: dict[str, tuple[str, ...]] = {}
        for spelled, reading in readings.items():
            for end in range(1, len(spelled) + 1):
                begun = spelled[:end]
                self._begun[begun] = (*self._begun.get(begun, ()), reading)

    def splits(self, typed: str) -> tuple[Split, ...]:
        """The best ways to read what was typed; empty when not even its begin can be read."""
        typed = typed[:TYPED_MOST]
        for length in range(len(typed), 0, -1):
            found = self._whole(typed[:length])
            if found:
                return tuple(split for split in found if _likely(split, found[0]))
        return ()

    def _whole(self, typed: str) -> tuple[Split, ...]:
        """The best splits that reach the end: worked out from there, a few kept at each place."""
        tails: list[tuple[Split, ...]] = [()] * len(typed) + [((),)]
        for at in range(len(typed) - 1, -1, -1):
            found = [
                (piece, *tail)
                for end in range(min(len(typed), at + PIECE_MOST + 1), at, -1)
                for piece in self._pieces(typed, at, end)
                for tail in tails[end]
            ]
            found.sort(key=lambda split: (len(split), not split[-1].whole))
            tails[at] = tuple(found[:SPLITS_MOST])
        return tails[0]

    def _pieces(self, typed: str, at: int, end: int) -> tuple[Syllable, ...]:
        """The syllable from `at` to `end`, if those keys are one."""
        piece, tone = typed[at:end], 0
        if piece[-1] in self._marks:
            piece, tone = piece[:-1], self._marks[piece[-1]]
        reading = self._readings.get(piece)
        if reading is not None and reading not in BARE:
            return (Syllable((reading,), end, tone=tone),)
        if end == len(typed):
            begun = self._begun.get(piece, ())
            return (Syllable(begun, end, whole=False, tone=tone),) if begun else ()
        return ()


def _likely(split: Split, best: Split) -> bool:
    """Whether a split is worth a look beside the best: hardly longer, and as complete."""
    return len(split) <= len(best) + 1 and (split[-1].whole or not best[-1].whole)


def pinyin(lexicon: Lexicon) -> Spelling:
    """Pinyin without tones, ü typed as v."""
    readings = {syllable: syllable for syllable in lexicon.syllables}
    return Spelling(readings | SPELLED_ALSO, marks={APOSTROPHE: 0})


def zhuyin(lexicon: Lexicon) -> Spelling:
    """Zhuyin signs; a tone may follow."""
    readings: dict[str, str] = {}
    for syllable, spelled in lexicon.zhuyin.items():
        if spelled:
            readings.setdefault(spelled, syllable)
    return Spelling(readings, marks=TONES)

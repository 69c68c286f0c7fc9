"""Breaking text into lines for paper, as Chinese and Latin are broken.

Between Chinese characters a line may break anywhere, except before closing and after opening
punctuation; Latin words stay whole unless one is longer than a line, and so do days with their
times (03-01 10:30), numbers and codes (S01-T02-1-0214) and addresses on the web. What an en space
parts breaks there first: "To pay" over "12 items". A combining mark stays with its letter. What is
longer than the lines allowed ends in "…" or "..."; amounts never come here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

ELLIPSIS: Final = "…"
LATIN_ELLIPSIS: Final = "..."
"""The faces draw "…" as Chinese is written, wide and half way up."""
_NEVER_FIRST: Final = frozenset("，。、！？：；）》」』】〉〕％℃…—·,.!?:;)]}%×")
_NEVER_LAST: Final = frozenset("（《「『【〈〔([{¥$＄￥")
# The space between a number and its unit, or a count and its sign, which holds them together.
_UNIT: Final = re.compile(r"(?<=\d) (?=(?:%|(?:ml|cl|l|L|mg|g|kg|mm|cm|m)\b))|(?<=×) (?=\d)")
_DAY_AND_TIME: Final = re.compile(r"(\b(?:\d{4}-)?\d\d-\d\d) (\d\d:\d\d\b)")
# What would be read as two: a day, a number or a code with a digit in it, an address on the web.
_WHOLE: Final = re.compile(
    r"[A-Za-z]+://[!-~]+|(?=[A-Za-z/-]*[0-9])[A-Za-z0-9]+(?:[-/][A-Za-z0-9]+)+"
)
_ADDRESS: Final = "://"

Measure = Callable[[str], int]


def wrap(text: str, *, width: int, measure: Measure, lines_max: int | None = None) -> list[str]:
    """Lines no wider than `width`; at least one, the last one ending in "…" when it was cut."""
    lines: list[str] = []
    line = ""
    for piece in _parted(_held_together(text, width, measure), width, measure):
        if measure((line + piece).rstrip()) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece.lstrip()
        while measure(line.rstrip()) > width and len(_clusters(line)) > 1:
            head, line = _split(line, width, measure)
            lines.append(head)
    if line.strip() or not lines:
        lines.append(line.rstrip())
    if lines_max is not None and len(lines) > lines_max:
        rest = " ".join(lines[lines_max - 1 :])
        lines = [*lines[: lines_max - 1], cut(rest, width=width, measure=measure)]
    return lines


def longest(text: str, *, measure: Measure) -> int:
    """How wide the widest part is that a line is never broken in."""
    held = _UNIT.sub("\N{NO-BREAK SPACE}", text)
    return max((measure(piece.rstrip()) for piece in _pieces(held)), default=0)


def cut(text: str, *, width: int, measure: Measure) -> str:
    """As much of a text as fits with "…" at its end, or three points where all of it is Latin."""
    ellipsis = ELLIPSIS if any(map(_wide, text)) else LATIN_ELLIPSIS
    kept = ""
    for cluster in _clusters(text):
        if measure(kept + cluster + ellipsis) > width:
            break
        kept += cluster
    return kept.rstrip() + ellipsis


def _held_together(text: str, width: int, measure: Measure) -> str:
    """The text with a space that no line ends at before a unit, behind ×, and in a day with its
    time.

    On a line too narrow for both the time may go below its day.
    """

    def held(found: re.Match[str]) -> str:
        together = f"{found[1]}\N{NO-BREAK SPACE}{found[2]}"
        return together if measure(together) <= width else found[0]

    return _DAY_AND_TIME.sub(held, _UNIT.sub("\N{NO-BREAK SPACE}", text))


def _split(word: str, width: int, measure: Measure) -> tuple[str, str]:
    """Break a word that is longer than a line; always takes at least one character.

    An address breaks behind its last slash on the line, which whoever types it does not miss.
    """
    clusters = _clusters(word)
    count = 1
    while count < len(clusters) and measure("".join(clusters[: count + 1])) <= width:
        count += 1
    slash = "".join(clusters[:count]).rfind("/") + 1
    if _ADDRESS in word and slash > word.index(_ADDRESS) + len(_ADDRESS):
        return word[:slash], word[slash:]
    return "".join(clusters[:count]), "".join(clusters[count:])


def _parted(text: str, width: int, measure: Measure) -> list[str]:
    """The parts between en spaces, each whole where it fits on a line, else its pieces."""
    pieces = []
    *parts, last = text.split("\N{EN SPACE}")
    for part in (*(part + "\N{EN SPACE}" for part in parts), last):
        pieces += [part] if measure(part.rstrip()) <= width else _pieces(part)
    return pieces


def _pieces(text: str) -> list[str]:
    """What must not be broken, each with the spaces behind it."""
    whole = {at for found in _WHOLE.finditer(text) for at in range(found.start() + 1, found.end())}
    pieces: list[str] = []
    at = 0
    for cluster in _clusters(text):
        if pieces and (at in whole or not _may_break(pieces[-1], cluster)):
            pieces[-1] += cluster
        else:
            pieces.append(cluster)
        at += len(cluster)
    return pieces


def _may_break(before: str, after: str) -> bool:
    last, first = before[-1], after[0]
    if after == " " or first in _NEVER_FIRST or last in _NEVER_LAST:
        return False
    return last == " " or last in "-/" or _wide(last) or _wide(first)


def _clusters(text: str) -> list[str]:
    clusters: list[str] = []
    for ch in text:
        if clusters and unicodedata.category(ch) in ("Mn", "Me"):
            clusters[-1] += ch
        else:
            clusters.append(ch)
    return clusters


def _wide(ch: str) -> bool:
    return unicodedata.east_asian_width(ch) in ("W", "F")

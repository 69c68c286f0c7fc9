"""What the panel of keys shows: worded cells, made from the layers' keys.

Shape: a `Cell` has an id that comes back when it is pressed ("sign:a", "act:shift", "take:3",
"page:1"), a face or an icon, a name for the screen reader, and a span in columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from posloyalty.wording import Words
from ui.presenters.typing.candidates import Candidate
from ui.presenters.typing.keys import (
    COLUMNS,
    SYMBOL_LAYERS,
    TONGUES,
    Act,
    Key,
    Layer,
    Row,
    is_pad,
)
from ui.presenters.typing.pages import Rows, span_of

ICONS: Final = {
    Act.BACKSPACE: "backspace",
    Act.SHIFT: "shift",
    Act.ENTER: "enter",
    Act.NEXT: "next-field",
    Act.HIDE: "keyboard-hide",
    Act.LEFT: "left",
    Act.RIGHT: "right",
}
SAMPLES: Final = {
    Layer.SYMBOLS: "!?#",
    Layer.PUNCTUATION: "，。",
    Layer.ACCENTS: "àé",
    Layer.MORE_ACCENTS: "łž",
    Layer.PINYIN: "拼",
    Layer.ZHUYIN: "注",
    Layer.LETTERS: "EN",
}
COMPOSED_SPAN: Final = 2
OFFERED: Final = COLUMNS - COMPOSED_SPAN - 2


class Dress(Enum):
    """How a cell looks."""

    SIGN = auto()
    ACT = auto()
    ON = auto()
    IDLE = auto()
    OFFER = auto()
    WORDS = auto()


@dataclass(frozen=True, slots=True)
class Cell:
    """One key, or words between keys."""

    id: str
    face: str
    name: str
    span: int = 1
    icon: str = ""
    dress: Dress = Dress.SIGN


@dataclass(frozen=True, slots=True, kw_only=True)
class Dressing:
    """What decides how a layer's keys look now. `caps` is None, once (False) or locked (True)."""

    words: Words
    layer: Layer
    caps: bool | None
    tongue: Layer | None
    alone: bool


def cells_of(row: Row, dressing: Dressing) -> Iterator[Cell]:
    """The cells of one row."""
    for key in row:
        if key.act is None:
            yield _sign(key, dressing)
        elif key.act is not Act.BLANK:
            yield _act(key.act, key.span, dressing)
        else:
            yield Cell("", "", "", key.span, dress=Dress.WORDS)


def upper(sign: str) -> str:
    """A sign as the shift key makes it; what has no single capital stays."""
    return sign.upper() if len(sign.upper()) == 1 else sign


def _sign(key: Key, dressing: Dressing) -> Cell:
    sign = key.sign if dressing.caps is None else upper(key.sign)
    if sign == " ":
        space = dressing.words("keyboard.space")
        face = space if key.span > 1 else "␣"
        return Cell("sign: ", face, space, key.span, dress=Dress.ACT)
    return Cell(f"sign:{sign}", sign, sign, key.span)


def _act(act: Act, span: int, dressing: Dressing) -> Cell:
    words, face, dress = dressing.words, "", Dress.ACT
    name = words(f"keyboard.{act.value}")
    if act is Act.SHIFT and dressing.caps is not None:
        dress = Dress.ON
        name = words("keyboard.caps" if dressing.caps else "keyboard.shift_on")
    elif act is Act.NEXT and dressing.alone:
        dress = Dress.IDLE
    elif act is Act.TONGUE:
        if dressing.tongue is None:
            dress = Dress.IDLE
        else:
            pad = is_pad(dressing.tongue)
            face = "123" if pad else SAMPLES[dressing.tongue]
            name = words(f"keyboard.layer_{'pad' if pad else dressing.tongue.value}")
    elif act is Act.CLEAR:
        face = name
    elif act is Act.LETTERS:
        face = "abc"
    elif act is Act.SYMBOLS:
        face = SAMPLES[Layer.SYMBOLS]
    elif act is Act.MORE_SYMBOLS:
        face = SAMPLES[following(dressing.layer, SYMBOL_LAYERS)]
    icon = "shift-lock" if act is Act.SHIFT and dressing.caps else ICONS.get(act, "")
    return Cell(f"act:{act.value}", face, name, span, icon, dress)


def following(layer: Layer, layers: tuple[Layer, ...]) -> Layer:
    """The layer after this one, going round; the first for one that is not among them."""
    return layers[(layers.index(layer) + 1) % len(layers)] if layer in layers else layers[0]


def tongue_after(layer: Layer, language: str) -> Layer:
    """Which layer the tongue key leads to."""
    return following(layer, TONGUES[language])


def offer_row(
    words: Words, typed: str, said: str, offered: tuple[Candidate, ...], page: Rows
) -> tuple[Cell, ...]:
    """What is composed, one row of what is offered, the next page, and all of it."""
    cells = [Cell("", typed, typed, COMPOSED_SPAN, dress=Dress.WORDS)]
    cells += offers(offered, page[0], OFFERED) if offered else []
    room = OFFERED - sum(cell.span for cell in cells[1:])
    if not offered:
        cells.append(Cell("", said, said, OFFERED, dress=Dress.WORDS))
    elif room:
        cells.append(Cell("", "", "", room, dress=Dress.WORDS))
    dress = Dress.ACT if len(offered) > len(page[0]) else Dress.IDLE
    cells.append(Cell("page:next", "", words("keyboard.page_next"), 1, "next", dress))
    cells.append(Cell("page:all", "", words("keyboard.page_all"), 1, "down", dress))
    return tuple(cells)


def all_rows(
    words: Words, typed: str, offered: tuple[Candidate, ...], page: Rows, number: int, of: int
) -> tuple[tuple[Cell, ...], ...]:
    """A whole panel of what is offered, with the ways to and fro on top."""
    told = words("keyboard.page", n=number, of=of)
    turn = Dress.ACT if of > 1 else Dress.IDLE
    head = (
        Cell("", typed, typed, COMPOSED_SPAN, dress=Dress.WORDS),
        Cell("", told, told, 4, dress=Dress.WORDS),
        Cell("page:back", "", words("keyboard.page_back"), 1, "back", turn),
        Cell("page:next", "", words("keyboard.page_next"), 1, "next", turn),
        Cell("act:backspace", "", words("keyboard.backspace"), 1, "backspace", Dress.ACT),
        Cell("page:keys", "", words("keyboard.page_keys"), 1, "up", Dress.ACT),
    )
    return (head, *(tuple(offers(offered, row, COLUMNS)) for row in page))


def offers(offered: tuple[Candidate, ...], row: tuple[int, ...], cells: int) -> list[Cell]:
    """The cells of one row of candidates."""
    return [
        Cell(
            f"take:{place}",
            offered[place].text,
            offered[place].text,
            span_of(offered[place].text, cells),
            dress=Dress.OFFER,
        )
        for place in row
    ]

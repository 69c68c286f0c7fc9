"""The keys of every layer, as rows of cells: what each types or does, and how wide it is.

Shape: a layer is rows of `Key`s. Rows of letters are ten cells wide and have the figures on top;
where a candidate row is wanted it takes the place of the figures. Pads are five cells wide, 7-8-9
on top. The outline is the same for all layers of a screen: nothing moves when they change.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

COLUMNS: Final = 10
PAD_COLUMNS: Final = 5


class Act(StrEnum):
    """What a key does that types no sign of its own."""

    BACKSPACE = "backspace"
    SHIFT = "shift"
    ENTER = "enter"
    NEXT = "next"
    HIDE = "hide"
    LEFT = "left"
    RIGHT = "right"
    CLEAR = "clear"
    LETTERS = "letters"
    SYMBOLS = "symbols"
    MORE_SYMBOLS = "more_symbols"
    TONGUE = "tongue"
    BLANK = "blank"


class Layer(StrEnum):
    """The layers; a pad for each kind of number field."""

    LETTERS = "letters"
    SYMBOLS = "symbols"
    PUNCTUATION = "punctuation"
    ACCENTS = "accents"
    MORE_ACCENTS = "more_accents"
    PINYIN = "pinyin"
    ZHUYIN = "zhuyin"
    WHOLE = "whole"
    AMOUNT = "amount"
    PHONE = "phone"
    DATE = "date"
    TIME = "time"
    CODES = "codes"


class Writes(StrEnum):
    """What a field takes, hence which layer comes first; the fields' widgets tell it."""

    TEXT = "text"
    NAME = "name"
    PERSON = "person"
    SECRET = "secret"
    PIN = "pin"
    WHOLE = "whole"
    AMOUNT = "amount"
    PHONE = "phone"
    DATE = "date"
    TIME = "time"
    CODES = "codes"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: it types `sign`, or does `act`. `span` counts cells."""

    sign: str = ""
    act: Act | None = None
    span: int = 1


Row = tuple[Key, ...]

PADS: Final = {
    Writes.PIN: Layer.WHOLE,
    Writes.WHOLE: Layer.WHOLE,
    Writes.AMOUNT: Layer.AMOUNT,
    Writes.PHONE: Layer.PHONE,
    Writes.DATE: Layer.DATE,
    Writes.TIME: Layer.TIME,
    Writes.CODES: Layer.CODES,
}
CHINESE: Final = frozenset({Layer.PINYIN, Layer.ZHUYIN})
# Which layers a language's screens write names in, the first one first.
TONGUES: Final = {
    "zh_CN": (Layer.PINYIN, Layer.LETTERS),
    "zh_TW": (Layer.ZHUYIN, Layer.PINYIN, Layer.LETTERS),
    "en": (Layer.LETTERS, Layer.PINYIN),
}
SHIFTED: Final = frozenset({Layer.LETTERS, Layer.ACCENTS, Layer.MORE_ACCENTS})
SYMBOL_LAYERS: Final = (Layer.SYMBOLS, Layer.PUNCTUATION, Layer.ACCENTS, Layer.MORE_ACCENTS)
FIGURES: Final = tuple(Key(sign) for sign in "1234567890")


def _signs(signs: str) -> Row:
    return tuple(Key(sign) for sign in signs)


def _acts(*acts: Act) -> Row:
    return tuple(Key(act=act) for act in acts)


def _foot(first: Act, stop: str) -> Row:
    """The lowest row: layers, caret, space, full stop, next field, hide."""
    return (
        *_acts(first, Act.TONGUE, Act.LEFT, Act.RIGHT),
        Key(" ", span=3),
        Key(stop),
        *_acts(Act.NEXT, Act.HIDE),
    )


def _lettered(first: Key, comma: str, stop: str) -> tuple[Row, ...]:
    return (
        _signs("qwertyuiop"),
        (*_signs("asdfghjkl"), Key(act=Act.BACKSPACE)),
        (first, *_signs("zxcvbnm"), Key(comma), Key(act=Act.ENTER)),
        _foot(Act.SYMBOLS, stop),
    )


def _symbols(first: str, second: str, third: str, *acts: Act) -> tuple[Row, ...]:
    return (
        _signs(first),
        (*_signs(second), Key(act=Act.BACKSPACE)),
        (*_acts(Act.MORE_SYMBOLS, *acts), *_signs(third), Key(act=Act.ENTER)),
        _foot(Act.LETTERS, "."),
    )


def _pad(left: Key, right: Key, corner: Act) -> tuple[Row, ...]:
    zero: Row = (left, Key("0"), right)
    if left.act is Act.BLANK and right.act is Act.BLANK:
        zero = (Key("0", span=3),)
    return (
        (*_signs("789"), *_acts(Act.BACKSPACE, Act.LEFT)),
        (*_signs("456"), *_acts(Act.CLEAR, Act.RIGHT)),
        (*_signs("123"), *_acts(Act.NEXT, corner)),
        (*zero, *_acts(Act.ENTER, Act.HIDE)),
    )


_NONE: Final = Key(act=Act.BLANK)
LAYERS: Final[dict[Layer, tuple[Row, ...]]] = {
    Layer.LETTERS: _lettered(Key(act=Act.SHIFT), ",", "."),
    Layer.PINYIN: _lettered(Key("'"), "，", "。"),
    Layer.ZHUYIN: (
        _signs("ㄅㄉˇˋㄓˊ˙ㄚㄞㄢ"),
        _signs("ㄆㄊㄍㄐㄔㄗㄧㄛㄟㄣ"),
        _signs("ㄇㄋㄎㄑㄕㄘㄨㄜㄠㄤ"),
        _signs("ㄈㄌㄏㄒㄖㄙㄩㄝㄡㄥ"),
        (
            *_acts(Act.SYMBOLS, Act.TONGUE),
            Key(" ", span=3),
            Key("ㄦ"),
            *_acts(Act.BACKSPACE, Act.ENTER, Act.NEXT, Act.HIDE),
        ),
    ),
    Layer.SYMBOLS: _symbols("!?@#%&*()/", "-_+=:;'\"~", "¥$€\\|[],"),
    Layer.PUNCTUATION: _symbols("，。、；：？！“”·", "（）《》【】—…￥", "‘’「」『』〈〉"),
    Layer.ACCENTS: _symbols("àáâãäåæçèé", "êëìíîïñòó", "ôõöøœùú", Act.SHIFT),
    Layer.MORE_ACCENTS: _symbols("üûýÿßłšžčć", "ęąśźżőűğş", "ıđřěůňť", Act.SHIFT),
    Layer.WHOLE: _pad(_NONE, _NONE, Act.BLANK),
    Layer.AMOUNT: _pad(Key("."), Key("00"), Act.BLANK),
    Layer.PHONE: _pad(Key("+"), Key("-"), Act.LETTERS),
    Layer.DATE: _pad(Key("-"), Key("/"), Act.LETTERS),
    Layer.TIME: _pad(_NONE, Key(":"), Act.BLANK),
    Layer.CODES: _pad(Key(" "), Key("-"), Act.LETTERS),
}


ZHUYIN_SIGNS: Final = frozenset(
    key.sign for row in LAYERS[Layer.ZHUYIN] for key in row if "ㄅ" <= key.sign <= "ㄩ"
)


def is_pad(layer: Layer) -> bool:
    """Whether a layer is a number pad."""
    return layer in PADS.values()


def rows_most(language: str) -> int:
    """How many rows the highest layer of a language's screens has, candidates included."""
    return 1 + max(len(LAYERS[layer]) for layer in TONGUES[language])

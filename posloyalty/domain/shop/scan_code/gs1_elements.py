"""GS1 element strings: application identifiers with their values, from GS1-128, DataBar, DataMatrix
and QR codes, or typed with brackets as they are printed.

Table and lengths: GS1 General Specifications 3.2; century of dates 7.12. A
variable value ends at the group separator or the end of the text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from posloyalty.domain.shop.scan_code.reading import DIGITS, GROUP_SEPARATOR, Reading
from posloyalty.domain.shop.scan_code.recognised import Gs1Elements, Refused, ScanReason
from posloyalty.domain.shop.scan_code.rules import ScanRules
from posloyalty.domain.values.calendar import month_end
from posloyalty.domain.values.check_digit import gs1_check_digit, gs1_is_valid
from posloyalty.domain.values.rounding import Rounding, divide

_GS1_AIMS = frozenset(("]C1", "]d2", "]Q3", "]e0", "]J1"))
# GS1 "character set 82", without the space.
_TEXT = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)


class _Form(Enum):
    DIGITS = "digits"
    CHECKED = "checked"  # digits, the last of them GS1 modulo 10
    DATE = "date"  # YYMMDD; day 00 is the month's end
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class _Element:
    """The form and length of an identifier's value."""

    form: _Form
    length_min: int
    length_max: int

    @property
    def fixed(self) -> bool:
        return self.length_min == self.length_max


def _fixed(form: _Form, length: int) -> _Element:
    return _Element(form, length, length)


def _up_to(form: _Form, length: int, least: int = 1) -> _Element:
    return _Element(form, least, length)


_TABLE: dict[str, _Element] = {
    "00": _fixed(_Form.CHECKED, 18),
    "01": _fixed(_Form.CHECKED, 14),
    "02": _fixed(_Form.CHECKED, 14),
    "10": _up_to(_Form.TEXT, 20),
    **{ai: _fixed(_Form.DATE, 6) for ai in ("11", "12", "13", "15", "16", "17")},
    "20": _fixed(_Form.DIGITS, 2),
    "21": _up_to(_Form.TEXT, 20),
    "22": _up_to(_Form.TEXT, 20),
    "30": _up_to(_Form.DIGITS, 8),
    "37": _up_to(_Form.DIGITS, 8),
    **{ai: _up_to(_Form.TEXT, 30) for ai in ("240", "241", "250", "251", "400")},
    "235": _up_to(_Form.TEXT, 28),
    **{f"41{n}": _fixed(_Form.CHECKED, 13) for n in range(8)},
    "420": _up_to(_Form.TEXT, 20),
    "422": _fixed(_Form.DIGITS, 3),
    # The fourth digit of these says how many decimals the value has.
    **{f"31{kind}{n}": _fixed(_Form.DIGITS, 6) for kind in range(7) for n in range(6)},
    **{f"32{kind}{n}": _fixed(_Form.DIGITS, 6) for kind in range(10) for n in range(6)},
    **{f"390{n}": _up_to(_Form.DIGITS, 15) for n in range(10)},
    **{f"391{n}": _up_to(_Form.DIGITS, 18, 4) for n in range(10)},
    **{f"392{n}": _up_to(_Form.DIGITS, 15) for n in range(10)},
    **{f"393{n}": _up_to(_Form.DIGITS, 18, 4) for n in range(10)},
    **{f"394{n}": _fixed(_Form.DIGITS, 4) for n in range(4)},
    **{f"395{n}": _fixed(_Form.DIGITS, 6) for n in range(6)},
    "7003": _fixed(_Form.DIGITS, 10),
    "8005": _fixed(_Form.DIGITS, 6),
    "8008": _up_to(_Form.DIGITS, 12, 8),
    "8020": _up_to(_Form.TEXT, 25),
    "8200": _up_to(_Form.TEXT, 70),
    "90": _up_to(_Form.TEXT, 30),
    **{str(ai): _up_to(_Form.TEXT, 90) for ai in range(91, 100)},
}

_Pair = tuple[str, str]


def looks_like_gs1(reading: Reading) -> bool:
    """Whether a code says of itself that it is an element string.

    By symbology, separator or brackets; without any of them, by beginning with a GTIN that checks.
    """
    text = reading.text
    if reading.aim in _GS1_AIMS or GROUP_SEPARATOR in text:
        return True
    if text[:1] == "(":
        return next(_bracketed_at(text, 0), None) is not None
    return text[:2] == "01" and gs1_is_valid(text[2:16]) and len(text) >= 16


def resolve_gs1(reading: Reading, rules: ScanRules) -> Gs1Elements | Refused:
    """Take an element string apart and check every value."""
    bracketed = reading.text.startswith("(")
    pairs = _split_bracketed(reading.text) if bracketed else _split(reading.text)
    if isinstance(pairs, Refused):
        return pairs
    for ai, value in pairs:
        fault = _check(ai, value, rules)
        if fault is not None:
            return fault
    return _gather(pairs, rules)


def _split(text: str) -> list[_Pair] | Refused:
    pairs: list[_Pair] = []
    position = 0
    while position < len(text):
        if text[position] == GROUP_SEPARATOR:
            position += 1
            continue
        ai = next(
            (text[position : position + n] for n in (2, 3, 4) if _known(text, position, n)), None
        )
        if ai is None:
            return Refused(reason=ScanReason.UNKNOWN_ELEMENT, position=position)
        if any(ai == earlier and ai == "01" for earlier, _ in pairs):
            return Refused(reason=ScanReason.TWO_SCANS, position=position)
        start = position + len(ai)
        end = text.find(GROUP_SEPARATOR, start)
        end = len(text) if end < 0 else end
        if _TABLE[ai].fixed:
            end = min(end, start + _TABLE[ai].length_max)
        pairs.append((ai, text[start:end]))
        position = end
    return pairs


def _known(text: str, position: int, length: int) -> bool:
    return text[position : position + length] in _TABLE


def _split_bracketed(text: str) -> list[_Pair] | Refused:
    pairs: list[_Pair] = []
    marks = list(_bracketed_at(text, 0))
    if not marks or marks[0][0] != 0:
        return Refused(reason=ScanReason.UNKNOWN_ELEMENT, position=0)
    ends = [*(position for position, _ in marks[1:]), len(text)]
    for (position, ai), end in zip(marks, ends, strict=True):
        if ai == "01" and any(earlier == "01" for earlier, _ in pairs):
            return Refused(reason=ScanReason.TWO_SCANS, position=position)
        pairs.append((ai, text[position + len(ai) + 2 : end].rstrip(GROUP_SEPARATOR + " ")))
    return pairs


def _bracketed_at(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Every place where a known identifier stands in brackets; other brackets belong to a value."""
    position = text.find("(", start)
    while position >= 0:
        close = text.find(")", position, position + 6)
        if close > 0 and text[position + 1 : close] in _TABLE:
            yield position, text[position + 1 : close]
        position = text.find("(", position + 1)


def _check(ai: str, value: str, rules: ScanRules) -> Refused | None:
    element = _TABLE[ai]
    if len(value) < element.length_min:
        return Refused(
            reason=ScanReason.INCOMPLETE,
            element=ai,
            length=len(value),
            length_expected=element.length_min,
        )
    if len(value) > element.length_max:
        return Refused(
            reason=ScanReason.WRONG_LENGTH,
            element=ai,
            length=len(value),
            length_expected=element.length_max,
        )
    allowed = _TEXT if element.form is _Form.TEXT else DIGITS
    if not allowed.issuperset(value):
        return Refused(reason=ScanReason.BAD_ELEMENT, element=ai)
    if element.form is _Form.CHECKED and not gs1_is_valid(value):
        expected = gs1_check_digit(value[:-1])
        return Refused(reason=ScanReason.BAD_CHECK_DIGIT, element=ai, expected=expected)
    if element.form is _Form.DATE and _date(value, rules.century_year) is None:
        return Refused(reason=ScanReason.BAD_ELEMENT, element=ai)
    return None


def _gather(pairs: list[_Pair], rules: ScanRules) -> Gs1Elements:
    by_ai = dict(reversed(pairs))  # the first of a repeated identifier counts
    quantity_milli, unit = _quantity(by_ai)
    digits, decimals, currency = _price(by_ai)
    return Gs1Elements(
        elements=tuple(pairs),
        gtin=by_ai.get("01") or by_ai.get("02"),
        batch=by_ai.get("10"),
        serial=by_ai.get("21"),
        best_before=_date(by_ai.get("15", ""), rules.century_year),
        expiry=_date(by_ai.get("17", ""), rules.century_year),
        quantity_milli=quantity_milli,
        unit=unit,
        price_digits=digits,
        price_decimals=decimals,
        price_currency=currency,
    )


def _quantity(by_ai: dict[str, str]) -> tuple[int | None, str | None]:
    for prefix, unit in (("310", "kg"), ("320", "lb")):
        for decimals in range(6):
            value = by_ai.get(f"{prefix}{decimals}")
            if value is not None:
                milli = divide(int(value) * 1000, 10**decimals, Rounding.HALF_UP)
                return milli, unit
    count = by_ai.get("30") or by_ai.get("37")
    return (None, None) if count is None else (int(count) * 1000, "each")


def _price(by_ai: dict[str, str]) -> tuple[int | None, int, str | None]:
    for decimals in range(10):
        plain = by_ai.get(f"392{decimals}")
        if plain is not None:
            return int(plain), decimals, None
        with_currency = by_ai.get(f"393{decimals}")
        if with_currency is not None:
            return int(with_currency[3:]), decimals, with_currency[:3]
    return None, 0, None


def _date(value: str, century_year: int) -> date | None:
    """YYMMDD; the century is the one that brings the year nearest, 00 the month's end."""
    if len(value) != 6 or not DIGITS.issuperset(value):
        return None
    year = int(value[:2]) + century_year - century_year % 100
    if year - century_year >= 51:
        year -= 100
    elif year - century_year <= -50:
        year += 100
    month, day = int(value[2:4]), int(value[4:])
    try:
        return month_end(date(year, month, 1)) if day == 0 else date(year, month, day)
    except ValueError:
        return None

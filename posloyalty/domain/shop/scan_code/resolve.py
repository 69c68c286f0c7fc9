"""The one place that decides what a scanned or typed code is.

The order is the rule: our own prefixes; on any screen but payment a scale label that checks and
whose PLU the shop sells; payment codes, to be refused; GS1 element strings; the shop's table of
foreign member codes; the shop's own numbers; other scale labels; EAN and UPC; two of them run
together; the member's short code; anything short. Every answer is a value, no text raises.
"""

from posloyalty.domain.shop.scan_code.embedded import known_label, resolve_label
from posloyalty.domain.shop.scan_code.gs1_elements import looks_like_gs1, resolve_gs1
from posloyalty.domain.shop.scan_code.gtin import GTIN_LENGTHS, canonical_gtin, resolve_gtin
from posloyalty.domain.shop.scan_code.own import resolve_own, resolve_short
from posloyalty.domain.shop.scan_code.payment import holds_secret_digits, refuse_payment
from posloyalty.domain.shop.scan_code.reading import Reading, read
from posloyalty.domain.shop.scan_code.recognised import (
    ForeignMemberCode,
    PlainCode,
    Recognised,
    Refused,
    ScanReason,
)
from posloyalty.domain.shop.scan_code.rules import ScanRules, ScanScreen
from posloyalty.domain.values.check_digit import gs1_is_valid

PLAIN_LENGTH_MAX = 48
_PREFIX_LENGTH_MAX = 12


def resolve(
    text: str, *, rules: ScanRules, screen: ScanScreen, aim: str | None = None
) -> Recognised | Refused:
    """Say what a code is, or why it is nothing; `aim` is the scanner's symbology identifier."""
    reading = read(text, aim)
    if isinstance(reading, Refused):
        return reading
    return (
        resolve_own(reading.text)
        or (known_label(reading, rules) if screen is not ScanScreen.PAYMENT else None)
        or _payment_or_gs1(reading, rules)
        or _foreign(reading, rules)
        or _own_number(reading, rules)
        or resolve_label(reading, rules)
        or resolve_gtin(reading, rules)
        or _two_trade_codes(reading)
        or _plain(reading, rules)
    )


def _payment_or_gs1(reading: Reading, rules: ScanRules) -> Recognised | Refused | None:
    """A bare number is looked at as money first; brackets, separators or symbology say GS1.

    A bare number that begins like an element string and is none may be two trade codes: an EAN-13
    may begin with 01 as well.
    """
    if looks_like_gs1(reading):
        found = resolve_gs1(reading, rules)
        return (_two_trade_codes(reading) or found) if isinstance(found, Refused) else found
    return refuse_payment(reading, rules)


def _foreign(reading: Reading, rules: ScanRules) -> ForeignMemberCode | None:
    for rule in rules.foreign:
        value = reading.text.removeprefix(rule.prefix)
        if not reading.text.startswith(rule.prefix):
            continue
        fits = rule.length_min <= len(value) <= rule.length_max
        if fits and rule.charset.characters.issuperset(value):
            return ForeignMemberCode(rule.scheme, value)
    return None


def _own_number(reading: Reading, rules: ScanRules) -> PlainCode | None:
    """A number as the shop wrote it: in-house codes need not obey a standard's check digit."""
    text = reading.text
    if text not in rules.known_codes or canonical_gtin(text) == text:
        return None
    return PlainCode(text)


def _two_trade_codes(reading: Reading) -> Refused | None:
    """Two codes run together, or one and the beginning of another."""
    digits = reading.digits
    if digits is None:
        return None
    for first in GTIN_LENGTHS:
        rest = digits[first:]
        if len(rest) in GTIN_LENGTHS and gs1_is_valid(digits[:first]) and gs1_is_valid(rest):
            return Refused(reason=ScanReason.TWO_SCANS, position=first)
    if len(digits) > max(GTIN_LENGTHS) and gs1_is_valid(digits[:13]):
        return Refused(reason=ScanReason.TWO_SCANS, position=13)
    return None


def _plain(reading: Reading, rules: ScanRules) -> Recognised | Refused:
    text = reading.text
    if holds_secret_digits(text):
        return Refused(reason=ScanReason.WRONG_LENGTH, length=len(text))
    half = text[: len(text) // 2]
    if half * 2 == text and half in rules.known_codes:
        return Refused(reason=ScanReason.TWO_SCANS, position=len(half))
    short = resolve_short(text)
    if short is not None:
        return short
    if ":" in text[:_PREFIX_LENGTH_MAX]:
        return Refused(reason=ScanReason.UNKNOWN_PREFIX, position=text.index(":"))
    if len(text) > PLAIN_LENGTH_MAX:
        return Refused(
            reason=ScanReason.TOO_LONG, length=len(text), length_expected=PLAIN_LENGTH_MAX
        )
    return PlainCode(text)

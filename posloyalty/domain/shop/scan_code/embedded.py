"""Scale labels: a PLU with its price or weight inside, by the shop's table of layouts."""

from posloyalty.domain.shop.scan_code.reading import Reading
from posloyalty.domain.shop.scan_code.recognised import EmbeddedCode, Refused, ScanReason
from posloyalty.domain.shop.scan_code.rules import EmbedKind, EmbedRule, ScanRules
from posloyalty.domain.values.check_digit import (
    gs1_check_digit,
    gs1_is_valid,
    price_verifier_digit,
)
from posloyalty.domain.values.quantity import DECIMALS as QUANTITY_DECIMALS
from posloyalty.domain.values.rounding import Rounding, divide


def known_label(reading: Reading, rules: ScanRules) -> EmbeddedCode | None:
    """A label whose digits all check and whose PLU the shop sells."""
    found = resolve_label(reading, rules)
    if isinstance(found, EmbeddedCode) and found.plu in rules.known_codes:
        return found
    return None


def resolve_label(reading: Reading, rules: ScanRules) -> EmbeddedCode | Refused | None:
    """Read a label by the first layout that fits; None when there is none."""
    digits = reading.digits
    if digits is None:
        return None
    for rule in rules.embeds:
        if len(digits) == rule.length and digits.startswith(rule.prefix):
            return _read(digits, rule, rules)
    return None


def _read(digits: str, rule: EmbedRule, rules: ScanRules) -> EmbeddedCode | Refused:
    if not gs1_is_valid(digits):
        expected = gs1_check_digit(digits[:-1])
        return _bad_digit(len(digits) - 1, expected)
    item_end = len(rule.prefix) + rule.item_digits
    value_start = item_end + rule.inner_check_digit
    value_end = value_start + rule.value_digits
    value = digits[value_start:value_end]
    if rule.inner_check_digit and price_verifier_digit(value) != digits[item_end]:
        return _bad_digit(item_end, price_verifier_digit(value))
    weight = digits[value_end : value_end + rule.weight_digits]
    plu = _plu(digits[len(rule.prefix) : item_end], rules)
    if rule.kind is EmbedKind.WEIGHT:
        milli = _rescaled(value, rule.decimals, QUANTITY_DECIMALS)
        return EmbeddedCode(plu=plu, quantity_milli=milli)
    return EmbeddedCode(
        plu=plu,
        price_minor=_rescaled(value, rule.decimals, rules.currency_exponent),
        quantity_milli=_rescaled(weight, rule.weight_decimals, QUANTITY_DECIMALS)
        if weight
        else None,
    )


def _plu(item: str, rules: ScanRules) -> str:
    """The item as the shop writes it: with the label's zeros where it keeps them, else without."""
    return item if item in rules.known_codes else item.lstrip("0") or "0"


def _rescaled(field: str, decimals: int, wanted: int) -> int:
    return divide(int(field) * 10**wanted, 10**decimals, Rounding.HALF_UP)


def _bad_digit(position: int, expected: str) -> Refused:
    return Refused(reason=ScanReason.BAD_CHECK_DIGIT, position=position, expected=expected)

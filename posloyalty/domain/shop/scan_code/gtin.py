"""EAN-13, EAN-8, UPC-A, UPC-E and GTIN-14, brought to one canonical GTIN of 14 digits.

Sources: GS1 General Specifications 1.3 (GTIN formats) and 5.2 (EAN/UPC; UPC-E expansion 5.2.2.4).
"""

from posloyalty.domain.shop.scan_code.reading import DIGITS, Reading
from posloyalty.domain.shop.scan_code.recognised import (
    ProductCode,
    Recognised,
    Refused,
    ScanReason,
)
from posloyalty.domain.shop.scan_code.rules import ScanRules
from posloyalty.domain.values.check_digit import gs1_check_digit, gs1_is_valid

GTIN_LENGTHS = (13, 12, 8, 14)
CANONICAL_DIGITS = 14
_EAN8_ZEROS = "000000"
_EAN_UPC_AIM = "]E0"
_EAN8_AIM = "]E4"
_ADDON_LENGTHS = (2, 5)
_ADDON_PREFIXES = ("977", "978", "979")  # serials and books


def canonical_gtin(digits: str) -> str | None:
    """The 14-digit GTIN of a whole code of 8, 12, 13 or 14 digits; None if it does not check.

    For catalogues and imports: eight digits are an EAN-8 here, or a UPC-E when only that fits.
    """
    if len(digits) not in GTIN_LENGTHS or not DIGITS.issuperset(digits):
        return None
    if gs1_is_valid(digits):
        return _canonical(digits)
    expanded = expand_upc_e(digits)
    return (
        expanded.zfill(CANONICAL_DIGITS)
        if expanded is not None and gs1_is_valid(expanded)
        else None
    )


def printed_gtin(code: str) -> str:
    """A product's code as people find it on a package: a canonical GTIN as EAN-8 or EAN-13.

    `canonical_gtin` leads back. Everything else, such as a case's GTIN-14 or a shop's own number,
    stays as it is. A UPC-A is shown as the EAN-13 that it is too.
    """
    if len(code) != CANONICAL_DIGITS or canonical_gtin(code) != code:
        return code
    if code.startswith(_EAN8_ZEROS):
        return code.removeprefix(_EAN8_ZEROS)
    return code.removeprefix("0")


def expand_upc_e(digits: str) -> str | None:
    """The 12-digit UPC-A that a UPC-E of eight digits stands for; None if it is not shaped so."""
    if len(digits) != 8 or digits[0] not in "01" or not DIGITS.issuperset(digits):
        return None
    system, body, kind, check = digits[0], digits[1:6], digits[6], digits[7]
    if kind in "012":
        middle = f"{body[:2]}{kind}0000{body[2:]}"
    elif kind == "3":
        middle = f"{body[:3]}00000{body[3:]}"
    elif kind == "4":
        middle = f"{body[:4]}00000{body[4]}"
    else:
        middle = f"{body}0000{kind}"
    return system + middle + check


def resolve_gtin(reading: Reading, rules: ScanRules) -> Recognised | Refused | None:
    """Read bare digits of a GTIN's length; None when the length is no GTIN's."""
    digits = reading.digits
    if digits is None:
        return None
    length = len(digits)
    if length == 8:
        found = _eight(digits, reading.aim, rules)
    elif length in GTIN_LENGTHS:
        found = _canonical(digits) if gs1_is_valid(digits) else None
    elif reading.aim == _EAN_UPC_AIM and length < 13:
        return Refused(reason=ScanReason.INCOMPLETE, length=length, length_expected=13)
    elif reading.aim == _EAN8_AIM and length < 8:
        return Refused(reason=ScanReason.INCOMPLETE, length=length, length_expected=8)
    else:
        return _with_addon(digits)
    if found is not None:
        return ProductCode(found)
    return _bad_check_digit(digits, reading.aim)


def _eight(digits: str, aim: str | None, rules: ScanRules) -> str | None:
    """EAN-8 or UPC-E: by the scanner's word, the check digit, what the shop sells, in that order.

    When all agree it is UPC-E: EAN-8 beginning with 0 or 1 is not given out for trade items.
    """
    ean8 = _canonical(digits) if gs1_is_valid(digits) and aim != _EAN_UPC_AIM else None
    expanded = expand_upc_e(digits) if aim != _EAN8_AIM else None
    upc_e = (
        expanded.zfill(CANONICAL_DIGITS)
        if expanded is not None and gs1_is_valid(expanded)
        else None
    )
    if ean8 is not None and ean8 in rules.known_codes:
        return ean8
    return upc_e or ean8


def _with_addon(digits: str) -> ProductCode | None:
    main, addon = digits[:13], digits[13:]
    if len(addon) in _ADDON_LENGTHS and main.startswith(_ADDON_PREFIXES) and gs1_is_valid(main):
        return ProductCode(_canonical(main), addon)
    return None


def _bad_check_digit(digits: str, aim: str | None) -> Refused:
    expanded = expand_upc_e(digits) if aim != _EAN8_AIM else None
    expected = gs1_check_digit((expanded or digits)[:-1])
    return Refused(reason=ScanReason.BAD_CHECK_DIGIT, position=len(digits) - 1, expected=expected)


def _canonical(valid: str) -> str:
    return valid.zfill(CANONICAL_DIGITS)

"""Payment codes of customers' wallets: recognised in order to be refused.

Such a code is bearer money for a minute. Nothing of it leaves this module but the wallet's name;
it is not looked up, and separators that a wedge or a person puts in do not hide it.
"""

from posloyalty.domain.shop.scan_code.reading import DIGITS, Reading
from posloyalty.domain.shop.scan_code.recognised import Refused, ScanReason
from posloyalty.domain.shop.scan_code.rules import ScanRules

# Runs of this many digits may be a bank card or a wallet that no table lists yet.
SECRET_DIGITS_MIN = 16
_SEPARATORS = str.maketrans("", "", " -")


def refuse_payment(reading: Reading, rules: ScanRules) -> Refused | None:
    """The refusal of a payment code by the market's table; None for anything else."""
    digits = reading.text.translate(_SEPARATORS)
    if len(digits) < SECRET_DIGITS_MIN or not DIGITS.issuperset(digits):
        return None
    lead = int(digits[:2])
    for span in rules.payments:
        fits = span.length_min <= len(digits) <= span.length_max
        if fits and span.lead_min <= lead <= span.lead_max:
            return Refused(reason=ScanReason.PAYMENT_CODE, scheme=span.scheme)
    return None


def holds_secret_digits(text: str) -> bool:
    """Whether somewhere in a text stand so many digits that they may be someone's money."""
    run = 0
    for character in text.translate(_SEPARATORS):
        run = run + 1 if character in DIGITS else 0
        if run >= SECRET_DIGITS_MIN:
            return True
    return False

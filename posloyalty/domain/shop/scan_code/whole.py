"""Whether a text is a code by itself: what tells a scan's first key from a person's last."""

from posloyalty.domain.shop.scan_code.gtin import canonical_gtin
from posloyalty.domain.shop.scan_code.own import resolve_own, resolve_short
from posloyalty.domain.shop.scan_code.reading import read
from posloyalty.domain.shop.scan_code.recognised import Refused


def is_whole(text: str) -> bool:
    """Whether a text checks as it stands, as a trade code (GS1 check digit) or one of our own.

    Other codes say nothing of where they begin: for them the answer is no.
    """
    reading = read(text)
    if isinstance(reading, Refused):
        return False
    if canonical_gtin(reading.text) is not None:
        return True
    found = resolve_own(reading.text) or resolve_short(reading.text)
    return found is not None and not isinstance(found, Refused)

"""Our own codes: a prefix and base32, whatever a wedge with caps lock made of their case."""

from collections.abc import Callable
from dataclasses import dataclass

from posloyalty.domain.shop.scan_code.recognised import (
    GiftCardCode,
    MemberPhoneCode,
    MemberShortCode,
    MemberTokenCode,
    OperatorBadge,
    ReceiptCode,
    Recognised,
    Refused,
    ScanReason,
    VoucherCode,
)
from posloyalty.domain.values.identifiers import BadBase32, base32_decode
from posloyalty.domain.values.own_codes import (
    BADGE_PREFIX,
    GIFT_CARD_PREFIX,
    MEMBER_SHORT_GROUPS,
    MEMBER_SHORT_LEAD,
    MEMBER_SHORT_LENGTH,
    MEMBER_TOKEN_LENGTH,
    MEMBER_TOKEN_PREFIX,
    PHONE_CODE_LENGTH,
    PHONE_CODE_PREFIX,
    RECEIPT_PREFIX,
    VOUCHER_PREFIX,
    member_short_code,
)

_BASE32 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_PAYLOAD_LENGTH_MAX = 256


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a payload becomes a result."""

    make: Callable[[bytes], Recognised]


@dataclass(frozen=True, slots=True)
class _Whole:
    """How a text becomes a result that is always so long."""

    make: Callable[[str], Recognised]
    length: int


_KINDS: dict[str, _Kind] = {
    VOUCHER_PREFIX: _Kind(VoucherCode),
    GIFT_CARD_PREFIX: _Kind(GiftCardCode),
    RECEIPT_PREFIX: _Kind(ReceiptCode),
    BADGE_PREFIX: _Kind(OperatorBadge),
}
_WHOLES: dict[str, _Whole] = {
    MEMBER_TOKEN_PREFIX: _Whole(MemberTokenCode, MEMBER_TOKEN_LENGTH),
    PHONE_CODE_PREFIX: _Whole(MemberPhoneCode, PHONE_CODE_LENGTH),
}
_PREFIXES = (*_WHOLES, *_KINDS)


def resolve_own(text: str) -> Recognised | Refused | None:
    """Read one of our prefixed codes; None when the text has none of our prefixes."""
    upper = text.upper()
    starts = [at for prefix in _PREFIXES if (at := upper.find(prefix, 1)) > 0]
    if starts:
        return Refused(reason=ScanReason.TWO_SCANS, position=min(starts))
    prefix = next((prefix for prefix in _PREFIXES if upper.startswith(prefix)), None)
    if prefix is None:
        return None
    body = upper[len(prefix) :]
    for position, character in enumerate(body, start=len(prefix)):
        if character not in _BASE32:
            return Refused(reason=ScanReason.UNREADABLE, position=position)
    if prefix in _WHOLES:
        return _whole(_WHOLES[prefix], upper)
    return _payload(_KINDS[prefix], body, len(upper))


def resolve_short(text: str) -> MemberShortCode | Refused | None:
    """Read a member's short code; one that is grouped like ours but checks wrong is refused."""
    code = member_short_code(text)
    if code is not None:
        return MemberShortCode(code)
    groups = text.split("-")
    shaped = tuple(map(len, groups)) == MEMBER_SHORT_GROUPS
    if shaped and text.upper().startswith(MEMBER_SHORT_LEAD):
        return Refused(reason=ScanReason.BAD_CHECK_DIGIT, position=len(text) - 1)
    twice = len(text) == 2 * MEMBER_SHORT_LENGTH and member_short_code(text[:MEMBER_SHORT_LENGTH])
    if twice and member_short_code(text[MEMBER_SHORT_LENGTH:]):
        return Refused(reason=ScanReason.TWO_SCANS, position=MEMBER_SHORT_LENGTH)
    return None


def _whole(kind: _Whole, text: str) -> Recognised | Refused:
    if len(text) == kind.length:
        return kind.make(text)
    return Refused(
        reason=ScanReason.INCOMPLETE if len(text) < kind.length else ScanReason.WRONG_LENGTH,
        length=len(text),
        length_expected=kind.length,
    )


def _payload(kind: _Kind, body: str, length: int) -> Recognised | Refused:
    if len(body) > _PAYLOAD_LENGTH_MAX:
        return Refused(
            reason=ScanReason.TOO_LONG, length=length, length_expected=_PAYLOAD_LENGTH_MAX
        )
    try:
        payload = base32_decode(body)
    except BadBase32:
        payload = b""
    if not payload:
        # Canonical base32 cut short is mostly no longer canonical.
        return Refused(reason=ScanReason.INCOMPLETE, length=length)
    return kind.make(payload)

"""What a scanned code is: trade code, scale label, GS1 string, or one of our own.

`resolve(text, rules=..., screen=..., aim=...)` answers one of the `Recognised` values or `Refused`
with the reason; it never raises and never keeps a payment code.
"""

from posloyalty.domain.shop.scan_code.gtin import canonical_gtin, printed_gtin
from posloyalty.domain.shop.scan_code.recognised import (
    EmbeddedCode,
    ForeignMemberCode,
    GiftCardCode,
    Gs1Elements,
    MemberPhoneCode,
    MemberShortCode,
    MemberTokenCode,
    OperatorBadge,
    PlainCode,
    ProductCode,
    ReceiptCode,
    Recognised,
    Refused,
    ScanReason,
    VoucherCode,
)
from posloyalty.domain.shop.scan_code.resolve import resolve
from posloyalty.domain.shop.scan_code.rules import (
    CHINA_PAYMENT_RANGES,
    Charset,
    EmbedKind,
    EmbedRule,
    ForeignRule,
    PaymentRange,
    ScanRules,
    ScanScreen,
)

__all__ = [
    "CHINA_PAYMENT_RANGES",
    "Charset",
    "EmbedKind",
    "EmbedRule",
    "EmbeddedCode",
    "ForeignMemberCode",
    "ForeignRule",
    "GiftCardCode",
    "Gs1Elements",
    "MemberPhoneCode",
    "MemberShortCode",
    "MemberTokenCode",
    "OperatorBadge",
    "PaymentRange",
    "PlainCode",
    "ProductCode",
    "ReceiptCode",
    "Recognised",
    "Refused",
    "ScanReason",
    "ScanRules",
    "ScanScreen",
    "VoucherCode",
    "canonical_gtin",
    "printed_gtin",
    "resolve",
]

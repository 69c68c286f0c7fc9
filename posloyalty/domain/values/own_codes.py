"""The shapes of the codes that this product itself prints, in one place.

Machine codes are a prefix and canonical base32, so they survive keyboard wedges and the
alphanumeric mode of a QR code. The one human code is the member's: ten characters beginning with M,
printed in groups. None of our numbers is 16 to 24 bare digits, so none is taken for a payment code.
"""

from posloyalty.domain.values.check_digit import human_is_valid
from posloyalty.domain.values.fixed_point import narrow

MEMBER_TOKEN_PREFIX = "LP1:"
VOUCHER_PREFIX = "LV1:"
GIFT_CARD_PREFIX = "LG1:"
RECEIPT_PREFIX = "LR1:"
BADGE_PREFIX = "LB1:"
PHONE_CODE_PREFIX = "LN1:"
"""A member's code of now."""
PHONE_KEY_PREFIX = "LK1:"
"""What a member's app is handed once; no till reads it."""

# 91 bytes in base32 behind the prefix.
MEMBER_TOKEN_BYTES = 91
MEMBER_TOKEN_LENGTH = len(MEMBER_TOKEN_PREFIX) + 146
# 30 bytes in base32 behind the prefix.
PHONE_CODE_LENGTH = len(PHONE_CODE_PREFIX) + 48

MEMBER_SHORT_LEAD = "M"
MEMBER_SHORT_LENGTH = 10
MEMBER_SHORT_GROUPS = (4, 4, 2)

_TYPED_LENGTH_MAX = 32
# How people read the characters that the human alphabet leaves out (Crockford's rule).
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None, "_": None})


def plain_human(text: str) -> str:
    """What someone meant by a typed human code: upper case, no separators, O as 0, I and L as 1."""
    return text.strip().upper().translate(_LOOKALIKES)


def member_short_code(typed: str) -> str | None:
    """The canonical member code behind what was typed or scanned; None when it is not one."""
    if len(typed) > _TYPED_LENGTH_MAX:
        return None
    code = plain_human(narrow(typed))
    shaped = len(code) == MEMBER_SHORT_LENGTH and code.startswith(MEMBER_SHORT_LEAD)
    return code if shaped and human_is_valid(code) else None

"""What the audit lists, in words: what was done, why, and what it was about.

The journal keeps codes: of the reasons that a screen offered, of settings, of wallets. Each is
worded by the area whose screen offers it; what somebody wrote stands as it was written, and what
another release knew by its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import hexdigits
from typing import Final

from posloyalty.wording import Words

DIGEST_DIGITS: Final = 64
REASONS: Final = {
    "return": "return.reason_",
    "void": "return.reason_",
    "cash_move": "shift.cause_",
    "act_pay_out": "gift.document_",
    "shift_close": "shift.why_",
    "payment_took": "terminal.",
    "payment_took_not": "terminal.",
    "payment_given_back": "terminal.",
    "money_back_took": "terminal.",
    "money_back_took_not": "terminal.",
    "money_back_given_back": "terminal.",
}
"""Whose words a kind's reasons are; all others are those of an approval."""
APPROVED: Final = "approve.reason_"


def kind_words(kind: str, words: Words) -> str:
    """What was done, in words; a kind of another release by its code."""
    code = f"audit.kind_{kind}"
    return words(code) if words.has(code) else kind


def reason_words(kind: str, reason: str, words: Words) -> str:
    """Why, in words where they are the till's own, else as somebody wrote it."""
    for area in (REASONS.get(kind, APPROVED), APPROVED):
        code = f"{area}{reason}"
        if reason and words.has(code):
            return words(code)
    return reason


def about_words(kind: str, about: str, words: Words, wallets: Mapping[str, tuple[str, int]]) -> str:
    """What it was about: settings by their names, keys by their kinds, points by their wallet."""
    if kind == "settings_change":
        return setting_words(about, words)
    if kind == "key_rotate" and words.has(f"audit.key_{about}"):
        return words(f"audit.key_{about}")
    if kind in ("act_adjust", "act_undo") and about in wallets:
        return wallets[about][0]
    return about


def setting_words(about: str, words: Words) -> str:
    """What of the shop was changed, and which fields of it."""
    kind, _, fields = about.partition(": ")
    code = f"audit.setting_{kind}"
    if not words.has(code):
        return about
    told = (_field_words(field, words) for field in fields.split(", ") if not _is_digest(field))
    return words("app.said_of", what=words(code), said=words.listed(told))


def _field_words(field: str, words: Words) -> str:
    """A field by its name, or a count by its word: "saved 40"; what is not known as it stands."""
    name, _, count = field.partition(" ")
    code = f"audit.field_{name}"
    return words(code, n=count) if words.has(code) else field


def _is_digest(field: str) -> bool:
    return len(field) == DIGEST_DIGITS and all(digit in hexdigits for digit in field)

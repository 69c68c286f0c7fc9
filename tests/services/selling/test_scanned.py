"""Whatever a scan turned out to be, the screen has words for it."""

from __future__ import annotations

import pytest

from posloyalty.domain.members.card_token import TokenReason
from posloyalty.domain.shop.scan_code import ScanReason
from posloyalty.sync.wire.phone_codes import PhoneStanding
from posloyalty.wording import LANGUAGES, Words

REFUSALS = {
    **{
        reason.value: {"position", "expected", "length", "length_expected", "element", "scheme"}
        for reason in ScanReason
    },
    **{f"card_{reason.value}": {"on"} for reason in TokenReason},
    "voucher_expired": {"on"},
    "voucher_locked": {"minutes"},
    **{
        reason: set[str]()
        for reason in (
            "card_not_heard",
            "card_of_no_till",
            "card_unheard",
            "card_asking",
            "card_unproven",
            "phone_asking",
            "phone_unproven",
            *(f"phone_{one.value}" for one in PhoneStanding if one is not PhoneStanding.GOOD),
            "member_unknown",
            "member_left",
            "receipt_unreadable",
            "voucher_unknown",
            "voucher_not_now",
            "voucher_used",
            "voucher_withdrawn",
            "badge_not_taken",
            "label_empty",
            "no_article_number",
        )
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", sorted(REFUSALS))
def test_every_refusal_of_a_scan_has_words(language: str, reason: str) -> None:
    words = Words(language)
    assert words.has(f"scan.{reason}")
    assert words(f"scan.{reason}", **dict.fromkeys(REFUSALS[reason], "7"))

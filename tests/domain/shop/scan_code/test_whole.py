"""Which texts are codes as they stand, without the key before or the one that is missing."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.scan_code.whole import is_whole
from posloyalty.domain.values.own_codes import VOUCHER_PREFIX


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("6901234567892", True),
        ("901234567892", False),
        ("36901234567892", False),
        ("96385074", True),
        ("6385074", False),
        ("036000291452", True),
        ("0036000291452", True),
        ("]E06901234567892", True),
        (f"{VOUCHER_PREFIX}MFRGG", True),
        (f"3{VOUCHER_PREFIX}MFRGG", False),
        (VOUCHER_PREFIX[1:] + "MFRGG", False),
        ("LP1:ABC", False),
        ("ABC-12345", False),
        ("134567890123456789", False),
        ("", False),
        ("x" * 500, False),
    ],
)
def test_a_code_that_checks_is_whole_and_no_other(text: str, whole: bool) -> None:
    assert is_whole(text) is whole

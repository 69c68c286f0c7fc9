"""A member's vouchers as a list: what can be used comes first, and of that what ends first."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from posloyalty.domain.engine.owned_vouchers import vouchers_of
from posloyalty.domain.ledger.right import Right
from tests.domain.engine.made import MEMBER_ID, rules

DAY = date(2026, 11, 25)


def test_what_can_be_used_comes_first_then_what_is_to_come_then_what_was() -> None:
    text = """
[[voucher]]
id = "five"
name = { en = "Five", zh_CN = "五元" }
amount = "5.00"
uses = 2
"""
    plain = Right(id=b"plain", kind="voucher", of="five", owner=MEMBER_ID, programme="test", uses=2)
    rights = (
        replace(plain, id=b"used", used=2),
        replace(plain, id=b"ended", last_day=date(2026, 11, 24)),
        replace(plain, id=b"later", from_day=date(2026, 12, 1), last_day=date(2026, 12, 2)),
        plain,
        replace(plain, id=b"soon", last_day=DAY, used=1, code="LV1:AA"),
        replace(plain, id=b"pass", kind="pass"),
        replace(plain, id=b"gone", of="gone"),
        replace(plain, id=b"other", programme="other"),
    )
    found = vouchers_of(rules(text), rights, DAY, "zh_CN")
    assert [(one.right_id, one.state.value, one.left) for one in found] == [
        (b"soon", "good", 1),
        (b"plain", "good", 2),
        (b"later", "waiting", 2),
        (b"used", "used", 0),
        (b"ended", "expired", 2),
    ]
    assert (found[0].name, found[0].code, found[0].last_day) == ("五元", "LV1:AA", DAY)

"""What a typed text names for certain is asked for at head office; names and parts are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.members.member import Identifier, IdentifierKind
from posloyalty.domain.members.short_code import short_code
from posloyalty.domain.members.typed_identifier import TYPED_MOST, typed_identifier

CODE = short_code(bytes(range(5)))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("13800000001", IdentifierKind.PHONE, "13800000001"),
        (" +86 138-0000-0001 ", IdentifierKind.PHONE, "13800000001"),
        (
            "（02）2345 6789".replace("（", "(").replace("）", ")"),
            IdentifierKind.PHONE,
            "0223456789",
        ),
        ("Bea@Shop.Example", IdentifierKind.EMAIL, "bea@shop.example"),
        (CODE, IdentifierKind.CARD, CODE),
        (CODE.lower(), IdentifierKind.CARD, CODE),
    ],
)
def test_a_whole_number_card_or_address_names_a_member(
    text: str, kind: IdentifierKind, value: str
) -> None:
    assert typed_identifier(text) == Identifier(kind, value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6021",
        "1380000",
        "1" * 16,
        "王小雨",
        "wang xiaoyu",
        "Bea",
        "wxy",
        "138x0000001",
        "@",
        "@shop.example",
        "bea@",
        "bea@shop",
        "two words@shop.example",
        "1" * TYPED_MOST + "@a.b",
    ],
)
def test_a_name_or_a_part_names_nobody(text: str) -> None:
    assert typed_identifier(text) is None


@given(st.text(max_size=200))
def test_whatever_is_typed_gives_a_bounded_value_or_none(text: str) -> None:
    found = typed_identifier(text)
    assert found is None or 3 <= len(found.value) <= TYPED_MOST

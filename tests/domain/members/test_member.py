"""What customers may see of a member, and how a member is found."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.members.member import (
    Identifier,
    IdentifierKind,
    Member,
    MemberStatus,
    Profile,
    masked_name,
    masked_phone,
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小雨", "王**"),
        ("王雨", "王*"),
        ("欧阳娜娜", "欧**"),
        ("Anna Maria Lopez", "Anna L."),
        ("Al", "A*"),
        ("Anna", "A**"),
        ("X", "X"),
        ("  ", ""),
        ("", ""),
        ("𠮷田 太郎", "𠮷**"),
    ],
)
def test_a_name_is_masked_as_people_of_its_script_would(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("digits", "shown"),
    [("13812346021", "138 **** 6021"), ("0912345678", "091 **** 5678"), ("12345", "***45")],
)
def test_a_phone_keeps_its_ends(digits: str, shown: str) -> None:
    assert masked_phone(digits) == shown


def test_the_first_identifier_of_a_kind_is_the_members() -> None:
    member = Member(
        id=b"m" * 16,
        status=MemberStatus.ACTIVE,
        joined_on=date(2026, 1, 1),
        home_store="S01",
        profile=Profile(
            name="王小雨",
            identifiers=(
                Identifier(IdentifierKind.PHONE, "13812346021"),
                Identifier(IdentifierKind.PHONE, "13900000000"),
            ),
        ),
    )
    assert member.identifier(IdentifierKind.PHONE) == "13812346021"
    assert member.identifier(IdentifierKind.EMAIL) is None

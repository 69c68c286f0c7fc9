"""Identifiers and strict base32."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.values.identifiers import (
    BadBase32,
    BadIdentifier,
    base32_decode,
    base32_encode,
    derive_id,
    id_from_hex,
    id_hex,
)

parts = st.lists(st.one_of(st.binary(max_size=8), st.text(max_size=8), st.integers()), max_size=4)


@given(identifier=st.binary(min_size=16, max_size=16))
def test_an_identifier_reads_back_from_its_hexadecimal(identifier: bytes) -> None:
    assert id_from_hex(id_hex(identifier)) == identifier


@pytest.mark.parametrize("text", ["", "0" * 31, "0" * 33, "G" * 32, "AB" * 16, " " * 32, "０" * 32])
def test_what_is_no_identifier_is_refused(text: str) -> None:
    with pytest.raises(BadIdentifier):
        id_from_hex(text)


def test_an_identifier_has_sixteen_bytes() -> None:
    with pytest.raises(BadIdentifier):
        id_hex(b"short")


def test_derived_ids_are_frozen() -> None:
    # Journals hold derived ids: a changed derivation would post transfers twice.
    assert derive_id("transfer", bytes(16), 0).hex() == "2b44098e70ca52fafa100817c3563193"
    assert derive_id("transfer", "a", -1).hex() == "9909a2786f4ecde5c82ddd6d18b5b6f8"


@given(left=parts, right=parts)
def test_different_parts_never_derive_the_same_id(
    left: list[bytes | str | int], right: list[bytes | str | int]
) -> None:
    same = [(type(part), part) for part in left] == [(type(part), part) for part in right]
    assert (derive_id("kind", *left) == derive_id("kind", *right)) == same


def test_the_kind_and_the_borders_of_parts_count() -> None:
    ids = {
        derive_id("a", "b"),
        derive_id("ab"),
        derive_id("a", "b", ""),
        derive_id("a", b"b"),
        derive_id("a", 1),
        derive_id("a", "1"),
        derive_id("b", "b"),
    }
    assert len(ids) == 7
    assert {len(identifier) for identifier in ids} == {16}


@pytest.mark.parametrize("part", [1.5, True, None])
def test_other_types_derive_nothing(part: object) -> None:
    with pytest.raises(TypeError):
        derive_id("kind", part)  # type: ignore[arg-type]


@given(data=st.binary(max_size=120))
def test_base32_is_the_standards_and_reads_back(data: bytes) -> None:
    text = base32_encode(data)
    assert text == base64.b32encode(data).decode().rstrip("=")
    assert base32_decode(text) == data


@given(text=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", max_size=40))
def test_a_text_is_canonical_or_refused(text: str) -> None:
    try:
        data = base32_decode(text)
    except BadBase32:
        assert text not in {base32_encode(bytes(n)) for n in range(26)}
    else:
        assert base32_encode(data) == text


@pytest.mark.parametrize("text", ["A", "AB", "AAA", "AAAAAA", "ae", "AE======", "A1", "A E", "ÄE"])
def test_base32_that_is_not_canonical_is_refused(text: str) -> None:
    with pytest.raises(BadBase32):
        base32_decode(text)

"""A code that both sides know: typed by people, never sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.sync.wire.joining import (
    MistypedJoiningCode,
    code_key,
    code_lookup,
    office_proof,
    till_proof,
    write_code,
)


@given(st.binary(min_size=8, max_size=8))
def test_a_code_is_read_however_it_is_typed(drawn: bytes) -> None:
    code = write_code(drawn)
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert code_key(code) == code_key(code.lower().replace("-", " "))
    assert code_key(code) == code_key(code.replace("0", "O").replace("1", "l"))


@pytest.mark.parametrize("typed", ["", "ABCD-EFGH", "UUUU-UUUU-UUUU", "7K2M-QX9R-04TZ-1"])
def test_what_is_no_code_is_said(typed: str) -> None:
    with pytest.raises(MistypedJoiningCode):
        code_key(typed)


def test_nothing_that_travels_gives_the_code_away_or_fits_elsewhere() -> None:
    key = code_key("7K2M-QX9R-04TZ")
    travels = {
        code_lookup(key),
        till_proof(key, certificate=b"c"),
        office_proof(key, office_key=b"k" * 32, certificate=b"c"),
        till_proof(key, certificate=b"another"),
        office_proof(key, office_key=b"x" * 32, certificate=b"c"),
        code_lookup(code_key("7K2M-QX9R-04TY")),
    }
    assert len(travels) == 6
    assert key not in travels

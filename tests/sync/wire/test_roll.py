"""Sheets as they travel: whole or part of them, and never other bytes."""

from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest
from msgspec.structs import replace

from posloyalty.sync.wire.roll import (
    NotTheSheets,
    RollGiven,
    SheetNote,
    WordsNote,
    is_whole,
    roll_name,
    sheets_of,
)

SHEETS = (b"first", b"the second", b"third")
NOTES = tuple(SheetNote(sha256(one).hexdigest(), len(one), 1) for one in SHEETS)
CURSOR = "0a" * 16 + ":17"
GIVEN = RollGiven(
    roll=roll_name(CURSOR, [one.sha256 for one in NOTES]), cursor=CURSOR, sheets=NOTES
)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_an_answer_holds_as_many_sheets_as_went_into_it(count: int) -> None:
    assert sheets_of(b"".join(SHEETS[:count]), NOTES) == SHEETS[:count]


@pytest.mark.parametrize(
    "answer",
    [b"", b"firs", b"first" + b"the sec", b"First", b"".join(SHEETS) + b"x", b"the second"],
)
def test_what_is_not_the_very_bytes_is_no_sheet(answer: bytes) -> None:
    with pytest.raises(NotTheSheets):
        sheets_of(answer, NOTES)


def test_a_roll_is_named_by_its_sheets_and_its_place() -> None:
    assert is_whole(GIVEN)
    assert GIVEN.members == 3
    for other in (
        RollGiven(roll=GIVEN.roll, cursor="0a" * 16 + ":18", sheets=NOTES),
        RollGiven(roll=GIVEN.roll, cursor=CURSOR, sheets=NOTES[:2]),
        RollGiven(roll=GIVEN.roll, cursor=CURSOR, sheets=NOTES[::-1]),
    ):
        assert not is_whole(other)


def test_sheets_of_words_are_numbered_on_behind_the_members() -> None:
    words = (WordsNote(NOTES[2].sha256, len(SHEETS[2])),)
    given = replace(GIVEN, sheets=NOTES[:2], words=words, words_form="x")
    assert given.all == (*NOTES[:2], *words)
    assert sheets_of(b"".join(SHEETS[1:]), given.all[1:]) == SHEETS[1:]
    assert msgspec.json.decode(msgspec.json.encode(given), type=RollGiven) == given


def test_without_words_a_roll_is_told_as_an_earlier_release_told_it() -> None:
    sheets = ",".join(f'["{one.sha256}",{one.size},1]' for one in NOTES)
    written = f'{{"roll":"{GIVEN.roll}","cursor":"{CURSOR}","sheets":[{sheets}]}}'.encode()
    assert msgspec.json.encode(GIVEN) == written
    read = msgspec.json.decode(written, type=RollGiven)
    assert (read.all, read.words_form) == (NOTES, "")


def test_a_copy_of_head_office_that_was_put_back_has_the_roll_too() -> None:
    assert roll_name("0b" * 16 + ":17", [one.sha256 for one in NOTES]) == GIVEN.roll

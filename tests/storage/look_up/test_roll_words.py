"""Words that head office arranged: a till that puts them in finds whom it would have found."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import count, takewhile
from pathlib import Path

import pytest
from msgspec.structs import replace

from posloyalty.services.ports.roll import RollFault
from posloyalty.storage.look_up import roll_words
from posloyalty.storage.look_up.kept_roll import KeptRoll
from posloyalty.storage.look_up.roll_file import WORDS_FORM
from posloyalty.storage.look_up.roll_words import RollWords
from posloyalty.sync.wire.packing import packed
from posloyalty.sync.wire.roll import RollGiven, WordsNote, finds_of
from tests.storage.look_up.test_roll import (
    kept,
    listed,
    load,
    member,
    sheets,
    whom,
    words_in_file,
)

MEMBERS = 240
TYPED = ("王", "王小", "wang", "w", "wx", "anna", "a", "lo an", "b bloom", "雪", "zhang", "nobody")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index comes on several sheets."""
    monkeypatch.setattr(roll_words, "PAGES", 1)


@pytest.fixture
def roll(tmp_path: Path) -> Iterator[KeptRoll]:
    found = kept(tmp_path)
    yield found
    found.close()


def arranged(made: list[bytes], *, more: str = "") -> list[bytes]:
    """The sheets of the words of these sheets, as head office makes them."""
    words = RollWords()
    for one in made:
        words.add(finds_of(one).words)
    if more:
        words.add([more])
    found = (words.sheet(place) for place in count())
    return [one for one in takewhile(lambda one: one is not None, found) if one is not None]


def with_words(made: list[bytes], words: list[bytes]) -> RollGiven:
    notes = tuple(WordsNote(sha256(one).hexdigest(), len(one)) for one in words)
    return replace(listed(made), words=notes, words_form=WORDS_FORM)


def loaded(roll: KeptRoll, given: RollGiven, every: list[bytes]) -> None:
    have = roll.begin(given, store="")
    while have < len(every):
        have = roll.add(every[have : have + 7])
    while roll.arrange():
        pass
    roll.put_in_place()


def test_whoever_is_typed_is_found_as_where_the_till_arranged_the_words(
    roll: KeptRoll, tmp_path: Path
) -> None:
    made = sheets(MEMBERS)
    words = arranged(made)
    assert len(words) > 2
    loaded(roll, with_words(made, words), made + words)
    (tmp_path / "other").mkdir()
    other = kept(tmp_path / "other")
    load(other, made)
    for typed in TYPED:
        assert whom(roll, typed) == whom(other, typed), typed
    assert len(whom(roll, "wang")) == 9
    assert (roll.count, other.count) == (MEMBERS, MEMBERS)
    other.close()


@pytest.mark.parametrize("cut", [118, 120, 122])
def test_a_load_that_was_cut_off_goes_on_at_its_next_sheet_of_words(
    roll: KeptRoll, tmp_path: Path, cut: int
) -> None:
    made = sheets(MEMBERS)
    words = arranged(made)
    given = with_words(made, words)
    roll.begin(given, store="")
    roll.add((made + words)[:cut])
    roll.close()
    assert roll.begin(given, store="") == cut
    loaded(roll, given, made + words)
    assert len(whom(roll, "anna")) == 9


def test_words_of_another_making_do_not_come_into_a_file_that_was_begun(roll: KeptRoll) -> None:
    made = sheets(MEMBERS)
    words, others = arranged(made), arranged(made, more="anna")
    roll.begin(with_words(made, words), store="")
    roll.add((made + words)[:121])
    assert roll.begin(with_words(made, others), store="") == 0
    roll.add((made + others)[:121])
    assert roll.begin(listed(made), store="") == 0
    load(roll, made)
    assert len(whom(roll, "anna")) == 9


def test_whoever_is_struck_off_leaves_no_words(roll: KeptRoll) -> None:
    made = sheets(2)
    words = arranged(made)
    loaded(roll, with_words(made, words), made + words)
    assert b"lopez" in words_in_file(roll)
    roll.strike([member(1)])
    assert b"lopez" not in words_in_file(roll)
    assert (whom(roll, "anna"), whom(roll, "wang")) == ([], ["王小雨"])


def test_what_is_no_sheet_of_words_is_refused(roll: KeptRoll) -> None:
    made = sheets(4)
    words = arranged(made)
    for broken in (b"x", packed(b"{}"), made[0]):
        roll.begin(with_words(made, words), store="")
        roll.add([*made, broken])
        with pytest.raises(RollFault):
            roll.arrange()
        roll.discard()


def test_what_this_sqlite_writes_is_the_form_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    words = RollWords()
    assert words.is_known_form
    monkeypatch.setattr(roll_words, "_FTS5", 5)
    assert not words.is_known_form
    words.close()

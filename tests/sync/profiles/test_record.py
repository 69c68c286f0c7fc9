"""Two tellings of a profile become one: whatever the order, whatever the clocks."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from posloyalty.sync.profiles.member import is_sound
from posloyalty.sync.profiles.record import (
    OWN_NAMES_MAX,
    TILLS_MAX,
    Ahead,
    Answers,
    Evidence,
    ProfileRecord,
    Said,
    agreeing,
    both,
    bounded,
    fits,
    later,
    merged,
    one_member,
    refusing,
    said_late,
    under_name,
)
from tests.sync.profiles.drawn import MEMBER, records

A, B = "0a" * 16, "0b" * 16


def record(**fields: Said) -> ProfileRecord:
    return ProfileRecord(member=MEMBER, joined="2026-01-01", store="S1", fields=fields)


def said(value: str, ms: int, till: str = A, n: int = 0) -> Said:
    return Said((value,) if value else (), (ms, n), till)


def answer(ms: int, till: str = A) -> Evidence:
    return Evidence((ms, 0), till, "2026-11-22T14:06:05.123+08:00", "1", "en", "01" * 16, "till")


# Merging is a join: that is what makes every till come to the same


@given(records, records)
def test_who_tells_first_does_not_matter(one: ProfileRecord, other: ProfileRecord) -> None:
    assert merged(one, other) == merged(other, one)


@given(records, records, records)
def test_in_which_company_does_not_matter(
    one: ProfileRecord, other: ProfileRecord, third: ProfileRecord
) -> None:
    assert merged(merged(one, other), third) == merged(one, merged(other, third))


@given(records, records)
def test_hearing_it_again_changes_nothing(one: ProfileRecord, other: ProfileRecord) -> None:
    both_of = merged(one, other)
    assert merged(both_of, other) == both_of
    assert merged(both_of, both_of) == both_of


@given(records)
def test_a_record_travels_as_it_is(one: ProfileRecord) -> None:
    assert msgspec.json.decode(msgspec.json.encode(one), type=ProfileRecord) == one


@given(records, records)
def test_somebody_who_refused_anywhere_has_refused(
    one: ProfileRecord, other: ProfileRecord
) -> None:
    for key, found in merged(one, other).consents.items():
        parts = [each.consents[key] for each in (one, other) if key in each.consents]
        if found.granted and not any(each.granted for each in parts):
            # Only what one side covers of the other's refusal can make two refusals a consent.
            assert any(each.covered for each in parts)


# Fields


FIELDS = [
    ("the later word counts", said("Ada", 1), said("Ida", 2), "Ida"),
    ("an empty word counts as well", said("Ada", 1), said("", 2), ""),
    ("within a millisecond the counter decides", said("Ada", 1), said("Ida", 1, n=1), "Ida"),
    ("at the same instant the till decides", said("Ada", 1, A), said("Ida", 1, B), "Ida"),
]


@pytest.mark.parametrize(("what", "one", "other", "name"), FIELDS)
def test_each_field_is_the_latest_that_was_said(
    what: str, one: Said, other: Said, name: str
) -> None:
    found = merged(record(name=one), record(name=other)).values("name")
    assert found == ((name,) if name else ()), what


def test_changes_of_two_fields_at_two_tills_are_both_kept() -> None:
    before = record(name=said("Ada", 1), phone=said("111", 1))
    here = record(name=said("Ada L", 5), phone=said("111", 1))
    there = record(name=said("Ada", 1), phone=said("222", 4, B))
    found = merged(merged(before, here), there)
    assert (found.values("name"), found.values("phone")) == (("Ada L",), ("222",))


def test_records_of_two_members_are_not_merged_by_mistake() -> None:
    with pytest.raises(ValueError, match="two members"):
        merged(record(), msgspec.structs.replace(record(), member="cd" * 16))


@pytest.mark.parametrize(
    ("known", "now", "mark"),
    [((5, 0), (6, 0), (6, 0)), ((9, 3), (6, 0), (9, 4)), ((6, 0), (6, 0), (6, 1))],
)
def test_whoever_knew_a_word_has_the_last_one(
    known: tuple[int, int], now: tuple[int, int], mark: tuple[int, int]
) -> None:
    assert later(known, now) == mark


def test_a_clock_that_is_ahead_wins_nothing() -> None:
    told = record(name=said("Ahead", 9_000), phone=said("1", 500))
    ahead, new = bounded(told, None, (), 1_000)
    assert (ahead.fields["name"].mark, ahead.fields["phone"].mark) == ((1_000, 0), (500, 0))
    assert merged(ahead, record(name=said("Later", 2_000))).values("name") == ("Later",)
    assert new == (Ahead("name", A, (9_000, 0), (1_000, 0)),)


@pytest.mark.parametrize("most_ms", [1_500, 8_999, 9_000, 99_000])
def test_a_word_that_was_dated_once_counts_as_then(most_ms: int) -> None:
    told = record(name=said("Ahead", 9_000))
    _, before = bounded(told, None, (), 1_000)
    again, new = bounded(told, None, before, most_ms)
    assert (again.fields["name"].mark, new) == ((1_000, 0), ())


def test_a_word_ahead_counts_behind_one_that_its_till_may_have_known() -> None:
    known = record(name=said("Known", 1_000, B, n=3))
    found, _ = bounded(record(name=said("Ahead", 9_000)), known, (), 1_000)
    assert found.fields["name"].mark == (1_000, 4)
    assert merged(known, found).values("name") == ("Ahead",)


# Consents: a refusal stands until somebody agrees who knew of it


def test_a_refusal_elsewhere_stands_whatever_the_clocks_say() -> None:
    agreed = agreeing(Answers(), answer(1))
    refused_there = refusing(agreed, answer(2, B))
    again_here = agreeing(agreed, answer(99))  # much later by the clock, and knew of nothing
    found = both(refused_there, again_here)
    assert not found.granted
    assert found.counts == answer(2, B)


def test_whoever_knows_of_the_refusal_may_agree_again() -> None:
    refused = refusing(agreeing(Answers(), answer(5)), answer(6, B))
    agreed = agreeing(refused, answer(3))  # a clock that is behind
    assert agreed.granted
    assert both(refused, agreed).granted


def test_a_later_refusal_stands_after_one_that_was_taken_back() -> None:
    first = agreeing(refusing(Answers(), answer(1, B)), answer(2, B))
    assert not both(first, refusing(first, answer(3, B))).granted


def test_a_refusal_is_a_tills_own_mark_that_never_goes_back() -> None:
    refused = refusing(refusing(Answers(), answer(8)), answer(3))
    assert refused.refused == {A: (8, 1)}


def test_a_refusal_counts_though_the_tills_clock_and_book_were_put_back() -> None:
    """The first one had been heard of elsewhere, where somebody agreed knowing of it."""
    agreed = agreeing(refusing(Answers(), answer(8)), answer(9, B))
    assert agreed.granted
    assert not refusing(agreed, answer(3)).granted


def test_a_refusal_stands_that_its_till_has_forgotten_and_repeats_and_takes_back() -> None:
    """A book is put back to before its refusal at 8; at 9 it refuses once more, and agrees at 10.

    Whoever agreed at 10 knew of the refusal at 9 alone.
    """
    before = agreeing(Answers(), answer(1))
    forgotten = refusing(before, answer(8), name="f1" * 16)
    again = refusing(before, answer(9), name="f2" * 16)
    agreed = agreeing(again, answer(10))
    assert agreed.granted
    assert not both(forgotten, agreed).granted
    assert agreeing(both(forgotten, agreed), answer(11)).granted


def test_a_till_of_before_refusals_had_names_agrees_knowing_of_one_that_has() -> None:
    named = refusing(refusing(Answers(), answer(8)), answer(9, B), name="f1" * 16)
    assert named.refused == {A: (8, 0), "f1" * 16: (9, 0)}
    agreed = agreeing(named, answer(2, B))
    assert agreed.covered == named.refused
    assert both(agreed, named).granted
    assert not both(agreed, refusing(agreed, answer(3))).granted  # under its till's name, later


def test_who_refuses_over_and_over_does_not_fill_the_record() -> None:
    answers = Answers()
    for n in range(200):
        answers = agreeing(refusing(answers, answer(n), name=f"{n:032x}"), answer(n))
    assert len(answers.refused) == len(answers.covered) == OWN_NAMES_MAX + 1
    assert answers.refused[A] == (199, 0)
    assert answers.granted
    assert not refusing(answers, answer(0), name="f1" * 16).granted


@pytest.mark.parametrize(("many", "fit"), [(TILLS_MAX, True), (TILLS_MAX + 1, False)])
def test_a_record_that_nobody_could_read_does_not_fit(many: int, fit: bool) -> None:
    refused = {f"{n:032x}": (1, 0) for n in range(many)}
    found = msgspec.structs.replace(record(), consents={"news/sms": Answers(refused=refused)})
    assert fits(found) is is_sound(found) is fit


def test_a_refusal_under_a_name_that_went_stands_for_who_stays() -> None:
    other = "cd" * 16
    stays = msgspec.structs.replace(
        record(name=said("Ada", 1)), consents={"news/sms": agreeing(Answers(), answer(1))}
    )
    goes = msgspec.structs.replace(
        record(name=said("A.", 9)),
        member=other,
        consents={"news/sms": refusing(agreeing(Answers(), answer(5)), answer(6, B))},
    )
    late = under_name(goes, MEMBER)
    found = said_late(stays, late)
    assert (found.values("name"), found.consents["news/sms"].granted) == (("Ada",), False)
    assert said_late(found, late) == found  # told again it changes nothing


def test_who_agreed_knowing_of_one_refusal_did_not_know_of_the_other_records() -> None:
    """The same till heard both: at 7 for the record that goes, at 10 for the one that stays."""
    stays = msgspec.structs.replace(
        record(),
        consents={"news/sms": agreeing(refusing(Answers(), answer(10, B)), answer(11))},
    )
    goes = msgspec.structs.replace(
        record(), member="cd" * 16, consents={"news/sms": refusing(Answers(), answer(7, B))}
    )
    assert stays.consents["news/sms"].granted
    assert not one_member(stays, under_name(goes, MEMBER)).consents["news/sms"].granted


# Two records of one member


def test_whatever_found_the_record_that_goes_finds_the_one_that_stays() -> None:
    stays = record(name=said("Ada", 1), phone=said("111", 1))
    goes = record(name=said("A.", 9), phone=said("222", 3), card=said("C-1", 2))
    found = one_member(stays, goes)
    assert found.values("name") == ("Ada",)
    assert (found.values("phone"), found.values("card")) == (("111", "222"), ("C-1",))
    assert found.fields["phone"].mark > (3, 0)


def test_a_refusal_to_either_record_stands() -> None:
    agrees = msgspec.structs.replace(
        record(), consents={"news/sms": agreeing(Answers(), answer(9))}
    )
    refuses = msgspec.structs.replace(
        record(), consents={"news/sms": refusing(Answers(), answer(1, B))}
    )
    assert not one_member(agrees, refuses).consents["news/sms"].granted

"""Scanner or person: the timing machine, fed with characters and their milliseconds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.devices.wedge import Broken, Outcome, Scan, TakeBack, Typed, Wedge


def feed(wedge: Wedge, text: str, *, gap: int, start: int) -> tuple[list[Outcome], int]:
    """Feed characters `gap` apart, from `start` on; the outcomes and the time of the last one."""
    outcomes: list[Outcome] = []
    at = start - gap
    for character in text:
        at += gap
        outcomes += wedge.key(character, at)
    return outcomes, at


@pytest.mark.parametrize("gap", [0, 1, 6, 13, 35])
@pytest.mark.parametrize("end", ["\r", "\t"])
def test_fast_characters_with_an_end_key_are_one_scan(gap: int, end: str) -> None:
    outcomes, _ = feed(Wedge(), "6901234567892" + end, gap=gap, start=1000)
    assert outcomes == [Scan("6901234567892")]


@pytest.mark.parametrize("gap", [36, 60, 120])
def test_slow_characters_are_a_person_and_come_out_in_order(gap: int) -> None:
    outcomes, _ = feed(Wedge(), "6901234567892\r", gap=gap, start=1000)
    said = "".join(outcome.text for outcome in outcomes if isinstance(outcome, Typed))
    assert said == "6901234567892\r"
    assert all(isinstance(outcome, Typed) for outcome in outcomes)


def test_five_fast_characters_are_too_few_for_a_scan_and_six_are_enough() -> None:
    assert feed(Wedge(), "12345\r", gap=8, start=0)[0] == [Typed("12345\r")]
    assert feed(Wedge(), "123456\r", gap=8, start=0)[0] == [Scan("123456")]


def test_a_short_code_with_our_own_prefix_counts_its_prefix() -> None:
    assert feed(Wedge(), "LP1:AB\r", gap=8, start=0)[0] == [Scan("LP1:AB")]


def test_two_scans_back_to_back_are_two_scans() -> None:
    outcomes, _ = feed(Wedge(), "6901234567892\r4006381333931\r", gap=7, start=0)
    assert outcomes == [Scan("6901234567892"), Scan("4006381333931")]


def test_the_line_feed_behind_a_carriage_return_is_not_a_second_enter() -> None:
    outcomes, at = feed(Wedge(), "6901234567892\r\r", gap=5, start=0)
    assert outcomes == [Scan("6901234567892")]
    assert at > 0


def test_an_enter_of_a_person_after_a_scan_is_an_enter() -> None:
    wedge = Wedge()
    _, at = feed(wedge, "6901234567892\r", gap=5, start=0)
    assert wedge.key("\r", at + 400) == (Typed("\r"),)


def test_half_a_scan_is_broken_once_it_was_silent_for_longer_than_a_stutter() -> None:
    wedge = Wedge()
    feed(wedge, "69012345", gap=8, start=0)
    assert wedge.pause() == ()
    assert wedge.silence() == (Broken("69012345"),)
    assert wedge.held == ""


@pytest.mark.parametrize("told", [True, False], ids=["with the pause told", "by stamps alone"])
@pytest.mark.parametrize("cut", range(1, 14))
@pytest.mark.parametrize("gap", [36, 100, 250])
def test_a_scan_that_stutters_once_is_whole_wherever_that_is(
    cut: int, gap: int, *, told: bool
) -> None:
    wedge = Wedge()
    keys = "6901234567892\r"
    outcomes, at = feed(wedge, keys[:cut], gap=8, start=0)
    outcomes += wedge.pause() if told else ()
    outcomes += feed(wedge, keys[cut:], gap=8, start=at + gap)[0]
    left = [one for one in outcomes if isinstance(one, Typed)]
    back = [one for one in outcomes if isinstance(one, TakeBack)]
    assert outcomes[-1] == Scan("6901234567892")
    assert sum(len(one.text) for one in left) == sum(one.count for one in back)


def test_a_scan_in_pieces_of_two_to_four_is_whole() -> None:
    wedge, at, outcomes = Wedge(), 0, []
    for piece in ("69", "0123", "45", "67", "892\r"):
        more, at = feed(wedge, piece, gap=8, start=at + 90)
        outcomes += [*more, *wedge.pause()]
    assert outcomes[-2:] == [TakeBack(10), Scan("6901234567892")]


def test_pairs_of_a_hasty_person_are_no_scan() -> None:
    wedge, at, outcomes = Wedge(), 0, []
    for piece in ("zh", "ang", "li", "\r"):
        more, at = feed(wedge, piece, gap=30, start=at + 90)
        outcomes += [*more, *wedge.pause()]
    assert "".join(one.text for one in outcomes if isinstance(one, Typed)) == "zhangli\r"
    assert all(isinstance(one, Typed) for one in outcomes)


def test_a_quantity_typed_just_before_a_scan_stays_a_quantity() -> None:
    wedge = Wedge()
    outcomes, at = feed(wedge, "3*", gap=90, start=0)
    outcomes += feed(wedge, "6901234567892\r", gap=8, start=at + 90)[0]
    assert outcomes == [Typed("3"), Typed("*"), Scan("6901234567892")]


EAN = "6901234567892"


def in_two(
    first: str, rest: str, *, pause: int, after: str = "", whole: bool = True
) -> list[Outcome]:
    """One key, a pause, and the rest of a scan; `after` a person's keys just before."""
    wedge = Wedge(whole=EAN.__eq__) if whole else Wedge()
    outcomes, at = feed(wedge, after, gap=90, start=0)
    outcomes += wedge.pause()
    outcomes += wedge.key(first, at + 90 if after else 2_000)
    outcomes += wedge.pause()
    start = (at + 90 if after else 2_000) + pause
    return outcomes + feed(wedge, rest, gap=8, start=start)[0]


@pytest.mark.parametrize(
    ("told", "typed", "scanned"),
    [
        pytest.param(
            in_two("6", EAN[1:] + "\r", pause=120), "", EAN, id="a scan that pauses behind one"
        ),
        pytest.param(
            in_two("3", EAN + "\r", pause=120), "3", EAN, id="a person's key before a whole code"
        ),
        pytest.param(
            in_two("A", "BC-12345\r", pause=120, whole=False),
            "",
            "ABC-12345",
            id="a code that nobody can tell: time decides",
        ),
        pytest.param(
            in_two("6", EAN[1:] + "\r", pause=251), "6", EAN[1:], id="longer than any stutter"
        ),
        pytest.param(
            in_two("*", "BC-12345\r", pause=120), "*", "BC-12345", id="what begins no code"
        ),
        pytest.param(
            in_two("2", "BC-12345\r", pause=120, after="1"),
            "12",
            "BC-12345",
            id="a person who was typing",
        ),
    ],
)
def test_a_key_alone_before_a_scan_is_the_scans_or_the_persons(
    told: list[Outcome], typed: str, scanned: str
) -> None:
    text = ""
    for one in told:
        if isinstance(one, Typed):
            text += one.text
        elif isinstance(one, TakeBack):
            text = text[: -one.count]
    assert text == typed
    assert told[-1] == Scan(scanned)


def test_a_key_that_makes_a_code_whole_in_another_form_is_the_scans() -> None:
    """A UPC-A is an EAN-13 with a zero in front; both check."""
    wedge = Wedge(whole={"036000291452", "0036000291452"}.__contains__)
    outcomes = [*wedge.key("0", 0), *wedge.pause()]
    outcomes += feed(wedge, "036000291452\r", gap=8, start=120)[0]
    assert outcomes == [Typed("0"), TakeBack(1), Scan("0036000291452")]


def test_two_keys_at_once_are_no_persons_whatever_the_rest_may_be() -> None:
    wedge = Wedge(whole="9012345".__eq__)
    outcomes, at = feed(wedge, "69", gap=8, start=0)
    outcomes += wedge.pause()
    outcomes += feed(wedge, "012345\r", gap=8, start=at + 120)[0]
    assert outcomes == [Typed("69"), TakeBack(2), Scan("69012345")]


def test_the_second_of_two_scans_may_pause_behind_its_first_key_too() -> None:
    wedge = Wedge(whole=EAN.__eq__)
    outcomes, at = feed(wedge, EAN + "\r", gap=8, start=0)
    outcomes += wedge.key("6", at + 60)
    outcomes += wedge.pause()
    outcomes += feed(wedge, EAN[1:] + "\r", gap=8, start=at + 260)[0]
    assert outcomes == [Scan(EAN), Typed("6"), TakeBack(1), Scan(EAN)]


@pytest.mark.parametrize("end", ["", "\r"], ids=["without its end", "its end too late"])
def test_half_a_scan_takes_back_what_was_given_out_of_it(end: str) -> None:
    wedge = Wedge(whole=EAN.__eq__)
    outcomes = [*wedge.key("6", 0), *wedge.pause()]
    more, at = feed(wedge, EAN[1:9], gap=8, start=120)
    outcomes += [*more, *(wedge.key(end, at + 300) if end else wedge.silence())]
    assert outcomes == [Typed("6"), TakeBack(1), Broken(EAN[:9])]


def test_a_key_before_another_one_that_is_no_character_begins_no_scan() -> None:
    wedge = Wedge()
    outcomes = [*wedge.key("6", 0), *wedge.pause()]
    wedge.other_key()
    outcomes += feed(wedge, "BC-12345\r", gap=8, start=120)[0]
    assert outcomes == [Typed("6"), Scan("BC-12345")]


def test_what_trickles_in_behind_half_a_scan_is_thrown_away_with_its_enter() -> None:
    wedge = Wedge()
    _, at = feed(wedge, "69012345", gap=8, start=0)
    wedge.silence()
    outcomes, at = feed(wedge, "67", gap=9, start=at + 300)
    assert outcomes == []
    assert feed(wedge, "892\r", gap=9, start=at + 300)[0] == []


def test_the_late_enter_of_half_a_scan_is_no_enter_of_a_person() -> None:
    wedge = Wedge()
    _, at = feed(wedge, "69012345", gap=8, start=0)
    wedge.silence()
    assert wedge.key("\r", at + 400) == ()
    assert wedge.key("\r", at + 2_000) == (Typed("\r"),)


def test_a_torn_scan_without_a_pause_call_is_broken_by_the_next_late_key() -> None:
    wedge = Wedge()
    _, at = feed(wedge, "690123", gap=8, start=0)
    assert wedge.key("4", at + 300) == (Broken("690123"),)


def test_a_scan_soon_after_a_broken_one_is_a_scan_again() -> None:
    wedge = Wedge()
    _, at = feed(wedge, "69012345", gap=8, start=0)
    wedge.silence()
    outcomes, _ = feed(wedge, "6901234567892\r", gap=8, start=at + 510)
    assert outcomes == [Scan("6901234567892")]


def test_a_scan_that_comes_too_soon_behind_half_a_one_is_told_as_broken_and_the_next_is_taken() -> (
    None
):
    wedge = Wedge()
    outcomes, at = feed(wedge, "69012345", gap=8, start=0)
    outcomes += wedge.silence()
    more, _ = feed(wedge, "4006381333931\r6901234567892\r", gap=8, start=at + 300)
    assert outcomes + more == [
        Broken("69012345"),
        Broken("4006381333931"),
        Scan("6901234567892"),
    ]


def test_a_person_who_types_after_half_a_scan_is_heard_again_within_a_moment() -> None:
    wedge = Wedge()
    _, at = feed(wedge, "69012345", gap=8, start=0)
    wedge.silence()
    outcomes, _ = feed(wedge, "123", gap=90, start=at + 420)
    outcomes += wedge.pause()
    assert "".join(o.text for o in outcomes if isinstance(o, Typed)).endswith("23")


def test_keys_handed_on_too_early_are_taken_back_when_their_stamps_show_a_scan() -> None:
    wedge = Wedge()
    _, at = feed(wedge, "690", gap=8, start=0)
    assert wedge.pause() == (Typed("690"),)
    outcomes, _ = feed(wedge, "1234567892\r", gap=8, start=at + 8)
    assert outcomes == [TakeBack(3), Scan("6901234567892")]


def test_only_the_keys_of_one_burst_are_taken_back() -> None:
    wedge = Wedge()
    outcomes, at = feed(wedge, "ab", gap=90, start=0)
    outcomes += wedge.pause()
    outcomes += wedge.key("c", at + 10)
    assert outcomes == [Typed("a"), Typed("b"), TakeBack(1)]
    assert wedge.held == "bc"


def test_nothing_is_taken_back_from_a_person() -> None:
    wedge = Wedge()
    outcomes: list[Outcome] = []
    for place, character in enumerate("hello world"):
        outcomes += wedge.key(character, place * 80)
        outcomes += wedge.pause()
    assert not any(isinstance(outcome, TakeBack) for outcome in outcomes)


def test_a_clock_that_runs_backwards_does_not_tear_a_scan() -> None:
    wedge = Wedge()
    times = [100, 108, 90, 98, 106, 114, 122]
    outcomes: list[Outcome] = []
    for character, at in zip("123456\r", times, strict=True):
        outcomes += wedge.key(character, at)
    assert outcomes == [Scan("123456")]


def test_what_is_held_is_forgotten_when_the_keyboard_goes_elsewhere() -> None:
    wedge = Wedge()
    feed(wedge, "690123", gap=8, start=0)
    wedge.forget()
    assert wedge.pause() == ()


@given(
    st.lists(
        st.tuples(st.sampled_from("0123456789AB:-*\r\t"), st.integers(0, 600), st.booleans()),
        max_size=60,
    )
)
def test_every_character_is_scanned_typed_or_thrown_away_and_never_twice(
    keys: list[tuple[str, int, bool]],
) -> None:
    wedge, at, out, pressed = Wedge(), 0, [], 0
    for character, gap, paused in keys:
        at += gap
        pressed += 1
        out += wedge.key(character, at)
        if paused:
            out += wedge.pause()
    out += wedge.silence()
    given_out = 0
    for outcome in out:
        if isinstance(outcome, TakeBack):
            given_out -= outcome.count
        else:
            given_out += len(outcome.text)
        assert given_out >= 0
    assert given_out <= pressed
    assert wedge.held == ""


@given(st.text("0123456789", min_size=6, max_size=40), st.lists(st.integers(0, 35), min_size=41))
def test_any_fast_code_is_scanned_whole(code: str, gaps: list[int]) -> None:
    wedge, at, out = Wedge(), 0, []
    for character, gap in zip(code + "\r", gaps, strict=False):
        at += gap
        out += wedge.key(character, at)
    assert out == [Scan(code)]

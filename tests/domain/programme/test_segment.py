"""Segments, picked offers and buckets: what is wrong with them is found; bands and buckets."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.engine.rfm import Bands3, Bought, rfm, segments_by
from posloyalty.domain.programme.kinds.segment import Segment
from posloyalty.domain.programme.load import load
from posloyalty.domain.values.buckets import bucket_of
from tests.domain.engine.made import HEAD, WALLET, rules

SEGMENT = '[[segment]]\nid = "s"\n'
PERSONAL = '[[personal]]\nid = "p"\n'
OFFER = '[[offer]]\nid = "o"\nscope = "order"\npercent = "5%"\nwhen = '


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        (SEGMENT + 'rfm = { recency = "0-5" }', "NOT_BAND", "segment[1].rfm.recency"),
        (SEGMENT + 'rfm = { money = "5" }', "FILTER_EMPTY", "segment[1].rfm"),
        (SEGMENT + 'rfm = { monetary = "5-4" }', "NOT_BAND", "segment[1].rfm.monetary"),
        (SEGMENT + "max_age_days = 0", "NOT_WHOLE", "segment[1].max_age_days"),
        (PERSONAL + "show = 21", "NOT_WHOLE", "personal[1].show"),
        (PERSONAL + "rest_days = 0", "NOT_WHOLE", "personal[1].rest_days"),
        (PERSONAL + "days = 400", "NOT_WHOLE", "personal[1].days"),
        (OFFER + '{ segment = "s" }', "NOT_DECLARED", "offer[1].when.segment"),
        (OFFER + '{ picked = "other" }', "NOT_DECLARED", "offer[1].when.picked"),
        (
            OFFER + '{ bucket = { experiment = "E", from = 50, below = 50 } }',
            "ENDS_BEFORE_START",
            "offer[1].when.bucket.below",
        ),
        (
            '[[rule]]\nid = "r"\ntrigger = "segment"\nsegment = "s"\ngives = { points = 1 }',
            "NOT_DECLARED",
            "rule[1].segment",
        ),
    ],
)
def test_what_is_wrong_is_found_with_its_place(text: str, code: str, path: str) -> None:
    findings = load("\n".join((HEAD.format(currency="CNY"), WALLET, text)).encode())
    assert isinstance(findings, list)
    assert (code, path) in [(one.code, one.path) for one in findings]


def bought(last: int, days: int, spend: int) -> Bought:
    return Bought(last=date(2026, 1, last), days=days, spend_minor=spend)


def test_bands_are_fifths_by_rank_and_ties_stay_together() -> None:
    five = {bytes([n]): bought(n, n, n * 100) for n in range(1, 6)}
    assert {key[0]: bands.code for key, bands in rfm(five).items()} == {
        1: 111,
        2: 222,
        3: 333,
        4: 444,
        5: 555,
    }
    # Ranks 1 to 4 of 5 are 2.5 on average: the third fifth for all four.
    tied = {bytes([n]): bought(9, 1 if n < 5 else 2, 500) for n in range(1, 6)}
    assert {bands.code for key, bands in rfm(tied).items() if key[0] < 5} == {333}
    assert rfm(tied)[bytes([5])] == Bands3(3, 5, 3)


def test_a_segment_holds_who_is_in_all_its_bands() -> None:
    segments = rules(
        '[[segment]]\nid = "a"\nrfm = { recency = "4-5", monetary = "5" }\n'
        '[[segment]]\nid = "b"\nrfm = { frequency = "1-2" }\n[[segment]]\nid = "c"'
    ).of(Segment)
    assert segments_by(Bands3(4, 3, 5), segments) == ("a",)
    assert segments_by(Bands3(5, 2, 5), segments) == ("a", "b")
    assert segments_by(Bands3(3, 3, 5), segments) == ()


@given(st.dictionaries(st.binary(min_size=1, max_size=3), st.integers(0, 30), max_size=40))
def test_more_is_never_in_a_lower_band(figures: dict[bytes, int]) -> None:
    bands = rfm({key: bought(1, figure, figure) for key, figure in figures.items()})
    for one, other in zip(sorted(figures), sorted(figures, reverse=True), strict=True):
        low, high = sorted((one, other), key=lambda key: figures[key])
        assert 1 <= bands[low].frequency <= bands[high].frequency <= 5


def test_buckets_are_those_of_the_published_case() -> None:
    members = ("M000001", "M000002", "M000003", "M000004")
    assert [bucket_of("EXP-2026-01", one) for one in members] == [88, 96, 4, 76]

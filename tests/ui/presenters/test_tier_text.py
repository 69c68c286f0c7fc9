"""The way to the next level in words, each figure in its own unit, in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from posloyalty.domain.engine.quote import TierState
from posloyalty.domain.engine.standing import ChallengeState, Missing
from posloyalty.domain.members.member import Member, MemberStatus, Profile
from posloyalty.domain.programme.tier_need import Metric
from posloyalty.domain.values.money import currency
from posloyalty.services.members.find_member import MemberPanel
from posloyalty.wording import LANGUAGES, Words
from ui.presenters.amounts import Figures
from ui.presenters.member_detail import member_detail
from ui.presenters.member_panel import member_state
from ui.presenters.tier_text import TierWords

WALLETS = {"points": ("Points", 0), "nights": ("nights", 0), "stars": ("Stars", 2)}
NIGHTS = Missing(metric=Metric.UNITS, of="nights", have=97, need=100)
SPEND = Missing(metric=Metric.SPEND, of="", have=22_800_00, need=23_000_00)
VISITS = Missing(metric=Metric.VISITS, of="", have=11, need=12)
STARS = Missing(metric=Metric.EARNED_POINTS, of="stars", have=496_00, need=500_08)
TIER = TierState(
    scheme="status",
    level="titanium",
    level_name="Titanium",
    rank=4,
    levels=5,
    held_through=date(2028, 2, 29),
    progress=97,
    next_level_name="Ambassador",
    next_at=100,
    missing=(NIGHTS, SPEND),
)


def told(language: str = "en", **wallets: tuple[str, int]) -> TierWords:
    return TierWords(Words(language), wallets=wallets or WALLETS, currency=currency("USD"))


def panel(tier: TierState) -> MemberPanel:
    return MemberPanel(
        member=Member(
            id=b"m" * 16,
            status=MemberStatus.ACTIVE,
            joined_on=date(2026, 1, 1),
            home_store="S01",
            profile=Profile(name="Anna"),
        ),
        wallets=(),
        tiers=(tier,),
        as_of=datetime(2026, 11, 25, 12, tzinfo=UTC),
        last_visit=None,
        currency=currency("USD"),
    )


def card(tier: TierState) -> tuple[str, str, int | None]:
    """What the sale screen's card says of a level: the way up, the deadline, the bar."""
    figures = Figures(words=Words("en"), currency=currency("USD"), wallets=WALLETS)
    state = member_state(panel(tier), None, figures)
    assert state is not None
    return state.progress_words, state.deadline, state.progress


@pytest.mark.parametrize(
    ("missing", "any_of", "text"),
    [
        ((NIGHTS, SPEND), False, "3 nights and 200.00"),
        ((NIGHTS, SPEND), True, "3 nights or 200.00"),
        ((VISITS,), False, "1 visit"),
        ((replace(VISITS, have=2),), False, "10 visits"),
        ((STARS,), False, "4.08 Stars"),
        ((replace(NIGHTS, metric=Metric.VISIT_DAYS),), False, "3 days with a visit"),
        ((replace(NIGHTS, metric=Metric.COUNTED),), False, "3 times"),
        ((), False, ""),
    ],
)
def test_what_is_missing_is_told_in_its_own_unit(
    missing: tuple[Missing, ...], any_of: bool, text: str
) -> None:
    assert told().left(missing, any_of=any_of) == text


def test_points_of_the_only_wallet_need_no_name() -> None:
    assert told(stars=("Stars", 2)).left((STARS,), any_of=False) == "4.08"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_all_of_it(language: str) -> None:
    text = told(language).left((NIGHTS, SPEND, VISITS, STARS), any_of=True)
    for part in ("3", "200.00", "1", "4.08"):
        assert part in text


def test_the_card_tells_the_way_up_what_comes_and_a_challenge_in_that_order() -> None:
    assert card(TIER) == ("3 nights and 200.00 to Ambassador", "Until 29 Feb", 970)
    coming = replace(TIER, coming_level_name="Ambassador", coming_on=date(2027, 1, 1))
    assert card(coming)[0] == "Ambassador from 1 Jan"
    challenge = ChallengeState(
        id="fast",
        name="Fast track",
        level_name="Ambassador",
        last_day=date(2026, 12, 31),
        missing=(replace(NIGHTS, have=90),),
        any_of=False,
    )
    running = replace(TIER, challenges=(challenge,))
    assert card(running)[0] == "Fast track: 10 nights more by 31 Dec for Ambassador"


def test_the_card_says_points_of_one_wallet_as_it_always_did() -> None:
    points = Missing(metric=Metric.EARNED_POINTS, of="points", have=1_380, need=2_000)
    plain = replace(TIER, missing=(points,), progress=1_380, next_at=2_000)
    figures = {"points": ("Points", 0)}
    assert (
        TierWords(Words("en"), wallets=figures, currency=None).left((points,), any_of=False)
        == "620"
    )
    assert card(replace(plain, next_level_name=None, next_at=None, missing=()))[0] == (
        "The highest tier"
    )


def test_in_its_grace_the_last_day_is_that_of_the_grace() -> None:
    in_grace = replace(TIER, grace_through=date(2028, 3, 30))
    assert card(in_grace)[1] == "Until 30 Mar"


def test_the_members_page_lists_last_day_benefits_and_challenges() -> None:
    tier = replace(TIER, benefits=("Late checkout until 4 pm", "Lounge"))
    detail = member_detail(panel(tier), Words("en"), wallets=WALLETS, visits=())
    (line,) = detail.tiers
    assert line.note == "3 nights and 200.00 more to Ambassador"
    assert line.facts == ("Held through 2028-02-29", "Late checkout until 4 pm", "Lounge")
    for_ever = replace(TIER, held_through=None)
    (line,) = member_detail(panel(for_ever), Words("en"), wallets=WALLETS, visits=()).tiers
    assert line.facts == ()

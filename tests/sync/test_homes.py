"""Households whose head or last member is merged or erased, in whatever order journals come.

`STORIES` are told here in memory and by `tests/headoffice/ledger/test_homes.py` on both databases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.households import HEAD, HOUSEHOLD, MEMBER, household_of
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.right import UNBOUNDED
from posloyalty.domain.programme.definition import Programme
from posloyalty.sync.office.archive import Archive
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.head_office import HeadOffice
from tests.domain.engine.made import rules
from tests.sync.books import left_of
from tests.sync.fleet import LEDGER, OFFICE, START, SmallTill, member
from tests.sync.small_programme import small_programme
from tests.sync.small_rules import SmallRules
from tests.sync.test_decisions_in_disorder import ANNA, BEN, Chain

CLEO: Final = member("cleo")
HOME: Final = member("home")
PROGRAMME: Final = rules(small_programme(mugs=1) + "[household]", earn="")
AWAY: Final = member("away")
MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
LATER: Final = START + 2 * DAY
"""Who joined first is told by the day: ids are not in the order of time here."""
Story = Callable[[Chain], None]


class FamilyRules(SmallRules):
    """One programme for ever, with households, or none yet."""

    published = True

    def programme(self, at: datetime) -> Programme | None:
        return PROGRAMME if self.published else None


def a_family(archive: Archive | None = None, by: FamilyRules | None = None) -> Chain:
    """Anna heads a household with Ben and 50 points; everybody knows, and knows Cleo."""
    chain = Chain(HeadOffice(OFFICE, rules=by or FamilyRules(), archive=archive))
    for till in (chain.one, chain.other):
        till.greet(CLEO, START)
        till.books |= {home: Belongings(home) for home in (HOME, AWAY)}
    joins(chain.one, ANNA, START, role=HEAD)
    joins(chain.one, BEN, START + MINUTE)
    shares(chain.one, ANNA, 50, START + 2 * MINUTE)
    chain.exchange(chain.one, chain.other)
    return chain


def joins(
    till: SmallTill, who: bytes, at: datetime, *, role: str = MEMBER, home: bytes = HOME
) -> None:
    def do(plan: EventPlan, _state: MemberState) -> None:
        plan.issue(
            kind=HOUSEHOLD,
            of=role,
            owner=who,
            code=home.hex(),
            uses=UNBOUNDED,
            from_day=plan.day,
        )

    till.act(who, at, do)


def leaves(till: SmallTill, who: bytes, at: datetime) -> None:
    def do(plan: EventPlan, state: MemberState) -> None:
        held = household_of(state.rights)
        assert held is not None
        plan.cancel(held.right)

    till.act(who, at, do)


def shares(till: SmallTill, who: bytes, points: int, at: datetime, *, home: bytes = HOME) -> None:
    """A purchase earns for the household."""

    def do(plan: EventPlan, state: MemberState) -> None:
        postings = plan.postings(replace(state, pools=((LEDGER, home),)))
        postings.earn(LEDGER, points, usable_from=plan.day, last_day=None)

    till.act(who, at, do)


def heads(chain: Chain, home: bytes = HOME) -> list[bytes]:
    """Whoever heads a household, the same at head office and at both tills."""
    everybody = (ANNA, BEN, CLEO)
    found = [_heads(home, who, chain.office.fold(who).rights) for who in everybody]
    for till in (chain.one, chain.other):
        assert [_heads(home, who, till.state(who).rights) for who in everybody] == found
    return [who for who, does in zip(everybody, found, strict=True) if does]


def _heads(home: bytes, _who: bytes, rights: object) -> bool:
    held = household_of(rights)  # type: ignore[arg-type]
    return held is not None and held.id == home and held.head


def points(chain: Chain, who: bytes) -> int:
    """What an owner has, the same at head office and at both tills."""
    there = chain.left(who)
    assert [left_of(till.books[who]) for till in (chain.one, chain.other)] == [there, there]
    return there


def told(chain: Chain, at: datetime = LATER) -> None:
    chain.exchange(chain.one, chain.other, chain.one, at=at)


def the_longest_heads_when_the_head_is_erased(chain: Chain) -> None:
    joins(chain.other, CLEO, START + DAY)
    told(chain)
    assert chain.office.erase(ANNA, LATER)
    told(chain)
    assert heads(chain) == [BEN]
    assert points(chain, HOME) == 50


def nothing_changes_when_another_one_is_erased(chain: Chain) -> None:
    assert chain.office.erase(BEN, LATER)
    told(chain)
    assert heads(chain) == [ANNA]
    assert len(chain.office.decided) == 1


def the_record_that_stays_in_the_same_one_heads_it(chain: Chain) -> None:
    joins(chain.other, CLEO, START + DAY)
    told(chain)
    assert chain.office.merge(CLEO, ANNA, LATER)
    told(chain)
    assert heads(chain) == [CLEO]
    assert len(chain.office.decided) == 1


def the_record_that_stays_takes_the_place_where_it_was_in_none(chain: Chain) -> None:
    assert chain.office.merge(CLEO, ANNA, LATER)
    told(chain)
    assert heads(chain) == [CLEO]
    assert points(chain, HOME) == 50


def the_longest_heads_when_the_head_became_somebody_elsewhere(chain: Chain) -> None:
    joins(chain.other, CLEO, START + DAY, role=HEAD, home=AWAY)
    told(chain)
    assert chain.office.merge(CLEO, ANNA, LATER)
    told(chain)
    assert (heads(chain), heads(chain, AWAY)) == ([BEN], [CLEO])
    assert points(chain, HOME) == 50


def what_is_left_follows_the_last_one_to_who_they_became(chain: Chain) -> None:
    joins(chain.other, CLEO, START + DAY, role=HEAD, home=AWAY)
    leaves(chain.other, BEN, START + DAY + MINUTE)
    told(chain)
    assert chain.office.merge(CLEO, ANNA, LATER)
    told(chain)
    assert (points(chain, HOME), points(chain, CLEO)) == (0, 50)


def what_is_left_ends_with_the_last_one_who_is_erased(chain: Chain) -> None:
    assert chain.office.erase(BEN, LATER)
    assert chain.office.erase(ANNA, LATER + MINUTE)
    told(chain)
    assert points(chain, HOME) == 0
    # What comes for it afterwards ends, too.
    shares(chain.other, ANNA, 30, LATER + 2 * MINUTE)
    told(chain, LATER + 3 * MINUTE)
    assert points(chain, HOME) == 0


def who_joins_late_heads_what_its_head_has_left(chain: Chain) -> None:
    assert chain.office.erase(BEN, LATER)
    joins(chain.other, CLEO, START + DAY)
    assert chain.office.erase(ANNA, LATER + 2 * MINUTE)
    told(chain, LATER + 3 * MINUTE)
    assert heads(chain) == [CLEO]


def who_joined_a_till_that_was_away_heads_it(chain: Chain) -> None:
    joins(chain.other, CLEO, START + DAY)
    leaves(chain.one, BEN, START + DAY + MINUTE)
    chain.exchange(chain.one)
    assert chain.office.erase(ANNA, LATER)
    told(chain, LATER + MINUTE)
    assert heads(chain) == [CLEO]


def two_tills_let_the_last_two_leave_and_the_later_one_has_what_is_left(chain: Chain) -> None:
    leaves(chain.other, ANNA, START + DAY)
    leaves(chain.one, BEN, START + DAY + MINUTE)
    told(chain)
    assert heads(chain) == []
    assert (points(chain, HOME), points(chain, ANNA), points(chain, BEN)) == (0, 0, 50)


def the_head_left_at_a_till_that_knew_of_nobody_else(chain: Chain) -> None:
    leaves(chain.other, ANNA, START + DAY)
    told(chain)
    assert heads(chain) == [BEN]


def the_last_one_is_given_what_the_till_left(chain: Chain) -> None:
    leaves(chain.one, BEN, START + DAY)
    leaves(chain.one, ANNA, START + DAY + MINUTE)
    told(chain)
    assert (points(chain, HOME), points(chain, ANNA)) == (0, 50)


def a_record_that_ended_meanwhile_heads_nothing(chain: Chain, ends: Story) -> None:
    """Ben came back at a till that was away while his record ended; he was there before Cleo."""
    joins(chain.one, CLEO, START + DAY)
    leaves(chain.one, BEN, START + DAY + MINUTE)
    told(chain)
    joins(chain.other, BEN, START + DAY - MINUTE)
    ends(chain)
    chain.office.receive(chain.other.id, chain.other.journal)
    assert chain.office.erase(ANNA, LATER + MINUTE)
    assert _heads(HOME, CLEO, chain.office.fold(CLEO).rights), "at once"
    told(chain, LATER + 2 * MINUTE)
    assert heads(chain) == [CLEO]
    assert points(chain, HOME) == 50


def somebody_erased_heads_nothing(chain: Chain) -> None:
    def ends(chain: Chain) -> None:
        assert chain.office.erase(BEN, LATER)

    a_record_that_ended_meanwhile_heads_nothing(chain, ends)


def the_name_of_another_record_heads_nothing(chain: Chain) -> None:
    def ends(chain: Chain) -> None:
        assert chain.office.merge(CLEO, BEN, LATER)

    a_record_that_ended_meanwhile_heads_nothing(chain, ends)


STORIES: Final[tuple[Story, ...]] = (
    the_longest_heads_when_the_head_is_erased,
    nothing_changes_when_another_one_is_erased,
    the_record_that_stays_in_the_same_one_heads_it,
    the_record_that_stays_takes_the_place_where_it_was_in_none,
    the_longest_heads_when_the_head_became_somebody_elsewhere,
    what_is_left_follows_the_last_one_to_who_they_became,
    what_is_left_ends_with_the_last_one_who_is_erased,
    who_joins_late_heads_what_its_head_has_left,
    who_joined_a_till_that_was_away_heads_it,
    two_tills_let_the_last_two_leave_and_the_later_one_has_what_is_left,
    the_head_left_at_a_till_that_knew_of_nobody_else,
    the_last_one_is_given_what_the_till_left,
    somebody_erased_heads_nothing,
    the_name_of_another_record_heads_nothing,
)


@pytest.mark.parametrize("story", STORIES, ids=lambda one: one.__name__)
def test_a_household_is_never_left_headless(story: Story) -> None:
    chain = a_family()
    story(chain)
    # Journals and decisions give the same again, in another order.
    again = HeadOffice(OFFICE, rules=FamilyRules())
    for till in (chain.other, chain.one):
        again.enrol(till.id, store=till.store, genesis=till.genesis)
    again.resume(chain.office.decided)
    for till in (chain.other, chain.one):
        again.receive(till.id, till.journal)
    for who in (ANNA, BEN, CLEO, HOME, AWAY):
        assert Belongings.of(again.fold(who)) == Belongings.of(chain.office.fold(who))
    again.tidy(LATER + timedelta(days=1))
    assert again.decided == chain.office.decided


def test_what_is_left_has_an_owner_where_no_programme_was_published() -> None:
    unpublished = FamilyRules()
    unpublished.published = False
    chain = a_family(by=unpublished)
    the_last_one_is_given_what_the_till_left(chain)

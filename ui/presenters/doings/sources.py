"""The table of what a member can do: one line for each kind, in the order of the list.

A further kind of doing is a file beside these and a line here.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from posloyalty.domain.programme.kinds.activity import Activity
from posloyalty.domain.programme.kinds.board import Board
from posloyalty.domain.programme.kinds.challenge import Challenge
from posloyalty.domain.programme.kinds.claim import Claim
from posloyalty.domain.programme.kinds.club import Club
from posloyalty.domain.programme.kinds.draw import Draw
from posloyalty.domain.programme.kinds.event import Event
from posloyalty.domain.programme.kinds.household import Household
from posloyalty.domain.programme.kinds.pass_ import Pass
from posloyalty.domain.programme.kinds.plan import Plan
from posloyalty.domain.programme.kinds.privilege import Privilege
from posloyalty.domain.programme.kinds.referral import Referral
from posloyalty.domain.programme.kinds.risk import Risk
from posloyalty.domain.programme.kinds.story import Story
from posloyalty.domain.programme.kinds.survey import Survey
from posloyalty.domain.programme.kinds.vote import Vote
from posloyalty.domain.programme.tier_scheme import Challenge as WayToLevel
from ui.presenters.doings.activities import activities
from ui.presenters.doings.by_hand import by_hand
from ui.presenters.doings.challenges import challenges
from ui.presenters.doings.clubs import boards, clubs
from ui.presenters.doings.doing import Source
from ui.presenters.doings.draws import draws
from ui.presenters.doings.events import events
from ui.presenters.doings.households import households
from ui.presenters.doings.identity import identity
from ui.presenters.doings.levels import levels
from ui.presenters.doings.passes import passes
from ui.presenters.doings.plans import plans
from ui.presenters.doings.privileges import privileges
from ui.presenters.doings.receipts import receipts
from ui.presenters.doings.records import records
from ui.presenters.doings.referrals import referrals
from ui.presenters.doings.stories import stories
from ui.presenters.doings.votes import surveys, votes

SOURCES: Final = (
    Source(id="receipts", heading="doings.of_receipts", kinds=(Claim,), rows=receipts),
    Source(id="identity", heading="doings.of_identity", kinds=(Risk,), rows=identity),
    Source(id="passes", heading="doings.of_passes", kinds=(Pass,), rows=passes),
    Source(id="privileges", heading="doings.of_privileges", kinds=(Privilege,), rows=privileges),
    Source(id="activities", heading="doings.of_activities", kinds=(Activity,), rows=activities),
    Source(
        id="challenges",
        heading="doings.of_challenges",
        kinds=(Challenge, WayToLevel),
        rows=challenges,
    ),
    Source(id="events", heading="doings.of_events", kinds=(Event,), rows=events),
    Source(id="votes", heading="doings.of_votes", kinds=(Vote,), rows=votes),
    Source(id="surveys", heading="doings.of_surveys", kinds=(Survey,), rows=surveys),
    Source(id="stories", heading="doings.of_stories", kinds=(Story,), rows=stories),
    Source(id="draws", heading="doings.of_draws", kinds=(Draw,), rows=draws),
    Source(id="plans", heading="doings.of_plans", kinds=(Plan,), rows=plans),
    Source(id="clubs", heading="doings.of_clubs", kinds=(Club,), rows=clubs),
    Source(id="boards", heading="doings.of_boards", kinds=(Board,), rows=boards),
    Source(id="referrals", heading="doings.of_referrals", kinds=(Referral,), rows=referrals),
    Source(id="households", heading="doings.of_households", kinds=(Household,), rows=households),
    Source(id="by_hand", heading="doings.of_by_hand", kinds=(), rows=by_hand),
    Source(id="levels", heading="doings.of_levels", kinds=(), rows=levels),
    Source(id="records", heading="doings.of_records", kinds=(), rows=records),
)


def declared_sources(declared: Collection[type]) -> tuple[Source, ...]:
    """The sources that a programme with these declarations has something for."""
    return tuple(one for one in SOURCES if not one.kinds or any(k in declared for k in one.kinds))


def kinds_of_doings() -> frozenset[type]:
    """Every declaration that gives a member something to do or to use."""
    return frozenset(kind for one in SOURCES for kind in one.kinds)

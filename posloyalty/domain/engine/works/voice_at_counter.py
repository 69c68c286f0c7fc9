"""Votes, surveys and stories at the counter: what a member says, as they say it there.

The till keeps no story. What is typed is the number or title on its sheet, which the shop keeps;
the journal holds the SHA-256 of that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from posloyalty.domain.engine.at_counter import (
    NOTHING_ASKED,
    Answers,
    Ask,
    AskedAs,
    AtCounter,
    Place,
    Row,
    WayBack,
    said,
    shows,
)
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.works import voice
from posloyalty.domain.engine.works.voice import about_story, answering, handing_in, voting
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.kinds.story import STORY, Story
from posloyalty.domain.programme.kinds.survey import INVITATION, Survey
from posloyalty.domain.programme.kinds.vote import BALLOT, CHOICE, Vote
from posloyalty.domain.programme.names import Names

SHEET: Final = "sheet"
AGREES: Final = "agrees"
YES: Final = "yes"
SHEET_MOST: Final = 60
DIGEST_SHOWN: Final = 6
SEEN: Final = "-"
"""A sheet for a first look at what handing one in would bring; it is never booked."""
_ICONS: Final = {voice.SHOW: "check-circle", voice.REJECT: "close", voice.WITHDRAW: "back"}


@shows(Vote, heading=said("doings.of_votes"), place=Place.SAYS)
def ballot(vote: Vote, at: AtCounter) -> Iterator[Row]:
    """A vote that the member has not cast, on its days."""
    cast = {right.of.partition("/")[0] for right in at.state.rights if right.kind == BALLOT}
    if vote.id in cast or not vote.days.first <= at.day <= vote.days.last:
        return
    options = tuple((one.id, one.names) for one in vote.options)
    label = said("doings.options")
    yield Row(
        id=f"vote:{vote.id}",
        icon="edit",
        title=vote.names,
        sub=said("doings.through", day=vote.days.last),
        verb=said("doings.vote"),
        asks=(Ask(name=CHOICE, label=label, kind=AskedAs.OPTION, options=options),),
        sample={CHOICE: vote.options[0].id} if vote.options else None,
        does=lambda answers: voting(at.member_id, vote.id, answers.get(CHOICE, "")),
    )


@shows(Survey, heading=said("doings.of_surveys"), place=Place.SAYS)
def questions(survey: Survey, at: AtCounter) -> Iterator[Row]:
    """A survey that the member was invited to."""
    invited = {right.of: right for right in at.held(INVITATION)}.get(survey.id)
    if invited is None:
        return

    def hand_in(answers: Answers) -> Happening:
        scores = {one.id: answers.get(one.id, "") for one in survey.questions}
        given = {name: int(text) if text.isdecimal() else 0 for name, text in scores.items()}
        return answering(at.member_id, survey.id, given)

    last = invited.last_day
    yield Row(
        id=f"survey:{survey.id}",
        icon="note",
        title=survey.names,
        sub=None if last is None else said("doings.through", day=last),
        verb=said("doings.hand_in"),
        asks=tuple(
            Ask(
                name=one.id,
                label=one.names,
                kind=AskedAs.OPTION,
                options=tuple((str(score), Names(str(score))) for score in one.scale.scores),
            )
            for one in survey.questions
        ),
        sample={one.id: str(one.scale.scores[0]) for one in survey.questions},
        does=hand_in,
    )


@shows(Story, heading=said("doings.of_stories"), place=Place.SAYS)
def stories(story: Story, at: AtCounter) -> Iterator[Row]:
    """Handing one in; for each of the member's own what may still be done with it."""
    yield _hand_in(story, at)
    for right in at.state.rights:
        if (right.kind, right.of) == (STORY, story.id) and right.cancelled <= 0:
            acts = (voice.WITHDRAW,) if right.released else tuple(_ICONS)
            yield from (_about(story, right, act, at) for act in acts)


def _hand_in(story: Story, at: AtCounter) -> Row:
    def hand_in(answers: Answers) -> Happening:
        sheet = answers.get(SHEET, "").strip().encode("utf-8")
        return handing_in(at.member_id, story.id, sheet, licensed=answers.get(AGREES) == YES)

    agrees = Ask(
        name=AGREES,
        label=said("doings.story_agrees"),
        kind=AskedAs.OPTION,
        options=((YES, said("doings.story_yes")), ("no", said("doings.story_no"))),
    )
    sheet = Ask(
        name=SHEET,
        label=said("doings.story_sheet"),
        hint=said("doings.story_sheet_hint"),
        length_most=SHEET_MOST,
    )
    return Row(
        id=f"story:{story.id}",
        icon="edit",
        title=story.names,
        sub=Names(story.licence),
        verb=said("doings.hand_in"),
        asks=(agrees, sheet),
        sample={SHEET: SEEN, AGREES: YES},
        does=hand_in,
        # What was handed in just now is taken away again.
        back=WayBack(
            by=lambda did: about_story(
                at.member_id, story.id, voice.WITHDRAW, did.rights[0].right_id.hex()
            )
        ),
    )


def _about(story: Story, own: Right, act: str, at: AtCounter) -> Row:
    state = "doings.story_shown" if own.released else "doings.story_waits"
    asks = (Ask(name=voice.CAUSE, label=said("doings.story_cause")),)

    def make(answers: Answers) -> Happening:
        cause = answers.get(voice.CAUSE, "").strip()
        return about_story(at.member_id, story.id, act, own.code, cause)

    return Row(
        id=f"story_{act}:{story.id}:{own.code}",
        icon=_ICONS[act],
        title=said(f"doings.story_{act}", name=story.names),
        sub=said(state, day=own.from_day or "", sheet=own.code[:DIGEST_SHOWN]),
        verb=said(f"doings.story_{act}_verb"),
        asks=asks if act == voice.REJECT else (),
        sample=None if act == voice.REJECT else NOTHING_ASKED,
        does=make,
    )

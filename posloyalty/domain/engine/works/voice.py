"""Votes, stories and surveys at work.

`Trigger.VOTE`, what "<id>", evidence `choice`. `Trigger.STORY`, what "<id>", evidence `act`:
"submit" with `licence` = "yes" and the `digest` of the story; "show" or "reject" with its `right`;
"withdraw" by the member. `Trigger.SURVEY`, what "<id>", an answer for every question.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.giving import give
from posloyalty.domain.engine.happening import Evidence, Happening, happening
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.kinds.story import STORY, Story
from posloyalty.domain.programme.kinds.survey import (
    INVITATION,
    Survey,
    answers_in,
    score_meter,
)
from posloyalty.domain.programme.kinds.vote import BALLOT, CHOICE, Vote
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.reason import reason

ACT = "act"
SUBMIT, SHOW, REJECT, WITHDRAW = "submit", "show", "reject", "withdraw"
LICENCE = "licence"
DIGEST = "digest"
RIGHT = "right"
CAUSE = "cause"


def voting(member_id: bytes, vote_id: str, choice: str) -> Happening:
    """A member casts a ballot."""
    return happening(Trigger.VOTE, member_id, vote_id, ((CHOICE, choice),))


def answering(member_id: bytes, survey_id: str, answers: Mapping[str, int]) -> Happening:
    """A member answers a survey, question by question."""
    evidence = tuple((name, str(score)) for name, score in answers.items())
    return happening(Trigger.SURVEY, member_id, survey_id, evidence)


def handing_in(member_id: bytes, story_id: str, content: bytes, *, licensed: bool) -> Happening:
    """A member hands in a story, known by its SHA-256; `licensed` says that they agreed."""
    evidence: Evidence = (
        (ACT, SUBMIT),
        (LICENCE, "yes" if licensed else "no"),
        (DIGEST, sha256(content).hexdigest() if content else ""),
    )
    return happening(Trigger.STORY, member_id, story_id, evidence)


def about_story(
    member_id: bytes, story_id: str, act: str, digest: str, cause: str = ""
) -> Happening:
    """A story that was handed in is shown, rejected for a cause, or withdrawn."""
    evidence: Evidence = ((ACT, act), (RIGHT, digest))
    if cause or act == REJECT:
        evidence = (*evidence, (CAUSE, cause))
    return happening(Trigger.STORY, member_id, story_id, evidence)


@works(Vote, Trigger.VOTE, stage=Stage.BONUSES)
def cast(vote: Vote, moment: Moment, awards: Awards) -> None:
    """Cast a ballot, once."""
    recorded, member = moment.recorded, moment.active
    if recorded is None or recorded.what != vote.id:
        return
    if member is None:
        awards.refuse("NO_MEMBER" if moment.state is None else "MEMBER_BARRED")
    choice = dict(recorded.evidence).get(CHOICE, "")
    if choice not in {one.id for one in vote.options}:
        awards.refuse("NO_SUCH_CHOICE")
    if not vote.days.first <= moment.day <= vote.days.last:
        awards.refuse("NOT_ON_THESE_DAYS", first=vote.days.first, last=vote.days.last)
    name = _name(vote.names, awards)
    awards.require(vote, name)
    if any(one.kind == BALLOT and one.owner == member.member_id for one in moment.gathered):
        awards.refuse("VOTED")
    awards.issue(
        BALLOT,
        f"{vote.id}/{choice}",
        rule_id=vote.id,
        name=name,
        code=vote.code(moment.programme.id),
        uses=0,
        from_day=moment.day,
    )
    give(vote.gives, awards, rule_id=vote.id, name=name)


@works(Story, Trigger.STORY, stage=Stage.BONUSES)
def tell_story(story: Story, moment: Moment, awards: Awards) -> None:
    """A story is handed in, shown, rejected or withdrawn."""
    recorded = moment.recorded
    if recorded is None or recorded.what != story.id:
        return
    if moment.state is None:
        awards.refuse("NO_MEMBER")
    act = dict(recorded.evidence).get(ACT, "")
    if act == SUBMIT:
        _submit(story, moment, awards)
    elif act in (SHOW, REJECT, WITHDRAW):
        _moderate(story, act, moment, awards)


@works(Survey, Trigger.SALE, stage=Stage.MESSAGES)
def invite(survey: Survey, moment: Moment, awards: Awards) -> None:
    """Invite one of so many, who was not asked of late."""
    state = moment.active
    if state is None or _lot(survey, moment.event_id) % survey.one_in:
        return
    rested = survey.rested_since(moment.day)
    if any(
        one.kind == INVITATION and one.from_day is not None and one.from_day >= rested
        for one in state.rights
    ):
        return
    last = moment.day + timedelta(days=survey.valid_days - 1)
    awards.issue(
        INVITATION,
        survey.id,
        rule_id=survey.id,
        name=_name(survey.names, awards),
        from_day=moment.day,
        last_day=last,
    )
    awards.tell("SURVEY", name=_name(survey.names, awards), day=last.isoformat())


@works(Survey, Trigger.RETURN, stage=Stage.MESSAGES)
def keep_invitation(survey: Survey, moment: Moment, awards: Awards) -> None:
    """Who brings something back is asked all the same."""
    returned = moment.returned
    for right in () if returned is None else returned.issued:
        if right.kind == INVITATION and right.of == survey.id:
            awards.leave(right.id)


@works(Survey, Trigger.SURVEY, stage=Stage.BONUSES)
def answer(survey: Survey, moment: Moment, awards: Awards) -> None:
    """Count the answers of somebody who was invited, without saying whose they are."""
    recorded, member = moment.recorded, moment.active
    if recorded is None or recorded.what != survey.id:
        return
    if member is None:
        awards.refuse("NO_MEMBER" if moment.state is None else "MEMBER_BARRED")
    invited = next(
        (
            one
            for one in member.rights
            if one.kind == INVITATION and one.of == survey.id and one.good_on(moment.day)
        ),
        None,
    )
    if invited is None:
        awards.refuse("NOT_INVITED")
    answers = answers_in(survey, dict(recorded.evidence))
    if answers is None:
        awards.refuse("ANSWERS_MISSING")
    awards.plan.use(invited)
    owner = survey.counts_under(moment.programme.id)
    for question in survey.questions:
        awards.count(score_meter(survey, question, answers[question.id]), 1, owner=owner)
    give(survey.gives, awards, rule_id=survey.id, name=_name(survey.names, awards))


def _submit(story: Story, moment: Moment, awards: Awards) -> None:
    recorded, member = moment.recorded, moment.active
    assert recorded is not None  # something is recorded
    if member is None:
        awards.refuse("MEMBER_BARRED")
    evidence = dict(recorded.evidence)
    if evidence.get(LICENCE) != "yes":
        awards.refuse("LICENCE_NEEDED")
    if len(evidence.get(DIGEST, "")) != 2 * sha256().digest_size:
        awards.refuse("STORY_MISSING")
    mine = [one for one in member.rights if _is(one, story)]
    if len(mine) >= story.most:
        awards.refuse("STORIES_ENOUGH", most=story.most)
    awards.write("licence_text", story.licence)
    awards.issue(
        STORY,
        story.id,
        rule_id=story.id,
        name=_name(story.names, awards),
        reasons=(reason("IN_MODERATION"),),
        code=evidence[DIGEST],
        uses=0,
        from_day=moment.day,
        held=True,
    )


def _moderate(story: Story, act: str, moment: Moment, awards: Awards) -> None:
    recorded, state, operator = moment.recorded, moment.state, moment.operator
    assert recorded is not None  # something is recorded
    assert state is not None  # somebody's story it is
    evidence = dict(recorded.evidence)
    wanted = evidence.get(RIGHT, "")
    mine = [one for one in state.rights if _is(one, story)]
    told = next((one for one in mine if wanted in (one.id.hex(), one.code)), None)
    if told is None:
        awards.refuse("NO_SUCH_STORY")
    if act == WITHDRAW:
        awards.plan.cancel(told)
        return
    if operator is not None and not operator.is_at_least(story.role):
        awards.refuse("NOT_ALLOWED", name=operator.name)
    if told.released:
        awards.refuse("SHOWN_ALREADY")
    if act == REJECT:
        if not evidence.get(CAUSE, "").strip():
            awards.refuse("CAUSE_NEEDED")
        awards.plan.cancel(told)
        return
    awards.plan.release(told)
    awards.count(f"stories/{story.id}", 1)
    give(story.gives, awards, rule_id=story.id, name=_name(story.names, awards))


def _is(right: Right, story: Story) -> bool:
    return right.kind == STORY and right.of == story.id and right.cancelled <= 0


def _lot(survey: Survey, event_id: bytes) -> int:
    """A number that follows from the sale's random id: nobody chooses who is asked."""
    return int.from_bytes(sha256(survey.id.encode("utf-8") + event_id).digest()[:8], "big")


def _name(names: Names, awards: Awards) -> str:
    return names.in_language(awards.moment.store.language)

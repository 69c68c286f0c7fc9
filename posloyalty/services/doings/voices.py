"""Votes, stories and surveys at the till: what members say, and what came of it.

Shape: each act is one event of the journal. A story itself is kept by the shop; here it is known by
its SHA-256. Results are counts: of a vote by option, of a survey by score.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.voices import Scores, scores_of, tally
from posloyalty.domain.engine.works import voice
from posloyalty.domain.engine.works.voice import about_story, answering, handing_in, voting
from posloyalty.domain.programme.declaration import Declared
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.story import Story
from posloyalty.domain.programme.kinds.survey import Survey
from posloyalty.domain.programme.kinds.vote import Vote
from posloyalty.domain.shop.operator import Operator
from posloyalty.services.doings.programme_acts import Acted, ProgrammeActs
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.refusal import ServiceRefusal

Item = TypeVar("Item", bound=Declared)


class Voices(Grounded):
    """Votes, stories and surveys of one till."""

    def __init__(self, ground: Ground, *, acts: ProgrammeActs) -> None:
        super().__init__(ground)
        self._acts = acts

    def vote(self, member_id: bytes, vote_id: str, choice: str, operator: Operator) -> Acted:
        """A member casts their ballot.

        Raises `ServiceRefusal` NO_SUCH_VOTE, NO_SUCH_CHOICE, NOT_ON_THESE_DAYS, NOT_MET, VOTED,
        NO_SUCH_MEMBER or MEMBER_BARRED.
        """
        self._find(Vote, vote_id, "NO_SUCH_VOTE")
        return self._acts.record(voting(member_id, vote_id, choice), operator)

    def tally(self, vote_id: str) -> Mapping[str, int]:
        """The ballots of each option so far. Raises NO_SUCH_VOTE."""
        programme, vote = self._find(Vote, vote_id, "NO_SUCH_VOTE")
        with self._book.read() as reader:
            return tally(vote, reader.ledger.rights_by_code(vote.code(programme.id)))

    def submit(
        self,
        member_id: bytes,
        story_id: str,
        content: bytes,
        operator: Operator,
        *,
        licensed: bool,
    ) -> Acted:
        """A member hands in a story, `licensed` when they agreed to the licence as it is worded.

        Raises `ServiceRefusal` NO_SUCH_STORY, LICENCE_NEEDED, STORY_MISSING, STORIES_ENOUGH,
        NO_SUCH_MEMBER or MEMBER_BARRED.
        """
        return self._story(handing_in(member_id, story_id, content, licensed=licensed), operator)

    def show(self, member_id: bytes, story_id: str, digest: str, operator: Operator) -> Acted:
        """A story may be shown. Raises NO_SUCH_STORY, NOT_ALLOWED or SHOWN_ALREADY."""
        return self._story(about_story(member_id, story_id, voice.SHOW, digest), operator)

    def reject(
        self, member_id: bytes, story_id: str, digest: str, cause: str, operator: Operator
    ) -> Acted:
        """A story is not shown, for a cause. Raises what `show` does, and CAUSE_NEEDED."""
        return self._story(about_story(member_id, story_id, voice.REJECT, digest, cause), operator)

    def withdraw(self, member_id: bytes, story_id: str, digest: str, operator: Operator) -> Acted:
        """The member takes their licence back; what it gave stays. Raises NO_SUCH_STORY."""
        return self._story(about_story(member_id, story_id, voice.WITHDRAW, digest), operator)

    def answer(
        self, member_id: bytes, survey_id: str, answers: Mapping[str, int], operator: Operator
    ) -> Acted:
        """Somebody who was invited answers every question.

        Raises `ServiceRefusal` NO_SUCH_SURVEY, NOT_INVITED, ANSWERS_MISSING, NO_SUCH_MEMBER or
        MEMBER_BARRED.
        """
        self._find(Survey, survey_id, "NO_SUCH_SURVEY")
        return self._acts.record(answering(member_id, survey_id, answers), operator)

    def scores(self, survey_id: str, since: date = date.min) -> tuple[Scores, ...]:
        """What was answered on the days from `since`, question by question. Raises
        NO_SUCH_SURVEY.
        """
        programme, survey = self._find(Survey, survey_id, "NO_SUCH_SURVEY")
        with self._book.read() as reader:
            entries = reader.ledger.meters(survey.counts_under(programme.id), since)
        return scores_of(programme, survey, entries)

    def _story(self, happening: Happening, operator: Operator) -> Acted:
        self._find(Story, happening.recorded.what, "NO_SUCH_STORY")
        return self._acts.record(happening, operator)

    def _find(self, shape: type[Item], item_id: str, refusal: str) -> tuple[Programme, Item]:
        with self._book.read() as reader:
            programme = self._in_effect(reader)
        found = programme.find(shape, item_id)
        if found is None:
            raise ServiceRefusal(refusal)
        return programme, found

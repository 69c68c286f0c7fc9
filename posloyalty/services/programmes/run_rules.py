"""Runs: what rules give when a period is over or a birthday comes near, for all members at once.

Shape: `run()` goes through the members and records one act for each whom a rule gives something;
the others leave no trace. An act's id follows from the rule, what it is given for, and the member,
so that a run may be repeated, here or on another till, and gives nothing twice: what came in
late is given in the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.members.member import Member
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.rule import NearBirthday, PeriodEnds, Rule
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.doings.programme_acts import Acted, ProgrammeActs
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.refusal import ServiceRefusal

MEMBERS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Given:
    """What a rule gave one member."""

    rule_id: str
    member_id: bytes
    acted: Acted


class RunRules(Grounded):
    """The runs of one till, or of head office."""

    def __init__(self, ground: Ground, *, acts: ProgrammeActs) -> None:
        super().__init__(ground)
        self._acts = acts

    def rules(self, *, at: datetime | None = None) -> tuple[Rule, ...]:
        """The rules of the programme in effect that wait for a run."""
        with self._book.read() as reader:
            programme = self._programmes.at(reader, self._clock.now() if at is None else at)
        return () if programme is None else _waiting(programme)

    def run(
        self,
        operator: Operator,
        rule_id: str | None = None,
        *,
        at: datetime | None = None,
        done: Callable[[int], None] = lambda members: None,
    ) -> tuple[Given, ...]:
        """Give whatever is due by one rule or by all; `done` hears how many members were looked at.

        Raises `ServiceRefusal` NO_PROGRAMME, or NO_SUCH_RULE for one that waits for no run.
        """
        at = self._clock.now() if at is None else at
        with self._book.read() as reader:
            programme = self._in_effect(reader, at)
        rules = [rule for rule in _waiting(programme) if rule_id in (None, rule.id)]
        if rule_id is not None and not rules:
            raise ServiceRefusal("NO_SUCH_RULE", rule=rule_id)
        given: list[Given] = []
        for looked_at, member in enumerate(self._members(), start=1):
            for rule in rules:
                acted = self._give(programme, rule, member, operator, at)
                if acted is not None:
                    given.append(Given(rule.id, member.id, acted))
            done(looked_at)
        return tuple(given)

    def _give(
        self,
        programme: Programme,
        rule: Rule,
        member: Member,
        operator: Operator,
        at: datetime,
    ) -> Acted | None:
        day = _given_for(rule, member, store_day(at, programme.zone))
        if day is None:
            return None
        happening = Happening(
            trigger=Trigger.RUN, recorded=Recorded(what=rule.id), member_id=member.id
        )
        event_id = derive_id("run", programme.id, rule.id, day.isoformat(), member.id)
        try:
            self._acts.preview(happening, at=at, operator=operator)
            return self._acts.record(happening, operator, event_id=event_id, at=at)
        except ServiceRefusal as refused:
            if refused.reason == "NOTHING_TO_RECORD":
                return None
            raise

    def _members(self) -> Iterator[Member]:
        """Every member of the book, each once."""
        mark, seen = 0, set[bytes]()
        while True:
            with self._book.read() as reader:
                changes = reader.members.changes(after=mark, limit=MEMBERS_AT_ONCE)
            if not changes:
                return
            for change in changes:
                mark = max(mark, change.changed)
                if change.member.id not in seen:
                    seen.add(change.member.id)
                    yield change.member


def _waiting(programme: Programme) -> tuple[Rule, ...]:
    kinds = (PeriodEnds, NearBirthday)
    return tuple(rule for rule in programme.of(Rule) if isinstance(rule.occasion, kinds))


def _given_for(rule: Rule, member: Member, day: date) -> date | None:
    """What it would be given for: the period's last day, or the birthday; None for neither."""
    if isinstance(rule.occasion, PeriodEnds):
        return rule.occasion.period(day)[1]
    born = member.profile.birthday
    return None if born is None else rule.occasion.birthday(born, day)

"""Challenges that two tills gave for, neither knowing of the other: found by all that is known.

Shape: `beyond(...)` are the events that gave once too often by all that is known now; `named(...)`
what was said so far; `changes(...)` is what is to be said. All follow from the journals alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from posloyalty.domain.engine.challenges import Attempt
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.challenge import Challenge
from posloyalty.sync import events
from posloyalty.sync.given_twice import Twice, read
from posloyalty.sync.journals import Filed
from posloyalty.sync.office.late_sales import Knew


def beyond(
    programme: Programme, state: MemberState, of_member: Iterable[Filed], knew: Knew
) -> frozenset[Twice]:
    """What was given beyond what was made, by tills that had not heard of the other giving."""
    filed = {one.event_id: one for one in of_member}
    return frozenset(
        one
        for challenge in programme.of(Challenge)
        for one in _beyond(Attempt(programme, challenge, state), filed, knew)
    )


def named(of_member: Iterable[Filed]) -> frozenset[Twice]:
    """What head office has said of it and not unsaid."""
    times: dict[Twice, int] = {}
    for one in of_member:
        found = read(one)
        if found is not None:
            times[found[0]] = times.get(found[0], 0) + found[1]
    return frozenset(one for one, n in times.items() if n > 0)


def changes(
    found: Collection[Twice], said: Collection[Twice], of_member: Iterable[Filed]
) -> list[tuple[Twice, int]]:
    """What is to be said, 1, or unsaid, -1. Of an event that is not here nothing is unsaid."""
    here = {one.event_id for one in of_member}
    more = [(one, 1) for one in sorted(set(found) - set(said))]
    less = [(one, -1) for one in sorted(set(said) - set(found)) if one.event_id in here]
    return more + less


def _beyond(attempt: Attempt, filed: dict[bytes, Filed], knew: Knew) -> list[Twice]:
    challenge, given = attempt.challenge, attempt.given
    if len(given) < 2:
        return []
    due = attempt.standing(min(one.day for one in given))
    over = len(given) - max(1, due if challenge.again else min(1, due))
    if over < 1:
        return []
    gave = sorted(
        (filed[one.event_id] for one in given if one.event_id in filed), key=lambda one: one.order
    )
    unaware = [
        one
        for place, one in enumerate(gave)
        if any(
            before.till_id != one.till_id and not knew(one, before.event_id)
            for before in gave[:place]
        )
    ]
    return [
        Twice(challenge.id, one.event_id, one.till_id, one.store, _number(one))
        for one in unaware[-over:]
    ]


def _number(one: Filed) -> str:
    return one.event.no if isinstance(one.event, events.Sale) else ""

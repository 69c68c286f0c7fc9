"""Readings of one reader in every way that matters.

First everything is there and each question has its first answer. Then every question is answered
otherwise, one at a time. Where an answer changed what its table is asked for, all questions of that
table are gone through again under it; where it led to new questions, those are. So the number of
readings grows with the number of questions, not with their combinations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from posloyalty.domain.programme.schema.recording import Again, Learned, Question, Run, new_run

DEPTH_MAX: Final = 4
RUNS_MAX: Final = 50_000
AGAIN_MAX: Final = 1000

Start = Callable[[Run], object]
Forced = Mapping[Question, object]


class TooManyRuns(RuntimeError):
    """A reader asks more than an exploration is ready to answer: a fault of the reader."""


def explore(start: Start, learned: Learned) -> list[Run]:
    """Every run of a reader, the one with the first answers first."""
    base = _run(start, {}, learned, "")
    runs = [base]
    done: set[frozenset[tuple[Question, object]]] = {frozenset()}
    todo: list[tuple[Run, tuple[Question, ...]]] = [(base, tuple(base.asked))]
    while todo:
        parent, questions = todo.pop()
        for forced in _otherwise(parent, questions):
            known = frozenset(forced.items())
            if known in done:
                continue
            done.add(known)
            if len(runs) >= RUNS_MAX:
                raise TooManyRuns
            asked = list(forced)[-1]
            child = _run(start, forced, learned, _focus(asked))
            runs.append(child)
            if len(forced) < DEPTH_MAX:
                todo.append((child, _fresh(child, parent, asked)))
    return runs


def _otherwise(parent: Run, questions: tuple[Question, ...]) -> Iterator[dict[Question, object]]:
    """What the parent was told, and one more answer that it was not given."""
    for question in questions:
        if question in parent.forced:
            continue
        options, chosen = parent.asked[question]
        for option in options:
            if option != chosen:
                yield {**parent.forced, question: option}


def _fresh(child: Run, parent: Run, asked: Question) -> tuple[Question, ...]:
    """The questions to go through again under an answer."""
    new = [question for question in child.asked if question not in parent.asked]
    if _shape(child, asked) != _shape(parent, asked):
        new += [
            question
            for question in child.asked
            if question.place == asked.place and question in parent.asked
        ]
    return tuple(new)


def _shape(run: Run, asked: Question) -> set[tuple[str, bool]]:
    """What the table was asked for besides the key in question."""
    keys = run.seen.get(asked.place, {})
    return {(key, seen.required) for key, seen in keys.items() if key != asked.key}


def _focus(asked: Question) -> str:
    """The one table of the file that an answer can matter to."""
    return asked.place[0] if asked.place else asked.key


def _run(start: Start, forced: Forced, learned: Learned, focus: str) -> Run:
    for _ in range(AGAIN_MAX):
        run = new_run(forced, learned, focus)
        try:
            start(run)
        except Again:
            continue
        return run
    raise TooManyRuns

"""One question at a time on a lane; only the newest counts."""

from tests.fakes.lanes import LanesByStep
from ui.presenters.newest import NewestOnly


class Asked:
    """Questions that ran, answers that were told."""

    def __init__(self) -> None:
        self.lanes = LanesByStep()
        self.ran: list[int] = []
        self.told: list[tuple[int, int]] = []
        self.failed: list[str] = []
        self.newest = NewestOnly[int, int](
            self.lanes.look_up,
            job=self._job,
            done=lambda question, answer: self.told.append((question, answer)),
            failed=lambda fault: self.failed.append(str(fault)),
        )

    def _job(self, question: int) -> int:
        self.ran.append(question)
        if question < 0:
            raise ValueError(question)
        return question * 10


def test_an_answer_is_told_when_nothing_newer_was_asked():
    asked = Asked()
    asked.newest.ask(1)
    assert asked.newest.busy
    asked.lanes.run_all()
    assert asked.told == [(1, 10)]
    assert not asked.newest.busy


def test_of_many_questions_the_first_runs_and_the_last_is_told():
    asked = Asked()
    for question in (1, 2, 3, 4):
        asked.newest.ask(question)
    asked.lanes.run_all()
    assert asked.ran == [1, 4]
    assert asked.told == [(4, 40)]


def test_what_was_forgotten_is_not_told_and_the_next_question_is():
    asked = Asked()
    asked.newest.ask(1)
    asked.newest.forget()
    assert not asked.newest.busy
    asked.newest.ask(2)
    asked.lanes.run_all()
    assert asked.told == [(2, 20)]


def test_a_failure_counts_only_while_it_is_the_newest():
    asked = Asked()
    asked.newest.ask(-1)
    asked.newest.ask(2)
    asked.lanes.run_all()
    assert asked.failed == []
    assert asked.told == [(2, 20)]
    asked.newest.ask(-3)
    asked.lanes.run_all()
    assert asked.failed == ["-3"]

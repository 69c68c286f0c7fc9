"""Whether one program speaks as a till, or two: played with copies of books and late requests."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from random import Random

import pytest

from posloyalty.sync.office.clones import LATE_S, Standing, Start, spoke


@dataclass
class Machine:
    """A till's book with the start that it knows, and the program that runs on it."""

    last: bytes = b""
    boot: bytes = b""
    after: bytes = b""


class Clones:
    """Head office with one till's starts, and the machines that have its key."""

    def __init__(self) -> None:
        self.starts: dict[bytes, Start] = {}
        self.machines = [Machine()]
        self.now_s = 1_000_000
        self._boots = count(1)

    def start(self, machine: Machine) -> None:
        machine.after, machine.boot = machine.last, next(self._boots).to_bytes(16, "big")
        machine.last = machine.boot

    def copied(self, machine: Machine) -> Machine:
        self.machines.append(Machine(machine.last, machine.boot, machine.after))
        return self.machines[-1]

    def hello(self, machine: Machine) -> None:
        self.late(machine.boot, machine.after)

    def late(self, boot: bytes, after: bytes, off_s: int = 0) -> None:
        self.now_s += 30
        for one in spoke(self.starts, boot, after, now_s=self.now_s, off_s=off_s):
            self.starts[one.boot] = one

    @property
    def suspects(self) -> bool:
        return any(one.standing is Standing.SUSPECT for one in self.starts.values())


@pytest.mark.parametrize("seed", range(60))
def test_one_machine_is_never_suspected_though_a_request_of_each_start_is_late(seed: int) -> None:
    random, world = Random(seed), Clones()
    (machine,), before = world.machines, list[tuple[bytes, bytes]]()
    world.start(machine)
    world.hello(machine)
    for _ in range(40):
        if random.random() < 0.3:
            before.append((machine.boot, machine.after))
            world.start(machine)
            world.hello(machine)
        elif before and random.random() < 0.3:
            # What was on its way when a program ended, once.
            world.late(*before.pop(random.randrange(len(before))))
        else:
            world.hello(machine)
        assert not world.suspects


@pytest.mark.parametrize("restarts", [0, 1, 2])
def test_a_machine_that_is_copied_while_it_runs_is_two_when_both_have_spoken_twice(
    restarts: int,
) -> None:
    world = Clones()
    one = world.machines[0]
    world.start(one)
    world.hello(one)
    other = world.copied(one)
    for _ in range(restarts + 1):
        world.start(other)
        world.hello(other)
    assert not world.suspects
    heard = 0
    while not world.suspects:
        for machine in (one, other):
            world.hello(machine)
            heard += 1
        assert heard <= 4
    standing = {one.boot: one.standing for one in world.starts.values()}
    assert standing[one.boot] is standing[other.boot] is Standing.SUSPECT


@pytest.mark.parametrize("standing", [Standing.ENDED, Standing.LEFT, Standing.BACK])
def test_what_the_network_held_back_is_no_word_of_a_start_that_spoke(standing: Standing) -> None:
    now = Start(boot=b"now", after=b"between", standing=Standing.CURRENT, first_s=1_000)
    starts = {b"before": Start(boot=b"before", after=b"", standing=standing), b"now": now}

    def heard(off_s: int, *, at_s: int = 1_100) -> tuple[Start, ...]:
        return spoke(starts, b"before", b"", now_s=at_s, off_s=off_s)

    # Said before the till of now was heard, at the same second or behind it.
    assert [heard(-101), heard(-100), bool(heard(-99))] == [(), (), True]
    # Said long ago, or by a clock that is ahead.
    assert [heard(-LATE_S - 1, at_s=9_000), heard(LATE_S + 1)] == [(), ()]
    assert heard(-LATE_S, at_s=9_000)
    assert heard(LATE_S)
    # Who never spoke may not know the time yet.
    (left, new) = spoke(starts, b"new", b"now", now_s=1_100, off_s=-9 * LATE_S)
    assert (left.standing, new.standing) == (Standing.ENDED, Standing.CURRENT)


@pytest.mark.parametrize("out_of_reach", [0, 1, 2])
@pytest.mark.parametrize("held_back", [1, 2, 3])
def test_several_words_of_an_ended_start_that_were_held_back_make_no_second_program(
    out_of_reach: int, held_back: int
) -> None:
    world = Clones()
    (machine,) = world.machines
    world.start(machine)
    world.hello(machine)
    before, said_s = (machine.boot, machine.after), world.now_s
    for _ in range(out_of_reach + 1):  # nobody hears what it came after
        world.start(machine)
    world.hello(machine)
    for _ in range(held_back):  # the first of them within ten minutes
        world.late(*before, off_s=said_s - world.now_s)
        world.hello(machine)
        assert not world.suspects
    assert world.starts[machine.boot].standing is Standing.CURRENT


@pytest.mark.parametrize("lost", [0, 1, 3])
def test_first_words_said_before_those_of_a_later_start_leave_the_till_what_it_is(
    lost: int,
) -> None:
    world = Clones()
    (machine,) = world.machines
    world.start(machine)
    world.hello(machine)
    world.start(machine)
    held_back, said_s = (machine.boot, machine.after), world.now_s
    for _ in range(lost + 2):
        world.start(machine)
    world.hello(machine)
    world.late(*held_back, off_s=said_s - world.now_s)
    for _ in range(3):
        assert world.starts[machine.boot].standing is Standing.CURRENT
        world.hello(machine)
        assert not world.suspects


@pytest.mark.parametrize("behind_s", [0, 5, 60])
def test_a_copy_under_a_clock_that_is_behind_is_two_as_soon_as_that_has_passed(
    behind_s: int,
) -> None:
    world = Clones()
    one = world.machines[0]
    world.start(one)
    world.hello(one)
    other = world.copied(one)
    world.start(one)
    world.hello(one)
    world.start(other)
    world.hello(other)  # the line breaks: `one` was left
    broke_s = world.now_s
    while not world.suspects:
        assert world.now_s - broke_s <= behind_s + 30
        world.late(one.boot, one.after, off_s=-behind_s)


def test_first_words_that_come_behind_those_of_the_next_start_change_nothing() -> None:
    world = Clones()
    machine = world.machines[0]
    world.start(machine)
    world.hello(machine)
    world.start(machine)
    late = machine.boot, machine.after
    world.start(machine)
    world.hello(machine)
    world.late(*late)
    world.hello(machine)
    assert not world.suspects
    assert world.starts[machine.boot].standing is Standing.CURRENT


@pytest.mark.parametrize("lost", [0, 1, 3])
@pytest.mark.parametrize("unheard", [0, 1])
def test_first_words_held_back_behind_later_starts_leave_the_till_what_it_is(
    lost: int, unheard: int
) -> None:
    world = Clones()
    (machine,) = world.machines
    world.start(machine)
    world.hello(machine)
    # Out of reach: none of these is heard but one, and that long after.
    for _ in range(unheard + 1):
        world.start(machine)
    held_back = machine.boot, machine.after
    for _ in range(lost + 2):
        world.start(machine)
    world.hello(machine)
    world.late(*held_back, off_s=LATE_S + 1)
    for _ in range(3):
        assert world.starts[machine.boot].standing is Standing.CURRENT
        world.hello(machine)
        assert not world.suspects
        world.start(machine)
        world.hello(machine)


def test_a_put_back_book_under_a_wrong_clock_is_the_till_from_its_next_start_on() -> None:
    world = Clones()
    one = world.machines[0]
    world.start(one)
    world.hello(one)
    back = world.copied(one)
    world.start(one)
    world.hello(one)
    world.start(back)
    world.late(back.boot, back.after, off_s=-9 * LATE_S)
    for _ in range(3):
        world.hello(back)
        assert not world.suspects
    world.start(back)
    world.hello(back)
    assert world.starts[back.boot].standing is Standing.CURRENT
    assert not world.suspects


@pytest.mark.parametrize("restarts", [0, 1])
def test_a_copy_whose_first_words_are_late_is_two_all_the_same(restarts: int) -> None:
    world = Clones()
    one = world.machines[0]
    world.start(one)
    world.hello(one)
    other = world.copied(one)
    world.start(one)
    world.hello(one)
    world.start(other)
    world.late(other.boot, other.after, off_s=LATE_S + 1)
    for _ in range(restarts):
        world.start(other)
        world.hello(other)
    for machine in (other, one, other):
        world.hello(machine)
    assert world.suspects


def test_once_more_in_a_row_is_no_second_program() -> None:
    world = Clones()
    machine = world.machines[0]
    world.start(machine)
    first = machine.boot, machine.after
    world.hello(machine)
    world.start(machine)
    world.hello(machine)
    # Two requests of before, held up together.
    world.late(*first)
    world.late(*first)
    assert not world.suspects
    assert world.starts[first[0]].standing is Standing.LATE


def test_a_copy_whose_first_goes_on_by_itself_is_two_when_that_speaks() -> None:
    world = Clones()
    one = world.machines[0]
    world.start(one)
    world.hello(one)
    other = world.copied(one)
    world.start(one)
    world.hello(one)
    world.start(other)  # after the same start: the line breaks
    world.hello(other)
    assert not world.suspects
    world.hello(one)
    assert world.suspects


@pytest.mark.parametrize("starts", [1, 2, 5])
def test_two_that_are_never_on_together_are_two_when_they_have_taken_turns_twice(
    starts: int,
) -> None:
    world = Clones()
    one = world.machines[0]
    world.start(one)
    world.hello(one)
    other = world.copied(one)
    turns = 0
    while not world.suspects and turns < 9:
        for _ in range(starts):
            world.start((one, other)[turns % 2])
            world.hello((one, other)[turns % 2])
        turns += 1
    # One goes on, the copy is put in its place, one is put back again, and then the copy comes.
    assert turns == 4
    for machine in (one, other):
        assert world.starts[machine.boot].standing is Standing.SUSPECT


def test_a_book_that_is_put_back_and_then_taken_away_again_is_one_till() -> None:
    world = Clones()
    one = world.machines[0]
    world.start(one)
    world.hello(one)
    first, copy = one.boot, world.copied(one)
    for machine in (one, copy, one):
        for _ in range(3):
            world.start(machine)
            world.hello(machine)
    assert not world.suspects
    # The same copy again, as it lay there, and again: nobody went on from where it was left.
    for _ in range(5):
        again = Machine(last=first)
        world.start(again)
        world.hello(again)
    assert not world.suspects

"""Tills that say hello at once: each has its own outcome, and many cost hardly more than one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.epoch_tables import TILL_START
from posloyalty.headoffice.store.statements import BY_KEY, ask, on_postgresql
from posloyalty.headoffice.store.tables import TILL
from posloyalty.headoffice.tills import hellos, starts
from posloyalty.headoffice.tills.places import marking
from posloyalty.headoffice.tills.visits import Request
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.acknowledgements import acknowledged
from posloyalty.sync.wire.messages import HelloAsk, Standing
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.tills.test_epochs import opened, restored, said_hello, under
from tests.headoffice.tills.test_together import endpoint, told


@pytest.fixture
def tills(office: OpenOffice, clock: SetClock) -> list[ATill]:
    """Five tills of one store that have sent their three events."""
    made = []
    for number in range(1, 6):
        till = ATill(clock, number=number, boot=bytes([number]) * 16)
        till.join(office, office.administration.new_code("S1"), till_code=f"T{number}")
        till.sell(3)
        assert till.push(office, 1, 3).status == 200
        made.append(till)
    return made


def hello(
    till: ATill,
    seq: int = 3,
    *,
    head: bytes = b"",
    marks: Sequence[int] = (),
    app: str = "",
    had: Any = None,
    epoch: int = 1,
) -> Request:
    """A till's hello."""
    ask = HelloAsk(
        place=Standing(epoch=epoch, seq=seq, head=(head or till.hash_at(seq)).hex()),
        marks=tuple(Standing(epoch=1, seq=n, head=till.hash_at(n).hex()) for n in marks),
        app=app,
        had=had,
    )
    return till.request(messages.HELLO, msgspec.json.encode(ask))


def lost(office: OpenOffice, till: ATill, life: int) -> Any:
    """What head office really acknowledged to a till in a life, and has no more."""
    seed, head = office.office.seed, b"h" * 32
    return acknowledged(seed, till_id=till.id, life=life, seq=9, head=head)


def test_each_of_those_who_say_hello_together_has_an_outcome_of_its_own(
    office: OpenOffice, tills: list[ATill]
) -> None:
    sound, behind, forked, left, ahead = tills
    said_hello(left, office)
    left.boot, first = b"6" * 16, left.boot
    said_hello(left, office, after=first)
    left.boot, second = b"7" * 16, left.boot
    said_hello(left, office, after=first)  # on a copy of its book
    left.boot = second  # and the one from before speaks again
    ahead.sell(4)
    asked = [
        hello(sound, app="1.0"),
        hello(behind, 1, marks=(0,)),
        hello(forked, head=b"x" * 32, marks=(1, 2)),
        hello(left),
        hello(ahead, 7, marks=(2, 3, 5)),
    ]
    assert told(office, messages.HELLO, asked) == [
        (200, "ok"),
        (200, "behind"),
        (200, "fork"),
        (403, "CLONE_SUSPECT"),
        (200, "ok"),
    ]
    with office.database.read() as connection:
        rows = connection.execute(select(TILL.c.app, TILL.c.waiting).order_by(TILL.c.till_id))
        assert [tuple(row) for row in rows] == [("1.0", 0), ("", 0), ("", 0), ("", 0), ("", 4)]


def test_what_is_in_common_is_the_last_of_the_marks_that_both_have(
    office: OpenOffice, tills: list[ATill]
) -> None:
    one, other = tills[:2]
    asked = [hello(one, head=b"x" * 32, marks=(0, 2, 1)), hello(other, 1, marks=(0,))]
    found = office.desk.answer_all(endpoint(office, messages.HELLO), asked)
    common = [msgspec.json.decode(said.body)["common"]["seq"] for said in found]  # type: ignore[union-attr]
    assert common == [2, 1]


def test_five_hellos_ask_once_and_write_each_table_once(
    office: OpenOffice, tills: list[ATill], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def counted(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **more: Any) -> Any:
            calls.append(name)
            return act(*given, **more)

        return run

    assert told(office, messages.HELLO, [hello(one) for one in tills]) == [(200, "ok")] * 5
    monkeypatch.setattr(hellos, "ask_by_key", counted("ask", hellos.ask_by_key))
    monkeypatch.setattr(hellos, "run_for", counted("till", hellos.run_for))
    monkeypatch.setattr(starts, "run_for", counted("till_start", starts.run_for))
    monkeypatch.setattr(starts, "many", counted("many", starts.many))
    assert told(office, messages.HELLO, [hello(one) for one in tills]) == [(200, "ok")] * 5
    # Of starts twice: those that stand otherwise now, here none, and those that spoke.
    assert sorted(calls) == ["ask", "many", "till", "till_start", "till_start"]


def test_when_each_start_spoke_is_kept(
    office: OpenOffice, tills: list[ATill], clock: SetClock
) -> None:
    told(office, messages.HELLO, [hello(one) for one in tills])
    clock.pass_time(timedelta(seconds=50))
    told(office, messages.HELLO, [hello(one, 2) for one in tills])
    with office.database.read() as connection:
        rows = connection.execute(select(TILL_START)).all()
    assert {(row.last_s - row.first_s, row.seq, row.standing) for row in rows} == {
        (50, 2, "current")
    }
    assert len(rows) == 5


def test_two_hundred_starts_of_a_till_are_kept_and_no_more(office: OpenOffice, till: ATill) -> None:
    before = b""
    for number in range(starts.STARTS_MAX + 1):
        till.boot = number.to_bytes(16, "big")
        assert said_hello(till, office, after=before).status == 200
        before = till.boot
    with office.database.read() as connection:
        assert len(starts.starts_of(connection, till.id)) == starts.STARTS_MAX
    assert office.administration.clones() == []


def test_nor_are_more_kept_of_a_till_whose_copies_say_hello_without_end(
    office: OpenOffice, till: ATill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starts, "STARTS_MAX", 12)
    mine = till.boot = b"this is the till"
    assert said_hello(till, office).status == 200
    for number in range(2 * starts.STARTS_MAX):
        # A copy, started again and again; the till speaks in between.
        till.boot = number.to_bytes(16, "big")
        said_hello(till, office, after=b"nobody knows it.")
        till.boot = mine
        said_hello(till, office)
    with office.database.read() as connection:
        kept = starts.starts_of(connection, till.id)
    assert len(kept) == starts.STARTS_MAX
    assert mine in kept
    (case,) = office.administration.clones()
    assert mine.hex() in {one.boot for one in case.starts}


def test_what_several_tills_miss_begins_one_life(office: OpenOffice, tills: list[ATill]) -> None:
    together = [hello(one, had=lost(office, one, life=1)) for one in tills[:2]]
    assert told(office, messages.HELLO, together) == [(200, "ok")] * 2
    life = office.lifetime.stands().life
    assert life > 1
    # Who comes later misses what the first life acknowledged: this one began because of that.
    assert told(office, messages.HELLO, [hello(tills[2], had=lost(office, tills[2], life=1))]) == [
        (200, "ok")
    ]
    assert office.lifetime.stands().life == life
    missed = lost(office, tills[3], life=life)
    assert told(office, messages.HELLO, [hello(tills[3], had=missed)]) == [(200, "ok")]
    assert office.lifetime.stands().life == life + 1


def test_the_hash_of_the_latest_epoch_is_the_one_that_counts(
    office: OpenOffice, till: ATill
) -> None:
    restored(till, office)
    assert opened(till, office, 3, 2).status == 201
    assert under(till, office, 4, 5, 2).status == 200
    # Its places 4 and 5 lie at head office twice: what the till left behind, and what it holds.
    asked = [hello(till, 5, marks=(4,), epoch=2)]
    assert told(office, messages.HELLO, asked) == [(200, "ok")]


def test_a_journal_that_knows_nothing_of_the_epoch_that_was_opened_is_another_one(
    office: OpenOffice, till: ATill
) -> None:
    restored(till, office)
    assert opened(till, office, 3, 2).status == 201
    # The other program of a copied disk: all that is here it has, and it holds what was freed.
    assert told(office, messages.HELLO, [hello(till, 5)]) == [(200, "fork")]
    assert told(office, messages.HELLO, [hello(till, 5, epoch=2)]) == [(200, "ok")]


def test_whoever_stands_at_the_end_has_told_everything_and_nobody_else(
    office: OpenOffice, tills: list[ATill]
) -> None:
    office.lifetime.put_back()
    whole, behind, forked = tills[:3]
    asked = [hello(whole), hello(behind, 2), hello(forked, head=b"x" * 32)]
    told(office, messages.HELLO, asked)
    awaited = {till_id for till_id, _, _ in office.lifetime.stands().awaited}
    assert awaited == {one.id.hex() for one in tills[1:]}


@pytest.mark.parametrize(
    ("behind", "held_back", "state"), [(-1, 2, 200), (0, 1, 200), (1, 599, 403), (1, 601, 200)]
)
def test_a_hello_that_the_network_held_back_makes_no_second_program(
    office: OpenOffice, till: ATill, clock: SetClock, behind: int, held_back: int, state: int
) -> None:
    till.boot = b"1" * 16
    said_hello(till, office)
    clock.pass_time(timedelta(seconds=60 + behind))
    late = hello(till, 0)
    clock.pass_time(timedelta(seconds=-behind))
    # The start between the two never reached head office: the line of starts breaks.
    till.boot = b"3" * 16
    said_hello(till, office, after=b"2" * 16)
    clock.pass_time(timedelta(seconds=held_back + behind))
    assert till.send(office, late).status == state
    assert (office.administration.clones() == []) is (state == 200)
    assert said_hello(till, office, after=b"2" * 16).status == state


def test_while_two_are_suspected_a_third_start_waits_too(office: OpenOffice, till: ATill) -> None:
    for boot, after in ((1, 0), (2, 1), (3, 1)):
        till.boot = bytes([boot]) * 16
        assert said_hello(till, office, after=bytes([after]) * 16).status == 200
    till.boot = bytes([2]) * 16
    assert said_hello(till, office).code == "CLONE_SUSPECT"
    till.boot = bytes([9]) * 16
    assert said_hello(till, office).code == "CLONE_SUSPECT"


def test_an_event_is_found_by_its_key_however_long_a_journal_is(
    office: OpenOffice, till: ATill
) -> None:
    with office.database.read() as connection:
        wording, values = marking(connection, [(till.id, 5), (till.id, 9)])
        if on_postgresql(connection):
            _, plan = ask(connection, BY_KEY, (f"EXPLAIN {wording}", values))
        else:
            (plan,) = ask(connection, (f"EXPLAIN QUERY PLAN {wording}", values))
    text = "\n".join(str(one) for row in plan for one in row).replace("j.", "")
    keyed = (
        "((till_id = a.till_id) AND (epoch = k.epoch) AND (seq = a.seq))",
        "(till_id=? AND epoch=? AND seq=?)",
    )
    assert any(key in text for key in keyed), text

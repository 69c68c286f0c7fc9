"""Several workers of one head office hear of one loss, and one life begins.

On PostgreSQL, where workers meet only at a row: a connection beside them holds the row at which
they shall meet until the server says that they wait there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import psycopg
import pytest
from sqlalchemy import select

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.tables import TILL
from posloyalty.sync.office.lives import Retells
from posloyalty.sync.wire.messages import HELLO, HelloAsk, Standing
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_till import ATill, Heard
from tests.headoffice.an_office import new_office
from tests.headoffice.tills.test_lives import causes, elsewhere

WAIT = "SELECT count(*) FROM pg_locks WHERE NOT granted"
LOOKS = 100_000
FORGET = "SET session_replication_role = replica; DELETE FROM journal_event; " + (
    "UPDATE journal_place SET seq = 0, hash = (SELECT genesis FROM till"
    " WHERE till.till_id = journal_place.till_id)"
)


@pytest.fixture
def workers(
    tmp_path: Path, postgresql_empty: str, clock: SetClock
) -> Iterator[tuple[OpenOffice, OpenOffice]]:
    """Two workers of one head office, each with connections of its own."""
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(
                new_office(
                    tmp_path / "office", postgresql_empty, clock=clock, chance=SeededChance(5)
                )
            )
            for _ in range(2)
        )
        one.administration.add_store("S1", "Main Street")
        yield one, other


@pytest.fixture
def tills(workers: tuple[OpenOffice, OpenOffice], clock: SetClock) -> tuple[ATill, ATill]:
    """Two tills, each with an event that head office has acknowledged."""
    one, other = (ATill(clock, number=number) for number in (1, 2))
    for till in (one, other):
        code = workers[0].administration.new_code("S1")
        till.join(workers[0], code, till_code=f"T{till.number}")
        till.sell(1)
    return one, other


def acknowledged(office: OpenOffice, till: ATill) -> dict[str, object]:
    return dict(till.push(office, 1, 1).said["ack"])


def showing(office: OpenOffice, till: ATill, had: dict[str, object]) -> Heard:
    """It says hello, with what was acknowledged to it."""
    ask = HelloAsk(place=Standing(epoch=1, seq=1, head=till.hash_at(1).hex()))
    body = msgspec.json.decode(msgspec.json.encode(ask)) | {"had": had}
    return till.ask(office, HELLO, msgspec.json.encode(body))


@contextmanager
def held(url: str, table: str) -> Iterator[Callable[[int], None]]:
    """Holds the rows of a table, and gives what returns once so many wait for something."""
    with psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as looker:
        holder.execute(f"SELECT 1 FROM {table} FOR UPDATE")

        def wait_for(count: int) -> None:
            for _ in range(LOOKS):
                if looker.execute(WAIT).fetchone() == (count,):
                    return
            raise AssertionError(f"fewer than {count} came to wait")

        yield wait_for


def at_once(
    url: str, table: str, *acts: Callable[[], Heard], meanwhile: Callable[[], object] = int
) -> list[Heard]:
    """The acts, each on a thread, after all of them met at a table's rows."""
    with ThreadPoolExecutor() as threads:
        with held(url, table) as wait_for:
            begun: list[Future[Heard]] = [threads.submit(one) for one in acts]
            wait_for(len(acts))
            meanwhile()
        return [one.result() for one in begun]


def test_two_workers_that_hear_of_one_loss_begin_one_life(
    workers: tuple[OpenOffice, OpenOffice], tills: tuple[ATill, ATill], postgresql_empty: str
) -> None:
    pairs = list(zip(workers, tills, strict=True))
    had = [acknowledged(*one) for one in pairs]
    with psycopg.connect(postgresql_empty) as connection:
        connection.execute(FORGET)
    found = at_once(
        postgresql_empty,
        "office",
        lambda: showing(*pairs[0], had[0]),
        lambda: showing(*pairs[1], had[1]),
    )
    assert causes(workers[0]) == ["acknowledged_lost"]
    life = workers[0].lifetime.stands().life
    # Both tills hear of it, and tell all of their journals again.
    assert [one.said["ack"]["life"] for one in found] == [life, life]
    assert {one.said["incarnation"] for one in found} == {workers[0].office.incarnation}
    assert len(workers[0].lifetime.stands().awaited) == 2
    for pair in pairs:
        pair[1].push(pair[0], 1, 1)
        pair[1].hello(pair[0])
    assert workers[1].lifetime.stands().lends


def test_two_workers_behind_whom_a_copy_lies_begin_one_life(
    workers: tuple[OpenOffice, OpenOffice], tills: tuple[ATill, ATill], postgresql_empty: str
) -> None:
    pairs = list(zip(workers, tills, strict=True))
    for office, till in pairs:
        acknowledged(office, till)
    elsewhere(workers[0])
    workers[1].database.close()
    found = at_once(
        postgresql_empty,
        "office",
        lambda: pairs[0][1].hello(pairs[0][0]),
        lambda: pairs[1][1].hello(pairs[1][0]),
    )
    assert causes(workers[0]) == ["database_moved"]
    life = workers[0].lifetime.stands().life
    assert [one.said["ack"]["life"] for one in found] == [life, life]


def test_a_hello_that_was_let_in_before_a_life_began_says_nothing_in_it(
    workers: tuple[OpenOffice, OpenOffice], tills: tuple[ATill, ATill], postgresql_empty: str
) -> None:
    (one, other), (till, _) = workers, tills
    acknowledged(one, till)
    at_once(
        postgresql_empty,
        "journal_place",
        lambda: till.hello(one),
        meanwhile=other.lifetime.put_back,
    )
    assert till.id.hex() in [each[0] for each in one.lifetime.stands().awaited]
    till.hello(one)
    assert till.id.hex() not in [each[0] for each in one.lifetime.stands().awaited]


def test_a_till_that_joins_at_a_worker_which_has_not_heard_of_a_life_may_hold_leases(
    workers: tuple[OpenOffice, OpenOffice], clock: SetClock
) -> None:
    one, other = workers
    other.lifetime.put_back()
    till = ATill(clock, number=3)
    till.join(one, one.administration.new_code("S1"), till_code="T3")
    with one.database.read() as connection:
        (stands,) = connection.execute(select(TILL.c.retells)).scalars()
    assert stands == Retells.NEW

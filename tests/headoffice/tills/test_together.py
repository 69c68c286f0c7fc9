"""Several tills are answered in one transaction, and each has its own outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import msgspec
import pytest
from sqlalchemy import Connection, event, select

from posloyalty.headoffice.ledger.shelf import Came, NamedByOther
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.tables import JOURNAL_PLACE, NONCE, TILL
from posloyalty.headoffice.tills import intake
from posloyalty.headoffice.tills.desk import Answer
from posloyalty.headoffice.tills.endpoints import Endpoint
from posloyalty.headoffice.tills.visits import Request
from posloyalty.sync.wire import answers, messages
from posloyalty.sync.wire.answers import AnswerGiven
from posloyalty.sync.wire.messages import HelloAsk, Standing
from posloyalty.sync.wire.packing import packed, unpacked
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.small_events import Books


@pytest.fixture
def tills(office: OpenOffice, clock: SetClock) -> list[ATill]:
    """Five tills of one store, each with three events that it has not sent."""
    made = []
    for number in range(1, 6):
        till = ATill(clock, number=number)
        till.join(office, office.administration.new_code("S1"), till_code=f"T{number}")
        till.sell(3)
        made.append(till)
    return made


def pushing(till: ATill, first: int = 1, last: int = 3, *, previous: bytes = b"") -> Request:
    stretch = till.stretch(till.journal[first - 1 : last], previous=previous)
    return till.request(messages.PUSH, packed(stretch), packs=True)


def asking(till: ATill, seq: int) -> Request:
    place = Standing(epoch=1, seq=seq, head=till.hash_at(seq).hex())
    return till.request(answers.ANSWER, msgspec.json.encode({"place": place}))


def endpoint(office: OpenOffice, path: str) -> Endpoint:
    return next(one for one in office.desk.endpoints if one.path == path)


def told(office: OpenOffice, path: str, requests: Sequence[Request]) -> list[tuple[int, str]]:
    """The status of each, and its code or how many events were new."""
    found = office.desk.answer_all(endpoint(office, path), requests)
    return [_short(one) for one in found]


def _short(one: Answer | Exception) -> tuple[int, str]:
    if isinstance(one, Exception):
        return 0, type(one).__name__
    said = msgspec.json.decode(one.body)
    return one.status, str(said.get("code", said.get("new", said.get("state"))))


def kept(office: OpenOffice) -> list[int]:
    """How far each journal is kept, by till."""
    asked = select(JOURNAL_PLACE.c.seq).order_by(JOURNAL_PLACE.c.till_id)
    with office.database.read() as connection:
        return [row.seq for row in connection.execute(asked)]


@contextmanager
def counted(office: OpenOffice) -> Iterator[list[Connection]]:
    """The transactions that are committed meanwhile."""
    found: list[Connection] = []
    engine = office.database._engine

    def count(connection: Connection) -> None:
        found.append(connection)

    event.listen(engine, "commit", count)
    try:
        yield found
    finally:
        event.remove(engine, "commit", count)


def test_five_tills_that_send_at_once_are_one_transaction(
    office: OpenOffice, tills: list[ATill]
) -> None:
    with counted(office) as commits:
        found = told(office, messages.PUSH, [pushing(till) for till in tills])
    assert found == [(200, "3")] * 5
    assert kept(office) == [3] * 5
    assert len(commits) == 1
    assert office.follow() == 0  # small events concern nobody


def test_each_of_those_who_send_together_has_an_outcome_of_its_own(
    office: OpenOffice, tills: list[ATill]
) -> None:
    twice, gap, forged, unknown, sound = tills
    assert told(office, messages.PUSH, [pushing(twice)]) == [(200, "3")]
    replayed = pushing(sound)
    stranger = ATill(unknown.clock, number=77)
    stranger.sell(1)
    stranger.office, stranger.office_key = sound.office, sound.office_key
    found = told(
        office,
        messages.PUSH,
        [
            pushing(twice),
            pushing(gap, 2),
            _signed_by_another(forged, gap),
            pushing(stranger, 1, 1),
            replayed,
        ],
    )
    assert found == [
        (200, "0"),
        (409, "GAP"),
        (403, "OTHER_TILL"),
        (401, "UNKNOWN_TILL"),
        (200, "3"),
    ]
    assert told(office, messages.PUSH, [replayed, pushing(unknown)]) == [
        (401, "NONCE_SEEN"),
        (200, "3"),
    ]
    assert kept(office) == [3, 0, 0, 3, 3]


def _signed_by_another(till: ATill, whose: ATill) -> Request:
    """A till's request that carries another one's stretch."""
    return till.request(messages.PUSH, packed(whose.stretch(whose.journal[:1])), packs=True)


def test_a_till_that_brings_the_transaction_down_fails_alone(
    office: OpenOffice, tills: list[ATill], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = intake.follow_leases

    def broken(connection: Connection, came: Sequence[Came]) -> list[NamedByOther]:
        named = whole(connection, came)
        if tills[2].id in [one.till_id for one in came]:
            raise ZeroDivisionError  # behind what it wrote
        return named

    monkeypatch.setattr(intake, "follow_leases", broken)
    found = told(office, messages.PUSH, [pushing(till) for till in tills])
    assert found == [(200, "3"), (200, "3"), (0, "ZeroDivisionError"), (200, "3"), (200, "3")]
    assert kept(office) == [3, 3, 0, 3, 3]
    monkeypatch.setattr(intake, "follow_leases", whole)
    # Nothing of it stands, and what it signed is not used up.
    with office.database.read() as connection:
        rows = connection.execute(select(NONCE).where(NONCE.c.till_id == tills[2].id))
        assert len(rows.all()) == 1  # the one with which it joined
    assert told(office, messages.PUSH, [pushing(tills[2])]) == [(200, "3")]


def test_what_is_said_to_a_till_that_has_nothing_to_hear_is_the_same_alone_and_together(
    office: OpenOffice, tills: list[ATill]
) -> None:
    told(office, messages.PUSH, [pushing(till) for till in tills[:4]])
    ends = endpoint(office, answers.ANSWER)
    alone = Endpoint(method=ends.method, path=ends.path, act=ends.act)
    seqs = (3, 3, 3, 3, 0)
    with counted(office) as commits:
        together = office.desk.answer_all(
            ends, [asking(till, seq) for till, seq in zip(tills, seqs, strict=True)]
        )
    assert len(commits) == 1
    for till, seq, one in zip(tills, seqs, together, strict=True):
        assert isinstance(one, Answer)
        other = office.desk.answer(alone, asking(till, seq))
        assert (one.status, one.headers["content-encoding"]) == (200, "gzip")
        assert _plain(one) == _plain(other)


def _plain(one: Answer) -> dict[str, object]:
    said: dict[str, object] = msgspec.json.decode(unpacked(one.body, most_bytes=99_999))
    return said


def _tellings(one: Answer | Exception) -> int:
    assert isinstance(one, Answer)
    return len(
        msgspec.json.decode(unpacked(one.body, most_bytes=99_999), type=AnswerGiven).tellings
    )


def test_among_many_who_ask_whoever_has_something_to_hear_hears_it(
    office: OpenOffice, tills: list[ATill]
) -> None:
    one, other = Books(tills[0]), Books(tills[1])
    for books in (one, other):
        books.joins()
        books.sent = 0
        books.send(office)
    one.gives(20)
    one.send(office)
    told(office, messages.PUSH, [pushing(till) for till in tills[2:]])
    seqs = [len(till.journal) for till in tills]
    found = office.desk.answer_all(
        endpoint(office, answers.ANSWER),
        [asking(till, seq) for till, seq in zip(tills, seqs, strict=True)],
    )
    heard = [_tellings(given) for given in found]
    assert heard[2:] == [0, 0, 0]
    assert heard[1] >= 1
    # Who says that it stands elsewhere is told so, whatever the others hear.
    places = told(office, answers.ANSWER, [asking(tills[2], 1), asking(tills[3], 2)])
    assert places == [(409, "OTHER_PLACE")] * 2


def test_many_say_hello_and_wait_in_one_transaction_each(
    office: OpenOffice, tills: list[ATill]
) -> None:
    hellos = []
    for till in tills:
        place = Standing(epoch=1, seq=3, head=till.hash_at(3).hex())
        hellos.append(till.request(messages.HELLO, msgspec.json.encode(HelloAsk(place=place))))
    with counted(office) as commits:
        assert told(office, messages.HELLO, hellos) == [(200, "ok")] * 5
        waits = [till.request(answers.WAIT, b'{"for_s":20}') for till in tills[:4]]
        waits.append(tills[4].request(answers.WAIT, b'{"for_s":0}'))
        found = office.desk.answer_all(office.desk.waiting, waits)
    assert len(commits) == 2
    waiting = [(one.status, one.waits_s) for one in found if isinstance(one, Answer)]
    assert waiting == [(200, 20)] * 4 + [(400, 0)]
    with office.database.read() as connection:
        asked = select(TILL.c.waiting).order_by(TILL.c.till_id)
        assert [row.waiting for row in connection.execute(asked)] == [3] * 5


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_wait_do_not_wait_for_a_till_that_is_just_written(
    office: OpenOffice, tills: list[ATill], clock: SetClock
) -> None:
    """Its own push, say, which may have locked others of them in another order."""
    waits = [till.request(answers.WAIT, b'{"for_s":20}') for till in tills]
    clock.pass_time(timedelta(seconds=7))
    with office.database.write() as connection:
        connection.execute(TILL.update().where(TILL.c.till_id == tills[2].id).values(seen_s=1))
        answered: Future[list[Answer | Exception]] = Future()
        lane = Thread(
            target=lambda: answered.set_result(office.desk.answer_all(office.desk.waiting, waits)),
            daemon=True,
        )
        lane.start()
        found = answered.result(timeout=30)  # or it waits for this transaction
        assert [isinstance(one, Answer) and one.waits_s for one in found] == [20] * 5
    lane.join()
    with office.database.read() as connection:
        asked = select(TILL.c.till_id, TILL.c.seen_s)
        seen = {bytes(row.till_id): row.seen_s for row in connection.execute(asked)}
    assert seen.pop(tills[2].id) == 1
    assert len(set(seen.values())) == 1


def test_a_long_stretch_and_short_ones_are_taken_in_together(
    office: OpenOffice, tills: list[ATill]
) -> None:
    tills[0].sell(17)
    with counted(office) as commits:
        found = told(office, messages.PUSH, [pushing(tills[0], 1, 20), *map(pushing, tills[1:])])
    assert found == [(200, "20"), *[(200, "3")] * 4]
    assert kept(office) == [20, 3, 3, 3, 3]
    assert len(commits) == 1

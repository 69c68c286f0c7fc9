"""Behind the last of what a till sent head office says whether it may have something to ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import msgspec
import pytest

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.members.profile_news import _BEHIND
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import LEASE, OWNER_PLACE
from posloyalty.headoffice.store.profile_tables import PROFILE
from posloyalty.headoffice.store.statements import BY_KEY, ask, many_of, on_postgresql, put
from posloyalty.headoffice.tills.news import who_has_news
from posloyalty.sync.leases import LeaseState
from posloyalty.sync.wire.answers import ANSWER, AnswerGiven
from posloyalty.sync.wire.messages import Standing
from posloyalty.sync.wire.packing import unpacked
from tests.headoffice.a_till import ATill
from tests.headoffice.small_events import MEMBER, Books

LENT = b"l" * 16
SECOND = timedelta(seconds=1)
FAR_US = 4 * 10**15  # in 2096


@dataclass
class Two:
    """Two tills of one head office, both of which know a member."""

    office: OpenOffice
    one: Books
    other: Books

    def sends(self, books: Books) -> object:
        """What head office says of news to a till that sells something to nobody in particular."""
        till = books.till
        first = len(till.journal) + 1
        till.sell(1)
        books.sent = first
        return till.push(self.office, first, first).said["news"]

    def asks(self, books: Books) -> AnswerGiven:
        """The next piece of what a till has to hear."""
        till, seq = books.till, len(books.till.journal)
        place = Standing(epoch=1, seq=seq, head=till.hash_at(seq).hex())
        found = till.ask(self.office, ANSWER, msgspec.json.encode({"place": place}))
        return msgspec.json.decode(unpacked(found.body, most_bytes=99_999), type=AnswerGiven)


@pytest.fixture
def two(office: OpenOffice, till: ATill) -> Two:
    other = ATill(till.clock, number=2)
    other.join(office, office.administration.new_code("S1"), till_code="T2")
    found = Two(office, Books(till), Books(other))
    for books in (found.one, found.other):
        books.joins()
        books.send(office)
        found.asks(books)
    for books in (found.one, found.other):
        found.asks(books)
    return found


def test_who_sold_to_nobody_that_is_known_has_nothing_to_ask_for(two: Two) -> None:
    assert [two.sends(books) for books in (two.one, two.other, two.one)] == [False] * 3
    given = two.asks(two.one)
    assert (given.tellings, given.grants, given.recalls, given.more) == ((), (), (), False)


def test_what_a_known_member_gained_elsewhere_is_news_until_it_is_heard(two: Two) -> None:
    two.one.gives(20)
    two.one.send(two.office)
    assert two.sends(two.other) is True
    (told,) = two.asks(two.other).tellings
    assert told.what == "adjust"


def test_while_more_waits_behind_a_stretch_nobody_looks(two: Two) -> None:
    till = two.one.till
    first = len(till.journal) + 1
    till.sell(3)
    assert till.push(two.office, first, first + 1).said["news"] is None
    assert till.push(two.office, first + 2, first + 2).said["news"] is False


def lease(**values: object) -> Callable[[Two], None]:
    """A till's lease as it stands."""

    def put(two: Two) -> None:
        row = {
            "lease_id": LENT, "kind": "points", "key": "cafe/stamps", "owner": MEMBER,
            "till_id": two.one.till.id, "amount": 5, "used": 0, "returned": 0, "granted_us": 1,
            "not_after_us": FAR_US, "last_day": "2099-01-01", "state": "open", "gen": 1,
            "recalled": 0, "taken": 1, "given": 0,
        }  # fmt: skip
        with two.office.database.write() as connection:
            connection.execute(LEASE.insert().values(row | values))

    return put


def everywhere(two: Two) -> None:
    """Something that every till hears of changed."""
    with two.office.database.write() as connection:
        mine = OWNER_PLACE.update().where(OWNER_PLACE.c.owner == MEMBER)
        connection.execute(mine.values(everywhere=7))


RECLAIMED = LeaseState.RECLAIMED.value
STANDS: list[tuple[str, Callable[[Two], None], bool]] = [
    ("it holds a lease", lease(), False),
    ("a lease waits to be taken up", lease(taken=0), True),
    ("one is asked back, however young it is", lease(recalled=1, granted_us=FAR_US), True),
    ("one that was asked back was given", lease(recalled=1, given=1), False),
    ("one was taken back from a till that was lost", lease(state=RECLAIMED), True),
    ("one that was taken back was never taken up", lease(state=RECLAIMED, taken=0), False),
    ("one that was taken back was given", lease(state=RECLAIMED, given=1), False),
    ("one is closed", lease(state="closed", taken=0), False),
    ("something that concerns everybody changed", everywhere, True),
]


@pytest.mark.parametrize(("when", "happens", "news"), STANDS, ids=[s[0] for s in STANDS])
def test_what_is_news(two: Two, when: str, happens: Callable[[Two], None], news: bool) -> None:
    happens(two)
    with two.office.database.read() as connection:
        found = bool(who_has_news(connection, (two.one.till.id,), now_s=0))
    given = two.asks(two.one)
    assert (when, found) == (when, news)
    # A no is sure: the answer that nobody asks for then would be empty.
    assert found or not (given.tellings or given.grants or given.recalls or given.more)


def test_another_tills_lease_is_no_news(two: Two) -> None:
    lease(taken=0)(two)
    assert two.sends(two.other) is False


def _elsewhere(number: int) -> tuple[object, ...]:
    """The row of a member of one of a hundred other stores."""
    member_id = derive_id("somebody", number)
    return (member_id, f"E{number % 100}", "member", 1_000 + number, 1, b"", None, "", 0)


MEMBERS = 2_000
"""So many that an index which is not by store costs clearly more; of two, each costs the same."""


def test_whether_members_are_news_is_found_by_keys_however_many_there_are(two: Two) -> None:
    with two.office.database.write() as connection:
        put(connection, PROFILE, [_elsewhere(number) for number in range(MEMBERS)])
        # As PostgreSQL does by itself at any time.
        connection.exec_driver_sql("ANALYZE")
        wording, values = many_of(connection, _BEHIND, [two.one.till.id], 0)
        if on_postgresql(connection):
            _, plan = ask(connection, BY_KEY, (f"EXPLAIN {wording}", values))
        else:
            (plan,) = ask(connection, (f"EXPLAIN QUERY PLAN {wording}", values))
    text = "\n".join(str(one) for row in plan for one in row)
    assert "profile_by_bucket" in text, text
    assert not re.search(r"Seq Scan|SCAN", text), text

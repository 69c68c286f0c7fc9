"""What members have runs down, and what is left ends as it was announced, once for everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.domain.programme.kinds.winding_down import GRACE, Left, WindingDown
from posloyalty.headoffice.programmes.winding_down import Stands
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync import events
from tests.fakes.time import SetClock
from tests.headoffice.a_chain import MEMBER as SHOPPER
from tests.headoffice.a_chain import PROGRAMME as CHAIN
from tests.headoffice.a_chain import Chain, opened_chain
from tests.headoffice.a_programme import CAFE
from tests.headoffice.a_till import ATill
from tests.headoffice.cases.test_findings import proved
from tests.headoffice.members.test_credits import ONE, TWO, acts, points
from tests.headoffice.programmes.test_endings import END, GOODBYE, days_on
from tests.headoffice.programmes.test_publishing import ANN, BEN, published
from tests.headoffice.small_events import LEDGER, Books

SOON = replace(
    END,
    announced=date(2026, 11, 24),
    earns_through=date(2026, 11, 30),
    redeems_through=date(2026, 12, 10),
)
"""Before the certificates of the tills have to be renewed."""
OVER = date(2026, 12, 14)
"""Two days after the last day of redeeming, and more."""


def wound_down(office: OpenOffice, winding: WindingDown = SOON, *, more: str = "") -> None:
    published(office, CAFE + more.encode())
    office.publishing.approve(office.winding_downs.propose(winding, by=ANN), by=BEN)


def followed(office: OpenOffice) -> None:
    while office.follow():
        pass


def wind_up(office: OpenOffice) -> int:
    """Everything that can end now; how many owners that was."""
    done = 0
    followed(office)
    while count := office.winding_up.look():
        done += count
        followed(office)
    return done


def stands(office: OpenOffice) -> Stands:
    found = office.winding_downs.stands()
    assert found is not None
    return found


@pytest.fixture
def books(office: OpenOffice, till: ATill) -> Books:
    """Two members with 100 and 30 stamps."""
    wound_down(office)
    made = Books(till)
    for member, stamps, lot in ((ONE, 100, "1a" * 16), (TWO, 30, "2b" * 16)):
        made.joins(member)
        made.gives(stamps, member=member, lot=lot)
    made.send(office)
    return made


def later(books: Books, clock: SetClock, office: OpenOffice, day: date) -> None:
    """A till that goes on: its journal is known past a day."""
    days_on(clock, day)
    books.joins(bytes([day.day]) * 16)
    books.send(office)


def test_nothing_ends_before_its_day_and_the_two_days_after_it(
    office: OpenOffice, books: Books, clock: SetClock
) -> None:
    for day in (date(2026, 11, 30), date(2026, 12, 10), date(2026, 12, 11), date(2026, 12, 12)):
        later(books, clock, office, day)
        assert wind_up(office) == 0
    assert points(office, ONE) == 100
    clock.pass_time(GRACE)
    later(books, clock, office, OVER)
    assert wind_up(office) == 2
    assert (points(office, ONE), points(office, TWO)) == (0, 0)
    assert wind_up(office) == 0
    assert [one.kind for one in acts(office)] == ["wind_up", "wind_up"]
    assert proved(office)


def test_a_till_that_may_have_redeemed_before_the_end_is_waited_for(
    office: OpenOffice, books: Books, clock: SetClock
) -> None:
    days_on(clock, OVER)
    assert wind_up(office) == 0
    (waits,) = stands(office).behind
    assert waits.store == "S1"
    assert waits.known_to is not None
    # What it tells then happened before the end, and counts.
    books.behind = timedelta(days=5)
    books.spends(40, member=ONE, lot="1a" * 16)
    books.behind = timedelta()
    books.joins(b"9" * 16)
    books.send(office)
    assert stands(office).behind == ()
    assert wind_up(office) == 2
    (became,) = stands(office).became
    assert (became.owners, became.expired) == (2, 60 + 30)
    assert proved(office)


def test_a_revoked_till_is_waited_for_no_more(
    office: OpenOffice, books: Books, clock: SetClock
) -> None:
    days_on(clock, OVER)
    office.administration.revoke(books.till.id.hex())
    assert stands(office).behind == ()
    assert wind_up(office) == 2


def test_what_arrives_after_the_end_ends_too(
    office: OpenOffice, books: Books, clock: SetClock
) -> None:
    later(books, clock, office, OVER)
    assert wind_up(office) == 2
    books.gives(5, member=ONE, lot="3c" * 16)
    books.send(office)
    assert wind_up(office) == 1
    assert points(office, ONE) == 0
    (became,) = stands(office).became
    assert (became.owners, became.expired) == (2, 135)


def test_a_server_that_falls_between_two_pieces_ends_nothing_twice(
    office: OpenOffice, books: Books, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posloyalty.headoffice.members.winding_up.PIECE", 1)
    later(books, clock, office, OVER)
    followed(office)
    assert office.winding_up.look() == 1
    # The ledger has not followed yet: whom it was about is passed over.
    assert office.winding_up.look() == 1
    assert office.winding_up.look() == 0
    assert wind_up(office) == 0
    assert len(acts(office)) == 2


def test_what_members_have_is_written_down_once_a_day(
    office: OpenOffice, books: Books, clock: SetClock
) -> None:
    assert wind_up(office) == 0
    assert stands(office).run_down == ()  # it is not announced yet
    for day in (date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 25)):
        later(books, clock, office, day)
        followed(office)
        office.winding_up.look()
    books.spends(20, member=ONE, lot="1a" * 16)
    later(books, clock, office, date(2026, 11, 26))
    followed(office)
    office.winding_up.look()
    assert stands(office).run_down == (
        (date(2026, 11, 24), LEDGER, 130),
        (date(2026, 11, 25), LEDGER, 130),
        (date(2026, 11, 26), LEDGER, 110),
    )


def test_it_is_looked_at_once_a_minute_however_often_the_lane_is_woken(
    office: OpenOffice, books: Books, clock: SetClock
) -> None:
    office.winding_up.look()
    days_on(clock, date(2026, 11, 24))
    clock.ms -= timedelta(days=2) // timedelta(milliseconds=1)  # a minute has not passed
    assert office.winding_up.step() == 0
    assert stands(office).run_down == ()
    clock.pass_time(timedelta(minutes=1))
    office.winding_up.step()
    assert len(stands(office).run_down) == 1


def test_a_till_that_was_waited_for_is_heard_within_a_second(
    office: OpenOffice, books: Books, clock: SetClock
) -> None:
    days_on(clock, OVER)
    followed(office)
    assert office.winding_up.step() == 0
    looked_ms = clock.ms
    books.joins(b"9" * 16)
    books.send(office)
    followed(office)
    clock.ms = looked_ms
    assert office.winding_up.step() == 0  # however often the lane is woken
    clock.pass_time(timedelta(seconds=1))
    assert office.winding_up.step() == 2


def test_what_the_ledger_has_still_to_follow_is_looked_for_soon_and_ever_more_seldom(
    office: OpenOffice, books: Books, clock: SetClock
) -> None:
    later(books, clock, office, OVER)
    for rests_s in (1, 2, 4):
        assert office.winding_up.step() == 0  # the ledger follows nobody
        clock.pass_time(timedelta(seconds=rests_s) - timedelta(milliseconds=1))
        followed(office) if rests_s == 4 else None
        assert office.winding_up.step() == 0
        clock.pass_time(timedelta(milliseconds=1))
    assert office.winding_up.step() == 2


def test_so_many_stamps_become_a_voucher(office: OpenOffice, till: ATill, clock: SetClock) -> None:
    goodbye = replace(SOON, left=Left.VOUCHER, voucher="goodbye", wallet="stamps", points=40)
    wound_down(office, goodbye, more=GOODBYE)
    books = Books(till)
    books.joins(ONE)
    books.gives(100, member=ONE, lot="1a" * 16, usable="2026-01-02")
    later(books, clock, office, OVER)
    assert wind_up(office) == 1
    (act,) = acts(office)
    assert [one.move for one in act.rights] == ["issue", "issue"]
    (became,) = stands(office).became
    assert (became.worth_points, became.vouchers, became.expired) == (80, 2, 20)
    assert proved(office)


def chain_ends(chain: Chain, left: Left, **more: object) -> None:
    """The chain's programme is wound down, and every till has heard of it."""
    published(chain.office, CHAIN.encode())
    winding = replace(SOON, left=left, **more)  # type: ignore[arg-type] # the fields of a voucher
    number = chain.office.winding_downs.propose(winding, by=ANN)
    chain.office.publishing.approve(number, by=BEN)
    chain.talk()


def test_a_real_till_stops_earning_and_then_redeeming_out_of_reach_on_the_very_day(
    tmp_path: Path,
) -> None:
    with opened_chain(tmp_path, tills=1, programmes=True) as chain:
        (placed,) = chain.tills
        chain_ends(chain, Left.EXPIRES)
        counter, clock = placed.counter, chain.clock
        counter.sell()
        had = counter.points()
        assert had > 100
        # From here on the till hears nothing more.
        days_on(clock, date(2026, 12, 1))
        quote = counter.quote(counter.basket())
        assert quote.earnings == ()
        assert [one.code for one in quote.told] == ["WINDING_DOWN_REDEEMS", "WINDING_DOWN_EXPIRES"]
        counter.sell()
        assert counter.points() == had
        days_on(clock, date(2026, 12, 11))
        quote = counter.quote(counter.basket(points=100))
        assert quote.redemptions == ()
        assert [one.code for one in quote.held_back] == ["PROGRAMME_ENDED"]


def test_real_tills_hear_that_it_ended_and_a_voucher_is_good_at_each(tmp_path: Path) -> None:
    with opened_chain(tmp_path, programmes=True) as chain:
        chain_ends(chain, Left.VOUCHER, voucher="welcome", wallet="points", points=100)
        one, other = chain.tills
        one.counter.sell()
        chain.talk()
        had = one.counter.points()
        days_on(chain.clock, OVER)
        for placed in chain.tills:
            placed.counter.sell()
        chain.talk()
        wind_up(chain.office)
        chain.talk()
        balances = [placed.counter.points() for placed in chain.tills]
        assert balances == [0, 0]
        proposed = other.counter.quote(other.counter.basket()).proposals
        assert {one.choice.of for one in proposed} == {"welcome"}
        assert had == 2000
        assert len(proposed) == 20 + 1  # the one that the first sale brought is of that kind, too
        fold_of = Account("chain/points", AccountKind.MEMBER, SHOPPER)
        with chain.office.database.write() as connection:
            assert chain.office.head_office(connection).fold(SHOPPER).accounts.get(fold_of, 0) == 0
        assert proved(chain.office)
        told = [e for e in acts(chain.office) if e.kind == "wind_up"]
        assert isinstance(told[0], events.Act)

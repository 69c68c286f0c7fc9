"""An end that was announced is a promise: what may follow it, and what may not."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from posloyalty.domain.programme.kinds.winding_down import Left, Phase, WindingDown, winding_of
from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.programmes.endings import with_winding, without_winding
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.programmes.programmes import read_programme
from tests.fakes.time import SetClock
from tests.headoffice.a_programme import CAFE, OFFER, version
from tests.headoffice.a_till import ATill
from tests.headoffice.programmes.test_publishing import ANN, BEN, published, refused, running
from tests.headoffice.small_events import Books

TODAY = date(2026, 11, 22)
END = WindingDown(
    announced=date(2026, 12, 1),
    earns_through=date(2026, 12, 31),
    redeems_through=date(2027, 3, 31),
    left=Left.EXPIRES,
)
GOODBYE = '\n[[voucher]]\nid = "goodbye"\namount = "5.00"\n'


def ended(office: OpenOffice, winding: WindingDown = END) -> int:
    """The café is wound down, as two people decided."""
    published(office, CAFE)
    number = office.winding_downs.propose(winding, by=ANN)
    office.publishing.approve(number, by=BEN)
    return number


def now(office: OpenOffice) -> WindingDown | None:
    data = office.publishing.running()
    assert data is not None
    return winding_of(read_programme(data))


def days_on(clock: SetClock, day: date) -> None:
    """Noon or later of a day."""
    clock.pass_time(day - clock.now().date())


@pytest.mark.parametrize(
    "winding",
    [
        END,
        replace(END, left=Left.PAID_OUT),
        replace(END, left=Left.VOUCHER, voucher="goodbye", wallet="stamps", points=8),
    ],
)
def test_the_file_says_the_end_and_everything_else_stays_as_it_was_written(
    winding: WindingDown,
) -> None:
    before = CAFE + GOODBYE.encode()
    made = with_winding(before, winding, version=7)
    assert winding_of(read_programme(made)) == winding
    assert read_programme(made).version == 7
    back = without_winding(made, version=1)
    assert tomllib.loads(back.decode()) == tomllib.loads(before.decode())


def test_its_comments_and_their_order_stay() -> None:
    back = without_winding(with_winding(CAFE, END, version=7), version=1)
    assert back.decode().strip() == CAFE.decode().strip()


def test_nothing_ends_before_a_second_person_approves(office: OpenOffice) -> None:
    published(office, CAFE)
    number = office.winding_downs.propose(END, by=ANN)
    assert now(office) is None
    stands = office.winding_downs.stands()
    assert stands is not None
    (waiting,) = stands.proposals
    assert (waiting.number, waiting.proposed_by, waiting.winding) == (number, ANN, END)
    assert refused(office.publishing.approve, number, by=ANN) == "SECOND_PERSON"
    office.publishing.approve(number, by=BEN)
    assert now(office) == END
    assert running(office) == "cafe 2"
    with office.database.read() as connection:
        told = [one for one in entries(connection) if one.what == "end_proposed"]
    assert dict(told[0].facts)["earns"] == "2026-12-31"


def test_there_is_no_end_of_what_was_never_published_nor_the_same_one_twice(
    office: OpenOffice,
) -> None:
    assert refused(office.winding_downs.propose, END, by=ANN) == "OFFICE_NO_PROGRAMME"
    assert refused(office.winding_downs.cancel, by=ANN) == "OFFICE_NO_PROGRAMME"
    assert office.winding_downs.stands() is None
    ended(office)
    assert refused(office.winding_downs.propose, END, by=ANN) == "WINDING_DOWN_SAME"


def test_what_is_announced_for_a_day_that_is_over_by_then_is_refused(
    office: OpenOffice, clock: SetClock
) -> None:
    published(office, CAFE)
    late = replace(END, announced=TODAY - timedelta(days=1))
    assert refused(office.winding_downs.propose, late, by=ANN) == "ANNOUNCED_BEFORE"
    number = office.winding_downs.propose(END, by=ANN)
    days_on(clock, date(2026, 12, 2))
    # Nobody was told on 1 December: the notice would be shorter than it says.
    assert refused(office.publishing.approve, number, by=BEN) == "ANNOUNCED_BEFORE"


@pytest.mark.parametrize(
    ("day", "change", "code"),
    [
        ("2026-12-15", {"redeems_through": date(2027, 4, 30)}, ""),
        ("2026-12-15", {"earns_through": date(2027, 1, 31)}, ""),
        ("2026-12-15", {"redeems_through": date(2027, 3, 30)}, "WINDING_DOWN_EARLIER"),
        ("2026-12-15", {"earns_through": date(2026, 12, 30)}, "WINDING_DOWN_EARLIER"),
        ("2026-12-15", {"left": Left.PAID_OUT}, "WINDING_DOWN_CHANGED"),
        ("2026-12-15", {"announced": date(2026, 12, 15)}, "WINDING_DOWN_CHANGED"),
        ("2027-01-01", {"earns_through": date(2027, 1, 31)}, "EARNING_HAS_ENDED"),
        ("2027-01-01", {"redeems_through": date(2027, 4, 30)}, ""),
        ("2026-11-30", {"left": Left.PAID_OUT}, ""),  # nobody has been told yet
        ("2026-11-30", {"earns_through": date(2026, 12, 30)}, ""),
    ],
)
def test_once_it_is_announced_it_only_gets_better_for_members(
    office: OpenOffice, clock: SetClock, day: str, change: dict[str, object], code: str
) -> None:
    ended(office)
    days_on(clock, date.fromisoformat(day))
    other = replace(END, **change)  # type: ignore[arg-type] # one field each
    if code:
        assert refused(office.winding_downs.propose, other, by=ANN) == code
        assert now(office) == END
    else:
        office.publishing.approve(office.winding_downs.propose(other, by=ANN), by=BEN)
        assert now(office) == other


@pytest.mark.parametrize(
    ("day", "code"),
    [("2026-11-30", ""), ("2026-12-31", ""), ("2027-01-01", "EARNING_HAS_ENDED")],
)
def test_it_is_cancelled_by_two_people_while_everybody_still_earns(
    office: OpenOffice, clock: SetClock, day: str, code: str
) -> None:
    ended(office)
    days_on(clock, date.fromisoformat(day))
    if code:
        assert refused(office.winding_downs.cancel, by=ANN) == code
        return
    number = office.winding_downs.cancel(by=ANN)
    assert now(office) == END
    assert refused(office.publishing.approve, number, by=ANN) == "SECOND_PERSON"
    office.publishing.approve(number, by=BEN)
    assert now(office) is None
    assert refused(office.winding_downs.cancel, by=ANN) == "NOT_WINDING_DOWN"


def test_a_cancelling_that_nobody_approved_in_time_cancels_nothing(
    office: OpenOffice, clock: SetClock
) -> None:
    ended(office)
    days_on(clock, date(2026, 12, 31))
    number = office.winding_downs.cancel(by=ANN)
    clock.pass_time(timedelta(days=1))
    assert refused(office.publishing.approve, number, by=BEN) == "EARNING_HAS_ENDED"


def test_no_other_version_drops_it_by_the_way(office: OpenOffice, clock: SetClock) -> None:
    number = ended(office)
    digest = office.publishing.keep(version(3), by=ANN).hash.hex()
    now_at = office.clock.now()
    publishing = office.publishing
    assert refused(publishing.propose, digest, begins=now_at, by=ANN) == "WINDING_DOWN_MISSING"
    assert refused(publishing.go_back, number - 1, by=ANN) == "WINDING_DOWN_MISSING"
    office.publishing.stop(OFFER, by=ANN)
    assert now(office) == END
    assert running(office) == "cafe 4"


def test_what_was_proposed_before_it_does_not_undo_it(office: OpenOffice) -> None:
    published(office, CAFE)
    digest = office.publishing.keep(version(9), by=ANN).hash.hex()
    early = office.publishing.propose(digest, begins=office.clock.now(), by=ANN)
    end = office.winding_downs.propose(END, by=ANN)
    office.publishing.approve(end, by=BEN)
    assert refused(office.publishing.approve, early, by=BEN) in (
        "WINDING_DOWN_MISSING",
        "PROPOSAL_OVERTAKEN",
    )


def test_nobody_could_say_whose_voucher_a_households_would_be(office: OpenOffice) -> None:
    shared = (
        CAFE.replace(b'unit = "stamps"', b'unit = "stamps"\nof = "household"') + GOODBYE.encode()
    )
    published(office, shared)
    winding = replace(END, left=Left.VOUCHER, voucher="goodbye", wallet="stamps", points=8)
    assert refused(office.winding_downs.propose, winding, by=ANN) == "SHARED_WALLET_TO_VOUCHERS"


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        ("2026-11-30", None),
        ("2026-12-01", Phase.ANNOUNCED),
        ("2027-01-01", Phase.REDEEMING),
        ("2027-04-01", Phase.OVER),
    ],
)
def test_it_says_how_far_it_is(
    office: OpenOffice, clock: SetClock, day: str, phase: Phase | None
) -> None:
    ended(office)
    days_on(clock, date.fromisoformat(day))
    stands = office.winding_downs.stands()
    assert stands is not None
    assert (stands.phase, stands.day, stands.winding) == (phase, date.fromisoformat(day), END)
    assert stands.winds_up_from is not None
    assert stands.winds_up_from.isoformat() == "2027-04-03T00:00:00+08:00"


def other(number: int = 1) -> bytes:
    """Another programme."""
    return version(number).replace(b'id = "cafe"', b'id = "bar"', 1)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-11-30", ""),  # nobody has been told yet
        ("2026-12-15", "WINDING_DOWN_UNFINISHED"),
        ("2027-02-01", "WINDING_DOWN_UNFINISHED"),
        ("2027-05-01", ""),  # nobody has anything left
    ],
)
def test_another_programme_does_not_take_its_place_before_it_is_over(
    office: OpenOffice, clock: SetClock, day: str, code: str
) -> None:
    ended(office)
    days_on(clock, date.fromisoformat(day))
    digest = office.publishing.keep(other(), by=ANN).hash.hex()
    propose, now_at = office.publishing.propose, office.clock.now()
    if code:
        assert refused(propose, digest, begins=now_at, by=ANN) == code
    else:
        office.publishing.approve(propose(digest, begins=now_at, by=ANN), by=BEN)
        assert running(office) == "bar 1"


def test_another_programme_waits_for_what_is_left(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    ended(office)
    books = Books(till)
    books.joins()
    books.gives(10)
    books.send(office)
    while office.follow():
        pass
    days_on(clock, date(2027, 5, 1))
    digest = office.publishing.keep(other(), by=ANN).hash.hex()
    now_at = office.clock.now()
    propose = office.publishing.propose
    assert refused(propose, digest, begins=now_at, by=ANN) == "WINDING_DOWN_UNFINISHED"


def test_a_version_that_ends_by_itself_is_not_the_one_that_is_wound_down(
    office: OpenOffice,
) -> None:
    published(office, CAFE)
    digest = office.publishing.keep(version(2), by=ANN).hash.hex()
    now_at = office.clock.now()
    later = now_at + timedelta(days=30)
    number = office.publishing.propose(digest, begins=now_at, ends=later, by=ANN)
    office.publishing.approve(number, by=BEN)
    assert refused(office.winding_downs.propose, END, by=ANN) == "ENDS_BY_ITSELF"

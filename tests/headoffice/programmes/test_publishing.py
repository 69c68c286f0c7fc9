"""Publishing at head office: two people, going back, stopping, and what every act leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from posloyalty.domain.programme.load import load
from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.programmes import publishing
from posloyalty.headoffice.programmes.publications import LAST, schedule, sealed_list
from posloyalty.headoffice.programmes.stopping import stoppable, without
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.console_tables import PUBLICATION
from posloyalty.services.book.signing import verify
from posloyalty.services.programmes.programmes import ProgrammeRefused
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.wire.publications import FILE_BYTES_MAX, PROGRAMME_FILE, PROGRAMMES, opened
from tests.fakes.time import SetClock
from tests.headoffice.a_programme import CAFE, OFFER, version
from tests.headoffice.a_till import ATill

ANN, BEN = "Ann", "Ben"
HOUR = timedelta(hours=1)


def proposed(office: OpenOffice, data: bytes, *, after: timedelta = timedelta(0)) -> int:
    digest = office.publishing.keep(data, by=ANN).hash.hex()
    return office.publishing.propose(digest, begins=office.clock.now() + after, by=ANN)


def published(office: OpenOffice, data: bytes, *, after: timedelta = timedelta(0)) -> int:
    number = proposed(office, data, after=after)
    office.publishing.approve(number, by=BEN)
    return number


def running(office: OpenOffice) -> str:
    found = [one for one in office.publishing.publications() if one.in_effect]
    return f"{found[0].programme} {found[0].version}" if found else ""


def numbers(office: OpenOffice) -> list[int]:
    with office.database.read() as connection:
        return [row.number for row in schedule(connection, office.clock.now())]


def refused(act: object, *arguments: object, **named: object) -> str:
    with pytest.raises(ServiceRefusal) as fault:
        act(*arguments, **named)  # type: ignore[operator] # a bound method of Publishing
    return fault.value.reason


def test_what_is_proposed_changes_nothing_until_a_second_person_approves(
    office: OpenOffice,
) -> None:
    number = proposed(office, CAFE)
    assert (running(office), numbers(office)) == ("", [])
    assert refused(office.publishing.approve, number, by=ANN) == "SECOND_PERSON"
    office.publishing.approve(number, by=BEN)
    assert (running(office), numbers(office)) == ("cafe 1", [number])
    assert refused(office.publishing.approve, number, by=BEN) == "APPROVED_ALREADY"
    with office.database.read() as connection:
        acts = [(one.who, one.what) for one in entries(connection)]
    assert acts[:3] == [(BEN, "approved"), (ANN, "proposed"), (ANN, "file_kept")]


def test_the_database_itself_asks_for_a_second_person(office: OpenOffice) -> None:
    number = proposed(office, CAFE)
    forced = update(PUBLICATION).where(PUBLICATION.c.number == number)
    with pytest.raises(DBAPIError), office.database.write() as connection:
        connection.execute(forced.values(state="approved", decided_by=ANN))


def test_a_publication_begins_at_its_instant(office: OpenOffice, clock: SetClock) -> None:
    first = published(office, version(1))
    second = published(office, version(2), after=HOUR)
    assert (running(office), numbers(office)) == ("cafe 1", [first, second])
    clock.pass_time(HOUR)
    assert running(office) == "cafe 2"


def test_one_with_an_end_gives_way_to_what_held_before(office: OpenOffice, clock: SetClock) -> None:
    published(office, version(1))
    digest = office.publishing.keep(version(2), by=ANN).hash.hex()
    now = office.clock.now()
    assert refused(
        office.publishing.propose, digest, begins=now + HOUR, ends=now + HOUR, by=ANN
    ) == ("PUBLICATION_ENDS_FIRST")
    number = office.publishing.propose(digest, begins=now, ends=now + HOUR, by=ANN)
    office.publishing.approve(number, by=BEN)
    assert running(office) == "cafe 2"
    clock.pass_time(HOUR)
    assert running(office) == "cafe 1"


def for_an_hour(office: OpenOffice, number: int, *, after: timedelta = timedelta(0)) -> int:
    digest = office.publishing.keep(version(number), by=ANN).hash.hex()
    begins = office.clock.now() + after
    proposal = office.publishing.propose(digest, begins=begins, ends=begins + HOUR, by=ANN)
    office.publishing.approve(proposal, by=BEN)
    return proposal


def test_tills_are_told_what_holds_again_however_long_ago_it_began(
    office: OpenOffice, clock: SetClock
) -> None:
    first = published(office, version(1))
    weekly = []
    for number in range(2, 7):
        weekly.append(for_an_hour(office, number))
        assert first in numbers(office), "for when this one is over"
        clock.pass_time(2 * HOUR)
    assert (running(office), numbers(office)) == ("cafe 1", [first, *weekly[-LAST:]])
    coming = for_an_hour(office, 7, after=HOUR)
    assert numbers(office) == [first, *weekly[-LAST:], coming]


def test_a_stop_is_one_of_what_holds_again_later_too(office: OpenOffice, clock: SetClock) -> None:
    published(office, version(1))
    for_an_hour(office, 2)
    office.publishing.stop(OFFER, by=ANN)
    seen = []
    for _ in range(3):
        now = office.publishing.running()
        assert now is not None
        seen.append((running(office), OFFER in {rule.key for rule in stoppable(now)}))
        clock.pass_time(HOUR)
    assert seen == [("cafe 3", False), ("cafe 4", False), ("cafe 4", False)]


def test_what_stops_took_the_place_of_does_not_crowd_out_what_is_to_come(
    office: OpenOffice, clock: SetClock
) -> None:
    published(office, version(1))
    for number in (2, 3):
        published(office, version(number), after=number * HOUR)
    for rule in (OFFER, "offer:own-cup"):
        office.publishing.stop(rule, by=ANN)
    with office.database.read() as connection:
        told = schedule(connection, office.clock.now())
    clock.pass_time(3 * HOUR)
    (then,) = (one for one in office.publishing.publications() if one.in_effect)
    assert then.number in {row.number for row in told}
    data = office.publishing.running()
    assert data is not None
    assert {OFFER, "offer:own-cup"}.isdisjoint(rule.key for rule in stoppable(data))


def test_a_version_is_newer_than_what_was_published(office: OpenOffice) -> None:
    published(office, version(2))
    digest = office.publishing.keep(version(1), by=ANN).hash.hex()
    now = office.clock.now()
    assert refused(office.publishing.propose, digest, begins=now, by=ANN) == "VERSION_NOT_NEWER"
    assert refused(office.publishing.propose, "00" * 32, begins=now, by=ANN) == "NO_SUCH_FILE"
    assert refused(office.publishing.propose, "no hash", begins=now, by=ANN) == "NO_SUCH_FILE"


def test_what_was_proposed_before_a_stop_does_not_undo_it(office: OpenOffice) -> None:
    published(office, version(1))
    number = proposed(office, version(2))
    office.publishing.stop(OFFER, by=ANN)
    assert running(office) == "cafe 3"
    assert refused(office.publishing.approve, number, by=BEN) == "PROPOSAL_OVERTAKEN"


def test_a_proposal_is_withdrawn(office: OpenOffice) -> None:
    number = proposed(office, CAFE)
    office.publishing.withdraw(number, by=ANN)
    assert refused(office.publishing.approve, number, by=BEN) == "WITHDRAWN_ALREADY"
    assert [one.state for one in office.publishing.publications()] == ["withdrawn"]


def test_an_earlier_version_is_gone_back_to_at_once(office: OpenOffice, clock: SetClock) -> None:
    first = published(office, version(1))
    clock.pass_time(HOUR)
    published(office, version(2))
    clock.pass_time(HOUR)
    back = office.publishing.go_back(first, by=ANN)
    assert (running(office), back) == ("cafe 1", 3)
    assert refused(office.publishing.go_back, first, by=ANN) == "IN_EFFECT_ALREADY"
    assert refused(office.publishing.go_back, 99, by=ANN) == "NO_SUCH_PUBLICATION"
    waiting = proposed(office, version(3))
    assert refused(office.publishing.go_back, waiting, by=ANN) == "NO_SUCH_PUBLICATION"


def test_tills_are_told_the_current_one_the_next_and_the_last_three(
    office: OpenOffice, clock: SetClock
) -> None:
    made = []
    for number in range(1, 7):
        made.append(published(office, version(number)))
        clock.pass_time(HOUR)
    coming = published(office, version(7), after=HOUR)
    assert numbers(office) == [*made[-1 - LAST :], coming]


def test_a_file_with_findings_or_too_large_is_not_kept(office: OpenOffice) -> None:
    with pytest.raises(ProgrammeRefused) as fault:
        office.publishing.keep(version(1, more="[[offer]]\nid = 3\n"), by=ANN)
    assert all(one.line for one in fault.value.programme_findings)
    large = CAFE + b"#" * FILE_BYTES_MAX
    assert refused(office.publishing.keep, large, by=ANN) == "FILE_TOO_LARGE"
    assert office.publishing.files() == []


def test_a_stop_is_a_version_without_the_rule_now_and_in_what_is_to_come(
    office: OpenOffice, clock: SetClock
) -> None:
    published(office, version(1))
    published(office, version(2), after=HOUR)
    clock.pass_time(timedelta(minutes=1))
    number = office.publishing.stop(OFFER, by=ANN)
    assert running(office) == "cafe 3"
    stopped = office.publishing.running()
    assert stopped is not None
    programme = load(stopped)
    assert not isinstance(programme, list)
    assert {one.id for one in programme.offers} == {"own-cup", "coffee-and-cake"}
    # The rest of the file stands as it was written, comments and all.
    gone = set(version(3).decode().splitlines()) - set(stopped.decode().splitlines())
    assert {line for line in gone if "Quiet" not in line and "quiet" not in line} <= {
        'percent = "10%"',
        'when = { weekdays = ["mon", "tue", "wed", "thu", "fri"], hours = { from = "14:00",'
        ' to = "17:00" } }',
        'scope = "line"',
        'on = { tag = ["coffee", "tea"] }',
    }
    clock.pass_time(HOUR)
    assert running(office) == "cafe 4"
    later = office.publishing.running()
    assert later is not None
    assert OFFER not in {rule.key for rule in stoppable(later)}
    (row,) = [one for one in office.publishing.publications() if one.number == number]
    assert (row.kind, row.stops, row.proposed_by) == ("stop", OFFER, ANN)


def test_what_cannot_be_stopped_is_said(office: OpenOffice) -> None:
    assert refused(office.publishing.stop, OFFER, by=ANN) == "NOTHING_PUBLISHED"
    published(office, CAFE)
    for key in ("offer:none", "wallet:stamps", "offer", "", "id:cafe"):
        assert refused(office.publishing.stop, key, by=ANN) == "NO_RULE_TO_STOP"
    # The offer looks at the activity's mark: without it the file would be no programme.
    with pytest.raises(ProgrammeRefused):
        office.publishing.stop("activity:own-cup", by=ANN)
    assert running(office) == "cafe 1"
    assert without(CAFE, "wallet:stamps", version=2) is None


def test_what_is_signed_is_what_was_approved(office: OpenOffice) -> None:
    published(office, CAFE, after=HOUR)
    key = office.office.key.public
    with office.database.read() as connection:
        (sealed,) = sealed_list(connection, office.clock.now())
    envelope = opened(
        sealed, office=office.office.id, verify=lambda said, by: verify(key, said, by)
    )
    assert (envelope.programme, envelope.version, envelope.size) == ("cafe", 1, len(CAFE))
    assert envelope.begins == office.clock.now() + HOUR
    assert (envelope.tz, envelope.until) == ("Asia/Shanghai", "")


def test_a_till_is_told_the_list_and_files_that_were_published(
    office: OpenOffice, till: ATill
) -> None:
    kept = office.publishing.keep(version(2), by=ANN).hash.hex()
    published(office, CAFE)
    said = till.ask(office, PROGRAMMES, b'{"programme":"","mark":""}').said
    assert len(said["publications"]) == 1
    again = msgspec.json.encode({"mark": said["mark"], "refused": [[1, "MIN_APP"]]})
    heard = till.ask(office, PROGRAMMES, again).said
    assert heard == {**said, "publications": []}
    (row,) = office.publishing.tills()
    assert (row.up_to_date, row.refused) == (True, "1 MIN_APP")
    told = msgspec.json.decode(said["publications"][0]["envelope"])["hash"]
    given = till.ask(office, PROGRAMME_FILE, msgspec.json.encode({"hash": told}))
    assert given.said["toml"].encode("utf-8") == CAFE
    # What nobody approved is nobody's business yet.
    other = till.ask(office, PROGRAMME_FILE, msgspec.json.encode({"hash": kept}))
    assert (other.status, other.code) == (404, "NO_FILE")
    for bad in (b"{}", b'{"hash":"x"}', b"", b'{"hash":1}'):
        assert till.ask(office, PROGRAMME_FILE, bad).code == "BAD_MESSAGE"


def test_a_revoked_till_hears_nothing(office: OpenOffice, till: ATill) -> None:
    published(office, CAFE)
    office.administration.revoke(till.id.hex())
    assert till.ask(office, PROGRAMMES, b"{}").code == "REVOKED"
    assert office.publishing.tills() == []


def test_the_exposure_of_a_stop_is_each_unheard_tills_dearest_day(
    office: OpenOffice, till: ATill
) -> None:
    published(office, CAFE)
    number = office.publishing.stop(OFFER, by=ANN)
    (one,) = office.publishing.exposure(number)
    assert (one.heard, one.day_most_minor) == (False, 0)
    mark = till.ask(office, PROGRAMMES, b"{}").said["mark"]
    till.ask(office, PROGRAMMES, msgspec.json.encode({"mark": mark}))
    (one,) = office.publishing.exposure(number)
    assert one.heard
    assert refused(office.publishing.exposure, 1) == "NO_SUCH_PUBLICATION"


def test_the_sales_of_a_till_that_has_heard_are_not_read(
    office: OpenOffice, till: ATill, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[list[bytes]] = []

    def dearest(_connection: object, _offer: str, _now: datetime, tills: list[bytes]) -> object:
        read.append(list(tills))
        return {}

    monkeypatch.setattr(publishing, "dearest_days", dearest)
    published(office, CAFE)
    number = office.publishing.stop(OFFER, by=ANN)
    office.publishing.exposure(number)
    mark = till.ask(office, PROGRAMMES, b"{}").said["mark"]
    till.ask(office, PROGRAMMES, msgspec.json.encode({"mark": mark}))
    office.publishing.exposure(number)
    assert read == [[till.id], []]


def test_a_begin_that_has_passed_is_now(office: OpenOffice) -> None:
    digest = office.publishing.keep(CAFE, by=ANN).hash.hex()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    number = office.publishing.propose(digest, begins=long_ago, by=ANN)
    office.publishing.approve(number, by=BEN)
    (row,) = office.publishing.publications()
    assert row.begins == office.clock.now()

"""Pages of records and of two copies of a till: looked at, confirmed, decided; no name is shown."""

from __future__ import annotations

import pytest

from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.profile_tables import PROFILE
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.a_till import ATill
from tests.headoffice.cases.test_findings import published
from tests.headoffice.console.conftest import SignedIn
from tests.headoffice.members.test_records import ADA, TWIN, named, points
from tests.headoffice.small_events import Books
from tests.headoffice.tills.test_epochs import clone, said_hello


@pytest.fixture
def two(office: OpenOffice, till: ATill) -> None:
    published(office)
    books = Books(till)
    for member, amount, lot in ((ADA, 120, "10" * 16), (TWIN, 80, "20" * 16)):
        books.joins(member)
        books.gives(amount, member=member, lot=lot)
    books.send(office)
    named(office, ADA, "Ada Wong", "13900000001")
    named(office, TWIN, "Ada Wong", "13900000001")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("two")
def test_two_who_say_one_phone_are_looked_at_and_merged(
    office: OpenOffice, signed_in: SignedIn, language: str
) -> None:
    words, browser = Words(language), signed_in("manager")
    browser.get(f"/console/records?language={language}")
    address = f"/console/merge?stays={ADA.hex()}&goes={TWIN.hex()}"
    assert browser.says(address) or browser.says(
        f"/console/merge?stays={TWIN.hex()}&goes={ADA.hex()}"
    )
    browser.get(address)
    assert browser.says("120")
    assert browser.says(words("records.merge_does"))
    assert not browser.says("Wong")
    both = {"stays": ADA.hex(), "goes": TWIN.hex()}
    assert browser.send("/console/merge", **both, confirmed="Eve").status_code == 422
    assert browser.says(words("refusal.NOT_THIS_NAME"))
    assert browser.send("/console/merge", **both, confirmed="Ada Wong").status_code == 200
    assert browser.says(words("console.said_members_merged"))
    assert points(office, ADA) == 200
    assert browser.get(address).status_code == 422
    assert browser.get("/console/merge?stays=x&goes=y").status_code == 422


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("two")
def test_two_who_say_one_phone_and_are_two_are_listed_no_more(
    office: OpenOffice, signed_in: SignedIn, language: str
) -> None:
    words, browser = Words(language), signed_in("manager")
    browser.get(f"/console/merge?stays={TWIN.hex()}&goes={ADA.hex()}&language={language}")
    assert browser.says(words("records.two_hint"))
    both = {"stays": TWIN.hex(), "goes": ADA.hex()}
    assert browser.send("/console/two", **both).status_code == 200
    assert browser.says(words("console.said_members_two"))
    assert browser.says(words("records.shared_none"))
    assert office.profile_matters.shared() == []
    assert points(office, ADA) == 120  # nobody became anybody
    with office.database.read() as connection:
        (entry,) = entries(connection, limit=1)
    assert (entry.what, entry.who) == ("members_two", "manager")
    named(office, b"t" * 16, "Cid", "13900000001")  # a third one says it too: of them nobody knows
    left = office.profile_matters.shared()
    assert {one.member_id for one in left} <= {ADA.hex(), TWIN.hex(), (b"t" * 16).hex()}
    assert {(b"t" * 16).hex()} <= {other for one in left for other in one.others} | {
        one.member_id for one in left
    }
    assert not any(ADA.hex() in one.others and one.member_id == TWIN.hex() for one in left)
    assert browser.send("/console/two", stays=ADA.hex(), goes=ADA.hex()).status_code == 422


def test_what_was_decided_takes_no_place_from_what_is_to_be_looked_at(
    office: OpenOffice, two: None
) -> None:
    records, matters = office.records, office.profile_matters
    for number, name in ((b"x" * 16, "Eve"), (b"y" * 16, "Fay")):
        named(office, number, name, "13900000002")
    with office.database.write() as connection:  # the others changed later
        changed = PROFILE.update().where(PROFILE.c.member_id.in_([ADA, TWIN]))
        connection.execute(changed.values(n=PROFILE.c.n + 1_000))
    (newest,) = matters.shared(limit=1)
    assert {newest.member_id, *newest.others} == {ADA.hex(), TWIN.hex()}
    records.keep_two(ADA.hex(), TWIN.hex(), by="x")
    records.keep_two(TWIN.hex(), ADA.hex(), by="x")  # said again
    (left,) = matters.shared(limit=1)
    assert {left.member_id, *left.others} == {(b"x" * 16).hex(), (b"y" * 16).hex()}


@pytest.mark.usefixtures("two")
def test_a_member_is_erased_by_who_knows_the_name(office: OpenOffice, signed_in: SignedIn) -> None:
    browser = signed_in("manager")
    browser.get(f"/console/member?member={ADA.hex()}")
    assert browser.says(f'href="/console/erase?member={ADA.hex()}"')
    browser.get(f"/console/erase?member={ADA.hex()}")
    assert browser.says("120 Cup stamps")
    assert not browser.says("Wong")
    sent = {"member": ADA.hex()}
    assert browser.send("/console/erase", **sent, confirmed="Eve").status_code == 422
    assert browser.send("/console/erase", **sent, confirmed="Ada Wong").status_code == 200
    assert browser.says("S1-T1")
    assert points(office, ADA) == 0
    assert browser.get(f"/console/erase?member={ADA.hex()}").status_code == 404


@pytest.mark.usefixtures("two")
def test_a_clerk_changes_no_record(office: OpenOffice, signed_in: SignedIn) -> None:
    browser = signed_in("clerk")
    browser.get("/console/records")
    for path in ("/console/erase", "/console/merge"):
        assert browser.get(path).status_code == 403
    for path in ("/console/erase", "/console/merge", "/console/two"):
        browser.get("/console/records")
        assert browser.send(path, member=ADA.hex(), confirmed="Ada Wong").status_code == 403
    assert points(office, ADA) == 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_two_copies_of_a_till_one_is_chosen(
    office: OpenOffice, till: ATill, signed_in: SignedIn, language: str
) -> None:
    clone(till, office)
    assert said_hello(till, office, after=b"1" * 16).code == "CLONE_SUSPECT"
    words, browser = Words(language), signed_in("manager")
    (case,) = office.administration.clones()
    browser.get(f"/console?language={language}")
    assert browser.says(words("console.clones_wait"))
    browser.get("/console/tills")
    assert browser.says(words("console.clone_hint"))
    assert browser.says(words("console.state_copied"))
    browser.get(f"/console/till?till={case.till_id}")
    assert browser.says(words("console.state_copied"))
    assert browser.says(words("console.clones_wait"))
    browser.send("/console/keep", till=case.till_id, start=case.starts[0].boot)
    assert browser.says(words("console.said_start_kept"))
    assert office.administration.clones() == []
    with office.database.read() as connection:
        (entry,) = entries(connection, limit=1)
    assert (entry.what, entry.who) == ("start_kept", "manager")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("two")
def test_a_test_member_is_marked_and_shown_as_such(
    office: OpenOffice, signed_in: SignedIn, language: str
) -> None:
    words, browser = Words(language), signed_in("manager")
    browser.get(f"/console/member?member={ADA.hex()}&language={language}")
    browser.send("/console/mark", member=ADA.hex(), marks=1)
    assert browser.says(words("console.said_test_marked"))
    while office.follow():
        pass
    browser.get(f"/console/member?member={ADA.hex()}")
    assert browser.says(words("tests.counts_nowhere"))
    browser.get("/console/members")
    assert browser.says(words("tests.test_member"))
    browser.get("/console/outstanding")
    assert browser.says('<td class="n">80</td>')
    assert browser.says('<td class="n">120</td>')
    browser.get(f"/console/member?member={ADA.hex()}")
    browser.send("/console/mark", member=ADA.hex(), marks=0)
    assert browser.says(words("console.said_test_unmarked"))

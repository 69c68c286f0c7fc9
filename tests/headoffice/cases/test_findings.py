"""What the ledger found waits for a person; each decision does what it says, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.cases.findings import ACCEPTED, FORGIVEN, FRAUD, FindingRow
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.risk_policy import RiskPolicy
from tests.fakes.time import SetClock
from tests.headoffice.a_programme import CAFE
from tests.headoffice.a_till import ATill
from tests.headoffice.policies import adopt_policy
from tests.headoffice.small_events import LEDGER, MEMBER, Books


def published(office: OpenOffice) -> None:
    digest = office.publishing.keep(CAFE, by="Ann").hash.hex()
    number = office.publishing.propose(digest, begins=office.clock.now(), by="Ann")
    office.publishing.approve(number, by="Ben")


def proved(office: OpenOffice) -> bool:
    while office.follow():
        pass
    return verify_office(office.database, office.office, lambda done, total: None).holds


def account(office: OpenOffice, kind: AccountKind) -> int:
    with office.database.write() as connection:
        fold = office.head_office(connection).fold(MEMBER)
    return fold.accounts.get(Account(LEDGER, kind, MEMBER), 0)


@pytest.fixture
def books(till: ATill) -> Books:
    return Books(till)


@pytest.fixture
def other(office: OpenOffice, clock: SetClock) -> Books:
    """The till of a second store."""
    office.administration.add_store("S2", "Side Street")
    made = ATill(clock, number=2)
    made.join(office, office.administration.new_code("S2"))
    return Books(made)


@pytest.fixture
def twice(office: OpenOffice, books: Books, other: Books) -> FindingRow:
    """100 points spent at both tills, neither of which knew of the other."""
    published(office)
    books.joins()
    books.gives(100)
    books.spends(100)
    other.spends(100)
    books.send(office)
    other.send(office)
    assert proved(office)
    (row,) = office.findings.open_findings()
    return row


def test_points_that_were_spent_twice_wait_with_who_bears_them(
    office: OpenOffice, twice: FindingRow
) -> None:
    assert (twice.anomaly, twice.what, twice.amount) == ("overspent", LEDGER, 100)
    assert (twice.store, twice.by_member, twice.decisions) == ("S2", False, (ACCEPTED, FRAUD))
    assert office.findings.count_open() == 1


@pytest.mark.parametrize("decision", [ACCEPTED, FRAUD])
def test_a_decision_that_moves_nothing_is_kept_with_its_reason(
    office: OpenOffice, twice: FindingRow, decision: str
) -> None:
    with office.database.read() as connection:
        before = office.archive(connection).decisions()
    office.findings.decide(twice, decision, "the line was down", by="Ben")
    assert office.findings.open_findings() == []
    (done,) = office.findings.decided()
    assert (done.decision, done.note, done.who) == (decision, "the line was down", "Ben")
    with office.database.read() as connection:
        assert office.archive(connection).decisions() == before
        (entry,) = entries(connection, limit=1)
    assert (entry.what, entry.who, entry.facts["decision"]) == ("finding_decided", "Ben", decision)
    with pytest.raises(ServiceRefusal, match="NO_SUCH_MATTER"):
        office.findings.decide(twice, ACCEPTED, "again", by="Ben")


@pytest.mark.parametrize(
    ("decision", "why", "code"),
    [
        ("perhaps", "x", "NO_SUCH_DECISION"),
        (FORGIVEN, "the store bears it", "NO_SUCH_DECISION"),
        (ACCEPTED, "", "NOTE_LENGTH"),
        (ACCEPTED, "x" * 401, "NOTE_LENGTH"),
    ],
)
def test_a_decision_needs_a_word_that_fits_and_a_reason(
    office: OpenOffice, twice: FindingRow, decision: str, why: str, code: str
) -> None:
    with pytest.raises(ServiceRefusal, match=code):
        office.findings.decide(twice, decision, why, by="Ben")
    assert office.findings.count_open() == 1


@pytest.fixture
def owed(office: OpenOffice, books: Books) -> FindingRow:
    """The member spent 80 of 100 points, and a return took all 100 back: 80 are owed."""
    published(office)
    books.joins()
    books.gives(100)
    books.spends(80)
    books.takes_back(100)
    books.send(office)
    assert proved(office)
    (row,) = office.findings.open_findings()
    return row


def test_a_debt_can_be_let_go_and_every_till_hears_of_it(
    office: OpenOffice, owed: FindingRow, other: Books
) -> None:
    assert (owed.by_member, owed.owes) == (True, 80)
    assert owed.decisions == (ACCEPTED, FORGIVEN, FRAUD)
    office.findings.decide(owed, FORGIVEN, "our mistake", by="Ben")
    assert account(office, AccountKind.MEMBER_DEBT) == 0
    assert proved(office)
    with office.database.read() as connection:
        (act,) = office.archive(connection).decisions()
    assert b'"kind":"forgive"' in act.body
    assert b"our mistake" in act.body
    assert office.findings.open_findings() == []


def test_no_more_is_let_go_than_is_owed_by_then(
    office: OpenOffice, owed: FindingRow, books: Books
) -> None:
    books.gives(50, lot="20" * 16)
    books.send(office)
    assert proved(office)
    (row,) = office.findings.open_findings()
    office.findings.decide(row, FORGIVEN, "our mistake", by="Ben")
    assert account(office, AccountKind.MEMBER_DEBT) == 0
    assert account(office, AccountKind.MEMBER) == 50
    assert proved(office)


def test_what_was_seen_is_what_is_decided(office: OpenOffice, twice: FindingRow) -> None:
    """A late event may have changed the figure since the page was shown."""
    with pytest.raises(ServiceRefusal, match="NO_SUCH_MATTER"):
        office.findings.decide(replace(twice, amount=40), ACCEPTED, "x", by="Ben")


def test_a_finding_that_changes_waits_again(
    office: OpenOffice, twice: FindingRow, books: Books, clock: SetClock
) -> None:
    office.findings.decide(twice, ACCEPTED, "seen", by="Ben")
    late = Books(ATill(clock, number=3), behind=timedelta(seconds=3))
    office.administration.add_store("S3", "Back Street")
    late.till.join(office, office.administration.new_code("S3"))
    late.gives(40, lot="30" * 16)
    late.send(office)
    assert proved(office)
    (row,) = office.findings.open_findings()
    assert row.amount == 60


def test_the_members_debt_is_a_policy_and_said_so(
    office: OpenOffice, books: Books, other: Books
) -> None:
    """Where the policy lets members bear it, it is theirs until somebody lets it go."""
    published(office)
    adopt_policy(office.administration, replace(RiskPolicy(), member_debt=True))
    books.joins()
    books.gives(100)
    books.spends(100)
    other.spends(70)
    books.send(office)
    other.send(office)
    while office.follow():
        pass
    (row,) = office.findings.open_findings()
    assert (row.by_member, row.owes, row.amount) == (True, 70, 70)

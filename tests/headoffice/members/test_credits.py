"""Goodwill credits: every bad row told, two people, each given once, in acts that tills hear of."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.members.credit_file import ROWS_MAX, read_credits
from posloyalty.headoffice.members.credits import BadCreditFile
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.case_tables import CREDIT_BATCH
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from tests.headoffice.a_chain import MEMBER as SHOPPER
from tests.headoffice.a_chain import PROGRAMME, opened_chain
from tests.headoffice.a_programme import CAFE
from tests.headoffice.a_till import ATill
from tests.headoffice.cases.test_findings import proved, published
from tests.headoffice.small_events import LEDGER, Books

ONE, TWO = b"1" * 16, b"2" * 16
WALLETS = read_programme(CAFE).wallets
HEAD = "member,points,reason\n"
FILE = f"{HEAD}{ONE.hex()},100,Late\n{TWO.hex()},50,Wrong box\n".encode()


def wrong(text: str | bytes) -> list[tuple[int, str, str]]:
    data = text if isinstance(text, bytes) else text.encode()
    read = read_credits(data, WALLETS, points_most=1_000)
    assert read.findings
    return [(one.line, one.column, one.code) for one in read.findings]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"\xff\xff", (1, "", "NOT_TEXT")),
        ("", (1, "member", "COLUMN_MISSING")),
        (HEAD, (1, "", "NO_ROWS")),
        ("member,points\n", (1, "reason", "COLUMN_MISSING")),
        (f"{HEAD.strip()},colour\n", (1, "colour", "COLUMN_UNKNOWN")),
        ("member,member,points,reason\n", (1, "member", "COLUMN_TWICE")),
        (f"{HEAD},1,x\n", (2, "member", "MEMBER_NEEDED")),
        (f"{HEAD}a,,x\n", (2, "points", "POINTS_EMPTY")),
        (f"{HEAD}a,lots,x\n", (2, "points", "POINTS_NOT_A_NUMBER")),
        (f"{HEAD}a,1.5,x\n", (2, "points", "POINTS_TOO_MANY_DECIMALS")),
        (f'{HEAD}a,"12,34",x\n', (2, "points", "POINTS_BAD_GROUPING")),
        (f"{HEAD}a,0,x\n", (2, "points", "POINTS_NONE")),
        (f"{HEAD}a,-5,x\n", (2, "points", "POINTS_NONE")),
        (f"{HEAD}a,1001,x\n", (2, "points", "POINTS_ABOVE")),
        (f"{HEAD}a,1,\n", (2, "reason", "REASON_NEEDED")),
        (f"{HEAD}a,1,{'x' * 201}\n", (2, "reason", "REASON_LENGTH")),
        (f'{HEAD}a,1,"x\ny"\n', (2, "reason", "REASON_LENGTH")),
        (f"{HEAD}a,1,x,y\n", (2, "", "SURPLUS")),
        (f"{HEAD}a,1,x\n\nb,1,y\na,1,x\n", (5, "", "TWICE")),
        (f'{HEAD}a,1,"x\n', (1, "", "BAD_CSV")),
        (HEAD + "".join(f"m{n},1,x\n" for n in range(ROWS_MAX + 1)), (5002, "", "TOO_MANY_ROWS")),
        (b"x" * (1024 * 1024 + 1), (1, "", "TOO_LARGE")),
    ],
)
def test_what_is_wrong_is_told_with_line_and_column(
    text: str | bytes, found: tuple[int, str, str]
) -> None:
    assert wrong(text)[0] == found


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert wrong(f"{HEAD},x,\na,0,ok\n") == [
        (2, "member", "MEMBER_NEEDED"),
        (2, "reason", "REASON_NEEDED"),
        (2, "points", "POINTS_NOT_A_NUMBER"),
        (3, "points", "POINTS_NONE"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        "会员;积分;理由\na;1,200;迟到\n".encode("gb18030"),
        "\ufeffMember\tReason\tPoints\r\na\t迟到\t1200\r\n".encode(),
        "member,points,reason\na,\uff11\uff12\uff10\uff10,迟到".encode(),
    ],
)
def test_a_file_is_read_as_spreadsheets_of_each_country_write_it(data: bytes) -> None:
    (row,) = read_credits(data, WALLETS, points_most=5_000).credits
    assert (row.line, row.member, row.points, row.reason) == (2, "a", 1_200, "迟到")


@pytest.fixture
def books(office: OpenOffice, till: ATill) -> Books:
    """An office with a programme, and two members of a till."""
    published(office)
    made = Books(till)
    made.joins(ONE)
    made.joins(TWO)
    made.send(office)
    return made


def points(office: OpenOffice, member: bytes) -> int:
    with office.database.write() as connection:
        fold = office.head_office(connection).fold(member)
    return fold.accounts.get(Account(LEDGER, AccountKind.MEMBER, member), 0)


def acts(office: OpenOffice) -> list[events.Act]:
    with office.database.read() as connection:
        found = [events.decode(one.body) for one in office.archive(connection).decisions()]
    return [one for one in found if isinstance(one, events.Act)]


@pytest.mark.usefixtures("books")
def test_nothing_is_given_before_a_second_person_approves(office: OpenOffice) -> None:
    number, new = office.credits.propose(FILE, by="Ann")
    assert new
    office.credits.give_all()
    assert (points(office, ONE), acts(office)) == (0, [])
    with pytest.raises(ServiceRefusal, match="SECOND_PERSON"):
        office.credits.approve(number, by="Ann")
    with pytest.raises(DBAPIError), office.database.write() as connection:
        connection.execute(CREDIT_BATCH.update().values(state="approved", decided_by="Ann"))
    office.credits.approve(number, by="Ben")
    office.credits.give_all()
    assert (points(office, ONE), points(office, TWO)) == (100, 50)
    batch = office.credits.batch(number)
    assert batch is not None
    assert (batch.state, batch.given, batch.refused) == ("done", 2, 0)
    assert batch.sums == (("stamps", 150),)
    first, second = acts(office)
    assert dict(first.facts)["batch"] == str(number)
    assert {dict(one.facts)["cause"] for one in (first, second)} == {"Late", "Wrong box"}
    with office.database.read() as connection:
        told = [one for one in entries(connection, limit=9) if one.what == "credit_given"]
    assert {(one.who, one.facts["proposed_by"]) for one in told} == {("Ben", "Ann")}
    assert proved(office)


@pytest.mark.usefixtures("books")
def test_the_same_file_again_changes_nothing(office: OpenOffice) -> None:
    number, _ = office.credits.propose(FILE, by="Ann")
    office.credits.approve(number, by="Ben")
    office.credits.give_all()
    saved_otherwise = "\ufeff".encode() + FILE.replace(b",", b";").replace(b"\n", b"\r\n")
    for again in (FILE, saved_otherwise):
        assert office.credits.propose(again, by="Cleo") == (number, False)
    office.credits.give_all()
    assert points(office, ONE) == 100
    assert len(office.credits.batches()) == 1


@pytest.mark.usefixtures("books")
def test_what_was_withdrawn_gave_nothing_and_may_come_again(office: OpenOffice) -> None:
    number, _ = office.credits.propose(FILE, by="Ann")
    office.credits.withdraw(number, by="Ann")
    for act in (office.credits.approve, office.credits.withdraw):
        with pytest.raises(ServiceRefusal, match="WITHDRAWN_ALREADY"):
            act(number, by="Ben")
    assert office.credits.propose(FILE, by="Ann") == (number + 1, True)


@pytest.mark.usefixtures("books")
def test_whoever_is_not_a_member_is_named_beside_all_else_and_nobody_gets_anything(
    office: OpenOffice,
) -> None:
    file = FILE + f"nobody,5,Late\n{ONE.hex()},0,Late\nno one,5,Late\n".encode()
    with pytest.raises(BadCreditFile) as refused:
        office.credits.propose(file, by="Ann")
    assert [(one.line, one.column, one.code) for one in refused.value.wrong] == [
        (4, "member", "MEMBER_UNKNOWN"),
        (5, "points", "POINTS_NONE"),
        (6, "member", "MEMBER_UNKNOWN"),
    ]
    assert office.credits.batches() == []


def test_a_server_that_falls_between_two_pieces_gives_nothing_twice(
    office: OpenOffice, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posloyalty.headoffice.members.credits.PIECE", 1)
    number, _ = office.credits.propose(FILE, by="Ann")
    office.credits.approve(number, by="Ben")
    assert office.credits.step()
    office.credits.give_all()
    office.credits.give_all()
    assert (points(office, ONE), points(office, TWO), len(acts(office))) == (100, 50, 2)


def test_an_erased_member_gets_nothing_and_the_batch_says_so(
    office: OpenOffice, books: Books
) -> None:
    from sqlalchemy import update

    from posloyalty.headoffice.store.archive_tables import MEMBER

    number, _ = office.credits.propose(FILE, by="Ann")
    office.credits.approve(number, by="Ben")
    with office.database.write() as connection:
        connection.execute(update(MEMBER).where(MEMBER.c.member_id == ONE).values(erased=1))
    office.credits.give_all()
    batch = office.credits.batch(number)
    assert batch is not None
    assert (batch.given, batch.refused) == (1, 1)
    assert office.credits.rows(number)[0].why == "MEMBER_ERASED"


def test_a_real_till_hears_of_it_and_spends_it(tmp_path: Path) -> None:
    with opened_chain(tmp_path) as chain:
        office = chain.office
        digest = office.publishing.keep(PROGRAMME.encode(), by="Ann").hash.hex()
        number = office.publishing.propose(digest, begins=office.clock.now(), by="Ann")
        office.publishing.approve(number, by="Ben")
        chain.talk()
        before = [one.counter.points() for one in chain.tills]
        file = f"{HEAD}{SHOPPER.hex()},300,Late\n".encode()
        batch, _ = office.credits.propose(file, by="Ann")
        office.credits.approve(batch, by="Ben")
        office.credits.give_all()
        chain.talk()
        assert [one.counter.points() for one in chain.tills] == [one + 300 for one in before]
        chain.tills[1].redeem(300)
        chain.talk()
        assert proved(office)

"""Members from files into a real book, with what they bring along, and nothing twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from posloyalty.documents.table_file import read_table
from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.domain.members.member import Birthday, IdentifierKind, Member
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.tender import CashRounding, take_cash
from posloyalty.services.members.find_member import MemberPanel
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.import_columns import MissingColumns
from posloyalty.services.shop.import_report import ImportReport
from posloyalty.services.shop.import_rows import ROWS_PER_UNIT
from posloyalty.wording import LANGUAGES, Words
from tests.services.a_shop import Shop, csv_file, new_shop, xlsx_file
from tests.services.counter import goods

LEDGER = "dawn-club/points"
HEADER = "id,name,phone,points,points_last_day,tier,tier_through"
XIAOYU = "V1,王小雨,138 1234 6021,1250,2027-03-31,gold,2027-06-30"
# The test clock stands at 2026-11-22.


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path) as made:
        yield made


def take(shop: Shop, path: Path) -> ImportReport:
    return shop.till.import_members.run(read_table(path), shop.manager)


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.added, report.unchanged, report.refused


def said(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.reason) for one in report.findings]


def member(shop: Shop, number: str) -> Member:
    with shop.till.book.read() as reader:
        member_id = reader.members.by_foreign_id(number)
        assert member_id is not None
        found = reader.members.by_id(member_id)
    assert found is not None
    return found


def panel(shop: Shop, number: str) -> MemberPanel:
    return shop.till.members.panel(member(shop, number).id)


def journal(shop: Shop) -> list[str]:
    with shop.till.book.read() as reader:
        return [event.kind for event in reader.journal.events()]


def opening_account(shop: Shop) -> int:
    with shop.till.book.read() as reader:
        taken, given = reader.ledger.balance(Account(LEDGER, AccountKind.OPENING))
    return taken - given


def test_a_member_comes_in_with_profile_balance_level_consents_and_a_card(
    shop: Shop, tmp_path: Path
) -> None:
    table = csv_file(
        tmp_path / "members.csv",
        f"""
        {HEADER},e-mail,language,birthday,joined,terms,marketing,card,note
        {XIAOYU},Yu@Example.com,zh-CN,1990-02-28,2024-05-01,yes,no,8888 0001,likes tea
        """,
    )
    assert counts(take(shop, table)) == (1, 0, 0)
    found, shown = member(shop, "V1"), panel(shop, "V1")
    assert found.profile.name == "王小雨"
    assert found.identifier(IdentifierKind.PHONE) == "13812346021"
    assert found.identifier(IdentifierKind.EMAIL) == "yu@example.com"
    assert (found.profile.language, found.profile.note) == ("zh_CN", "likes tea")
    assert found.profile.birthday == Birthday(2, 28, 1990)
    assert found.joined_on == date(2024, 5, 1)
    assert {(c.purpose, c.channel): c.granted for c in found.consents} == {
        ("terms", ""): True,
        ("marketing", "sms"): False,
    }
    wallet, tier = shown.wallets[0], shown.tiers[0]
    assert (wallet.balance, wallet.next_expiry) == (1250, date(2027, 3, 31))
    assert (tier.level, tier.held_through) == ("gold", date(2027, 6, 30))
    assert member(shop, "8888 0001").id == found.id
    card = shop.till.enrol.card(found.id)
    assert shop.till.members.by_card(card.short_code) == found.id
    assert card.token_text.startswith("LP1:")


def test_an_imported_member_is_found_by_name_phone_old_number_and_email(
    shop: Shop, tmp_path: Path
) -> None:
    header = "id,name,phone,email"
    take(shop, csv_file(tmp_path / "m.csv", f"{header}\nV1,王小雨,13812346021,yu@example.com"))
    for typed in ("小雨", "wxy", "6021", "13812346021", "V1", "YU@example.com"):
        found = shop.till.members.search(typed)
        assert [row.name for row in found.rows] == ["王小雨"], typed
    assert shop.till.members.search("V").rows == ()


def test_opening_points_do_not_count_towards_a_level(shop: Shop, tmp_path: Path) -> None:
    take(shop, csv_file(tmp_path / "m.csv", f"{HEADER}\nV1,Ann,13800000001,9000,,,"))
    tier = panel(shop, "V1").tiers[0]
    assert (tier.level, tier.progress) == (None, 0)


def test_points_without_a_day_last_as_long_as_points_earned_today(
    shop: Shop, tmp_path: Path
) -> None:
    take(shop, csv_file(tmp_path / "m.csv", f"{HEADER}\nV1,Ann,13800000001,90,,silver,"))
    shown = panel(shop, "V1")
    assert shown.wallets[0].next_expiry == date(2027, 11, 22)
    assert shown.tiers[0].held_through == date(2027, 11, 22)


def test_opening_points_are_spent_by_a_sale_and_the_book_verifies(
    shop: Shop, tmp_path: Path
) -> None:
    take(shop, csv_file(tmp_path / "m.csv", f"{HEADER}\n{XIAOYU}"))
    check_out = shop.till.check_out
    basket = check_out.open_basket().add(goods(1)).for_member(member(shop, "V1").id, proof="card")
    usable = check_out.quote(basket).usable[0]
    assert usable.most_points == 1200
    quote = check_out.quote(basket)
    cash = take_cash(quote.payable_minor, (), given_minor=5000, rounding=CashRounding())
    check_out.complete(basket, quote, (cash,), shop.manager)
    assert panel(shop, "V1").wallets[0].balance > 1250
    assert shop.till.verify.verify().differences == ()
    assert opening_account(shop) == 1250


def test_every_fault_of_every_row_is_named_and_the_good_rows_go_in(
    shop: Shop, tmp_path: Path
) -> None:
    table = csv_file(
        tmp_path / "members.csv",
        """
        id,name,phone,email,language,birthday,joined,points,points_last_day,tier,tier_through,terms
        V1,Ann,12,ann,fr,02-30,2027-01-01,1.5,2026-11-21,diamond,2026-02-30,perhaps
        ,Nobody,,,,,,,,,,
        V2,Ben,13800000002,,,,,-5,,,,
        V3,Cho,13800000003,,en,02-29,2020/2/29,0,,Silver,2027-01-01,yes
        """,
    )
    report = take(shop, table)
    assert counts(report) == (1, 0, 3)
    assert sorted(said(report)) == [
        (2, "birthday", "NO_SUCH_DAY"),
        (2, "email", "NO_EMAIL"),
        (2, "joined", "DAY_AHEAD"),
        (2, "language", "NOT_ONE_OF"),
        (2, "phone", "PHONE_NOT_PLAUSIBLE"),
        (2, "points", "BAD_POINTS"),
        (2, "points_last_day", "DAY_PASSED"),
        (2, "terms", "NOT_YES_NO"),
        (2, "tier", "NOT_ONE_OF"),
        (2, "tier_through", "NO_SUCH_DAY"),
        (3, "id", "NOBODY"),
        (4, "points", "OUT_OF_BOUNDS"),
    ]
    assert member(shop, "V3").profile.birthday == Birthday(2, 29, None)
    for language in LANGUAGES:
        for one in report.findings:
            assert Words(language)(f"import.{one.reason}", **dict(one.facts))


def test_a_phone_or_number_that_comes_twice_is_a_finding_in_the_file_and_against_the_book(
    shop: Shop, tmp_path: Path
) -> None:
    table = csv_file(
        tmp_path / "members.csv",
        """
        id,name,phone
        V1,Ann,13800000001
        V2,Ben,138-0000-0001
        V1,Cho,13800000003
        """,
    )
    report = take(shop, table)
    assert counts(report) == (1, 0, 2)
    assert said(report) == [(3, "phone", "TWICE_IN_FILE"), (4, "id", "TWICE_IN_FILE")]
    assert dict(report.findings[0].facts) == {"line": 2}
    other = csv_file(tmp_path / "other.csv", "id,name,phone\nW9,Dan,+86 13800000001")
    assert said(take(shop, other)) == [(2, "phone", "PHONE_TAKEN")]


def test_a_card_of_this_programme_keeps_its_short_code_and_is_given_once(
    shop: Shop, tmp_path: Path
) -> None:
    take(shop, csv_file(tmp_path / "first.csv", "id,phone\nV1,13800000001"))
    code = shop.till.enrol.card(member(shop, "V1").id).short_code
    report = take(shop, csv_file(tmp_path / "second.csv", f"id,card\nV2,{code}"))
    assert said(report) == [(2, "card", "CARD_TAKEN")]


def test_the_same_file_again_changes_nothing_and_writes_nothing(shop: Shop, tmp_path: Path) -> None:
    table = csv_file(tmp_path / "m.csv", f"{HEADER}\n{XIAOYU}\n,Ben,13800000002,30,,,")
    take(shop, table)
    before, shown = journal(shop), panel(shop, "V1")
    assert counts(take(shop, table)) == (0, 2, 0)
    assert journal(shop) == before
    assert panel(shop, "V1") == shown
    assert opening_account(shop) == 1280


def test_what_the_till_changed_since_is_not_turned_back_by_the_file(
    shop: Shop, tmp_path: Path
) -> None:
    table = csv_file(tmp_path / "m.csv", f"{HEADER}\n{XIAOYU}")
    take(shop, table)
    known = member(shop, "V1")
    changed = type(known.profile)(
        name="王晓雨", identifiers=known.profile.identifiers, language="zh_TW"
    )
    shop.till.enrol.edit(known.id, changed, shop.manager)
    take(shop, table)
    assert member(shop, "V1").profile.name == "王晓雨"


def test_a_spreadsheet_with_chinese_headers_is_read_like_a_csv(shop: Shop, tmp_path: Path) -> None:
    table = xlsx_file(
        tmp_path / "members.xlsx",
        [
            ["会员号", "姓名", "手机号", "积分", "积分有效期", "等级", "条款"],
            [1001, "𠮷田真弓", 13812346021, 1250.0, date(2027, 3, 31), "金卡", True],
        ],
    )
    assert counts(take(shop, table)) == (1, 0, 0)
    shown = panel(shop, "1001")
    assert shown.member.profile.name == "𠮷田真弓"
    assert (shown.wallets[0].balance, shown.tiers[0].level) == (1250, "gold")


def test_points_need_a_programme(tmp_path: Path) -> None:
    with new_shop(tmp_path, programme=None) as shop:
        report = take(shop, csv_file(tmp_path / "m.csv", f"{HEADER}\n{XIAOYU}\nV2,Ben,,,,,"))
        assert said(report) == [(2, "points", "NO_PROGRAMME"), (2, "tier", "NOT_ONE_OF")]
        assert counts(report) == (1, 0, 1)


def test_a_file_that_names_nobody_is_refused(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(MissingColumns):
        take(shop, csv_file(tmp_path / "m.csv", "name,points\nAnn,3"))


def test_only_a_manager_imports(shop: Shop, tmp_path: Path) -> None:
    table = csv_file(tmp_path / "m.csv", f"{HEADER}\n{XIAOYU}")
    with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
        shop.till.import_members.run(read_table(table), Operator(b"c" * 16, "Li", Role.CASHIER))
    assert shop.till.members.search("王小雨").rows == ()


def many(tmp_path: Path, count: int) -> Path:
    rows = "\n".join(f"V{n},Member {n},138{n:08d},{n + 1},,," for n in range(count))
    return csv_file(tmp_path / "many.csv", f"{HEADER}\n{rows}")


def test_an_import_that_was_stopped_goes_on_without_doubles(shop: Shop, tmp_path: Path) -> None:
    table = many(tmp_path, 100)

    def stop(done: int, _total: int) -> None:
        if done >= ROWS_PER_UNIT:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        shop.till.import_members.run(read_table(table), shop.manager, progress=stop)
    # Those who are in can be found at once.
    assert shop.till.members.search("Member 7").rows
    shop.reopen().settle()
    assert counts(take(shop, table)) == (100 - ROWS_PER_UNIT, ROWS_PER_UNIT, 0)
    assert opening_account(shop) == sum(range(1, 101))


KILLED_IMPORT = """
import os, signal, sys
from pathlib import Path
from posloyalty.bootstrap import open_till
from posloyalty.documents.table_file import read_table
from posloyalty.cli.console import manager
from tests.fakes.time import CountedIds, SeededChance, SetClock
till = open_till(Path(sys.argv[1]), clock=SetClock(), ids=CountedIds(7), chance=SeededChance(7),
                 keyring=None)
events = 0
append = type(till.book._unit.journal).append
def counted(journal, event):
    global events
    events += 1
    if events == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
    return append(journal, event)
type(till.book._unit.journal).append = counted
till.import_members.run(read_table(Path(sys.argv[2])), manager(till))
"""


def test_an_import_that_was_killed_inside_a_transaction_leaves_whole_members_only(
    shop: Shop, tmp_path: Path
) -> None:
    table = many(tmp_path, 90)
    shop.till.close()
    done = subprocess.run(
        [sys.executable, "-c", KILLED_IMPORT, str(shop.folder), str(table), "200"], check=False
    )
    assert done.returncode == -signal.SIGKILL
    shop.reopen().settle()
    report = take(shop, table)
    assert counts(report) == (90 - ROWS_PER_UNIT, ROWS_PER_UNIT, 0)
    assert opening_account(shop) == sum(range(1, 91))
    assert shop.till.verify.verify().differences == ()

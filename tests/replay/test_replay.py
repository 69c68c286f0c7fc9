"""A replay of real purchases: every member's totals, durability, resuming, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from posloyalty.documents.purchase_file import read_purchases as read_rows
from posloyalty.domain.values.money import currency
from posloyalty.services.programmes.replay import ROWS_PER_STEP, Purchase, Replayed, read_purchases
from posloyalty.services.programmes.replay_totals import MemberTotal, totals
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.check_out import CheckOut
from posloyalty.services.shop.import_columns import MissingColumns
from tests.fakes.desk import desk
from tests.replay import independent
from tests.replay.sample import PROGRAMME, RULES, SHOP, reckoned, ring, sample_file
from tests.services.a_shop import Shop, csv_file, new_shop
from tests.services.counter import goods
from ui.presenters.ports import Screen

USD = currency("USD")
MILK = "6900004355455"
# One customer in 117: 202 of them, with some 600 purchases.
EVERY = 117


@dataclass(frozen=True)
class Rung:
    """A replayed sample: its shop, its file, and what came of it."""

    shop: Shop
    path: Path
    done: Replayed
    found: list[MemberTotal]


@pytest.fixture(scope="module")
def rung(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rung]:
    folder = tmp_path_factory.mktemp("replay")
    path = sample_file(folder / "sample.txt", every=EVERY)
    with new_shop(folder, **SHOP) as shop:
        done = ring(shop, path)
        yield Rung(shop, path, done, reckoned(shop, done))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path, **SHOP) as made:
        yield made


def events(shop: Shop) -> list[str]:
    with shop.till.book.read() as reader:
        return [event.kind for event in reader.journal.events()]


def purchases(tmp_path: Path, text: str) -> tuple[list[Purchase], list[tuple[int, str, str]]]:
    found, report = read_purchases(read_rows(csv_file(tmp_path / "p.csv", text)), USD)
    return found, [(one.line, one.column, one.reason) for one in report.findings]


def test_every_members_totals_equal_the_independent_reckoning(rung: Rung) -> None:
    rows = independent.purchases(rung.path)
    expected = {
        row.member: (row.earned, row.expired, row.balance, row.tier)
        for row in independent.members(rows).itertuples()
    }
    found = {one.member: (one.earned, one.expired, one.balance, one.tier) for one in rung.found}
    assert len(found) == rows["member"].nunique() > 200
    assert found == expected
    # The sample has something of everything that can come out.
    assert {one.tier for one in rung.found} == {"", "silver", "gold"}
    assert any(one.expired for one in rung.found)


def test_each_row_is_a_sale_of_its_own_and_the_book_follows_from_its_journal(rung: Rung) -> None:
    rows = independent.purchases(rung.path)
    kinds = events(rung.shop)
    assert kinds.count("sale") == rung.done.rows == rung.done.rung == len(rows)
    assert kinds.count("member_create") == len(rung.done.members)
    assert rung.shop.till.verify.verify().differences == ()


def test_rows_without_value_are_sales_too(rung: Rung) -> None:
    rows = independent.purchases(rung.path)
    with rung.shop.till.book.read() as reader:
        sales = reader.sales.page(before_seq=None, limit=10_000)
    free = [row for row in sales if row.payable_minor == 0]
    assert len(free) == int((rows["cents"] == 0).sum()) > 0


def test_sales_stand_in_the_order_of_their_days_and_of_the_file_within_a_day(rung: Rung) -> None:
    rows = independent.purchases(rung.path).sort_values("day", kind="stable")
    with rung.shop.till.book.read() as reader:
        sales = reader.sales.page(before_seq=None, limit=10_000)[::-1]
    assert [row.at.date() for row in sales] == [day.date() for day in rows["day"]]
    assert [row.payable_minor for row in sales] == list(rows["cents"])
    assert [row.member_name for row in sales] == list(rows["member"])
    assert [row.at for row in sales] == sorted(row.at for row in sales)


def test_ringing_the_same_file_again_books_nothing(rung: Rung) -> None:
    before = events(rung.shop)
    again = ring(rung.shop, rung.path)
    assert (again.rung, again.resumed_at) == (0, again.rows)
    assert [kind for kind in events(rung.shop) if kind in ("sale", "member_create")] == [
        kind for kind in before if kind in ("sale", "member_create")
    ]
    assert reckoned(rung.shop, again) == rung.found


def test_totals_before_the_last_sale_are_refused(rung: Rung) -> None:
    with pytest.raises(ServiceRefusal, match="AS_OF_TOO_EARLY") as refused:
        totals(rung.shop.till.book, RULES, rung.done.members, date(1998, 1, 1))
    assert refused.value.facts["day"] > "1998-06-01"


def test_the_replay_and_the_screen_ring_through_one_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_shop(tmp_path) as shop:
        with shop.till.book.write() as unit:
            unit.catalogue.save_product(replace(goods(1), codes=(f"0{MILK}",)), initials="a")
            unit.commit()
        counter = desk(till=shop.till, operator=shop.manager)
        counter.scan(MILK)
        counter.press("F12", "Enter")
        assert counter.front is Screen.DONE

        def broken(*_: object, **__: object) -> None:
            raise ServiceRefusal("QUOTE_STALE")

        monkeypatch.setattr(CheckOut, "complete", broken)
        counter = desk(till=shop.till, operator=shop.manager)
        counter.scan(MILK)
        counter.press("F12", "Enter")
        assert counter.front is not Screen.DONE
        assert events(shop).count("sale") == 1
    with new_shop(tmp_path / "replay", **SHOP) as shop:
        path = sample_file(tmp_path / "few.txt", every=1000, most=3)
        with pytest.raises(ServiceRefusal, match="QUOTE_STALE"):
            ring(shop, path)
        assert events(shop).count("sale") == 0


def test_a_replay_that_was_stopped_goes_on_without_ringing_anything_twice(
    shop: Shop, tmp_path: Path
) -> None:
    path = sample_file(tmp_path / "some.txt", every=180)
    stop_at = ROWS_PER_STEP + 40

    def stop(done: int, total: int) -> None:
        assert total > stop_at
        if done == stop_at:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        ring(shop, path, progress=stop)
    assert events(shop).count("sale") == stop_at
    shop.reopen()
    done = ring(shop, path)
    assert done.resumed_at == ROWS_PER_STEP
    assert events(shop).count("sale") == done.rows
    expected = independent.members(independent.purchases(path))
    found = {one.member: (one.earned, one.balance) for one in reckoned(shop, done)}
    assert found == {row.member: (row.earned, row.balance) for row in expected.itertuples()}


def test_a_book_takes_one_input_only(shop: Shop, tmp_path: Path) -> None:
    ring(shop, sample_file(tmp_path / "one.txt", every=2000, most=4))
    with pytest.raises(ServiceRefusal, match="REPLAY_OTHER_INPUT"):
        ring(shop, sample_file(tmp_path / "two.txt", every=2000, most=5))


def test_a_programme_of_another_currency_is_refused(tmp_path: Path) -> None:
    path = sample_file(tmp_path / "few.txt", every=2000, most=2)
    with new_shop(tmp_path, programme=None) as shop:
        with pytest.raises(ServiceRefusal, match="REPLAY_CURRENCY") as refused:
            ring(shop, path)
        assert refused.value.facts == {"programme": "USD", "shop": "CNY"}
        assert "sale" not in events(shop)


def test_another_programme_in_effect_on_those_days_is_refused(shop: Shop, tmp_path: Path) -> None:
    other = PROGRAMME.replace(b"version = 1", b"version = 2")
    path = sample_file(tmp_path / "few.txt", every=2000, most=8)
    found, _ = read_purchases(read_rows(path), USD)
    last = found[-1].day
    shop.till.programmes.install(other, effective_from=datetime.combine(last, time(0), UTC))
    with pytest.raises(ServiceRefusal, match="REPLAY_PROGRAMME"):
        ring(shop, path)


def test_a_csv_with_a_quantity_is_read_by_its_header(tmp_path: Path) -> None:
    found, said = purchases(
        tmp_path,
        """
        会员号,日期,金额,数量
        A1,2026-03-02,12.50,3
        B2,2026/3/1,0,
        A1,20260302,7.00,0
        """,
    )
    assert said == []
    assert [(p.member, p.day.day, p.amount_minor, p.pieces, p.line) for p in found] == [
        ("B2", 1, 0, 1, 3),
        ("A1", 2, 1250, 3, 2),
        ("A1", 2, 700, 1, 4),
    ]


def test_every_kind_of_bad_row_is_reported_with_its_line(tmp_path: Path) -> None:
    found, said = purchases(
        tmp_path,
        """
        member,date,amount,quantity
        A1,1997-02-30,12.50,1
        A1,1997-02-28,12.505,1
        A1,1997-02-28,twelve,1
        ,1997-02-28,12.50,1
        A1,,,
        A1,1997-02-28,-3.00,1
        A1,1997-02-28,12.50,one
        A1,1997-02-28,12.50,1,more
        A1,1997-02-28,99999999999.00,1
        A1,1997-02-28,12.50,10000
        A1,1997-02-28,12.50,1
        """,
    )
    assert len(found) == 1
    assert said == [
        (2, "date", "NO_SUCH_DAY"),
        (3, "amount", "BAD_AMOUNT"),
        (4, "amount", "BAD_AMOUNT"),
        (5, "member", "EMPTY"),
        (6, "date", "EMPTY"),
        (6, "amount", "EMPTY"),
        (7, "amount", "BELOW_ZERO"),
        (8, "quantity", "NOT_WHOLE"),
        (9, "", "SURPLUS_CELLS"),
        (10, "amount", "AMOUNT_TOO_LARGE"),
        (11, "quantity", "OUT_OF_BOUNDS"),
    ]


def test_a_bad_row_of_the_cdnow_layout_is_reported_too(tmp_path: Path) -> None:
    path = tmp_path / "cdnow.txt"
    path.write_text(
        " customer_id  date number_of_cds  dollar_value\n"
        " 00001 19970101  1   11.77\n"
        "\n"
        " 00002 19970112  1\n"
        " 00003 19970112  1 2.00 3.00\n"
    )
    found, report = read_purchases(read_rows(path), USD)
    assert [(p.member, p.amount_minor) for p in found] == [("00001", 1177)]
    assert [(one.line, one.column, one.reason) for one in report.findings] == [
        (4, "dollar_value", "EMPTY"),
        (5, "", "SURPLUS_CELLS"),
    ]


def test_a_file_without_the_needed_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingColumns) as refused:
        purchases(tmp_path, "member,when\nA1,1997-01-01")
    assert refused.value.names == ("date", "amount")

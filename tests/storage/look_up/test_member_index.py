"""Finding members in the look-up cache, as the file on disk answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posloyalty.services.book.book_faults import DiskFull
from posloyalty.services.members.member_look_up import Found
from posloyalty.storage.look_up.member_index import LookUpDamaged, MemberIndex

KEY = bytes(range(32))


def member(
    n: int, name: str, *, phone: str | None = None, home: bool = True, day: int = 0
) -> Found:
    return Found(n.to_bytes(16, "big"), name, f"CARD{n}", phone, home, day)


ANNA = member(1, "Anna Lopez", phone="13900000417", home=False, day=730_100)
XIAOYU = member(2, "王小雨", phone="13812346021", day=730_300)
XIAOYAN = member(3, "吴小燕", phone="13900000418", day=730_200)
WANG_MIN = member(4, "王敏", phone="13700000417", day=730_050)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "look-up.db"
    MemberIndex.build(place, KEY, enumerate([ANNA, XIAOYAN, WANG_MIN, XIAOYU], 4))
    return place


@pytest.fixture
def index(path: Path) -> Iterator[MemberIndex]:
    opened = MemberIndex(path, KEY)
    yield opened
    opened.close()


def names(found: list[Found]) -> list[str]:
    return [one.name for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王小雨", ["王小雨"]),
        ("王", ["王小雨", "王敏"]),
        ("小雨", ["王小雨"]),
        ("雨", ["王小雨"]),
        ("王敏", ["王敏"]),
        ("wangxiaoyu", ["王小雨"]),
        ("wang", ["王小雨", "王敏"]),
        ("wxy", ["王小雨", "吴小燕"]),
        ("xiaoy", ["王小雨", "吴小燕"]),
        ("lopez an", ["Anna Lopez"]),
        ("al", ["Anna Lopez"]),
        ("nobody", []),
        ('" OR *', []),
    ],
)
def test_a_name_is_found_by_any_part_by_pinyin_and_by_initials(
    index: MemberIndex, text: str, expected: list[str]
) -> None:
    assert names(index.by_name(text, 20)) == expected


def test_a_card_and_a_whole_phone_find_exactly_one(index: MemberIndex) -> None:
    assert index.by_card("CARD1") == ANNA.member_id
    assert index.by_phone("13812346021") == XIAOYU.member_id
    assert index.by_card("CARD") is None
    assert index.by_phone("1381234602") is None


def test_last_digits_rank_the_home_store_before_a_later_visit_elsewhere(
    index: MemberIndex,
) -> None:
    assert names(index.by_last_digits("0417", 20)) == ["王敏", "Anna Lopez"]


def test_the_start_of_a_phone_finds_every_number_that_begins_so(index: MemberIndex) -> None:
    assert names(index.by_phone_start("139", 20)) == ["Anna Lopez", "吴小燕"]


def test_a_member_put_later_is_found_at_once_and_replaces_its_old_words(path: Path) -> None:
    index = MemberIndex(path, KEY)
    index.put([(8, member(2, "李雪", phone="13812346021"))])
    assert names(index.by_name("李雪", 20)) == ["李雪"]
    assert index.by_name("王小雨", 20) == []
    assert index.count == 4
    assert index.applied == 8
    index.close()


def test_of_a_page_that_says_somebody_twice_the_last_word_stands(index: MemberIndex) -> None:
    new = member(9, "孙悦", phone="13600000009")
    said = [(8, new), (9, replace(XIAOYU, name="王雨")), (10, replace(new, name="孙月"))]
    assert len(index.put(said)) == 1
    assert (index.count, index.applied) == (5, 10)
    assert names(index.by_name("孙", 20)) == ["孙月"]
    assert names(index.by_name("王", 20)) == ["王雨", "王敏"]
    assert index.put([(11, replace(new, name="孙悦"))]) == ()
    assert names(index.by_name("孙", 20)) == ["孙悦"]


def test_a_visit_moves_a_member_up_among_equals(index: MemberIndex) -> None:
    index.put([(9, replace(WANG_MIN, last_visit=730_400))])
    assert names(index.by_name("王", 20)) == ["王敏", "王小雨"]


def test_members_are_found_although_hundreds_rank_before_them(tmp_path: Path) -> None:
    crowd = [member(n, "王伟", day=1000 - n) for n in range(600)]
    path = tmp_path / "crowd.db"
    MemberIndex.build(path, KEY, enumerate(crowd))
    index = MemberIndex(path, KEY)
    index.put([(9000, member(9000, "王新", day=2000))])
    assert names(index.by_name("王", 5))[0] == "王新"
    assert names(index.by_name("王新", 5)) == ["王新"]
    index.close()


def test_the_file_is_unreadable_without_the_key(path: Path) -> None:
    with pytest.raises(LookUpDamaged):
        MemberIndex(path, bytes(32))
    assert "王小雨".encode() not in path.read_bytes()


def test_a_truncated_or_foreign_file_is_said_to_be_damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(LookUpDamaged):
        MemberIndex(path, KEY)
    path.write_text("not a database")
    with pytest.raises(LookUpDamaged):
        MemberIndex(path, KEY)


def test_a_build_that_stops_in_the_middle_leaves_the_old_file(path: Path) -> None:
    def interrupted() -> Iterator[tuple[int, Found]]:
        yield 1, ANNA
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        MemberIndex.build(path, KEY, interrupted())
    index = MemberIndex(path, KEY)
    assert index.count == 4
    index.close()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT id FROM member WHERE card = 'x'",
        "SELECT id FROM member WHERE phone = 'x'",
        "SELECT id FROM member WHERE id = x'00'",
        "SELECT id FROM member WHERE phone >= '1' AND phone < '2' ORDER BY phone LIMIT 5",
        "SELECT id FROM member WHERE last4 = '1' ORDER BY home DESC, last_visit DESC LIMIT 5",
    ],
)
def test_no_look_up_scans_the_members_or_sorts_them(index: MemberIndex, query: str) -> None:
    plan = " ".join(row[3] for row in index._connection.execute("EXPLAIN QUERY PLAN " + query))
    assert "SEARCH" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


def test_a_full_disk_is_named_and_what_comes_later_is_found(path: Path) -> None:
    crowd = [(100 + n, member(100 + n, f"Crowd {n}")) for n in range(500)]
    index = MemberIndex(path, KEY)
    ask = index._connection.execute
    (pages,) = ask("PRAGMA page_count").fetchone()
    ask(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull):
        index.put(crowd)
    ask("PRAGMA max_page_count = 100000")
    index.put(crowd)
    assert names(index.by_name("Crowd 499", 5)) == ["Crowd 499"]
    index.close()

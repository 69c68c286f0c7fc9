"""A new till of a large chain: everybody is found at once, and comes into the book when they come.

Real books over the real desk; what is large here are three members of a store and four of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.documents.table_file import TableRow
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.headoffice.members import rolls, sheets
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.office import hear_roll
from posloyalty.services.office.feed_place import Heard, heard_so_far
from posloyalty.services.office.hear_roll import HearRoll
from posloyalty.services.ports.roll import RollFault, RollHeld, RollStore
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.scanned import ScannedMember
from posloyalty.sync.profiles.record import ProfileRecord, Said
from posloyalty.sync.wire.profiles import FEED
from posloyalty.sync.wire.roll import ROLL, SHEETS
from tests.headoffice.a_chain import Chain, Placed, opened_chain
from tests.headoffice.a_network import roll_of

STORES = ("S1", "S2", "S3", "S1", "S2", "S3", "S1")
TILL = "0a" * 16
CARD = "M00JNYJGST"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in (
        (rolls, "STORE_LEAST", 3),
        (rolls, "CHAIN_LEAST", 4),
        (sheets, "SHEET_MEMBERS", 2),
        (hear_roll, "SHEETS_BYTES_FIRST", 1),
        (hear_roll, "SHEETS_BYTES_MAX", 1),
    ):
        monkeypatch.setattr(module, name, value)


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    """A chain with members whom no till has heard of."""
    with opened_chain(tmp_path) as found:
        told = [record(n, store=store) for n, store in enumerate(STORES)]
        take(found, *told)
        yield found


def member(number: int) -> bytes:
    return bytes([number + 1]) * 16


def phone(number: int) -> str:
    return f"1380000{number:04d}"


def record(number: int, *, store: str = "S1", ms: int = 1, **more: str) -> ProfileRecord:
    told = {"name": f"Bea Number{number}", "phone": phone(number)} | more
    fields = {name: Said((value,), (ms, 0), TILL) for name, value in sorted(told.items())}
    return ProfileRecord(
        member=member(number).hex(), joined="2026-01-01", store=store, fields=fields
    )


def take(chain: Chain, *records: ProfileRecord) -> None:
    with chain.office.database.write() as connection:
        now_s = int(chain.clock.now().timestamp())
        ProfileFeed(connection, now_s=now_s).take(records)


def erase(chain: Chain, number: int) -> None:
    with chain.office.database.write() as connection:
        now_s = int(chain.clock.now().timestamp())
        ProfileFeed(connection, now_s=now_s).erase(member(number))


def make(chain: Chain) -> None:
    """Head office's lane has had its time, and the till's waits are over."""
    while chain.office.rolls.step():
        pass
    chain.clock.pass_time(timedelta(seconds=6))


def loaded(chain: Chain, till: Placed) -> None:
    """The till has heard all that there is, its own store and the chain."""
    for _ in range(5):
        till.talk()
        make(chain)
    till.talk()


def held(till: Placed) -> RollHeld | None:
    return roll_of(till.shop.till).held


def place(till: Placed) -> tuple[str, str]:
    """Whose roll is in place, and up to where."""
    found_roll = held(till)
    assert found_roll is not None
    return found_roll.store, found_roll.cursor


def heard(till: Placed) -> Heard:
    with till.shop.till.book.read() as reader:
        return heard_so_far(reader.settings)


def in_book(till: Placed) -> set[int]:
    """Which of the members the book has."""
    with till.shop.till.book.read() as reader:
        known = reader.members.known([member(n) for n in range(12)])
    return {one[0] - 1 for one in known}


def found(till: Placed, text: str) -> list[str]:
    return [row.name for row in till.shop.till.members.search(text).rows]


def events(till: Placed, kind: str) -> int:
    with till.shop.till.book.read() as reader:
        return sum(1 for one in reader.journal.events() if one.kind == kind)


def test_members_of_the_own_store_are_found_before_the_feed_tells_of_them(chain: Chain) -> None:
    till = chain.tills[0]
    till.talk()  # asks
    make(chain)
    steps = 0
    while held(till) is None:
        till.way.sending.step(lingers=False)
        steps += 1
        assert steps < 20
    assert place(till) == ("S1", f"{chain.office.office.life_name}:8")
    assert sorted(found(till, "bea")) == ["Bea Number0", "Bea Number3", "Bea Number6"]


def test_everybody_is_found_and_the_book_has_the_own_store_alone(chain: Chain) -> None:
    till = chain.tills[0]
    loaded(chain, till)
    assert place(till) == ("", f"{chain.office.office.life_name}:8")
    assert sorted(found(till, "bea")) == [f"Bea Number{n}" for n in range(7)]
    assert found(till, phone(4)) == found(till, "0004") == ["Bea Number4"]
    assert in_book(till) == {0, 3, 6}
    assert till.shop.till.members.search("bea").total_on_till == 7 + 1  # and the chain's member
    assert heard(till).rest == f"{chain.office.office.life_name}:8"


def test_whoever_is_looked_at_comes_into_the_book_and_asks_for_their_points(chain: Chain) -> None:
    till = chain.tills[0]
    loaded(chain, till)
    panel = till.shop.till.members.panel(member(4))
    assert (panel.member.profile.name, panel.complete) == ("Bea Number4", False)
    assert in_book(till) == {0, 3, 4, 6}
    till.talk()
    assert till.shop.till.members.panel(member(4)).complete
    assert events(till, "member_met") == 1
    assert till.shop.till.members.search("bea").total_on_till == 7 + 1
    till.counter.book(till.counter.basket().for_member(member(4), proof="card"))


def test_a_scanned_card_of_somebody_on_the_roll_is_theirs(chain: Chain) -> None:
    take(chain, record(8, store="S2", card=CARD))
    till = chain.tills[0]
    loaded(chain, till)
    scanned = till.shop.till.scan.recognise(CARD, screen=ScanScreen.SALE)
    assert isinstance(scanned, ScannedMember)
    assert scanned.member_id == member(8)
    assert 8 in in_book(till)


@pytest.mark.long(beside="test_a_scanned_card_of_somebody_on_the_roll_is_theirs")
def test_a_signed_card_of_somebody_on_the_roll_is_theirs(chain: Chain) -> None:
    """Its key is known here, as where a till's book was made anew."""
    till = chain.tills[0]
    form = EnrolForm(phone="13900000001", name="Cid", consents=(("terms", "", True),))
    made = till.shop.till.enrol.enrol(form, till.shop.manager)
    loaded(chain, till)
    with till.shop.till.book.write() as unit:  # and so nobody there has met them
        for table in ("profile_note", "consent", "identifier", "profile", "member_tier", "member"):
            key = "id" if table == "member" else "member_id"
            with suppress(Exception):
                unit.connection.exec_driver_sql(  # type: ignore[attr-defined]
                    f"DELETE FROM {table} WHERE {key} = ?", (made.member.id,)
                )
        unit.commit()
    scanned = till.shop.till.scan.recognise(made.card_token_text, screen=ScanScreen.SALE)
    assert scanned == ScannedMember(made.member.id, "card")


def comes_by_the_feed_just_before(
    chain: Chain, till: Placed, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Member 4 is told of once more, and the till hears it when the roll is asked for them: behind
    the question to the book that found nobody.
    """
    take(chain, record(4, store="S2", ms=9, card=CARD))
    chain.clock.pass_time(timedelta(minutes=6))
    store = roll_of(till.shop.till)
    answers = getattr(store, asked)

    def heard_first(*of: object) -> object:
        monkeypatch.setattr(store, asked, answers)
        till.talk()
        assert 4 in in_book(till)
        return answers(*of)

    monkeypatch.setattr(store, asked, heard_first)


def test_whoever_the_feed_brings_while_they_are_asked_for_is_found(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(chain, record(4, store="S2", ms=8, card=CARD))
    till = chain.tills[0]
    loaded(chain, till)
    comes_by_the_feed_just_before(chain, till, "by_identifier", monkeypatch)
    assert till.shop.till.members.by_phone(phone(4)) == member(4)


@pytest.mark.long(beside="test_whoever_the_feed_brings_while_they_are_asked_for_is_found")
def test_a_card_is_known_whose_member_the_feed_brings_while_it_is_scanned(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(chain, record(4, store="S2", ms=8, card=CARD))
    till = chain.tills[0]
    loaded(chain, till)
    comes_by_the_feed_just_before(chain, till, "by_identifier", monkeypatch)
    scanned = till.shop.till.scan.recognise(CARD, screen=ScanScreen.SALE)
    assert isinstance(scanned, ScannedMember)


@pytest.mark.long(beside="test_whoever_the_feed_brings_while_they_are_asked_for_is_found")
def test_a_panel_opens_of_whom_the_feed_brings_meanwhile(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = chain.tills[0]
    loaded(chain, till)
    comes_by_the_feed_just_before(chain, till, "item", monkeypatch)
    assert till.shop.till.members.panel(member(4)).member.profile.name == "Bea Number4"


def test_a_phone_number_of_somebody_on_the_roll_is_taken(chain: Chain) -> None:
    till = chain.tills[0]
    loaded(chain, till)
    row = till.shop.till.enrol.duplicate(phone(5))
    assert row is not None
    assert row.member_id == member(5)
    form = EnrolForm(phone=phone(2), name="Ada", consents=(("terms", "", True),))
    with pytest.raises(ServiceRefusal) as refused:
        till.shop.till.enrol.enrol(form, till.shop.manager)
    assert refused.value.reason == "PHONE_TAKEN"
    assert {2, 5} <= in_book(till)


def test_points_of_whoever_is_on_the_roll_alone_are_not_known_and_not_none(chain: Chain) -> None:
    till = chain.tills[0]
    loaded(chain, till)
    (stranger,) = till.shop.till.members.search(phone(4)).rows
    assert (stranger.name, stranger.balance) == ("Bea Number4", None)
    assert stranger.as_of is not None
    assert stranger.as_of <= chain.clock.now()
    till.shop.till.members.panel(member(4))  # in the book from now on, with the profile alone
    (met,) = till.shop.till.members.search(phone(4)).rows
    assert (met.balance, met.last_visit) == (None, None)
    till.talk()
    (known,) = till.shop.till.members.search(phone(4)).rows
    assert (known.balance, known.as_of) == (0, None)


def test_an_import_reports_what_whoever_is_on_the_roll_has_already(chain: Chain) -> None:
    take(
        chain,
        record(8, store="S2", card=CARD),
        record(9, store="S2", foreign="V9"),
        record(10, store="S2", foreign="W10"),
    )
    till = chain.tills[0]
    loaded(chain, till)
    before = in_book(till)
    columns = ("id", "name", "phone", "card")
    rows = [
        dict(zip(columns, cells, strict=True))
        for cells in (
            ("A1", "Taken Phone", phone(5), ""),
            ("A2", "Taken Card", "13900000011", CARD),
            ("A3", "Taken Number", "13900000012", "W10"),
            ("V9", "Imported Elsewhere", "13900000013", ""),
            ("A4", "Ada New", "13900000014", ""),
        )
    ]
    report = till.shop.till.import_members.run(
        [TableRow(line, cells) for line, cells in enumerate(rows, start=2)], till.shop.manager
    )
    assert (report.added, report.unchanged, report.refused) == (1, 1, 3)
    assert [(one.line, one.column, one.reason) for one in report.findings] == [
        (2, "phone", "PHONE_TAKEN"),
        (3, "card", "CARD_TAKEN"),
        (4, "card", "CARD_TAKEN"),
    ]
    assert in_book(till) == before  # nobody comes into the book because a file names them


def test_the_households_desk_finds_whoever_is_on_the_roll(chain: Chain) -> None:
    till = chain.tills[0]
    loaded(chain, till)
    assert till.shop.till.members.by_phone(phone(5)) == member(5)
    assert 5 in in_book(till)
    assert till.shop.till.members.by_phone("13999999999") is None


def test_what_changed_since_comes_by_the_feed_and_counts(chain: Chain) -> None:
    till = chain.tills[0]
    loaded(chain, till)
    take(chain, record(4, store="S2", ms=9, name="Bea Renamed"), record(9, store="S3", ms=9))
    chain.clock.pass_time(timedelta(minutes=6))
    till.talk()
    assert in_book(till) == {0, 3, 4, 6, 9}
    assert found(till, phone(4)) == found(till, "renamed") == ["Bea Renamed"]
    assert found(till, "number4") == []


def test_whoever_is_erased_is_found_no_more_and_head_office_hears_so(chain: Chain) -> None:
    till = chain.tills[0]
    loaded(chain, till)
    erase(chain, 4)
    chain.clock.pass_time(timedelta(minutes=6))
    till.talk()
    assert found(till, phone(4)) == []
    assert roll_of(till.shop.till).item(member(4)) is None
    assert events(till, "erase_ack") == 1
    with pytest.raises(ServiceRefusal):
        till.shop.till.members.panel(member(4))


def test_whoever_turns_out_to_be_somebody_else_is_found_as_that_one(chain: Chain) -> None:
    till = chain.tills[0]
    loaded(chain, till)
    with chain.office.database.write() as connection:
        now_s = int(chain.clock.now().timestamp())
        ProfileFeed(connection, now_s=now_s).rename(member(4), member(5))
    chain.clock.pass_time(timedelta(minutes=6))
    till.talk()
    assert found(till, phone(4)) == ["Bea Number5"]
    assert roll_of(till.shop.till).item(member(4)) is None


def test_whoever_is_erased_while_the_till_loads_is_not_found_when_it_has(chain: Chain) -> None:
    till = chain.tills[0]
    till.talk()
    make(chain)
    seen = till.way.network.asked
    while seen.count(SHEETS) < 4:  # the own store and its words, of the chain the first sheet
        till.way.sending.step(lingers=False)
        make(chain)
    assert held(till) is not None
    erase(chain, 2)
    erase(chain, 3)
    loaded(chain, till)
    chain.clock.pass_time(timedelta(minutes=6))
    till.talk()
    assert held(till) is not None
    assert sorted(found(till, "bea")) == [f"Bea Number{n}" for n in (0, 1, 4, 5, 6)]


@pytest.mark.long(beside="test_whoever_is_erased_while_the_till_loads_is_not_found_when_it_has")
def test_whoever_is_erased_after_the_last_sheet_was_sent_is_heard_of_behind_it(
    chain: Chain,
) -> None:
    till = chain.tills[0]
    loaded(chain, chain.tills[1])
    till.talk()
    make(chain)
    store: RollStore = roll_of(till.shop.till)
    placed = store.put_in_place

    def erased_just_before() -> RollHeld:
        if not erased:
            erased.append(True)
            erase(chain, 3)
            chain.clock.pass_time(timedelta(minutes=6))
            hears = till.way.sending._profiles
            assert hears is not None
            hears.look()
            hears.step(till.way.sending._link._link)  # type: ignore[arg-type]
        return placed()

    erased: list[bool] = []
    store.put_in_place = erased_just_before  # type: ignore[method-assign]
    loaded(chain, till)
    assert erased
    assert found(till, phone(3)) == []
    assert store.item(member(3)) is None


@pytest.mark.long(sample=2)
@pytest.mark.parametrize("trouble", ["lost", "changed", "twice", "no line", "portal", "busy"])
def test_lost_and_spoiled_answers_are_asked_for_again(chain: Chain, trouble: str) -> None:
    till = chain.tills[0]
    till.talk()
    make(chain)
    for _ in range(3):
        till.way.network.troubles = ["", trouble, "", "", trouble, trouble]
        for _ in range(4):
            till.talk()
            make(chain)
        chain.clock.pass_time(timedelta(minutes=6))
    till.way.network.troubles = []
    chain.clock.pass_time(timedelta(minutes=6))
    loaded(chain, till)
    assert sorted(found(till, "bea")) == [f"Bea Number{n}" for n in range(7)]
    assert roll_of(till.shop.till).item(member(4)) is not None


def test_what_is_sold_meanwhile_goes_first(chain: Chain) -> None:
    till = chain.tills[0]
    till.talk()
    make(chain)
    till.way.sending.step(lingers=False)
    till.counter.sell()
    before = len(till.way.network.asked)
    till.way.sending.step(lingers=False)
    assert till.way.network.asked[before:] == ["/v1/journal/push"]


@pytest.mark.long(beside="test_another_life_of_the_database_is_heard_from_the_start")
def test_a_roll_that_was_lost_is_heard_again_and_nothing_else(chain: Chain) -> None:
    till = chain.tills[0]
    loaded(chain, till)
    till.shop.till.members.panel(member(4))
    roll = roll_of(till.shop.till)
    roll.close()  # type: ignore[attr-defined]
    for one in (till.shop.folder).glob("roll.book*"):
        one.unlink()
    assert sorted(found(till, "bea")) == [f"Bea Number{n}" for n in (0, 3, 4, 6)]
    (ear,) = (one for one in till.way.sending._ears._ears if isinstance(one, HearRoll))
    ear._stage = None  # as at its next start
    till.way.network.asked.clear()
    loaded(chain, till)
    assert sorted(found(till, "bea")) == [f"Bea Number{n}" for n in range(7)]
    assert till.way.network.asked.count(ROLL) == 1
    assert till.way.network.asked.count(FEED) <= 3


def test_another_life_of_the_database_is_heard_from_the_start(chain: Chain) -> None:
    till = chain.tills[0]
    loaded(chain, till)
    before = held(till)
    chain.office.lifetime.put_back()
    for _ in range(3):
        chain.clock.pass_time(timedelta(minutes=6))
        loaded(chain, till)
    after = held(till)
    assert before is not None
    assert after is not None
    assert after.cursor.partition(":")[0] != before.cursor.partition(":")[0]
    assert sorted(found(till, "bea")) == [f"Bea Number{n}" for n in range(7)]


def test_where_no_roll_comes_the_feed_tells_everybody_after_all(chain: Chain) -> None:
    till = chain.tills[0]
    for _ in range(8):
        till.talk()
        chain.clock.pass_time(timedelta(minutes=6))  # and nobody at head office makes one
    assert held(till) is None
    assert in_book(till) == set(range(7))


def test_a_disk_that_is_full_holds_up_nothing_else(chain: Chain) -> None:
    till = chain.tills[0]
    store = roll_of(till.shop.till)

    def full(_sheets: object) -> int:
        raise RollFault("database or disk is full")

    store.add = full  # type: ignore[method-assign]
    loaded(chain, till)
    till.counter.sell()
    till.talk()
    assert till.way.sending.status().sending == "up_to_date"
    assert (held(till), in_book(till)) == (None, {0, 3, 6})


def test_a_small_chain_has_no_roll_and_hears_the_feed(tmp_path: Path) -> None:
    with opened_chain(tmp_path) as found_chain:
        take(found_chain, record(1, store="S2"), record(2, store="S1"))
        till = found_chain.tills[0]
        for _ in range(2):
            loaded(found_chain, till)
            found_chain.clock.pass_time(timedelta(minutes=6))
        assert held(till) is None
        assert in_book(till) == {1, 2}

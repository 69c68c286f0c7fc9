"""A till goes on in another epoch at head office, and a clone is two programs with one key."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from posloyalty.headoffice.programmes.announcements import has_announcements
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.epoch_tables import EPOCH_BASE
from posloyalty.headoffice.store.tables import FORK_EVENT
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.batch import read_stretch
from posloyalty.sync.wire.messages import EpochAsk, HelloAsk, Standing
from posloyalty.sync.wire.packing import unpacked
from posloyalty.sync.wire.publications import PROGRAMMES, ProgrammesAsk
from tests.fakes.time import SeededChance
from tests.headoffice.a_programme import CAFE, OFFER
from tests.headoffice.a_till import ATill, Heard
from tests.headoffice.ledger.standing import follow
from tests.headoffice.ledger.test_archive import ANNA
from tests.headoffice.programmes.test_publishing import ANN, published
from tests.headoffice.small_events import Books
from tests.headoffice.tills.test_guessed_wishes import lent, wishes
from tests.headoffice.tills.test_intake import kept


def said_hello(
    till: ATill, office: OpenOffice, *, marks: tuple[int, ...] = (), after: bytes = b""
) -> Heard:
    epoch = till.journal[-1].epoch if till.journal else 1
    ask = HelloAsk(
        place=at(till, len(till.journal), epoch),
        marks=tuple(at(till, seq, 1) for seq in marks),
        after=after.hex(),
    )
    return till.ask(office, messages.HELLO, msgspec.json.encode(ask))


def at(till: ATill, seq: int, epoch: int) -> Standing:
    return Standing(epoch=epoch, seq=seq, head=till.hash_at(seq).hex())


def opened(till: ATill, office: OpenOffice, common: int, epoch: int) -> Heard:
    ask = EpochAsk(
        epoch=epoch,
        old_epoch=1,
        common_seq=common,
        common_head=till.hash_at(common).hex(),
        reason="fork",
        local_max_seq=len(till.journal),
    )
    return till.ask(office, messages.EPOCHS, msgspec.json.encode(ask))


def under(till: ATill, office: OpenOffice, first: int, last: int, epoch: int) -> Heard:
    body = till.stretch(till.journal[first - 1 : last], under=epoch)
    return till.ask(office, messages.PUSH, body, packs=True)


def restored(till: ATill, office: OpenOffice) -> list[int]:
    """Five events are known, the book goes back to three and sells two more; gives the places."""
    till.sell(5)
    till.push(office, 1, 5)
    del till.journal[3:]
    till.sell(2)
    return [one.seq for one in till.journal]


def test_hello_says_which_of_the_places_both_have(office: OpenOffice, till: ATill) -> None:
    restored(till, office)
    told = said_hello(till, office, marks=(2, 3, 4)).said
    assert (told["state"], told["common"]["seq"]) == ("fork", 3)
    assert said_hello(till, office, marks=(4,)).said["common"] is None


def test_a_restored_till_goes_on_behind_the_common_place(office: OpenOffice, till: ATill) -> None:
    restored(till, office)
    before = kept(office, till)
    answer = opened(till, office, 3, 2)
    assert (answer.status, answer.said["lost"]) == (201, 2)
    assert answer.said["place"] == {"epoch": 2, "seq": 3, "head": till.hash_at(3).hex()}
    assert said_hello(till, office).said["place"]["seq"] == 3
    # What it wrote before it knew, then what it writes in the new epoch.
    assert under(till, office, 4, 5, 2).said["acked"]["epoch"] == 2
    till.add(b'{"t":"x"}', event_id=b"e" * 16, epoch=2)
    assert till.push(office, 6, 6).said["acked"]["seq"] == 6
    after = kept(office, till)
    assert after[:5] == before
    assert [(row[0], row[1]) for row in after[5:]] == [(2, 4), (2, 5), (2, 6)]
    assert under(till, office, 4, 5, 2).said["duplicates"] == 2


def test_what_a_restored_till_had_heard_of_a_stop_it_may_have_lost(
    office: OpenOffice, till: ATill
) -> None:
    def says(mark: str) -> str:
        ask = msgspec.json.encode(ProgrammesAsk(mark=mark))
        return str(till.ask(office, PROGRAMMES, ask).said["mark"])

    def heard() -> list[tuple[bool, bool]]:
        with office.database.read() as connection:
            is_behind = has_announcements(connection, till.id)
        return [(one.heard, is_behind) for one in office.publishing.exposure(stop)]

    published(office, CAFE)
    stop = office.publishing.stop(OFFER, by=ANN)
    restored(till, office)
    mark = says("")
    says(mark)
    assert heard() == [(True, False)]
    opened(till, office, 3, 2)
    assert heard() == [(False, True)]
    # The same request again is no other book.
    says(mark)
    opened(till, office, 3, 2)
    assert heard() == [(True, False)]


def test_the_same_request_again_gives_the_same_answer(office: OpenOffice, till: ATill) -> None:
    restored(till, office)
    first = opened(till, office, 3, 2)
    under(till, office, 4, 5, 2)
    assert opened(till, office, 3, 2).said == first.said
    with office.database.read() as connection:
        assert len(connection.execute(select(EPOCH_BASE)).all()) == 1
    assert said_hello(till, office).said["place"]["seq"] == 5


def test_what_was_lent_since_an_epoch_was_opened_stays_lent_when_it_is_asked_for_again(
    office: OpenOffice, till: ATill
) -> None:
    books = Books(till, ledger="club/points")
    books.joins(ANNA)
    books.gives(100, member=ANNA, usable="2026-01-02")
    books.send(office)
    follow(office)
    assert till.hello(office).status == 200
    wishes(till, office, 30)
    common = len(till.journal)
    assert opened(till, office, common, 2).status == 201
    assert lent(office) == [(till.id, 30, "closed")]  # its book does not show it
    till.add(b'{"t":"x"}', event_id=b"e" * 16, epoch=2)
    assert till.push(office, common + 1, common + 1).status == 200
    assert said_hello(till, office).status == 200
    lately = wishes(till, office, 20, rid="08" * 16)
    assert opened(till, office, common, 2).status == 201, "the network had held it back"
    assert lent(office) == [(till.id, 30, "closed"), (till.id, 20, "open")]
    assert lately["n"] == 20


def test_an_epoch_or_a_place_that_is_not_good_is_refused(office: OpenOffice, till: ATill) -> None:
    restored(till, office)
    assert opened(till, office, 3, 1).code == "EPOCH_TAKEN"
    assert opened(till, office, 4, 2).code == "COMMON_UNKNOWN"
    assert opened(till, office, 3, 2).status == 201
    assert opened(till, office, 2, 2).code == "EPOCH_TAKEN"


def test_an_epoch_that_was_left_takes_nothing_more(office: OpenOffice, till: ATill) -> None:
    twin = deepcopy(till)
    twin.chance = SeededChance(999)
    restored(till, office)
    twin.journal = [*till.journal[:3]]
    opened(till, office, 3, 2)
    twin.sell(1)
    told = twin.push(office, 4, 4)
    assert (told.status, told.code) == (409, "FORK")
    with office.database.read() as connection:
        assert len(connection.execute(select(FORK_EVENT)).all()) == 1


def test_own_events_of_both_epochs_come_back_with_hashes_that_hold(
    office: OpenOffice, till: ATill
) -> None:
    restored(till, office)
    opened(till, office, 3, 2)
    under(till, office, 4, 5, 2)
    till.add(b'{"t":"x"}', event_id=b"e" * 16, epoch=2)
    till.push(office, 6, 6)
    assert own(till, office, 2, 4) == [till.hash_at(4), till.hash_at(5)]
    assert own(till, office, 2, 6) == [till.hash_at(6)]
    lost = own(till, office, 1, 4)
    assert len(lost) == 2
    assert lost[0] != till.hash_at(4)


def own(till: ATill, office: OpenOffice, epoch: int, first: int) -> list[bytes]:
    target = f"{messages.JOURNAL}?epoch={epoch}&from={first}&n=100"
    body = till.ask(office, target, b"", method="GET").body
    stretch = read_stretch(unpacked(body, most_bytes=100_000))
    assert stretch.hashes()[-1] == stretch.head
    return list(stretch.hashes())


def test_an_event_that_went_as_bytes_is_kept_unread(office: OpenOffice, till: ATill) -> None:
    till.sell(1)
    till.add(b"\xff\x00 no text", event_id=b"b" * 16)
    till.sell(1)
    told = till.push(office, 1, 3).said
    assert (told["acked"]["seq"], told["anomalies"]) == (3, [[2, "WRAPPED"]])
    assert kept(office, till)[1][3] == b"\xff\x00 no text"


def test_a_till_that_is_started_anew_is_one_till(office: OpenOffice, till: ATill) -> None:
    boots = [bytes([n]) * 16 for n in (1, 2, 3)]
    for after, till.boot in zip((b"", *boots), boots, strict=False):
        assert said_hello(till, office, after=after).status == 200
    till.boot = boots[0]  # a request of before, late
    assert said_hello(till, office).status == 200
    assert office.administration.clones() == []


def clone(till: ATill, office: OpenOffice) -> ATill:
    """A second program on a copy of the till's book, started after the first went on."""
    till.boot = b"1" * 16
    said_hello(till, office)
    copy = deepcopy(till)
    copy.chance = SeededChance(999)
    till.boot = b"2" * 16
    said_hello(till, office, after=b"1" * 16)
    copy.boot = b"3" * 16
    said_hello(copy, office, after=b"1" * 16)
    return copy


def test_a_machine_that_is_copied_while_it_runs_is_found_without_a_restart(
    office: OpenOffice, till: ATill
) -> None:
    till.boot = b"1" * 16
    said_hello(till, office)
    copy = deepcopy(till)
    copy.chance, copy.boot = SeededChance(999), b"2" * 16
    assert said_hello(copy, office, after=till.boot).status == 200
    assert said_hello(till, office).status == 200  # a late request, as far as anybody knows
    assert said_hello(copy, office, after=till.boot).status == 200
    assert said_hello(till, office).code == "CLONE_SUSPECT"
    assert said_hello(copy, office, after=till.boot).code == "CLONE_SUSPECT"
    (case,) = office.administration.clones()
    assert {start.boot for start in case.starts} == {"31" * 16, "32" * 16}


def test_a_book_put_back_from_a_copy_is_no_clone(office: OpenOffice, till: ATill) -> None:
    copy = clone(till, office)
    copy.sell(1)
    assert copy.push(office, 1, 1).status == 200
    assert office.administration.clones() == []


def test_two_programs_with_one_key_are_both_frozen_until_a_person_chooses(
    office: OpenOffice, till: ATill
) -> None:
    copy = clone(till, office)
    assert said_hello(till, office, after=b"1" * 16).code == "CLONE_SUSPECT"
    till.sell(1)
    for one in (till, copy):
        one.journal = list(till.journal)
        assert one.push(office, 1, 1).code == "CLONE_SUSPECT"
        assert said_hello(one, office).code == "CLONE_SUSPECT"
        assert opened(one, office, 0, 2).code == "CLONE_SUSPECT"
        # Nothing that was sold is stranded meanwhile.
        assert one.push(office, 1, 1, path=messages.QUARANTINE).status == 202
    (case,) = office.administration.clones()
    assert {start.boot for start in case.starts} == {("32" * 16), ("33" * 16)}
    # Started anew it waits all the same.
    copy.boot, before = b"4" * 16, copy.boot
    assert said_hello(copy, office, after=before).code == "CLONE_SUSPECT"
    office.administration.keep(till.id.hex(), "32" * 16)
    assert office.administration.clones() == []
    assert said_hello(till, office, after=b"1" * 16).status == 200
    assert till.push(office, 1, 1).status == 200
    assert said_hello(copy, office, after=before).code == "CLONE_SUSPECT"
    copy.boot, before = b"5" * 16, copy.boot
    assert said_hello(copy, office, after=before).code == "CLONE_SUSPECT"
    till.boot, before = b"6" * 16, till.boot
    assert said_hello(till, office, after=before).status == 200


@pytest.mark.parametrize("said_of", ["3", "4", "5"])
def test_whichever_start_of_a_machine_is_chosen_it_is_the_one_that_runs(
    office: OpenOffice, till: ATill, said_of: str
) -> None:
    copy = clone(till, office)
    said_hello(till, office, after=b"1" * 16)
    for start in (b"4", b"5"):  # somebody starts it anew in the hope that it helps
        till.clock.pass_time(timedelta(minutes=1))
        said_hello(copy, office, after=copy.boot)
        till.clock.pass_time(timedelta(minutes=1))
        before, copy.boot = copy.boot, start * 16
        assert said_hello(copy, office, after=before).code == "CLONE_SUSPECT"
    # Each machine stands in the case once, as it runs now.
    (case,) = office.administration.clones()
    assert [start.boot for start in case.starts] == ["32" * 16, "35" * 16]
    # A page that was open since before, or a command, may name one that ended.
    office.administration.keep(till.id.hex(), said_of.encode().hex() * 16)
    assert said_hello(copy, office, after=b"4" * 16).status == 200
    before, copy.boot = copy.boot, b"6" * 16
    assert said_hello(copy, office, after=before).status == 200
    assert said_hello(till, office).code == "CLONE_SUSPECT"


def test_the_copy_is_no_later_start_of_the_machine_that_it_was_made_of(
    office: OpenOffice, till: ATill
) -> None:
    till.boot = b"1" * 16
    said_hello(till, office)
    copy = deepcopy(till)
    copy.clock, copy.chance, copy.boot = till.clock, SeededChance(999), b"2" * 16
    for one in (copy, till, copy, till):
        till.clock.pass_time(timedelta(minutes=1))
        said_hello(one, office, after=b"" if one is till else b"1" * 16)
    (case,) = office.administration.clones()
    assert [start.boot for start in case.starts] == ["31" * 16, "32" * 16]
    office.administration.keep(till.id.hex(), "31" * 16)
    assert said_hello(till, office).status == 200
    assert said_hello(copy, office, after=b"1" * 16).code == "CLONE_SUSPECT"


def test_a_code_makes_a_shut_program_the_till_again(office: OpenOffice, till: ATill) -> None:
    copy = clone(till, office)
    said_hello(till, office, after=b"1" * 16)
    office.administration.keep(till.id.hex(), "32" * 16)
    assert said_hello(copy, office).code == "CLONE_SUSPECT"
    assert copy.join(office, office.administration.new_code("S1")).status == 201
    assert said_hello(copy, office).status == 200
    assert said_hello(till, office).code == "CLONE_SUSPECT"

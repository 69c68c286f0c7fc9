"""A real till hears what head office published; what it cannot take changes nothing.

These are faults 31 to 34 of SYNC 15.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.office.join_head_office import keep_facts, kept_facts
from posloyalty.services.office.send_journal import Sending
from posloyalty.services.programmes.hear_programmes import EVERY_MS, REFUSED
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.publications import PROGRAMME_FILE, PROGRAMMES, FileGiven, ProgrammesGiven
from tests.fakes.time import SetClock
from tests.headoffice.a_programme import CAFE, OFFER, Ear, unspoilt, version
from tests.headoffice.programmes.test_publishing import ANN, HOUR, published
from tests.services.a_shop import Shop, new_shop


@pytest.fixture
def database_url() -> str:
    """The till's side is the same before both databases; `test_publishing` has both."""
    return ""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    (tmp_path / "till").mkdir()
    with new_shop(tmp_path / "till") as found:
        yield found


@pytest.fixture
def clock(shop: Shop) -> SetClock:
    return shop.clock


@pytest.fixture
def ear(shop: Shop, office: OpenOffice) -> Ear:
    return Ear(shop, office)


def noted(ear: Ear) -> list[tuple[tuple[str, str], ...]]:
    """What the till's journal says of publications that were not taken."""
    with ear.shop.till.book.read() as reader:
        told = [events.decode(one.body) for one in reader.journal.events()]
    return [one.facts for one in told if isinstance(one, events.ErrorNote) and one.code == REFUSED]


def refusals(office: OpenOffice) -> str:
    (row,) = office.publishing.tills()
    return row.refused


def test_a_till_goes_by_what_head_office_published_from_its_instant_on(
    ear: Ear, office: OpenOffice, clock: SetClock
) -> None:
    assert ear.goes_by() == "dawn-club 1"
    published(office, CAFE)
    published(office, version(2), after=HOUR)
    assert ear.hear()
    assert ear.goes_by() == "cafe 1"
    # Out of reach of head office the change comes all the same, at its time.
    clock.pass_time(HOUR)
    assert ear.goes_by() == "cafe 2"
    ear.shop.reopen()
    assert ear.goes_by() == "cafe 2"


def test_a_file_is_asked_for_once(ear: Ear, office: OpenOffice) -> None:
    published(office, CAFE)
    ear.hear()
    assert not ear.hear()
    assert ear.asked.count(PROGRAMME_FILE) == 1
    assert ear.asked.count(PROGRAMMES) == 3  # asked, told that it was taken, asked again


def test_head_office_knows_at_once_who_has_heard_of_a_stop(ear: Ear, office: OpenOffice) -> None:
    published(office, CAFE)
    ear.hear()
    number = office.publishing.stop(OFFER, by=ANN)
    assert [one.heard for one in office.publishing.exposure(number)] == [False]
    ear.hear()
    assert [one.heard for one in office.publishing.exposure(number)] == [True]
    assert ear.goes_by() == "cafe 2"
    (row,) = office.publishing.tills()
    assert (row.up_to_date, row.version, row.refused) == (True, "cafe 2", "")


def test_an_earlier_version_comes_back_though_its_file_was_here_before(
    ear: Ear, office: OpenOffice, clock: SetClock
) -> None:
    first = published(office, CAFE)
    clock.pass_time(HOUR)
    published(office, version(2))
    ear.hear()
    clock.pass_time(HOUR)
    office.publishing.go_back(first, by=ANN)
    ear.hear()
    assert ear.goes_by() == "cafe 1"


def half(said: object) -> object:
    return FileGiven(toml=said.toml[: len(said.toml) // 2]) if isinstance(said, FileGiven) else said


def other(said: object) -> object:
    return FileGiven(toml=said.toml.replace("10%", "90%")) if isinstance(said, FileGiven) else said


def resealed(change: Callable[[str], str]) -> Callable[[object], object]:
    def spoil(said: object) -> object:
        if not isinstance(said, ProgrammesGiven):
            return said
        changed = tuple(
            msgspec.structs.replace(one, envelope=change(one.envelope)) for one in said.publications
        )
        return msgspec.structs.replace(said, publications=changed)

    return spoil


SPOILT = {
    "half a file": (half, "OTHER_FILE"),
    "another file": (other, "OTHER_FILE"),
    "an earlier begin": (resealed(lambda text: text.replace("2026", "2025", 1)), "FORGED"),
    "another hash": (resealed(lambda text: text.replace('"hash":"', '"hash":"0')), "FORGED"),
    "no envelope": (resealed(lambda _: "{}"), "FORGED"),
}


@pytest.mark.parametrize(("spoil", "why"), SPOILT.values(), ids=SPOILT)
def test_what_comes_half_corrupt_or_forged_leaves_what_held_before_and_is_asked_for_again(
    ear: Ear, office: OpenOffice, spoil: Callable[[object], object], why: str
) -> None:
    published(office, CAFE)
    ear.hear()
    published(office, version(2))
    ear.spoil = spoil
    ear.hear()
    assert ear.goes_by() == "cafe 1"
    assert why in refusals(office)
    ear.hear()
    assert len(noted(ear)) == (1 if why == "OTHER_FILE" else 2)  # each once, however often it comes
    ear.spoil = unspoilt
    ear.hear()
    assert ear.goes_by() == "cafe 2"
    assert refusals(office) == ""


def test_of_a_list_with_a_broken_seal_nothing_is_believed(
    ear: Ear, office: OpenOffice, clock: SetClock
) -> None:
    first = published(office, CAFE)
    clock.pass_time(HOUR)
    published(office, version(2))
    clock.pass_time(HOUR)
    office.publishing.go_back(first, by=ANN)
    ear.hear()
    published(office, version(3))
    ear.spoil = resealed(lambda text: text.replace('"number":1', '"number":9'))
    ear.hear()
    assert ear.goes_by() == "cafe 1"  # what head office said last, not the newest file here


def test_a_list_from_before_takes_nothing_off_unless_head_office_was_put_back(
    ear: Ear, office: OpenOffice, clock: SetClock
) -> None:
    """Its seals are head office's own, only nobody there has heard of what holds here."""
    published(office, CAFE)
    ear.hear()
    clock.pass_time(HOUR)
    published(office, version(2))
    ear.hear()
    published(office, version(3), after=HOUR)
    ear.spoil = _only_the_first
    ear.hear()
    assert ear.goes_by() == "cafe 2"
    assert refusals(office) == "2 OLDER_LIST"
    assert noted(ear) == [(("publication", "2"), ("why", "OLDER_LIST"))]
    ear.hear()
    assert len(noted(ear)) == 1
    with ear.shop.till.book.write() as unit:
        facts = kept_facts(unit.settings)
        assert facts is not None
        keep_facts(unit.settings, msgspec.structs.replace(facts, incarnation="2.another"))
        unit.commit()
    ear.hear()
    assert ear.goes_by() == "cafe 1"
    assert refusals(office) == ""


def _only_the_first(said: object) -> object:
    if not isinstance(said, ProgrammesGiven) or not said.publications:
        return said
    return msgspec.structs.replace(said, mark="0" * 16, publications=said.publications[:1])


def test_what_ended_among_many_others_is_missed_by_nobody(
    ear: Ear, office: OpenOffice, clock: SetClock
) -> None:
    """Old publications leave the list; the newest number among them, too."""
    published(office, CAFE)
    for number in (2, 3, 4, 5):
        published(office, version(number), after=HOUR * (number + 1))
    now, digest = office.clock.now(), office.publishing.keep(version(6), by=ANN).hash.hex()
    short = office.publishing.propose(digest, begins=now + HOUR, ends=now + HOUR * 2, by=ANN)
    office.publishing.approve(short, by="Ben")
    ear.hear()
    for _ in range(8):
        clock.pass_time(HOUR)
        ear.hear()
        assert noted(ear) == []
    assert ear.goes_by() == "cafe 5"


def test_a_file_for_a_later_release_is_refused_until_the_till_has_it(
    ear: Ear, office: OpenOffice
) -> None:
    published(office, CAFE)
    ear.hear()
    digest = office.publishing.keep(version(2), by=ANN).hash.hex()
    number = office.publishing.propose(digest, begins=office.clock.now(), min_app="1.2", by=ANN)
    office.publishing.approve(number, by="Ben")
    ear.hear()
    assert ear.goes_by() == "cafe 1"
    assert refusals(office) == "2 MIN_APP"
    assert noted(ear) == [(("publication", "2"), ("why", "MIN_APP"))]
    ear.app = "1.10"
    ear.start()
    ear.hear()
    assert ear.goes_by() == "cafe 2"


NOT_OURS = {
    "a language to come": (version(2, language=9), "NEWER_LANGUAGE"),
    "a word to come": (version(2, more='\n[[hologram]]\nid = "x"\n'), "UNKNOWN_KEY"),
    "another currency": (version(2, currency="CAD"), "OTHER_CURRENCY"),
}


@pytest.mark.parametrize(("data", "why"), NOT_OURS.values(), ids=NOT_OURS)
def test_a_file_that_this_release_cannot_read_is_refused_whole(
    ear: Ear, office: OpenOffice, data: bytes, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(office, CAFE)
    ear.hear()
    held = ear.goes_by()
    # A later head office published it: its reader knows the words that this till's does not.
    monkeypatch.setattr(
        "posloyalty.headoffice.programmes.publishing.read_programme", lambda _: _later(data)
    )
    published(office, data)
    ear.hear()
    assert ear.goes_by() == held == "cafe 1"
    assert refusals(office) == f"2 {why}"
    assert not ear.hear()  # the same release asks for it no more


def _later(data: bytes) -> object:
    from dataclasses import replace
    from hashlib import sha256

    from posloyalty.services.programmes.programmes import read_programme

    return replace(read_programme(version(2)), hash=sha256(data).digest())


def test_a_till_of_head_office_installs_nothing_by_itself(ear: Ear, office: OpenOffice) -> None:
    ear.shop.till.programmes.install(version(5))
    published(office, CAFE)
    ear.hear()
    with pytest.raises(ServiceRefusal, match="PROGRAMME_OF_HEAD_OFFICE"):
        ear.shop.till.programmes.install(version(6))
    assert ear.goes_by() == "cafe 1"


def test_one_with_an_end_gives_way_at_the_till_too(
    ear: Ear, office: OpenOffice, clock: SetClock
) -> None:
    published(office, CAFE)
    digest = office.publishing.keep(version(2), by=ANN).hash.hex()
    now = office.clock.now()
    number = office.publishing.propose(digest, begins=now, ends=now + HOUR, by=ANN)
    office.publishing.approve(number, by="Ben")
    ear.hear()
    assert ear.goes_by() == "cafe 2"
    clock.pass_time(HOUR)
    assert ear.goes_by() == "cafe 1"


def test_the_list_is_asked_for_every_five_minutes(ear: Ear, clock: SetClock) -> None:
    assert ear.hears.due()
    ear.hear()
    assert not ear.hears.due()
    clock.pass_time(timedelta(milliseconds=EVERY_MS))
    assert ear.hears.due()


def test_what_was_sold_is_sent_first_and_rules_are_asked_for_in_a_quiet_moment(
    ear: Ear, office: OpenOffice
) -> None:
    published(office, CAFE)
    ear.asked.clear()
    sending = ear.sending()
    assert sending.send_all().sending is Sending.UP_TO_DATE
    sending.close()
    assert ear.goes_by() == "cafe 1"
    assert ear.asked[:2] == [messages.HELLO, messages.PUSH]
    assert PROGRAMMES in ear.asked[2:]
    ear.asked.clear()
    again = ear.sending()
    again.send_all()
    again.close()
    assert PROGRAMMES not in ear.asked

"""A real book is put back from a copy, and goes on with a real head office."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.network.link import HttpOffice
from posloyalty.network.voice import Voice
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office.join_head_office import JoinHeadOffice
from posloyalty.services.office.send_journal import Sending, SendJournal
from posloyalty.services.office.soundness import frozen
from posloyalty.services.office.till_start import this_start
from posloyalty.services.ports.head_office import OfficeFacts, OutOfReach
from posloyalty.sync import events
from posloyalty.sync.wire.messages import EPOCHS
from tests.fakes.time import SeededChance
from tests.headoffice.a_network import URL, Network, asker_of
from tests.headoffice.an_office import new_office
from tests.services.a_shop import Shop, new_shop

BOOK = ("till.book", "till.book-wal", "till.book-shm")


@dataclass
class Restorable:
    """A till that joined, its head office, and what a test does to its folder."""

    shop: Shop
    office: OpenOffice
    network: Network
    chance: SeededChance = field(default_factory=lambda: SeededChance(77))
    sending: SendJournal | None = None

    def link(self, url: str, voice: Voice, office_key: bytes) -> HttpOffice:
        client = httpx.Client(transport=httpx.MockTransport(self.network), base_url=url)
        return HttpOffice(
            url,
            voice,
            office_key=office_key,
            chance=self.chance,
            now_s=lambda: int(self.shop.clock.now().timestamp()),
            client=client,
        )

    def boot(self) -> bytes:
        with self.shop.till.book.read() as reader:
            return this_start(reader.settings)[0]

    def join(self) -> None:
        def introduce(url: str, key: SigningKey, till_id: bytes) -> HttpOffice:
            return self.link(url, Voice(key=key, till_id=till_id, boot=self.boot()), b"")

        joining = JoinHeadOffice(
            book=self.shop.till.book,
            ids=self.shop.ids,
            introduce=introduce,
            app="0",
            changed=self.shop.till.lending.forget,
        )
        joining.join(URL, self.office.administration.new_code("S1"))

    def start(self) -> SendJournal:
        """Another start of the program; the book is open."""

        def connect(facts: OfficeFacts, key: SigningKey, till_id: bytes) -> HttpOffice:
            voice = Voice(key=key, till_id=till_id, boot=boot, office=facts.office)
            return self.link(facts.url, voice, bytes.fromhex(facts.office_key))

        till, boot = self.shop.till, self.boot()
        if self.sending is not None:
            self.sending.close()
        self.sending = SendJournal(
            book=till.book,
            clock=till.clock,
            ids=self.shop.ids,
            chance=self.chance,
            connect=connect,
            app="0",
            changed=till.lending.forget,
            asker=asker_of(till, self.chance),
        )
        return self.sending

    def note(self, count: int) -> None:
        for _ in range(count):
            with self.shop.till.book.write() as unit:
                stamp = unit.journal.stamp()
                event_id = self.shop.ids.new_id().hex()
                unit.journal.append(
                    events.ErrorNote(id=event_id, at=stamp.at, hlc=stamp.hlc, code="PRINTER_GONE")
                )
                unit.commit()

    def copied(self, to: Path) -> None:
        """The folder as it is now, with the till closed for the moment."""
        self.shop.till.close()
        shutil.copytree(self.shop.folder, to, dirs_exist_ok=True)
        self.shop.reopen()

    def put_back(self, copy: Path, *, witness: bool) -> None:
        """The book is the copy again; its witness too, or only the book."""
        self.shop.till.close()
        for name in BOOK:
            (self.shop.folder / name).unlink(missing_ok=True)
        shutil.copy(copy / "till.book", self.shop.folder / "till.book")
        if witness:
            shutil.copy(copy / "till.witness", self.shop.folder / "till.witness")
        self.shop.reopen()

    def journal(self) -> list[events.Event | events.Opaque]:
        with self.shop.till.book.read() as reader:
            return [events.decode(one.body) for one in reader.journal.events()]

    def anchors(self) -> list[events.EpochAnchor]:
        return [one for one in self.journal() if isinstance(one, events.EpochAnchor)]

    def frozen(self) -> str:
        with self.shop.till.book.read() as reader:
            found = frozen(reader.settings)
        return "" if found is None else found.cause

    def settled(self) -> Sending:
        """Send until nothing is to be done, through every wait."""
        sending = self.sending or self.start()
        for _ in range(6):
            status = sending.send_all()
            self.shop.clock.pass_time(timedelta(minutes=6))
        return status.sending

    def same(self) -> None:
        """Head office holds the book's journal, in the epoch that it is in now."""
        (row,) = self.office.administration.tills()
        with self.shop.till.book.read() as reader:
            head = reader.journal.head()
        assert (row.epoch, row.kept) == (head.epoch, head.seq)
        found = self.shop.till.verify.verify().differences
        # A witness of before is named for as long as the program that found it runs.
        assert [one for one in found if one.what != "witness"] == []


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Restorable]:
    with (
        new_shop(tmp_path) as shop,
        new_office(tmp_path / "office", clock=shop.clock, chance=SeededChance(9)) as office,
    ):
        office.administration.add_store("S1", "Main Street")
        made = Restorable(shop, office, Network(office))
        made.join()
        made.start()
        yield made
        if made.sending is not None:
            made.sending.close()


def lost(till: Restorable, tmp_path: Path, *, told: bool, witness: bool) -> None:
    """A copy is made, six events follow and go up where `told`, and the copy is put back."""
    till.note(5)
    till.settled()
    till.copied(tmp_path / "copy")
    till.start()
    till.note(6)
    if told:
        till.settled()
    till.put_back(tmp_path / "copy", witness=not witness)
    till.start()


def test_fault_04_an_answer_from_before_the_epoch_changed_moves_nothing(
    till: Restorable, tmp_path: Path
) -> None:
    """Head office signed it, for another request: the till would take its last events for kept."""
    lost(till, tmp_path, told=True, witness=False)
    till.note(3)
    assert till.settled() is Sending.UP_TO_DATE
    assert len(till.anchors()) == 1
    till.note(2)
    till.network.troubles = ["", "earlier"]  # a hello, and then what was answered to a push before
    sending = till.start()
    assert sending.send_all().sending is Sending.OFFLINE
    till.note(4)
    till.network.troubles = ["earlier"]  # and a hello that says where the journal stood
    till.shop.clock.pass_time(timedelta(minutes=6))
    status = sending.send_all()
    assert (status.sending, status.waiting) == (Sending.OFFLINE, 6)
    assert till.settled() is Sending.UP_TO_DATE
    assert len(till.anchors()) == 1
    till.same()


def test_fault_12_a_book_put_back_goes_on_in_another_epoch_when_head_office_says_so(
    till: Restorable, tmp_path: Path
) -> None:
    lost(till, tmp_path, told=True, witness=False)
    assert till.anchors() == []  # nobody but head office knows
    till.note(3)
    assert till.settled() is Sending.UP_TO_DATE
    (anchor,) = till.anchors()
    assert (anchor.was, anchor.cause) == (1, "fork")
    assert till.frozen() == ""
    till.same()
    # Six events and the start that wrote them are of the epoch that was left, and stay.
    (epoch,) = till.office.administration.epochs()
    assert (epoch.epoch, epoch.seq, epoch.lost) == (2, anchor.seq, 7)


def test_fault_13_a_book_behind_its_witness_freezes_what_is_shared_without_any_line(
    till: Restorable, tmp_path: Path
) -> None:
    lost(till, tmp_path, told=True, witness=True)
    (anchor,) = till.anchors()
    assert (anchor.cause, till.frozen()) == ("witness", "witness")
    assert not till.shop.till.lending.sound
    with till.shop.till.book.read() as reader:
        assert reader.journal.head().epoch == 2
    # It sells on; head office agrees by itself, and spending comes back.
    till.network.troubles = ["no line"]
    till.note(3)
    sending = till.start()
    assert sending.send_all().frozen == "witness"
    till.shop.clock.pass_time(timedelta(minutes=6))
    while till.frozen():
        assert sending.step(lingers=False) == 0
        # Not before head office has the journal behind the anchor.
        (row,) = till.office.administration.tills()
        assert till.frozen() or (row.epoch == 2 and row.kept > anchor.seq)
    assert till.settled() is Sending.UP_TO_DATE
    assert (till.frozen(), till.shop.till.lending.sound) == ("", True)
    assert len(till.anchors()) == 1
    till.same()


def test_fault_14_a_whole_machine_set_back_is_found_at_the_first_hello(
    till: Restorable, tmp_path: Path
) -> None:
    """The witness went back too, and the book has gone past where head office is by then, which
    sees nothing but a journal that is ahead: the till knows better.
    """
    lost(till, tmp_path, told=True, witness=False)
    till.note(30)
    sending = till.start()
    packings = till.network.packings
    packings.clear()
    while not till.anchors():
        assert sending.step(lingers=False) == 0
    assert packings == []  # nothing went up before
    assert till.settled() is Sending.UP_TO_DATE
    till.same()


def test_a_book_past_its_head_office_stays_frozen_until_that_has_its_anchor(
    till: Restorable, tmp_path: Path
) -> None:
    """What head office has at the anchor's place is of the epoch that was left: it is no word that
    the journal behind the anchor arrived, and the line may fail before the first push.
    """
    lost(till, tmp_path, told=True, witness=True)
    till.note(30)
    sending = till.start()
    (anchor,) = till.anchors()
    while till.frozen():
        assert sending.step(lingers=False) == 0
        (row,) = till.office.administration.tills()
        has_anchor = row.epoch == 2 and row.kept >= anchor.seq
        assert has_anchor or (till.frozen(), sending.status().frozen) == ("witness", "witness")
        # Nor is anything taken for sent that is at head office under another hash.
        assert has_anchor or sending.status().waiting > 30
    assert till.settled() is Sending.UP_TO_DATE
    till.same()


@pytest.mark.long(beside="test_fault_14_a_whole_machine_set_back_is_found_at_the_first_hello")
def test_a_whole_machine_set_back_to_where_it_was_agreeing_asks_anew(
    till: Restorable, tmp_path: Path
) -> None:
    """Its program goes on with an agreement that was come to meanwhile, and more was sent since."""
    lost(till, tmp_path, told=True, witness=False)
    till.note(30)
    sending = till.start()
    while sending._session.reanchors is None:
        assert sending.step(lingers=False) == 0
    agreeing = sending._session
    till.copied(tmp_path / "agreeing")
    till.start()
    till.note(2)
    assert till.settled() is Sending.UP_TO_DATE
    till.put_back(tmp_path / "agreeing", witness=True)
    sending = till.start()
    sending._session = agreeing
    assert till.settled() is Sending.UP_TO_DATE
    till.same()
    (anchor,) = till.anchors()
    with till.shop.till.book.read() as reader:
        assert (anchor.was, reader.journal.head().epoch) == (1, 3)


def test_what_went_up_nowhere_before_it_was_lost_leaves_no_gap(
    till: Restorable, tmp_path: Path
) -> None:
    lost(till, tmp_path, told=False, witness=True)
    assert till.settled() is Sending.UP_TO_DATE
    # Head office never had another journal: nothing had to be agreed on but the anchor itself.
    assert till.office.administration.epochs() == []
    assert till.frozen() == ""
    till.same()


@pytest.mark.long(
    beside="test_fault_12_a_book_put_back_goes_on_in_another_epoch_when_head_office_says_so"
)
def test_a_book_put_back_again_and_again_opens_an_epoch_each_time(
    till: Restorable, tmp_path: Path
) -> None:
    lost(till, tmp_path, told=True, witness=True)
    assert till.settled() is Sending.UP_TO_DATE
    till.put_back(tmp_path / "copy", witness=False)
    till.start()
    till.note(2)
    assert till.settled() is Sending.UP_TO_DATE
    with till.shop.till.book.read() as reader:
        assert reader.journal.head().epoch == 3
    till.same()
    till.put_back(tmp_path / "copy", witness=True)
    till.start()
    till.note(2)
    assert till.settled() is Sending.UP_TO_DATE
    till.same()


@pytest.mark.long(sample=2)
@pytest.mark.parametrize("trouble", ["no line", "lost", "twice", "changed"])
@pytest.mark.parametrize("at", range(6))
def test_a_line_that_fails_anywhere_while_an_epoch_is_agreed_on(
    till: Restorable, tmp_path: Path, trouble: str, at: int
) -> None:
    lost(till, tmp_path, told=True, witness=False)
    till.note(3)
    till.network.troubles = [""] * at + [trouble]
    assert till.settled() is Sending.UP_TO_DATE
    assert len(till.anchors()) == 1
    till.same()


@pytest.mark.long(sample=3)
@pytest.mark.parametrize("at", range(7))
def test_a_cut_anywhere_while_an_epoch_is_agreed_on_leaves_a_book_that_goes_on(
    till: Restorable, tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost(till, tmp_path, told=True, witness=False)
    till.note(3)
    left = iter(range(at))

    def cut(_http: httpx.Request) -> httpx.Response:
        if next(left, None) is None:
            raise Cut
        return till.network(_http)

    sending = till.start()
    monkeypatch.setattr(till, "link", lambda url, voice, key: _cut_link(till, url, voice, key, cut))
    try:
        for _ in range(20):
            sending.step(lingers=False)
    except Cut:
        pass
    monkeypatch.undo()
    till.shop.reopen()
    till.start()
    assert till.settled() is Sending.UP_TO_DATE
    till.same()
    assert till.frozen() == ""


class Cut(BaseException):
    """The program ends here."""


def _cut_link(
    till: Restorable, url: str, voice: Voice, office_key: bytes, cut: object
) -> HttpOffice:
    client = httpx.Client(transport=httpx.MockTransport(cut), base_url=url)  # type: ignore[arg-type]
    return HttpOffice(
        url,
        voice,
        office_key=office_key,
        chance=till.chance,
        now_s=lambda: int(till.shop.clock.now().timestamp()),
        client=client,
    )


def test_fault_16_two_programs_on_copies_of_one_book_are_both_held_up(
    till: Restorable, tmp_path: Path
) -> None:
    till.note(3)
    till.settled()
    till.copied(tmp_path / "copy")
    first = till.start()
    till.note(2)
    assert till.settled() is Sending.UP_TO_DATE
    # The copy is started elsewhere, with the key: the same book, another start.
    there = till.shop.folder
    twin_folder = tmp_path / "twin"
    shutil.copytree(tmp_path / "copy", twin_folder)
    shutil.copytree(there, tmp_path / "here")
    twin = Restorable(
        Shop(
            twin_folder, None, till.shop.manager, till.shop.clock, till.shop.ids, till.shop.chance
        ),
        till.office,
        till.network,
        chance=SeededChance(78),
    )
    twin.shop.till = _opened(twin.shop)
    twin.start()
    twin.note(4)
    assert twin.settled() is Sending.UP_TO_DATE  # so far it may be a book that was put back
    till.note(1)
    status = first.send_all()
    till.shop.clock.pass_time(timedelta(minutes=6))
    assert (status.sending, status.reason, status.frozen) == (
        Sending.STOPPED,
        "CLONE_SUSPECT",
        "clone",
    )
    assert not till.shop.till.lending.sound
    twin.note(1)
    told = twin.sending.send_all() if twin.sending else None
    assert told is not None
    assert (told.reason, told.frozen) == ("CLONE_SUSPECT", "clone")
    # A person chooses; the till that was chosen goes on by itself, under an epoch of its own.
    (case,) = till.office.administration.clones()
    till.office.administration.keep(case.till_id, till.boot().hex())
    assert till.settled() is Sending.UP_TO_DATE
    assert till.frozen() == ""
    till.same()
    assert twin.settled() is Sending.STOPPED
    twin.shop.till.close()
    if twin.sending is not None:
        twin.sending.close()


def test_while_head_office_is_asked_to_agree_nothing_shared_is_spent_any_more(
    till: Restorable, tmp_path: Path
) -> None:
    lost(till, tmp_path, told=True, witness=False)
    till.note(3)
    lending = till.shop.till.lending
    assert lending.sound  # as the counter knows it by now
    reached, at_asking = till.network.reached, []

    def spied(http: httpx.Request) -> tuple[int, dict[str, str], bytes]:
        if http.url.path == EPOCHS:
            at_asking.append(lending.sound)
        return reached(http)

    till.network.reached = spied  # type: ignore[method-assign]
    assert till.settled() is Sending.UP_TO_DATE
    assert at_asking == [False]
    assert lending.sound


def _opened(shop: Shop) -> object:
    from posloyalty.bootstrap import open_till
    from tests.services.a_shop import quick_hasher

    return open_till(
        shop.folder,
        clock=shop.clock,
        ids=shop.ids,
        chance=shop.chance,
        keyring=None,
        hasher=quick_hasher,
    )


def test_out_of_reach_says_how_long_to_wait() -> None:
    assert OutOfReach("x").after_s == 0

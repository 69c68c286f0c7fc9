"""Sales that were keyed in again: which sale each of them is, and that head office counts one."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from msgspec import UNSET, UnsetType, structs

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.values.calendar import format_instant
from posloyalty.sync import events
from posloyalty.sync.consequence_event import posts, rights_changed
from posloyalty.sync.journal import StoredEvent, genesis_predecessor, link
from posloyalty.sync.journals import Journals, Place
from posloyalty.sync.keyed_in import (
    LostPlace,
    by_terms,
    is_lost_sale,
    keyed_in_id,
    lost_place,
    number_place,
)
from posloyalty.sync.office.belongings import Belongings, difference
from posloyalty.sync.receipt_digest import digest_of, encode
from posloyalty.sync.sale_event import sale_of
from tests.sync.books import same_books
from tests.sync.examples import EXAMPLES
from tests.sync.fleet import LEDGER, START, SmallTill
from tests.sync.small_rules import PROGRAMME
from tests.sync.test_decisions_in_disorder import ANNA, Chain

TILL, CERTIFICATE = b"\x0a" * 16, b"cert"
NUMBER = "S1-T1-1-0002"


def sale(n: int, number: str, **more: str | UnsetType) -> events.Sale:
    """A sale under an id and a number of its own."""
    made = EXAMPLES["sale"]
    assert isinstance(made, events.Sale)
    return structs.replace(made, id=f"{n:032x}", no=number, **more)


def code_of(event: events.Sale) -> str:
    """The receipt's code, with a signature that nobody looks at here."""
    body = sha256(events.encode(event)).digest()
    digest = digest_of(sale_of(event), till_id=TILL, epoch=1, seq=2, body=body)
    return encode(digest, lambda _message: bytes(64))


RUNG = sale(1, NUMBER)
OTHER = sale(2, NUMBER)
CASES = {
    "by its number": (sale(9, "S1-T1-2-0003", again=NUMBER), RUNG, True),
    "by its code": (sale(9, "S1-T1-2-0003", again=NUMBER, receipt=code_of(RUNG)), RUNG, True),
    "the number given out anew": (
        sale(9, "S1-T1-2-0003", again=NUMBER, receipt=code_of(RUNG)),
        OTHER,
        False,
    ),
    "a code that is none": (sale(9, "S1-T1-2-0003", again=NUMBER, receipt="LR1:X"), RUNG, True),
    "by its place, whatever the till was called": (
        sale(9, "S2-T3-2-0003", again="S2-T3-1-0002", receipt=code_of(RUNG)),
        RUNG,
        True,
    ),
    "another number": (sale(9, "S1-T1-2-0003", again="S1-T1-1-0003"), RUNG, False),
    "itself keyed in": (
        sale(9, "S1-T1-2-0003", again=NUMBER),
        sale(3, NUMBER, again="S1-T1-1-0001"),
        False,
    ),
}


@pytest.mark.parametrize(("keyed", "kept", "same"), CASES.values(), ids=CASES)
def test_which_sale_it_is(keyed: events.Sale, kept: events.Sale, *, same: bool) -> None:
    assert is_lost_sale(keyed, events.encode(kept)) is same


def test_no_sale_and_nothing_readable_is_a_lost_sale() -> None:
    keyed = CASES["by its number"][0]
    assert not is_lost_sale(keyed, events.encode(EXAMPLES["boot"]))
    assert not is_lost_sale(keyed, b"{")


def test_the_place_is_the_receipts_and_one_receipt_has_one_id() -> None:
    own = sale(9, "S1-T1-2-0003", again="S1-T1-1-0214")
    assert lost_place(own, TILL) == LostPlace(TILL[:8], 1, 214)
    elsewhere = sale(9, "S1-T1-2-0003", again="S2-T9-3-0007", till="5b" * 8)
    assert lost_place(elsewhere, TILL) == LostPlace(b"\x5b" * 8, 3, 7)
    for number in ("nonsense", "S1-T1-1-x", "S1-T1-²-1", "S1-T1-1", ""):
        assert lost_place(sale(9, "S1-T1-2-0003", again=number), TILL) is None
    assert lost_place(RUNG, TILL) is None
    assert keyed_in_id(TILL, 1, 2) == keyed_in_id(TILL[:8], 1, 2)
    assert len({keyed_in_id(TILL, 1, 2), keyed_in_id(TILL, 1, 3), keyed_in_id(TILL, 2, 2)}) == 3


class Journal:
    """One till's journal as it is written, event by event."""

    def __init__(self, till_id: bytes = TILL) -> None:
        self.till_id = till_id
        self.head = Place(epoch=1, seq=0, hash=genesis_predecessor(till_id, CERTIFICATE))

    def next(self, event: events.Event) -> StoredEvent:
        body, seq = events.encode(event), self.head.seq + 1
        hashed = link(
            till_id=self.till_id, epoch=self.head.epoch, seq=seq, previous=self.head.hash, body=body
        )
        self.head = Place(epoch=self.head.epoch, seq=seq, hash=hashed)
        return StoredEvent(
            seq=seq,
            epoch=self.head.epoch,
            event_id=bytes.fromhex(event.id),
            kind="",
            at="",
            body=body,
            hash=hashed,
        )


@pytest.mark.parametrize(
    ("receipt", "counted"), [(UNSET, 1), (code_of(RUNG), 1), (code_of(OTHER), 2)]
)
def test_head_office_counts_what_was_rung_and_keeps_what_was_keyed_in(
    receipt: str | UnsetType, counted: int
) -> None:
    journals, journal = Journals(), Journal()
    journals.enrol(TILL, store="S1", genesis=journal.head.hash)
    journals.receive(TILL, [journal.next(sale(7, "S1-T1-1-0001"))])
    base = journal.head
    journals.receive(TILL, [journal.next(RUNG)])
    assert journals.reopen(TILL, base, 2)
    journal.head = Place(epoch=2, seq=base.seq, hash=base.hash)
    keyed = sale(9, "S1-T1-2-0002", again=NUMBER, receipt=receipt)
    received = journals.receive(TILL, [journal.next(keyed)])
    assert (received.gap_at, received.fork_at, received.bad_at) == (None, None, None)
    assert len(journals.filed()) == 1 + counted
    assert [one.event_id for one in journals.journal(TILL)][-1] == bytes.fromhex(keyed.id)


OTHER_TILL = b"\x0b" * 16


@pytest.mark.parametrize("rung_first", [True, False])
@pytest.mark.parametrize(
    ("receipt", "counted"), [(UNSET, 1), (code_of(RUNG), 1), (code_of(OTHER), 2)]
)
def test_of_a_sale_that_two_tills_bring_the_first_one_counts(
    receipt: str | UnsetType, counted: int, *, rung_first: bool
) -> None:
    journals, own, other = Journals(), Journal(), Journal(OTHER_TILL)
    for journal in (own, other):
        journals.enrol(journal.till_id, store="S1", genesis=journal.head.hash)
    half = TILL[:8].hex()
    keyed = sale(9, "S1-T2-1-0001", again=NUMBER, receipt=receipt, till=half)
    keyed = structs.replace(keyed, id=keyed_in_id(TILL, 1, 2).hex())
    stretches = [
        (TILL, [own.next(sale(7, "S1-T1-1-0001")), own.next(RUNG)]),
        (OTHER_TILL, [other.next(keyed)]),
    ]
    for till_id, stretch in stretches if rung_first else reversed(stretches):
        journals.receive(till_id, stretch)
    counts = {one.event_id.hex() for one in journals.filed()} & {RUNG.id, keyed.id}
    assert len(counts) == counted
    if counted == 1:
        assert counts == {RUNG.id if rung_first else keyed.id}


def test_a_receipt_of_any_shop_says_its_place_up_to_the_longest_that_a_journal_may_be() -> None:
    assert number_place(f"门店-T1-{'9' * 9}-{'8' * 15}") == (999_999_999, 888_888_888_888_888)
    assert number_place(f"S1-T1-1-{'8' * 16}") is None
    assert number_place(f"S1-T1-{'9' * 10}-1") is None


def keys_in(till: SmallTill, points: int, *, mugs: int = 1) -> Consequences:
    """A till keys in a receipt of another one that gave so many points, and a voucher for mugs."""
    event_id = keyed_in_id(TILL, 1, 2)
    plan = EventPlan(event_id=event_id, at=START, day=START.date(), programme_id=PROGRAMME.id)
    postings = plan.postings(till.state(ANNA))
    postings.earn(LEDGER, points, usable_from=plan.day, last_day=None)
    postings.redeem(LEDGER, 1)
    plan.use(plan.issue(kind="voucher", of="mug", owner=ANNA, uses=mugs + 1))
    does = by_terms(plan.consequences())
    made = structs.replace(
        sale(9, f"{till.store}-T-1-0001", again=NUMBER, till=TILL[:8].hex()),
        id=event_id.hex(), at=format_instant(START), member=ANNA.hex(), points=(), tiers=(),
        post=posts(does.transfers), rights=rights_changed(does.rights), meters=(),
    )  # fmt: skip
    till.append(made, does)
    return does


def opened(does: Consequences) -> set[bytes]:
    lots = {one.opens.id for one in does.transfers if one.opens is not None}
    return lots | {one.opens.id for one in does.rights if one.opens is not None}


def test_what_two_tills_key_in_alike_has_the_same_ids() -> None:
    one, other = SmallTill("T1", "S1"), SmallTill("T2", "S2")
    for till in (one, other):
        till.greet(ANNA, START)
    assert keys_in(one, 39) == keys_in(other, 39)


@pytest.mark.parametrize(("points", "mugs"), [(39, 1), (51, 3)])
def test_tills_that_keyed_in_different_things_of_one_receipt_have_what_came_first(
    points: int, mugs: int
) -> None:
    chain = Chain()
    first = keys_in(chain.one, 51 + 39 - points, mugs=4 - mugs)
    then = keys_in(chain.other, points, mugs=mugs)
    assert len(opened(first) | opened(then)) == 4
    chain.exchange(chain.one, chain.other)
    wanted = Belongings.of(chain.office.fold(ANNA))
    assert chain.left(ANNA) == 51 + 39 - points - 1
    for till in (chain.one, chain.other):
        book = till.books[ANNA]
        # What a till hears of a right in order to come right is from no sale of its own.
        rights = {key: structs.replace(one, origin=b"") for key, one in book.rights.items()}
        as_there = {key: structs.replace(one, origin=b"") for key, one in wanted.rights.items()}
        same_books(replace(book, rights=rights), replace(wanted, rights=as_there))


def test_a_book_that_holds_another_lot_and_right_under_an_id_takes_what_it_can() -> None:
    """As of a journal that somebody tampered with, or that is older than `by_terms`."""

    def book(points: int, uses: int) -> Belongings:
        plan = EventPlan(event_id=b"one id for both.", at=START, day=START.date())
        till = SmallTill("T1", "S1")
        till.greet(ANNA, START)
        plan.postings(till.state(ANNA)).earn(LEDGER, points, usable_from=plan.day, last_day=None)
        plan.use(plan.issue(kind="voucher", of="mug", owner=ANNA, uses=uses), uses)
        found = Belongings(ANNA)
        found.take(plan.consequences())
        return found

    here, there = book(39, 1), book(51, 3)
    does = difference(here, there, event_id=b"settle..........")
    assert (does.transfers, does.rights) == ((), ())
    assert [one.amount for one in difference(there, here, event_id=b"s" * 16).transfers] == [12]

"""Every kind of tampering is found and named; a book that nobody touched holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from hypothesis import given, settings
from hypothesis import strategies as st

from posloyalty.domain.engine.consequences import NO_CONSEQUENCES
from posloyalty.domain.ledger.transfer import LotUse
from posloyalty.services.book.verify_book import Proof, VerifyBook
from posloyalty.storage.audit import BookAuditor
from posloyalty.storage.tables import APPEND_ONLY
from tests.fakes.book import KEY, Rig, a_sale, add_member, made_book
from tests.fakes.doings import a_plan, a_refund, an_act


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with made_book(tmp_path) as made:
        member_id = add_member(made)
        for n in range(4):
            with made.book.write() as unit:
                booked = a_sale(unit, made, member_id=member_id, earned=100, tier="gold")
                unit.sales.book(booked)
                if n == 2:
                    lot = booked.does.transfers[0].opens
                    assert lot is not None
                    unit.sales.book(
                        a_sale(unit, made, member_id=member_id, uses=(LotUse(lot.id, 30),))
                    )
                unit.commit()
        book_more(made, member_id)
        yield made


def book_more(rig: Rig, member_id: bytes) -> None:
    """A pass issued (event 8), used (event 9), and a line of the last sale taken back (10)."""
    issued, used = rig.ids.new_id(), rig.ids.new_id()
    plan = a_plan(rig, issued)
    right = plan.issue(kind="pass", of="coffee", owner=member_id, uses=30)
    plan.count("visits", member_id, 1)
    later = a_plan(rig, used)
    later.use(right, 2)
    with rig.book.write() as unit:
        unit.acts.book(an_act(unit, rig, issued, plan.consequences(), member_id=member_id))
        unit.acts.book(an_act(unit, rig, used, later.consequences(), member_id=member_id))
        row = unit.sales.page(before_seq=None, limit=1)[0]
        stored = unit.sales.by_id(row.sale_id)
        assert stored is not None
        unit.refunds.book(a_refund(unit, rig, stored.sale), NO_CONSEQUENCES)
        unit.commit()


def verify(rig: Rig) -> Proof:
    return VerifyBook(BookAuditor(rig.book.read_apart)).verify()


def tamper(rig: Rig, *statements: str) -> None:
    """Change rows behind the till's back, as somebody with the key could."""
    connection = sqlcipher.connect(str(rig.place.book), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    for table in APPEND_ONLY:
        connection.execute(f"DROP TRIGGER {table}_no_update")
        connection.execute(f"DROP TRIGGER {table}_no_delete")
    for statement in statements:
        assert connection.execute(statement).rowcount > 0
    connection.close()


def test_a_book_that_nobody_touched_holds(rig: Rig) -> None:
    proof = verify(rig)
    assert proof.holds
    assert proof.first is None
    assert (proof.events, proof.sales, proof.lots, proof.accounts) == (10, 5, 4, 3)


# The tampering, what it is called, and the event that says otherwise.
TAMPERED = [
    ("UPDATE journal_event SET body = x'7b7d' WHERE seq = 4", "chain", 4),
    ("UPDATE journal_event SET hash = zeroblob(32) WHERE seq = 5", "chain", 5),
    ("UPDATE journal_event SET epoch = 2 WHERE seq = 3", "chain", 3),
    ("UPDATE journal_event SET type = 'boot' WHERE seq = 3", "journal_event", 3),
    ("UPDATE journal_event SET event_id = zeroblob(16) WHERE seq = 3", "journal_event", 3),
    ("UPDATE sale SET payable_minor = payable_minor - 100 WHERE seq = 4", "sale", 4),
    ("UPDATE sale SET member_id = NULL WHERE seq = 4", "sale", 4),
    ("UPDATE sale_line SET name = '可乐' WHERE seq = 4 AND number = 2", "sale_line", 4),
    ("DELETE FROM sale_line WHERE seq = 4 AND number = 1", "sale_line", 4),
    ("UPDATE line_share SET points = 1 WHERE seq = 4 AND kind = 'earn'", "line_share", 4),
    ("DELETE FROM sale_tax WHERE seq = 3", "sale_tax", 3),
    ("UPDATE sale_tender SET kind = 'card' WHERE seq = 3", "sale_tender", 3),
    ("UPDATE audit_entry SET reason = 'asked' WHERE seq = 10", "audit_entry", 10),
    ("DELETE FROM audit_entry WHERE seq = 10", "audit_entry", 10),
    ("UPDATE transfer SET amount = amount + 1 WHERE seq = 3", "transfer", 3),
    ("DELETE FROM lot_use", "lot_use", 6),
    ("UPDATE lot SET last_day = '2099-12-31' WHERE seq = 4", "lot", 4),
    ("UPDATE lot SET shop_cost = '1/2' WHERE seq = 4", "lot", 4),
    ("UPDATE lot SET original = 900, remaining = 900 WHERE seq = 4", "lot", 4),
    ("UPDATE lot SET remaining = 99 WHERE seq = 4", "lot", 4),
    ("UPDATE meter_entry SET amount = 2 WHERE seq = 3", "meter_entry", 3),
    ("DELETE FROM meter_entry WHERE seq = 8", "meter_entry", 8),
    ("UPDATE held_right SET used = 1", "held_right", 8),
    ("UPDATE held_right SET owner = zeroblob(16)", "held_right", 8),
    ("UPDATE right_change SET amount = 1 WHERE seq = 9", "right_change", 9),
    ("UPDATE act SET what = 'other' WHERE seq = 8", "act", 8),
    ("UPDATE refund SET total_minor = 1 WHERE seq = 10", "refund", 10),
    ("DELETE FROM refund_line WHERE seq = 10", "refund_line", 10),
    ("UPDATE refund_tender SET kind = 'card' WHERE seq = 10", "refund_tender", 10),
    ("UPDATE account SET cr = cr + 500 WHERE kind = 'member'", "account", 0),
    ("DELETE FROM tier_holding", "tier_holding", 7),
    ("UPDATE tier_holding SET through = '2099-12-31'", "tier_holding", 7),
    ("UPDATE member SET purchases = 99", "member", 7),
    ("DELETE FROM outbox WHERE seq = 2", "outbox", 2),
    ("INSERT INTO lot_use SELECT seq, 9, 0, lot_id, amount FROM lot_use", "lot_use", 6),
]


@pytest.mark.parametrize(("statement", "what", "seq"), TAMPERED)
def test_a_changed_row_is_named_with_its_event(
    rig: Rig, statement: str, what: str, seq: int
) -> None:
    tamper(rig, statement)
    found = verify(rig).first
    assert found is not None
    assert (found.what, found.seq) == (what, seq)
    assert found.expected != found.found


def test_a_cut_off_tail_is_named_by_what_still_speaks_of_it(rig: Rig) -> None:
    tamper(rig, "DELETE FROM journal_event WHERE seq = 10")
    found = verify(rig).first
    assert found is not None
    assert (found.what, found.seq) == ("outbox", 10)
    assert (found.expected, found.found) == ("no row", "a row")


def test_a_missing_event_in_the_middle_is_a_gap_there(rig: Rig) -> None:
    tamper(rig, "DELETE FROM journal_event WHERE seq = 4")
    found = verify(rig).first
    assert found is not None
    assert (found.what, found.which, found.seq) == ("chain", "gap", 4)


def test_a_difference_is_told_by_the_columns_that_differ(rig: Rig) -> None:
    tamper(rig, "UPDATE sale SET payable_minor = 1 WHERE seq = 3")
    found = verify(rig).first
    assert found is not None
    assert (found.expected, found.found) == ("payable_minor 2000", "payable_minor 1")


def test_progress_comes_to_the_end(rig: Rig) -> None:
    told: list[tuple[int, int]] = []
    VerifyBook(BookAuditor(rig.book.read_apart)).verify(lambda done, of: told.append((done, of)))
    assert told[-1] == (10, 10)


@settings(max_examples=12)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),  # which member, or nobody
            st.integers(0, 500),  # earned
            st.integers(0, 100),  # share of the newest lot that is spent, percent
            st.sampled_from([None, "silver", "gold"]),
            st.integers(0, 40),  # days that pass before
        ),
        max_size=12,
    )
)
def test_the_stored_balances_are_the_fold_of_the_journal(
    tmp_path_factory: pytest.TempPathFactory,
    acts: list[tuple[int, int, int, str | None, int]],
) -> None:
    with made_book(tmp_path_factory.mktemp("fold")) as rig:
        members = [None, add_member(rig, "王小雨"), add_member(rig, "Ann Lee")]
        for which, earned, percent, tier, days in acts:
            rig.clock.pass_time(timedelta(days=days))
            member_id = members[which]
            with rig.book.write() as unit:
                uses: tuple[LotUse, ...] = ()
                if member_id is not None:
                    state = unit.ledger.member_state(member_id, lots_since=rig.clock.now().date())
                    assert state is not None
                    uses = tuple(
                        LotUse(lot.id, lot.remaining * percent // 100)
                        for lot in state.lots[-1:]
                        if lot.remaining * percent // 100
                    )
                unit.sales.book(
                    a_sale(unit, rig, member_id=member_id, earned=earned, uses=uses, tier=tier)
                )
                unit.commit()
        proof = verify(rig)
        assert proof.holds, proof.first
        with rig.book.read() as reader:
            ask = reader.connection.exec_driver_sql
            assert ask("SELECT sum(dr) - sum(cr) FROM account").scalar() in (0, None)
            assert (
                ask(
                    "SELECT count(*) FROM account a WHERE kind = 'member' AND cr - dr <>"
                    " (SELECT coalesce(sum(remaining), 0) FROM lot WHERE account = a.id)"
                ).scalar()
                == 0
            )

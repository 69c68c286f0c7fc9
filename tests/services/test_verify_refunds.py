"""Real refunds follow from the journal: whatever of them is changed in the book is named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from posloyalty.domain.shop.refund import RefundKind
from posloyalty.services.till import Till
from posloyalty.storage.tables import APPEND_ONLY
from tests.services.conftest import Shop
from tests.services.returning.test_refund_sale import PLAIN, basket, member, refund, sell


@dataclass
class Told:
    """The till and the events that a test speaks of."""

    till: Till
    folder: Path
    part: int
    void: int


@pytest.fixture
def told(shop: Shop) -> Told:
    """A sale paid with points of which a part came back, and another one that was voided."""
    till = shop.till
    till.programmes.install(PLAIN.encode())
    sell(till, basket(till, 20, 20, member_id=member(till)))
    sale = sell(till, basket(till, 2, 2, member_id=member(till), redeem=150), card=300)
    part = refund(till, sale, (2, 1000), (1, 1000))
    other = sell(till, basket(till, 0, 3, member_id=member(till)))
    void = refund(till, other, kind=RefundKind.VOID)
    seqs = {}
    for one in (part, void):
        stored = till.refund_history.refund(one.id)
        assert stored is not None
        seqs[one.id] = stored.seq
    return Told(till, shop.folder, seqs[part.id], seqs[void.id])


def test_a_book_with_refunds_holds(told: Told) -> None:
    proof = told.till.verify.verify()
    assert proof.holds, proof.first


# The tampering, what it is called, and which event says otherwise.
TAMPERED = [
    ("UPDATE refund SET total_minor = total_minor + 1 WHERE seq = {part}", "refund", "part"),
    ("UPDATE refund SET sale_id = zeroblob(16) WHERE seq = {void}", "refund", "void"),
    ("UPDATE refund_line SET quantity_milli = 2000 WHERE seq = {part}", "refund_line", "part"),
    ("DELETE FROM refund_line WHERE seq = {part} AND number = 2", "refund_line", "part"),
    ("UPDATE refund_tender SET amount_minor = 0 WHERE seq = {part}", "refund_tender", "part"),
    ("DELETE FROM transfer WHERE seq = {part} AND code = 'restore'", "transfer", "part"),
    ("UPDATE transfer SET amount = 1 WHERE seq = {void}", "transfer", "void"),
    ("DELETE FROM lot_use WHERE seq = {part}", "lot_use", "part"),
    ("DELETE FROM meter_entry WHERE seq = {void} AND meter = 'spend'", "meter_entry", "void"),
    ("UPDATE meter_entry SET undoes = NULL WHERE seq = {part}", "meter_entry", "part"),
    ("UPDATE member SET purchases = purchases + 1", "member", None),
]


@pytest.mark.parametrize(("statement", "what", "event"), TAMPERED)
def test_a_changed_row_of_a_refund_is_named_with_its_event(
    told: Told, statement: str, what: str, event: str | None
) -> None:
    tamper(told, statement.format(part=told.part, void=told.void))
    found = told.till.verify.verify().first
    assert found is not None
    assert found.what == what
    if event is not None:
        assert found.seq == getattr(told, event)


def tamper(told: Told, statement: str) -> None:
    """Change rows behind the till's back, as somebody with the key could."""
    key = (told.folder / "till.key").read_text().strip()
    connection = sqlcipher.connect(str(told.folder / "till.book"), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    for table in APPEND_ONLY:
        connection.execute(f"DROP TRIGGER {table}_no_update")
        connection.execute(f"DROP TRIGGER {table}_no_delete")
    assert connection.execute(statement).rowcount > 0
    connection.close()

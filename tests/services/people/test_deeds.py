"""Deeds stand in the journal with names and reasons, are searched, and verify."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.deeds import Deed, DeedKind
from posloyalty.domain.shop.operator import Role
from posloyalty.services.people.people import OperatorForm
from posloyalty.services.ports import AuditQuestion, AuditRow
from posloyalty.sync import events
from tests.services.conftest import Shop

REMOVED = Deed(kind=DeedKind.LINE_REMOVED, what="Milk 100%", facts=(("gross_minor", 980),))
OPENED = Deed(kind=DeedKind.DRAWER_OPENED)
CASHIER = OperatorForm(id=None, name="Li", role=Role.CASHIER, new_pin="1111")


def today(shop: Shop) -> date:
    return shop.till.clock.now().date()


def asked(shop: Shop, **more: object) -> tuple[AuditRow, ...]:
    day = today(shop)
    question = AuditQuestion(first=day, last=day, **more)  # type: ignore[arg-type]
    with shop.till.book.read() as reader:
        return reader.audit.find(question)


def test_a_deed_names_who_did_it_who_approved_it_and_why(shop: Shop) -> None:
    cashier = shop.till.people.save(CASHIER, shop.manager)
    approval = Approval(shop.manager, "wrong_item")
    shop.till.deeds.note([REMOVED], cashier, approval=approval, sale_id=b"s" * 16)
    (row,) = asked(shop, kinds=("line_removed",))
    entry = row.entry
    assert (entry.operator, entry.approver) == (cashier.id, shop.manager.id)
    assert (entry.reason, entry.about, entry.amount_minor) == ("wrong_item", "Milk 100%", 980)
    with shop.till.book.read() as reader:
        stored = next(iter(reader.journal.events(after_seq=row.seq - 1, limit=1)))
    event = events.decode(stored.body)
    assert isinstance(event, events.Deed)
    assert event.sale == (b"s" * 16).hex()


def test_who_approves_their_own_deed_is_named_once(shop: Shop) -> None:
    shop.till.deeds.note([OPENED], shop.manager, approval=Approval(shop.manager, "change"))
    (row,) = asked(shop, kinds=("drawer_opened",))
    assert (row.entry.operator, row.entry.approver) == (shop.manager.id, None)
    assert row.entry.reason == "change"


def test_no_deeds_write_nothing(shop: Shop) -> None:
    with shop.till.book.read() as reader:
        before = reader.journal.head().seq
    shop.till.deeds.note((), shop.manager)
    with shop.till.book.read() as reader:
        assert reader.journal.head().seq == before


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ({"text": "100%"}, ["line_removed"]),
        ({"text": "100_"}, []),
        ({"text": "milk"}, ["line_removed"]),
        ({"kinds": ("drawer_opened",)}, ["drawer_opened"]),
        ({"kinds": ("drawer_opened", "line_removed")}, ["drawer_opened", "line_removed"]),
        ({"limit": 1}, ["drawer_opened"]),
    ],
)
def test_the_audit_is_searched(shop: Shop, more: dict[str, object], kinds: list[str]) -> None:
    shop.till.deeds.note([REMOVED, OPENED], shop.manager)
    found = [row for row in asked(shop, **more) if row.entry.kind != "settings_change"]
    assert [row.entry.kind for row in found] == kinds


def test_whoever_acted_or_approved_is_found_by_name(shop: Shop) -> None:
    cashier = shop.till.people.save(CASHIER, shop.manager)
    shop.till.deeds.note([REMOVED], cashier)
    shop.till.deeds.note([OPENED], cashier, approval=Approval(shop.manager))
    assert len(asked(shop, person=cashier.id)) == 2
    mine = asked(shop, person=shop.manager.id, limit=2)
    assert [row.entry.kind for row in mine] == ["drawer_opened", "settings_change"]


def test_pages_go_on_where_the_one_before_ended(shop: Shop) -> None:
    shop.till.deeds.note([REMOVED] * 3, shop.manager)
    first = asked(shop, kinds=("line_removed",), limit=2)
    rest = asked(shop, kinds=("line_removed",), limit=2, before_seq=first[-1].seq)
    assert [len(first), len(rest)] == [2, 1]


def test_other_days_are_not_listed(shop: Shop) -> None:
    shop.till.deeds.note([REMOVED], shop.manager)
    day = today(shop) + timedelta(days=1)
    with shop.till.book.read() as reader:
        assert reader.audit.find(AuditQuestion(first=day, last=day)) == ()
        assert reader.audit.kinds(day, day) == ()
        assert "line_removed" in reader.audit.kinds(today(shop), day)


def test_refused_pins_stand_in_the_audit_under_whose_they_are(shop: Shop) -> None:
    shop.till.sign_in.sign_in(shop.manager.id, "0000")
    (row,) = asked(shop, kinds=("pin_refused",))
    assert row.entry.operator == shop.manager.id


def test_the_book_verifies_with_deeds_in_it(shop: Shop) -> None:
    shop.till.deeds.note([REMOVED, OPENED], shop.manager, approval=Approval(shop.manager, "x"))
    assert shop.till.verify.verify().holds

"""A badge signs in and approves; a new one ends the old, and the book cannot make one."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.authority import Approval, Need
from posloyalty.domain.shop.operator import Operator, Right, Role
from posloyalty.services.people.badges import is_badge
from posloyalty.services.people.people import OperatorForm
from posloyalty.services.ports import AuditQuestion
from posloyalty.services.refusal import ServiceRefusal
from tests.services.conftest import Shop

VOID = Need(Right.VOID)


def cashier(shop: Shop) -> Operator:
    form = OperatorForm(id=None, name="Li", role=Role.CASHIER, new_pin="1111")
    return shop.till.people.save(form, shop.manager)


def test_a_badge_is_its_owner_s_whatever_a_wedge_does_to_its_case(shop: Shop) -> None:
    text = shop.till.badges.issue(shop.manager.id, shop.manager)
    assert is_badge(text)
    for scanned in (text, text.lower(), f" {text}\n"):
        assert shop.till.badges.owner(scanned) == shop.manager
    assert shop.restart().badges.owner(text) == shop.manager


def test_a_new_badge_ends_the_one_before(shop: Shop) -> None:
    old = shop.till.badges.issue(shop.manager.id, shop.manager)
    new = shop.till.badges.issue(shop.manager.id, shop.manager)
    assert old != new
    assert shop.till.badges.owner(old) is None
    assert shop.till.badges.owner(new) == shop.manager


def test_a_badge_that_is_lost_signs_nobody_in(shop: Shop) -> None:
    text = shop.till.badges.issue(shop.manager.id, shop.manager)
    assert shop.till.badges.has_badge(shop.manager.id)
    shop.till.badges.withdraw(shop.manager.id, shop.manager)
    assert shop.till.badges.owner(text) is None
    assert not shop.till.badges.has_badge(shop.manager.id)
    assert shop.till.badges.owner("LB1:") is None


def test_who_left_is_let_in_no_more(shop: Shop) -> None:
    one = cashier(shop)
    text = shop.till.badges.issue(one.id, shop.manager)
    form = OperatorForm(id=one.id, name="Li", role=Role.CASHIER, active=False)
    shop.till.people.save(form, shop.manager)
    assert shop.till.badges.owner(text) is None


def test_the_book_keeps_a_digest_and_the_journal_only_that_it_changed(shop: Shop) -> None:
    text = shop.till.badges.issue(shop.manager.id, shop.manager)
    secret = text.removeprefix("LB1:")
    with shop.till.book.read() as reader:
        assert not any(secret in value for value in reader.settings.all().values())
        assert not any(secret.encode() in event.body for event in reader.journal.events())


def test_only_a_manager_makes_badges_and_only_for_who_is_known(shop: Shop) -> None:
    one = cashier(shop)
    with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
        shop.till.badges.issue(one.id, one)
    with pytest.raises(ServiceRefusal, match="UNKNOWN_OPERATOR"):
        shop.till.badges.issue(b"x" * 16, shop.manager)


def test_a_badge_approves_what_its_owner_may(shop: Shop) -> None:
    text = shop.till.badges.issue(shop.manager.id, shop.manager)
    assert shop.till.approvals.by_badge(VOID, text, "x") == Approval(shop.manager, "x")
    with pytest.raises(ServiceRefusal, match="BADGE_UNKNOWN"):
        shop.till.approvals.by_badge(VOID, "LB1:AAAA", "x")


def test_who_was_asked_and_may_not_is_written_down(shop: Shop) -> None:
    one = cashier(shop)
    text = shop.till.badges.issue(one.id, shop.manager)
    with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
        shop.till.approvals.by_badge(VOID, text)
    day = shop.till.clock.now().date()
    question = AuditQuestion(first=day, last=day, kinds=("approval_refused",))
    (found,) = shop.till.audit.find(question)
    assert (found.operator, found.row.entry.about) == ("Li", "void")

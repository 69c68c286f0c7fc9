"""The member's record at a shop without head office: joined with another one, or erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.members.enrol_member import EnrolForm
from tests.ui.presenters.doings.a_desk import RECORDS, DoingsDesk, doings_desk, sale_of
from ui.presenters.approval import Asked
from ui.presenters.counter import counter_of
from ui.presenters.ports import Sheet

SURE = "1"
ALL_WORDS = ("en", "zh_CN", "zh_TW")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DoingsDesk]:
    with doings_desk(tmp_path) as made:
        yield made


def joined(desk: DoingsDesk, phone: str) -> bytes:
    form = EnrolForm(phone=phone, consents=(("terms", "", True),))
    return desk.shop.till.enrol.enrol(form, desk.shop.manager).member.id


def test_another_record_is_found_by_its_phone_and_joined(desk: DoingsDesk) -> None:
    till = desk.shop.till
    other = joined(desk, "13900000002")
    desk.presenter.opened(member_id=other)
    desk.do("by_hand", points="30", cause="goodwill")
    desk.open()
    desk.presenter.open_row("record:merge")
    desk.presenter.change("phone", "139 0000 0002")
    desk.presenter.do_it()
    assert desk.page.form.field("sure").finding
    assert till.members.by_phone("13900000002") == other
    desk.presenter.change("sure", SURE)
    desk.presenter.do_it()
    assert desk.said[0] == "One record now"
    assert till.members.by_phone("13900000002") == desk.member
    assert desk.points == 30
    said = desk.do("record:merge", phone="139 0000 0002", sure=SURE)
    assert said == "That is one and the same record already."
    desk.presenter.back()
    said = desk.do("record:merge", phone="139 0000 0009", sure=SURE)
    assert said == "This member is not on this till."
    assert till.verify.verify().holds


def test_who_is_erased_leaves_the_sale_and_the_sheet_closes(desk: DoingsDesk) -> None:
    sale_of(desk)
    desk.open()
    desk.shell.navigator.open = Sheet.DOINGS
    assert desk.do("record:erase", sure=SURE) == "Erased"
    assert desk.shell.navigator.open is None
    basket = counter_of(desk.shell.session).sale.basket
    assert basket is None or basket.member_id is None
    assert desk.shop.till.members.by_phone("13900000001") is None
    assert desk.shop.till.verify.verify().holds


def test_a_cashier_asks_a_supervisor(tmp_path: Path) -> None:
    with doings_desk(tmp_path, role=Role.CASHIER) as desk:
        desk.open()
        desk.presenter.open_row("record:erase")
        desk.presenter.change("sure", SURE)
        desk.presenter.do_it()
        asked = desk.shell.navigator.sheets[-1][1]["asked"]
        assert isinstance(asked, Asked)
        assert desk.shop.till.members.by_phone("13900000001") is not None
        asked.done(Approval(Operator(b"S" * 16, "Chen", Role.SUPERVISOR)))
        assert desk.shop.till.members.by_phone("13900000001") is None


def test_where_a_head_office_is_neither_is_offered(desk: DoingsDesk) -> None:
    with desk.shop.till.book.write() as unit:
        unit.settings.put({"head_office": "{}"})
        unit.commit()
    desk.open()
    assert not set(RECORDS) & set(desk.ids())


@pytest.mark.parametrize("language", ALL_WORDS)
def test_it_is_worded_in_every_language(tmp_path: Path, language: str) -> None:
    with doings_desk(tmp_path, language=language) as desk:
        desk.open()
        told = [desk.row(one) for one in RECORDS]
        assert len({one.title for one in told} | {one.sub for one in told}) == 4

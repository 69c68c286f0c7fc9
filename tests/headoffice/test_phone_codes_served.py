"""A member's code of now at two stores as they run, head office as a process."""

from __future__ import annotations

from datetime import UTC

import pytest

from posloyalty.domain.members.phone_code import PhoneKey
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.sync.wire.phone_codes import PHONE_CODE, PhoneStanding
from posloyalty.system import SystemClock
from tests.fakes.fault_proxy import Faults
from tests.headoffice.process import office_beside, serving
from tests.headoffice.test_two_served import Line, line

__all__ = ["line"]
pytestmark = pytest.mark.enable_socket


@pytest.fixture
def phone(line: Line) -> PhoneKey:
    """Of somebody who joined at the first store."""
    form = EnrolForm(phone="13800000001", name="Bea", consents=(("terms", "", True),))
    member = line.one.till.enrol.enrol(form, line.one.counter.manager).member
    with office_beside(line.served.data, line.served.url) as office:
        line.one.until(
            lambda: any(one.member_id == member.id.hex() for one in office.members.newest())
        )
        return office.phone_keys.give(member.id.hex(), by="Ann")


def of_now(phone: PhoneKey) -> str:
    return phone.code_at(SystemClock(UTC).now())


def test_fault_59_a_code_that_was_taken_is_used_whatever_happens_to_the_server_behind_its_answer(
    line: Line, phone: PhoneKey
) -> None:
    code = of_now(phone)
    assert line.other.till.about_phones.ask(code) is PhoneStanding.GOOD
    line.served.kill()
    with serving(line.served.data, line.served.url, line.served.socket) as again:
        said: list[PhoneStanding | None] = []

        def is_answered() -> bool:
            said[:] = [line.one.till.about_phones.ask(code)]
            return said != [None]

        line.one.until(is_answered)
        assert said == [PhoneStanding.USED]
        with again.client() as client:
            counted = client.get("/metrics").text
        assert f'{{outcome="used",path="{PHONE_CODE}",status="200"}} 1.0' in counted
        assert phone.member_id.hex() not in again.log()
        assert code not in again.log()


@pytest.mark.long(
    beside="tests/headoffice/cards/test_phone_codes.py::test_what_head_office_proved_spends_like_a_card_and_out_of_reach_it_only_earns"
)
def test_behind_a_dead_line_a_code_says_nothing_and_the_sale_goes_on(
    line: Line, phone: PhoneKey
) -> None:
    line.proxy.faults = Faults(swallow=True)
    line.proxy.hang_up()
    assert line.other.till.about_phones.ask(of_now(phone)) is None
    assert line.other.counter.sell().payable_minor == 2_000
    line.proxy.faults = Faults()
    line.proxy.hang_up()

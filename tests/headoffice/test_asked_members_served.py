"""Two stores as they run, head office as a process: who joined at one is found at the other by
asking, and belongs to it once they bought there.
"""

from __future__ import annotations

from contextlib import closing

import pytest

from posloyalty.domain.members.member import Identifier, IdentifierKind
from posloyalty.headoffice.store.database import open_database
from posloyalty.headoffice.store.statements import ask_one
from posloyalty.services.members.enrol_member import EnrolForm
from tests.fakes.fault_proxy import Faults
from tests.headoffice.a_program import Program
from tests.headoffice.process import serving
from tests.headoffice.test_two_served import Line, line
from tests.services.counter import goods

__all__ = ["line"]
pytestmark = pytest.mark.enable_socket
PHONE = Identifier(IdentifierKind.PHONE, "13800000001")


@pytest.fixture
def bea(line: Line) -> bytes:
    """Joined at the first store, and head office knows."""
    form = EnrolForm(phone=PHONE.value, name="Bea", consents=(("terms", "", True),))
    member = line.one.till.enrol.enrol(form, line.one.counter.manager).member
    for till in (line.one, line.other):
        till.until(lambda: till.till.lending.online)  # noqa: B023 - waited for here

    def told() -> bool:
        with line.one.till.book.read() as reader:
            note = reader.profiles.note(member.id)
        return note is not None and not note.waits

    line.one.until(told)
    return member.id


def found_here(till: Program) -> list[str]:
    return [row.name for row in till.till.members.search(PHONE.value).rows]


def buyers(line: Line) -> list[tuple[str, bytes, bool]]:
    """(store, member, whether the store's part of the feed tells of them)."""
    with (
        closing(open_database(line.served.url, line.served.data)) as database,
        database.read() as connection,
    ):
        rows = ask_one(connection, "SELECT store, member_id, n FROM store_buyer", ())
    return [(store, bytes(member_id), bool(n)) for store, member_id, n in rows]


def test_who_joined_at_one_store_is_found_at_the_other_by_asking_and_then_is_its_buyer(
    line: Line, bea: bytes
) -> None:
    assert line.other.till.about_members.ask(PHONE)
    assert found_here(line.other) == ["Bea"]
    basket = line.other.till.check_out.open_basket().add(goods(1))
    line.other.counter.book(basket.for_member(bea, proof="phone"))
    line.other.until(lambda: bool(buyers(line)))
    line.served.kill()  # whatever was not told yet is told by whoever comes after
    with serving(line.served.data, line.served.url, line.served.socket):
        line.other.until(lambda: buyers(line) == [("S2", bea, True)])


@pytest.mark.parametrize("faults", [Faults(swallow=True), Faults(deaf=True), Faults(portal=True)])
def test_behind_a_dead_line_nobody_is_found_and_the_sale_goes_on(
    line: Line, bea: bytes, faults: Faults
) -> None:
    line.proxy.faults = faults
    line.proxy.hang_up()
    line.other.till.lending.online = True  # it has not noticed yet
    assert not line.other.till.about_members.ask(PHONE)
    assert line.other.counter.sell().payable_minor == 2_000
    assert bea
    # Its sending waits for an answer, 20 s long; whose line falls is told at once.
    line.proxy.faults = Faults()
    line.proxy.hang_up()

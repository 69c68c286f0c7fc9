"""The disk of a till that was said to be gone comes back, and another machine has its name."""

from __future__ import annotations

import pytest

from posloyalty.headoffice.tills.administration import Administration
from posloyalty.services.office.send_journal import Sending
from posloyalty.services.refusal import ServiceRefusal
from tests.headoffice.a_program import Program, running
from tests.headoffice.driven.house import House, copied, until
from tests.headoffice.process import beside

pytestmark = pytest.mark.enable_socket


def stands(administration: Administration, till: Program) -> tuple[str, bool, bool]:
    """Its name at head office, whether it counts as gone, and whether it speaks all the same."""
    till_id = till.till.facts.till_id.hex()
    (row,) = [one for one in administration.tills() if one.till_id == till_id]
    return f"{row.store}-{row.code}", row.gone, row.back


def sent(house: House, till: Program) -> None:
    """Head office has all of its journal, and it says so."""
    till_id = till.till.facts.till_id

    def holds() -> bool:
        with till.till.book.read() as reader:
            head = reader.journal.head().seq
        up = till.till.sending.status().sending is Sending.UP_TO_DATE
        return up and len(house.kept(till_id)) == head

    until(holds)


def test_it_sends_what_it_has_and_goes_on_as_another_till_only(house: House) -> None:
    with house.till(1) as till:
        till.sell()
        sent(house, till)
    disk = copied(house.at(1), house.folder / "disk")
    with beside(house.data, house.url) as administration:
        administration.declare_gone("S1-T1")
        code = administration.new_code("S1")
        place = house.folder / "replacement"
        with running(place, 3, url=house.line.url, code=code, till_code="T1") as anew:
            anew.sell()
            sent(house, anew)
            assert stands(administration, anew) == ("S1-T1", False, False)
            with house.again(1, at=disk) as old:
                old.sell()
                sent(house, old)
                assert stands(administration, old) == ("S1-T1", True, True)
                with pytest.raises(ServiceRefusal, match="NAME_HAS_ANOTHER"):
                    administration.take_back_gone(old.till.facts.till_id.hex())
                code = administration.new_code("S1")
                with pytest.raises(ServiceRefusal, match="TILL_NAME_TAKEN"):
                    old.till.joining.join(house.line.url, code)
                old.till.joining.join(house.line.url, code, till_code="T7")
                numbers = [one.counter.sell().number for one in (old, anew)]
                for one in (old, anew):
                    one.sold()
                    sent(house, one)
                assert [number.rsplit("-", 2)[0] for number in numbers] == ["S1-T7", "S1-T1"]
                assert stands(administration, old) == ("S1-T7", False, False)
                assert old.till.shop.details().till_code == "T7"
    house.proves()

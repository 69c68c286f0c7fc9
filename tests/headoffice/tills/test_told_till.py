"""A till by what people read of it: its id, or its name in lists and on receipts."""

from __future__ import annotations

import pytest

from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.ledger.journal_file import journal_lines
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.refusal import ServiceRefusal
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill

NOBODY = ("S1-T9", "S9-T1", "S1", "", "T1", "zz" * 16, "00" * 15, "00" * 16)


def revoked(office: OpenOffice) -> list[str]:
    return [one.till_id for one in office.administration.tills() if one.revoked]


@pytest.mark.parametrize("told", ["S1-T1", " S1-T1 ", "id"])
def test_a_stolen_till_is_revoked_by_name_or_id(office: OpenOffice, till: ATill, told: str) -> None:
    office.administration.revoke(till.id.hex() if told == "id" else told, by="Ann")
    assert revoked(office) == [till.id.hex()]
    with office.database.read() as connection:
        (entry,) = entries(connection, limit=1)
    assert (entry.what, entry.facts["till"]) == ("till_revoked", till.id.hex())


def test_every_act_and_the_journals_file_take_the_name(office: OpenOffice, till: ATill) -> None:
    till.sell(2)
    till.push(office, 1, 2)
    office.administration.declare_gone("S1-T1")
    assert [one.gone for one in office.administration.tills()] == [True]
    office.administration.take_back_gone("S1-T1")
    assert [one.gone for one in office.administration.tills()] == [False]
    with pytest.raises(ServiceRefusal, match="NO_SUCH_START"):
        office.administration.keep("S1-T1", "00" * 16)
    with office.database.read() as connection:
        by_name = list(journal_lines(connection, "S1-T1"))
        assert by_name == list(journal_lines(connection, till.id.hex()))
    assert len(by_name) > 2


@pytest.mark.parametrize("told", NOBODY)
def test_what_is_no_till_revokes_none(office: OpenOffice, till: ATill, told: str) -> None:
    with pytest.raises(ServiceRefusal, match="NO_SUCH_TILL"):
        office.administration.revoke(told)
    assert revoked(office) == []


def test_of_two_with_one_name_the_id_says_which(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    office.administration.declare_gone("S1-T1")
    anew = ATill(clock, number=2)
    anew.join(office, office.administration.new_code("S1"), till_code="T1")
    assert {(one.store, one.code) for one in office.administration.tills()} == {("S1", "T1")}
    with pytest.raises(ServiceRefusal, match="SEVERAL_TILLS"):
        office.administration.revoke("S1-T1")
    office.administration.revoke(anew.id.hex())
    assert revoked(office) == [anew.id.hex()]

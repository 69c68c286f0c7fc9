"""The pages of goodwill credits: findings in a table, and approval by another person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from posloyalty.domain.values.fixed_point import NumberFault
from posloyalty.headoffice.console.credit_pages import wrong_told
from posloyalty.headoffice.members import credit_file
from posloyalty.headoffice.members import credits as service
from posloyalty.headoffice.members.credit_file import Wrong, read_credits
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.a_till import ATill
from tests.headoffice.cases.test_findings import published
from tests.headoffice.console.conftest import SignedIn
from tests.headoffice.members.test_credits import FILE, HEAD, ONE, TWO, WALLETS, points
from tests.headoffice.small_events import Books


@pytest.fixture(autouse=True)
def members(office: OpenOffice, till: ATill) -> None:
    published(office)
    books = Books(till)
    books.joins(ONE)
    books.joins(TWO)
    books.send(office)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_bad_row_stands_in_a_table_with_its_column_and_reason(
    office: OpenOffice, signed_in: SignedIn, language: str
) -> None:
    browser, words = signed_in("manager"), Words(language)
    browser.get(f"/console/credits?language={language}")
    answer = browser.send("/console/credits", file=f"{HEAD}nobody,5,x\nb,0,\n".encode())
    assert answer.status_code == 422
    for one in read_credits(f"{HEAD}nobody,5,x\nb,0,\n".encode(), WALLETS, points_most=9).findings:
        assert browser.says(f'<td class="n">{one.line}</td><td><code>{one.column}</code></td>')
        assert browser.says(wrong_told(one, words))
    assert office.credits.batches() == []


def test_one_person_proposes_and_another_lets_it_be_given(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    one, other = signed_in("manager"), signed_in("administrator")
    one.get("/console/credits")
    one.send("/console/credits", file=FILE)
    assert one.says("Somebody else has to approve it.")
    assert not one.says("/console/credit/approve")
    assert one.send("/console/credit/approve", number=1).status_code == 422
    one.get("/console/credits")
    one.send("/console/credits", file=FILE)
    assert one.says("Nothing was changed.")
    other.get("/console")
    assert other.says('<a href="/console/credits">1</a>')
    other.get("/console/credit?number=1")
    assert other.send("/console/credit/approve", number=1).status_code == 200
    assert other.says("being given")
    office.credits.give_all()
    assert points(office, ONE) == 100
    other.get("/console/credit?number=1")
    assert not other.says('http-equiv="refresh"')
    member = other.get(f"/console/member?member={ONE.hex()}").text
    assert "+100 Cup stamps" in member
    assert "Late" in member
    assert other.get("/console/credit?number=9").status_code == 404


def test_a_clerk_sees_credits_and_gives_none(office: OpenOffice, signed_in: SignedIn) -> None:
    browser = signed_in("clerk")
    browser.get("/console/credits")
    assert not browser.says('<input type="file"')
    assert browser.send("/console/credits", file=FILE).status_code == 403
    assert office.credits.batches() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words(language: str) -> None:
    """Each code that the sources make."""
    text = "".join(Path(str(one.__file__)).read_text("utf-8") for one in (credit_file, service))
    codes = set(re.findall(r'"((?:MEMBER|WALLET|REASON|COLUMN|TOO|POINTS|NO|NOT)_[A-Z]+)"', text))
    codes |= {f"POINTS_{one.name}" for one in NumberFault} | {"TWICE", "SURPLUS", "BAD_CSV"}
    codes |= {"TOO_MANY_ROWS"}
    codes -= {"NO_SUCH"}
    assert len(codes) > 15
    facts = {"given": "a", "most": "1", "known": "b", "first": "2", "fault": "c"}
    for code in codes:
        assert wrong_told(Wrong(1, "", code, facts), Words(language))

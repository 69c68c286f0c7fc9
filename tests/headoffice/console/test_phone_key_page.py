"""The key of a member's phone on the member's page: shown once, taken back, by managers alone."""

from __future__ import annotations

import re

import pytest

from posloyalty.domain.members.phone_code import read_code, read_key
from posloyalty.headoffice.members.phone_proof import taken
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync.wire.phone_codes import PhoneStanding
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.console.conftest import SignedIn
from tests.headoffice.members.test_records import ADA, books

__all__ = ["books"]
_ADDRESS = f"/console/member?member={ADA.hex()}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("books")
def test_a_manager_gives_a_key_that_is_shown_once_and_takes_it_back(
    office: OpenOffice, signed_in: SignedIn, language: str
) -> None:
    words, browser = Words(language), signed_in("manager")
    browser.get(f"{_ADDRESS}&language={language}")
    assert browser.says(words("console.phone_key_none"))
    given = browser.send("/console/phone/give", member=ADA.hex())
    assert browser.says(words("console.phone_key_hint"))
    (text,) = re.findall(r"<code>(LK1:[A-Z2-7]{80})</code>", given.text)
    assert 'class="qr" src="data:image/svg+xml' in given.text
    code = read_code(read_key(text).code_at(office.clock.now()))
    with office.database.write() as connection:
        said = taken(connection, office.office, code, office.clock.now())
    assert said is PhoneStanding.GOOD
    again = browser.get(_ADDRESS)
    assert "LK1:" not in again.text
    assert browser.says(words("console.phone_key_is_given"))
    assert browser.says(words("console.phone_key_renew"))
    assert browser.send("/console/phone/withdraw", member=ADA.hex()).status_code == 200
    assert browser.says(words("console.said_phone_key_withdrawn"))
    assert browser.says(words("console.phone_key_is_withdrawn"))
    assert not browser.says(words("console.phone_key_withdraw"))
    assert browser.send("/console/phone/withdraw", member=ADA.hex()).status_code == 422
    assert browser.says(words("refusal.NO_PHONE_KEY"))
    browser.get("/console/audit")
    assert browser.says(words("console.act_phone_key_given"))
    assert browser.says(words("console.act_phone_key_withdrawn"))


@pytest.mark.usefixtures("books")
def test_a_clerk_gives_and_takes_back_none(office: OpenOffice, signed_in: SignedIn) -> None:
    browser = signed_in("clerk")
    page = browser.get(_ADDRESS)
    assert "/console/phone/" not in page.text
    for what in ("give", "withdraw"):
        assert browser.send(f"/console/phone/{what}", member=ADA.hex()).status_code == 403
    assert office.phone_keys.kept(ADA.hex()) is None

"""The pages of tills say in every language that one which is no more has spoken again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.console.conftest import SignedIn


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_manager_sees_that_a_lost_till_speaks_and_says_that_it_is_there(
    office: OpenOffice, clock: SetClock, signed_in: SignedIn, language: str
) -> None:
    till, words, browser = ATill(clock), Words(language), signed_in("manager")
    till.join(office, office.administration.new_code("S1"))
    page = f"/console/till?till={till.id.hex()}&language={language}"
    office.administration.declare_gone("S1-T1")
    browser.get(page)
    assert not browser.says(words("console.gone_back"))
    clock.pass_time(timedelta(seconds=2))
    till.hello(office)
    browser.get(page)
    assert browser.says(words("console.gone_back"))
    browser.get("/console/tills")
    assert browser.says(words("console.state_back"))
    browser.get(page)
    browser.send("/console/found", till=till.id.hex())
    assert not browser.says(words("console.gone_back"))
    browser.get("/console/tills")
    assert not browser.says(words("console.state_back"))

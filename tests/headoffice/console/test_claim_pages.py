"""The page of missing points: a receipt waits for its sale, a second claim says who had it."""

from __future__ import annotations

import pytest

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.a_till import ATill
from tests.headoffice.console.conftest import SignedIn
from tests.headoffice.small_events import MEMBER, Books


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clerk_enters_a_receipt_and_hears_what_becomes_of_it(
    office: OpenOffice, till: ATill, signed_in: SignedIn, language: str
) -> None:
    words, browser, books = Words(language), signed_in("clerk"), Books(till)
    books.joins()
    books.send(office)
    browser.get(f"/console/member?member={MEMBER.hex()}&language={language}")
    assert browser.says(f'href="/console/claims?member={MEMBER.hex()}"')
    browser.get(f"/console/claims?member={MEMBER.hex()}")
    assert browser.says(f'value="{MEMBER.hex()}"')
    browser.send("/console/claims", receipt="S1-T1-1-0042", member=MEMBER.hex())
    assert browser.says(words("console.said_claim_waits"))
    assert browser.says(words("claims.state_waiting"))
    again = browser.send("/console/claims", receipt="S1-T1-1-0042", member=MEMBER.hex())
    assert again.status_code == 422
    assert browser.says('value="S1-T1-1-0042"')
    member, day = MEMBER.hex()[:12], office.clock.now().date()
    assert browser.says(words("refusal.CLAIM_HAD", member=member, who="clerk", day=day))


def test_a_viewer_claims_nothing(office: OpenOffice, signed_in: SignedIn) -> None:
    browser = signed_in("viewer")
    browser.get("/console")
    answer = browser.send("/console/claims", receipt="S1-T1-1-0042", member=MEMBER.hex())
    assert answer.status_code == 403
    assert office.claims.newest() == []

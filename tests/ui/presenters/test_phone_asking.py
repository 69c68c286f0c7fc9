"""A phone code is asked about while the cashier goes on; what it comes to is said."""

from __future__ import annotations

import pytest

from posloyalty.services.selling.scanned import ScannedMember, ScanRefused
from posloyalty.sync.wire.phone_codes import PhoneStanding
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.desk import Desk, desk
from tests.fakes.small_shop import WANG
from tests.ui.presenters.test_card_asking import who
from ui.presenters.ports import ToastKind

CODE = "LN1:NOW"
UNPROVEN = ScannedMember(WANG, "code", asks=CODE, unproven="phone_unproven")


def scanned(language: str, *, said: PhoneStanding | None, then: object = None) -> Desk:
    counter = desk()
    counter.till.scan.doubtful[CODE] = UNPROVEN
    counter.till.scan.told[said] = then
    counter.till.about_phones.says = said
    counter.shell.session.words = Words(language)
    counter.scan(CODE)
    return counter


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_that_head_office_proved_is_a_card(language: str) -> None:
    counter = scanned(language, said=PhoneStanding.GOOD, then=ScannedMember(WANG, "card"))
    assert counter.till.about_phones.asked == [CODE]
    assert counter.till.about_cards.asked == []
    assert who(counter) == (WANG, "card")
    said = counter.shell.toasts.said
    assert (Words(language)("scan.phone_asking"), ToastKind.NEWS) in said
    assert Words(language)("scan.phone_unproven") not in [text for text, _ in said]


@pytest.mark.parametrize("language", LANGUAGES)
def test_out_of_reach_it_is_its_members_and_that_it_proves_less_is_said(language: str) -> None:
    counter = scanned(language, said=None)
    assert who(counter) == (WANG, "code")
    said = counter.shell.toasts.said
    assert (Words(language)("scan.phone_unproven"), ToastKind.LOOK) in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("said", [one for one in PhoneStanding if one is not PhoneStanding.GOOD])
def test_a_no_is_said_with_what_to_do_and_nobody_is_in_the_sale(
    said: PhoneStanding, language: str
) -> None:
    counter = scanned(language, said=said, then=ScanRefused(f"phone_{said.value}"))
    assert who(counter) == (None, None)
    assert counter.said == Words(language)(f"scan.phone_{said.value}")

"""A kind from outside on a member's page at head office: called in its own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from posloyalty.headoffice.running.opening import OpenOffice
from tests.fakes.passport import PASSPORTS, passport_kind
from tests.headoffice.a_till import ATill
from tests.headoffice.console.conftest import SignedIn
from tests.headoffice.judged import journal_of, send
from tests.headoffice.test_kind_from_outside import rung
from tests.services.a_shop import new_shop


@pytest.mark.parametrize(
    ("language", "called"),
    [("en", "Passport · Tea passport"), ("zh_CN", "护照 · 茶票"), ("zh_TW", "護照 · 茶票")],
)
def test_what_a_member_has_of_it_is_called_as_the_kind_says(
    tmp_path: Path,
    office: OpenOffice,
    till: ATill,
    signed_in: SignedIn,
    language: str,
    called: str,
) -> None:
    with passport_kind():
        office.publishing.keep(PASSPORTS.encode(), by="Ann")
        with new_shop(tmp_path / "shop") as shop:
            shop.till.programmes.install(PASSPORTS.encode())
            sale = rung(shop)
            send(till, office, journal_of(shop, tells=False), None)
        while office.follow():
            pass
        browser = signed_in("manager")
        browser.get(f"/console/member?member={sale.member}&language={language}")
        assert browser.says(called)

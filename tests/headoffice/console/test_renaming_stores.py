"""The page of stores gives a store another name, in every language, to whoever may."""

from __future__ import annotations

import pytest

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.console.conftest import SignedIn

NAME = "Harbour Road"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_manager_gives_a_store_another_name(
    office: OpenOffice, signed_in: SignedIn, language: str
) -> None:
    office.administration.add_store("S7", "Main Street")
    words, browser = Words(language), signed_in("manager")
    browser.get(f"/console/stores?language={language}")
    assert browser.says(words("console.rename_store_of", store="S7"))
    browser.send("/console/rename-store", store="S7", new_name=NAME)
    assert browser.says(words("console.said_store_renamed"))
    assert [row.name for row in office.administration.stores() if row.code == "S7"] == [NAME]
    browser.get("/console/audit")
    for told in ("act_store_renamed", "fact_was", "fact_name"):
        assert browser.says(words(f"console.{told}"))


def test_a_name_that_is_too_long_is_refused_on_the_page(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    office.administration.add_store("S7", "Main Street")
    browser = signed_in("manager")
    browser.get("/console/stores?language=en")
    answer = browser.send("/console/rename-store", store="S7", new_name="x" * 61)
    assert answer.status_code == 422
    assert browser.says(Words("en")("refusal.TOO_LONG", limit=60))


def test_a_clerk_sees_the_name_and_changes_nothing(office: OpenOffice, signed_in: SignedIn) -> None:
    office.administration.add_store("S7", "Main Street")
    browser = signed_in("clerk")
    browser.get("/console/stores")
    assert browser.says("Main Street")
    assert not browser.says("rename-store")
    answer = browser.send("/console/rename-store", store="S7", new_name="Mine")
    assert answer.status_code == 403
    assert "Mine" not in {row.name for row in office.administration.stores()}

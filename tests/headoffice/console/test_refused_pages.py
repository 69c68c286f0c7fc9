"""Pages that say no: each says why and what to do next, in the reader's language; and forms that
many of a page's parts have say to whom they belong.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from posloyalty.headoffice.console.asking import FORM_BYTES_MAX
from posloyalty.headoffice.console.web import SAID, STALE
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SetClock
from tests.headoffice.browser import Browser
from tests.headoffice.console.conftest import SignedIn

H1 = re.compile(r"<h1>(.*?)</h1>")
TAGS = {"en": "en", "zh_CN": "zh-CN", "zh_TW": "zh-TW"}
ADDED = {"code": "S2", "name": "x"}


@pytest.fixture
def database_url() -> str:
    """Nothing here asks the database."""
    return ""


def says(browser: Browser, why: str, language: str) -> None:
    """The page says this, and nothing else, why there is none."""
    words = Words(language)
    assert H1.findall(browser.page) == [words(f"console.refused_{why}")]
    assert browser.says(words(f"console.refused_next_{why}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_no_says_what_to_do_next(language: str) -> None:
    words = Words(language)
    for why in (*sorted(SAID), STALE):
        title, then = words(f"console.refused_{why}"), words(f"console.refused_next_{why}")
        assert (title.isascii(), then.isascii()) == (language == "en",) * 2
        assert "error" not in f"{title} {then}".lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_allowed_not_there_or_too_large_has_words_of_its_own(
    signed_in: SignedIn, language: str
) -> None:
    browser, chosen = signed_in("viewer"), f"?language={language}"
    assert browser.get(f"/console/operators{chosen}").status_code == 403
    says(browser, "403", language)
    assert browser.get(f"/console/till?till=ff&language={language}").status_code == 404
    says(browser, "404", language)
    browser.get(f"/console/tills{chosen}")
    long = {"code": "S2", "name": "x" * FORM_BYTES_MAX}
    assert browser.send("/console/stores", **long).status_code == 413
    says(browser, "413", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_that_only_takes_a_form_says_so_when_it_is_loaded_again(
    signed_in: SignedIn, language: str
) -> None:
    browser = signed_in("administrator")
    browser.get("/console/stores")
    assert browser.send("/console/code", store="S9").status_code == 422
    answer = browser.get(f"/console/code?language={language}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.headers["cache-control"] == "no-store"
    says(browser, "405", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_of_another_session_or_site_is_told_from_a_right_that_lacks(
    office: OpenOffice, signed_in: SignedIn, language: str
) -> None:
    browser = signed_in("manager")
    browser.get(f"/console/stores?language={language}")
    mine, browser.token = browser.token, "0" * 64
    assert browser.send("/console/stores", **ADDED).status_code == 403
    says(browser, STALE, language)
    browser.token = mine
    elsewhere = browser.send("/console/stores", origin="https://evil.test", **ADDED)
    assert elsewhere.status_code == 403
    says(browser, STALE, language)
    assert [row.code for row in office.administration.stores()] == ["S1"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_comes_after_the_session_ended_says_that_nothing_was_done(
    office: OpenOffice, signed_in: SignedIn, clock: SetClock, language: str
) -> None:
    browser, words = signed_in("administrator"), Words(language)
    browser.get(f"/console/stores?language={language}")
    clock.pass_time(timedelta(days=2))
    browser.send("/console/stores", **ADDED)
    assert browser.says(words("console.said_sign_in_kept"))
    looked = browser.get("/console/stores")
    assert looked.headers["location"].endswith("said=sign_in_first")
    assert [row.code for row in office.administration.stores()] == ["S1"]

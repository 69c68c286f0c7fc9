"""Coming back after a session ended: to the page that was asked for, with what was written there.

A way back is whatever stands in an address, so a hostile one leads to the overview like none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from posloyalty.headoffice.cases.audit_log import COMMAND_LINE
from posloyalty.headoffice.console.composing import console_pages
from posloyalty.headoffice.console.kept_forms import KEPT_S
from posloyalty.headoffice.console.operators import Operators
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.console.second_factor import code_at
from posloyalty.headoffice.console.sessions import FORMER_S, IDLE_S
from posloyalty.headoffice.console.way_back import WaysBack
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SetClock
from tests.headoffice.browser import ORIGIN, Browser
from tests.headoffice.console.conftest import invited

SIGN_IN = "/console/sign-in"
KEPT = "posloyalty-kept"
WRITTEN = {"code": "S2", "name": "Jie Fang Lu 解放路"}
HOSTILE = [
    "https://evil.test/console",
    "//evil.test/console",
    "///evil.test/console",
    "/\\evil.test",
    "/console\\@evil.test",
    "\\\\evil.test",
    "javascript:alert(1)",
    "/console/../evil",
    "/console//evil.test",
    "/console/stores\r\nlocation: https://evil.test",
    "/console/stores\tx",
    "http:/console/stores",
    "https:console/stores",
    "console/stores",
    "/console/sign-out",
    SIGN_IN,
    "/v1/hello",
    "/console/none",
    "//[",
    "",
]


class Coming:
    """A person at a browser, and the clock."""

    def __init__(self, people: Operators, clock: SetClock, browser: Browser) -> None:
        self._people = people
        self._clock = clock
        self.browser = browser
        self._known = {
            name: invited(people, name, role)
            for name, role in (("chief", Role.ADMINISTRATOR), ("other", Role.ADMINISTRATOR))
        }

    def first(self) -> None:
        """The chief signs in."""
        assert self.browser.sign_in(self._known["chief"], self._clock).status_code == 200

    def time_passes(self, seconds: int = IDLE_S + 1) -> None:
        self._clock.pass_time(timedelta(seconds=seconds))

    def in_again(self, name: str = "chief", **fields: str) -> str:
        """Sign in on the page that is shown, which may name a way back; where that leads to."""
        one = self._known[name]
        code = code_at(one.secret, int(self._clock.now().timestamp()))
        fields = {"name": name, "password": one.password, "code": code, **fields}
        answer = self.browser.send(SIGN_IN, **fields)
        return str(answer.url).removeprefix(ORIGIN)

    def written_next(self) -> str:
        """The way back that stands in the form of the sign-in."""
        _, found, rest = self.browser.page.partition('name="next" value="')
        return rest.partition('"')[0] if found else ""

    def set_aside(self, name: str) -> None:
        self._people.set_active(name, active=False, by=COMMAND_LINE)


@pytest.fixture
def at(office: OpenOffice, people: Operators, clock: SetClock) -> Iterator[Coming]:
    with Browser(office.application()) as browser:
        made = Coming(people, clock, browser)
        made.first()
        yield made


@pytest.mark.parametrize("address", ["/console/tills?find=S1&page=1", "/console/audit"])
def test_whoever_signs_in_again_comes_to_the_page_that_was_asked_for(
    at: Coming, address: str
) -> None:
    at.time_passes()
    answer = at.browser.get(address)
    at.browser.get(answer.headers["location"])
    assert at.written_next() == address
    assert at.in_again(next=at.written_next()) == address


def test_the_way_back_outlives_a_slip_and_another_language(at: Coming) -> None:
    at.time_passes()
    at.browser.get(at.browser.get("/console/policy").headers["location"])
    at.browser.send(SIGN_IN, name="chief", password="x", code="000000", next=at.written_next())
    assert at.written_next() == "/console/policy"
    assert at.browser.says("sign-in?next=%2Fconsole%2Fpolicy&language=zh_TW")
    at.browser.get(f"{SIGN_IN}?next=%2Fconsole%2Fpolicy&language=zh_TW")
    at.time_passes(31)
    assert at.in_again(next=at.written_next()) == "/console/policy"


@pytest.mark.parametrize("address", HOSTILE)
def test_a_way_back_that_is_no_page_of_this_console_leads_to_the_overview(
    at: Coming, address: str
) -> None:
    at.time_passes()
    at.browser.get(f"{SIGN_IN}?{urlencode({'next': address})}")
    assert at.written_next() == ""
    assert at.in_again(next=address) == "/console"


def test_no_page_that_only_takes_a_form_and_none_for_strangers_is_a_way_back(
    office: OpenOffice,
) -> None:
    pages = console_pages(office)
    ways = WaysBack(pages)
    shown = {one.path for one in pages if one.method == "GET"}
    led = {one.path for one in pages if ways.to(one.path)}
    assert led == shown - {SIGN_IN}
    assert ways.stood_on("https://evil.test/console/policy", "office.test", "/console/code") == ""
    assert ways.stood_on("https://office.test/console/stores", "office.test", "/console/code")
    assert ways.stood_on("https://[", "office.test", "/console/stores") == "/console/stores"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_written_stands_in_its_form_again_and_nothing_is_done_by_itself(
    office: OpenOffice, at: Coming, language: str
) -> None:
    words = Words(language)
    at.browser.get(f"/console/stores?language={language}")
    at.time_passes()
    at.browser.send("/console/stores", **WRITTEN)
    assert at.browser.says(words("console.said_sign_in_kept"))
    assert not at.browser.says(WRITTEN["name"])
    assert at.in_again(next=at.written_next()) == "/console/stores"
    assert at.browser.says(words("console.kept_form"))
    assert at.browser.says(f'value="{WRITTEN["name"]}"')
    assert [row.code for row in office.administration.stores()] == ["S1"]
    assert KEPT not in at.browser.cookies
    assert at.browser.send("/console/stores", **WRITTEN).status_code == 200
    assert [row.code for row in office.administration.stores()] == ["S1", "S2"]


def test_a_form_is_kept_from_scripts_from_other_people_and_from_its_own_browser(
    office: OpenOffice, at: Coming
) -> None:
    at.browser.get("/console/stores")
    at.time_passes()
    at.browser.send("/console/stores", **WRITTEN)
    (cookie,) = [one for one in at.browser.cookies.jar if one.name == KEPT]
    assert (cookie.secure, cookie.path) == (True, "/console")
    assert {"HttpOnly", "SameSite"} <= set(vars(cookie)["_rest"])
    assert "S2" not in (cookie.value or "")
    at.in_again("other", next=at.written_next())
    assert not at.browser.says(WRITTEN["name"])
    at.browser.cookies.set(KEPT, "no form", domain="headoffice.test", path="/console")
    assert at.browser.get("/console/stores").status_code == 200
    assert [row.code for row in office.administration.stores()] == ["S1"]


@pytest.mark.parametrize("case", ["too late", "not its own token", "another site", "set aside"])
def test_a_form_that_nobody_can_vouch_for_is_not_kept(at: Coming, case: str) -> None:
    at.browser.get("/console/stores")
    at.time_passes(FORMER_S + 1 if case == "too late" else IDLE_S + 1)
    if case == "set aside":
        at.set_aside("chief")
    token = "0" * 64 if case == "not its own token" else at.browser.token
    origin = "https://evil.test" if case == "another site" else ORIGIN
    at.browser.send("/console/stores", origin=origin, form_token=token, **WRITTEN)
    assert at.browser.says(Words("en")("console.said_sign_in_again"))
    assert KEPT not in at.browser.cookies


def test_a_form_of_long_ago_is_not_laid_before_anybody(at: Coming) -> None:
    at.browser.get("/console/stores")
    at.time_passes()
    at.browser.send("/console/stores", **WRITTEN)
    (kept,) = [one.value for one in at.browser.cookies.jar if one.name == KEPT]
    at.time_passes(KEPT_S + 1)
    at.in_again(next="/console/policy")
    at.browser.cookies.set(KEPT, kept or "", domain="headoffice.test", path="/console")
    at.browser.get("/console/stores")
    assert not at.browser.says(WRITTEN["name"])


def test_passwords_are_not_kept_and_it_is_said(at: Coming) -> None:
    at.browser.get("/console/account")
    at.time_passes()
    at.browser.send("/console/account", old="x" * 12, new="y" * 12, again="y" * 12)
    assert at.browser.says(Words("en")("console.said_sign_in_again"))
    assert KEPT not in at.browser.cookies
    assert at.in_again(next=at.written_next()) == "/console/account"


def test_a_file_has_to_be_chosen_again_and_one_that_is_large_is_not_kept(at: Coming) -> None:
    words = Words("en")
    at.browser.get("/console/articles")
    at.time_passes()
    at.browser.send("/console/articles", file=b"code,name\n", day="2030-01-05", whole="1")
    at.in_again(next=at.written_next())
    assert at.browser.says(words("console.kept_form_file"))
    assert at.browser.says('value="2030-01-05"')
    assert at.browser.says('name="whole" value="1" checked')
    at.time_passes()
    at.browser.send("/console/articles", file=b"x" * 40_000, day="2030-01-05")
    assert at.browser.says(words("console.said_sign_in_again"))


def test_a_form_that_is_longer_than_a_browser_keeps_is_not_kept_and_it_is_said(at: Coming) -> None:
    at.browser.get("/console/stores")
    at.time_passes()
    long = "".join(chr(0x4E00 + (one * 7_919) % 20_000) for one in range(3_000))
    at.browser.send("/console/stores", code="S2", name=long)
    assert at.browser.says(Words("en")("console.said_sign_in_again"))
    assert KEPT not in at.browser.cookies


def test_whoever_signs_out_is_led_nowhere(at: Coming) -> None:
    at.browser.get("/console/stores")
    at.browser.send("/console/sign-out")
    assert at.written_next() == ""
    at.time_passes(31)
    assert at.in_again() == "/console"

"""The console in a real Chromium, by keyboard alone; no script runs in it. Pages are looked over in
each language; the ways through several of them go in one or two, in `make prove` in each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from posloyalty.headoffice.cases.audit_log import COMMAND_LINE
from posloyalty.headoffice.console.operators import Invitation
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.console.second_factor import code_at
from posloyalty.headoffice.running.opening import opened_office
from posloyalty.system import SystemChance, SystemClock
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.a_programme import CAFE
from tests.headoffice.cases.test_findings import published
from tests.headoffice.chromium import chromium, focus, served_at_a_port

SIZES = ((1366, 768), (1024, 768), (768, 1024), (683, 384))  # the last one is 1366 x 768 at 200 %
CLOCK = SystemClock(UTC)


@dataclass(frozen=True)
class Served:
    url: str
    people: dict[str, Invitation]


# The suite keeps the first: articles and winding down are visited on SQLite there.
@pytest.fixture(scope="module", params=["postgresql", "sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database that is empty when the module begins, and that nobody empties under its server."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("emptied")())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Served]:
    """A head office with a store and, for each language and test, operators of their own: a code
    opens once.
    """
    data = tmp_path_factory.mktemp("console") / "office"
    with opened_office(data, database_url, clock=CLOCK, chance=SystemChance()) as office:
        office.administration.add_store("S1", "Main Street")
        people = {
            name: office.operators.add(name, role, by=COMMAND_LINE)
            for language in LANGUAGES
            for name, role in (
                (f"{language} one", Role.ADMINISTRATOR),
                (f"{language} two", Role.MANAGER),
                (f"{language} three", Role.ADMINISTRATOR),
                (f"{language} four", Role.CLERK),
                (f"{language} five", Role.CLERK),
                (f"{language} six", Role.ADMINISTRATOR),
            )
        }
    with served_at_a_port(data, database_url) as url:
        yield Served(url, people)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def sign_in(page: Page, served: Served, name: str, words: Words) -> None:
    """By keyboard: the name is in focus already."""
    person = served.people[name]
    page.goto(f"{served.url}/console/sign-in?language={words.language}")
    # The page focuses the name by itself; on a busy machine that comes a moment after the page.
    expect(page.locator("[name=name]")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(person.password)
    page.keyboard.press("Tab")
    page.keyboard.type(code_at(person.secret, int(CLOCK.now().timestamp())))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.url}/console")


def press(page: Page, name: str) -> None:
    focus(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.long(beside="test_two_people_publish_by_keyboard_alone")
@pytest.mark.enable_socket
@pytest.mark.long(sample=1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_sign_in_to_a_joining_code_by_keyboard_alone(
    served: Served, browser: Browser, language: str
) -> None:
    words = Words(language)
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, served, f"{language} four", words)
    assert page.title().startswith(words("console.home"))
    press(page, words("console.stores"))
    press(page, words("console.make_code_for", store="S1"))
    code = page.locator(".code").inner_text()
    assert code.count("-") == 2
    assert page.locator("html").get_attribute("lang") in ("zh-Hans", "zh-Hant", "en")
    press(page, words("console.sign_out"))
    assert page.get_by_role("status").inner_text().endswith(words("console.said_signed_out"))
    assert said == []
    context.close()


@pytest.mark.enable_socket
@pytest.mark.long(sample=1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_people_publish_by_keyboard_alone(
    served: Served, browser: Browser, language: str, tmp_path: Path
) -> None:
    words, name = Words(language), f"cafe-{language.lower()}"
    file = tmp_path / "cafe.toml"
    file.write_bytes(CAFE.replace(b'id = "cafe"', f'id = "{name}"'.encode(), 1))
    first, second = browser.new_context(), browser.new_context()
    page = first.new_page()
    # Only a page with a listener keeps the chooser from the desktop, and the browser hears of a
    # listener a moment after it is set: set just before the key, a busy machine opens the real one.
    page.on("filechooser", lambda _chooser: None)
    sign_in(page, served, f"{language} one", words)
    press(page, words("console.programmes"))
    focus(page, words("console.file"))
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Space")
    chosen.value.set_files(file)
    press(page, words("console.upload_and_check"))
    assert words("console.said_file_kept") in page.get_by_role("status").inner_text()
    press(page, words("console.propose"))
    assert words("console.said_proposed") in page.get_by_role("status").inner_text()
    other = second.new_page()
    sign_in(other, served, f"{language} two", words)
    press(other, words("console.programmes"))
    row = other.get_by_role("row").filter(has_text=f"{name} 1").first
    number = row.get_by_role("cell").first.inner_text()
    press(other, words("console.approve_of", number=number))
    assert words("console.said_published") in other.get_by_role("status").inner_text()
    first.close()
    second.close()


@pytest.mark.long(beside="test_two_people_publish_by_keyboard_alone")
@pytest.mark.enable_socket
@pytest.mark.long(sample=1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_people_wind_a_programme_down_by_keyboard_alone(
    browser: Browser, language: str, tmp_path: Path
) -> None:
    words, data = Words(language), tmp_path / "office"
    with opened_office(data, "", clock=CLOCK, chance=SystemChance()) as office:
        published(office)
        people = {
            name: office.operators.add(name, Role.MANAGER, by=COMMAND_LINE)
            for name in ("one", "two")
        }
    with served_at_a_port(data) as url:
        served = Served(url, people)
        first, second = browser.new_context(), browser.new_context()
        page, other = first.new_page(), second.new_page()
        sign_in(page, served, "one", words)
        press(page, words("console.winding_down"))
        assert words("winding.state_none") in page.locator("main").inner_text()
        press(page, words("winding.propose_this"))
        assert words("console.said_end_proposed") in page.get_by_role("status").inner_text()
        sign_in(other, served, "two", words)
        press(other, words("console.winding_down"))
        press(other, words("console.approve_of", number=2))
        assert words("console.said_published") in other.get_by_role("status").inner_text()
        assert words("winding.phase_planned") in other.locator("main").inner_text()
        press(other, words("winding.cancel"))
        assert words("winding.goes_on") in other.locator("main").inner_text()
        for width, height in SIZES:
            other.set_viewport_size({"width": width, "height": height})
            assert other.evaluate("document.documentElement.scrollWidth") <= width
        first.close()
        second.close()


@pytest.mark.enable_socket
@pytest.mark.long(sample=1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_the_window(served: Served, browser: Browser, language: str) -> None:
    words = Words(language)
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, served, f"{language} three", words)
    paths = page.locator("nav a").evaluate_all("all => all.map(one => one.pathname)")
    assert len(paths) > 4
    for path in paths:
        page.goto(served.url + path)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} at {width}"
            # Every field has a name that is read out, and what is pressed is large enough.
            unnamed = page.evaluate(
                """() => [...document.querySelectorAll("input, select, textarea")]
                .filter(one => one.type !== "hidden")
                .filter(one => !one.labels.length && !one.getAttribute("aria-label")).length"""
            )
            small = page.evaluate(
                """() => [...document.querySelectorAll("button, nav a")]
                .filter(one => one.checkVisibility())
                .filter(one => one.getBoundingClientRect().height < 44)
                .map(one => one.innerText)"""
            )
            assert (unnamed, small) == (0, []), path
    context.close()


@pytest.mark.enable_socket
@pytest.mark.long(sample=1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_phone_every_button_of_a_table_is_in_sight(
    served: Served, browser: Browser, language: str
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(page, served, f"{language} six", Words(language))
    for path in page.locator("nav a").evaluate_all("all => all.map(one => one.pathname)"):
        page.goto(served.url + path)
        wide = page.evaluate(
            """() => [...document.querySelectorAll(".scroll")]
            .filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"""
        )
        assert wide == [], path
    page.goto(f"{served.url}/console/operators")
    expect(
        page.get_by_role("button", name=Words(language)("console.invite_again")).first
    ).to_be_in_viewport()
    context.close()


@pytest.mark.enable_socket
def test_on_a_phone_the_menu_is_folded_and_opens_by_keyboard(
    served: Served, browser: Browser
) -> None:
    words = Words("zh_TW")
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(page, served, "zh_TW five", words)
    entry = page.get_by_role("link", name=words("console.held"), exact=True).first
    expect(entry).to_be_hidden()
    focus(page, words("console.menu"))
    page.keyboard.press("Enter")
    expect(entry).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    page.keyboard.press("Enter")
    press(page, words("console.stores"))
    assert page.url.endswith("/console/stores")
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(entry).to_be_visible()
    expect(page.get_by_role("button", name=words("console.menu"))).to_be_hidden()
    context.close()

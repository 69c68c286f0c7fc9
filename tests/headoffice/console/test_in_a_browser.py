"""The console in a real Chromium, by keyboard alone, in each language; no script runs in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

import pytest
from playwright.sync_api import Browser, Page

from posloyalty.headoffice.audit_log import COMMAND_LINE
from posloyalty.headoffice.console.operators import Invitation
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.console.second_factor import code_at
from posloyalty.headoffice.opening import opened_office
from posloyalty.system import SystemChance, SystemClock
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.chromium import chromium, focus, served_at_a_port

SIZES = ((1366, 768), (1024, 768), (768, 1024), (683, 384))  # the last one is 1366 x 768 at 200 %
CLOCK = SystemClock(UTC)


@dataclass(frozen=True)
class Served:
    url: str
    people: dict[str, Invitation]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A head office with a store and, for each language, two operators of its own."""
    data = tmp_path_factory.mktemp("console") / "office"
    with opened_office(data, "", clock=CLOCK, chance=SystemChance()) as office:
        office.administration.add_store("S1", "Main Street")
        people = {
            name: office.operators.add(name, role, by=COMMAND_LINE)
            for language in LANGUAGES
            for name, role in (
                (f"{language} one", Role.ADMINISTRATOR),
                (f"{language} two", Role.MANAGER),
            )
        }
    with served_at_a_port(data) as url:
        yield Served(url, people)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def sign_in(page: Page, served: Served, name: str, words: Words) -> None:
    """By keyboard: the name is in focus already."""
    person = served.people[name]
    page.goto(f"{served.url}/console/sign-in?language={words.language}")
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


@pytest.mark.enable_socket
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_sign_in_to_a_joining_code_by_keyboard_alone(
    served: Served, browser: Browser, language: str
) -> None:
    words = Words(language)
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, served, f"{language} one", words)
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
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_the_window(served: Served, browser: Browser, language: str) -> None:
    words = Words(language)
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, served, f"{language} two", words)
    paths = page.locator("nav a").evaluate_all("all => all.map(one => one.pathname)")
    assert len(paths) > 4
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for path in paths:
            page.goto(served.url + path)
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
                .filter(one => one.getBoundingClientRect().height < 44)
                .map(one => one.innerText)"""
            )
            assert (unnamed, small) == (0, []), path
    context.close()

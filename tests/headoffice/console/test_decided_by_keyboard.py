"""A case from the overview to its decision by keyboard alone, in a real Chromium: it is opened and
read, let go of with a reason, and stands as an act that every till hears of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from posloyalty.headoffice.cases.audit_log import COMMAND_LINE
from posloyalty.headoffice.cases.findings import FORGIVEN
from posloyalty.headoffice.console.operators import Invitation
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.console.second_factor import code_at
from posloyalty.system import SystemClock
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.an_office import new_office
from tests.headoffice.cases.test_findings import published
from tests.headoffice.chromium import chromium, focus, served_at_a_port
from tests.headoffice.small_events import Books

WHY = "our mistake"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def owing(data: Path) -> Invitation:
    """A head office where a member owes 80 points of a return; who may decide it."""
    clock = SetClock()
    with new_office(data, clock=clock, chance=SeededChance(9)) as office:
        office.administration.add_store("S1", "Main Street")
        published(office)
        till = ATill(clock)
        assert till.join(office, office.administration.new_code("S1")).status == 201
        books = Books(till)
        books.joins()
        books.gives(100)
        books.spends(80)
        books.takes_back(100)
        books.send(office)
        while office.follow():
            pass
        return office.operators.add("Lin", Role.MANAGER, by=COMMAND_LINE)


def sign_in(page: Page, url: str, person: Invitation, words: Words) -> None:
    page.goto(f"{url}/console/sign-in?language={words.language}")
    expect(page.locator("[name=name]")).to_be_focused()
    now_s = int(SystemClock(UTC).now().timestamp())
    for text in ("Lin", person.password, code_at(person.secret, now_s)):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    press(page, words("console.sign_in"), come=False)
    page.wait_for_url(f"{url}/console")


def press(page: Page, name: str, *, come: bool = True) -> None:
    """Come to what has this name, and press it."""
    if come:
        focus(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.enable_socket
@pytest.mark.long(sample=1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_debt_is_read_and_let_go_of_by_keyboard_alone_and_every_till_hears(
    browser: Browser, language: str, tmp_path: Path
) -> None:
    words, data = Words(language), tmp_path / "office"
    person = owing(data)
    with served_at_a_port(data) as url:
        context = browser.new_context()
        page = context.new_page()
        sign_in(page, url, person, words)
        press(page, words("console.matters"))
        case = page.get_by_role("group").filter(has_text=words("cases.decide_forgiven"))
        told = case.locator("dl.facts").inner_text()
        assert words("cases.decide_accepted") in told
        focus(page, words("console.decision"))
        chosen = page.locator("select:focus")
        while chosen.input_value() != FORGIVEN:
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.type(WHY)
        page.keyboard.press("Tab")
        press(page, "", come=False)
        said = page.get_by_role("status").inner_text()
        assert words("console.said_matter_decided") in said
        assert WHY in page.locator("main").inner_text()
        assert page.get_by_role("button", name=words("console.decide")).count() == 0
        context.close()
    with new_office(data, clock=SetClock(), chance=SeededChance(10)) as office:
        assert office.findings.open_findings() == []
        with office.database.read() as connection:
            (act,) = office.archive(connection).decisions()
        assert b'"kind":"forgive"' in act.body
        assert WHY.encode() in act.body

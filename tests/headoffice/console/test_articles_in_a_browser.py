"""Articles in a real Chromium by keyboard alone: a price of a later day, a store's assortment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from posloyalty.headoffice.cases.audit_log import COMMAND_LINE
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.running.opening import opened_office
from posloyalty.system import SystemChance
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.chromium import focus
from tests.headoffice.console.test_in_a_browser import (
    CLOCK,
    SIZES,
    Served,
    browser,
    press,
    served_at_a_port,
    sign_in,
)

__all__ = ["browser"]
TAXES = b"code,name,rate,mode\nstd13,13 %,13%,inclusive\n"
MILK = b"sku,name,price,tax_class,assortments\n77,Milk,9.80,std13,alps\n"
DAY = CLOCK.now().astimezone(UTC).date() + timedelta(days=9)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A head office with an article of an assortment, and people of their own for each test."""
    data = tmp_path_factory.mktemp("articles") / "office"
    with opened_office(data, "", clock=CLOCK, chance=SystemChance()) as office:
        for told in (TAXES, MILK):
            proposed = office.articles.propose(told, by="Ann", in_currency="CNY")
            office.articles.confirm(proposed.number, by="Ann")
        for language in LANGUAGES:
            office.administration.add_store(language.replace("_", ""), "Street")
        people = {
            name: office.operators.add(name, Role.MANAGER, by=COMMAND_LINE)
            for language in LANGUAGES
            for name in (f"{language} one", f"{language} two")
        }
    with served_at_a_port(data) as url:
        yield Served(url, people)


@pytest.mark.long(sample=1)
@pytest.mark.enable_socket
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_price_of_a_later_day_is_uploaded_and_taken_back_by_keyboard_alone(
    served: Served, browser: Browser, language: str, tmp_path: Path
) -> None:
    words, file = Words(language), tmp_path / "dearer.csv"
    file.write_bytes(MILK.replace(b"9.80", b"12.00"))
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.on("filechooser", lambda _chooser: None)
    sign_in(page, served, f"{language} one", words)
    press(page, words("console.articles"))
    focus(page, words("articles.file"))
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Space")
    chosen.value.set_files(file)
    focus(page, words("articles.from"))
    page.keyboard.type(DAY.strftime("%m%d%Y"))
    press(page, words("articles.check"))
    row = page.get_by_role("row").filter(has_text=DAY.isoformat())
    assert "12.00" in row.inner_text()
    press(page, words("articles.confirm"))
    assert words("console.said_articles_taken") in page.get_by_role("status").inner_text()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_navigation():
        row.get_by_role("link").first.press("Enter")
    press(page, words("articles.take_back"))
    told = page.get_by_role("status").inner_text()
    assert words("console.said_articles_taken_back") in told
    assert row.count() == 0
    context.close()


@pytest.mark.long(beside="test_a_price_of_a_later_day_is_uploaded_and_taken_back_by_keyboard_alone")
@pytest.mark.enable_socket
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_store_gets_its_assortment_by_keyboard_alone(
    served: Served, browser: Browser, language: str
) -> None:
    words, store = Words(language), language.replace("_", "")
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, served, f"{language} two", words)
    press(page, words("console.stores"))
    choice = page.get_by_label(words("articles.assortment_of", store=store), exact=True)
    choice.focus()
    page.keyboard.type("ALPS")
    press(page, words("articles.set_assortment_of", store=store))
    told = page.get_by_role("status").inner_text()
    assert words("console.said_store_assortment") in told
    assert choice.input_value() == "ALPS"
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()

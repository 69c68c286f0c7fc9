"""Every page by keyboard, and as somebody sees it who enlarges it fourfold, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from posloyalty.headoffice.console.rendering import MENU, STYLESHEET
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.wording import LANGUAGES
from tests.headoffice.a_chain import PROGRAMME
from tests.headoffice.a_till import ATill
from tests.headoffice.chromium import chromium
from tests.headoffice.console.conftest import SignedIn
from tests.headoffice.programmes.test_publishing import published

STOPS_MOST = 80
LEAST_PX = 2
STOP = """() => {
  const at = document.activeElement, looks = getComputedStyle(at), box = at.getBoundingClientRect();
  if (at === document.body) return null;
  return {
    name: at.tagName + " " + (at.getAttribute("name") || at.innerText).slice(0, 30),
    low: at.offsetParent !== null && box.height < 24 ? box.height : 0,
    outline: looks.outlineStyle === "none" ? 0 : parseFloat(looks.outlineWidth),
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
STRUCTURE = """() => [
  ...[...document.querySelectorAll("table")].filter(one => !one.querySelector("th"))
    .map(one => "no headings: " + one.innerText.slice(0, 30)),
  ...[...document.querySelectorAll("main button")]
    .map(one => one.getAttribute("aria-label") || one.innerText)
    .filter((one, at, all) => all.indexOf(one) !== at).map(one => "twice: " + one),
  ...(document.querySelectorAll("h1").length === 1 ? [] : ["not one h1"]),
]"""
WIDE = """() => [...document.querySelectorAll(".scroll")]
  .filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText.slice(0, 40))"""


@pytest.fixture
def database_url() -> str:
    """Pages are the same from either database."""
    return ""


@pytest.fixture
def paths(office: OpenOffice, till: ATill) -> list[str]:
    """The pages of the menu and a till's, of a head office with something on most of them."""
    published(office, PROGRAMME.encode())
    return [*(path for path, _, _ in MENU), f"/console/till?till={till.id.hex()}"]


def opened(page: Page, html: str) -> None:
    page.set_content(html)
    page.add_style_tag(content=STYLESHEET.read_text("utf-8"))


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("width", "language"), [(1366, "en"), (1280, "zh_TW"), (390, "zh_CN"), (390, "en")]
)
def test_every_stop_of_the_tab_key_is_seen_and_high_enough_for_a_finger(
    signed_in: SignedIn, paths: list[str], width: int, language: str
) -> None:
    browser, fields = signed_in("administrator"), set()
    browser.get(f"/console?language={language}")
    pages = {path: browser.get(path).text for path in paths}  # a driven browser takes the loop
    with chromium() as real:
        page = real.new_page(viewport={"width": width, "height": 768})
        for path, html in pages.items():
            opened(page, html)
            stops = list(stops_of(page))
            if " autofocus" not in html:  # the first one leads past the menu
                assert stops[0]["name"].startswith("A "), path
            for at in stops:
                assert (at["outline"] >= LEAST_PX, at["seen"]) == (True, True), (path, at["name"])
                assert at["low"] == 0, (path, at["name"], at["low"])
            fields |= {at["name"] for at in stops}
    assert {"INPUT announced", "INPUT lost_on"} <= fields  # days have fields within fields


def stops_of(page: Page) -> Iterator[dict[str, Any]]:
    """Where the Tab key stops, until it leaves the page."""
    for _ in range(STOPS_MOST):
        page.keyboard.press("Tab")
        at = page.evaluate(STOP)
        if at is None:
            return
        yield at


@pytest.mark.enable_socket
@pytest.mark.parametrize("language", LANGUAGES)
def test_enlarged_fourfold_nothing_has_to_be_pushed_sideways(
    signed_in: SignedIn, paths: list[str], language: str
) -> None:
    browser = signed_in("administrator")
    browser.get(f"/console?language={language}")
    pages = {path: browser.get(path).text for path in paths}
    with chromium() as real:
        page = real.new_page(viewport={"width": 320, "height": 256})  # 1280 x 1024 at 400 %
        for path, html in pages.items():
            opened(page, html)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
            assert page.evaluate(WIDE) == [], path
            assert page.evaluate(STRUCTURE) == [], path

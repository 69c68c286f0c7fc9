"""Lists that a large chain makes long: page by page, found by a part of a name, and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from sqlalchemy import insert, select

from posloyalty.headoffice.cases.audit_log import PAGE, note
from posloyalty.headoffice.console.paging import ROWS_MOST, paged
from posloyalty.headoffice.console.rendering import STYLESHEET
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.tables import JOURNAL_PLACE, STORE, TILL
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.a_till import ATill
from tests.headoffice.browser import Browser
from tests.headoffice.chromium import chromium
from tests.headoffice.console.conftest import SignedIn

TILLS, STORES, NOTED = 230, 205, 5_000
ROW = re.compile(r"<tr><td>(?:<a [^>]*>)?([A-Z0-9-]+)<")
LONG = "Supercalifragilistic-Einkaufszentrum-Untergeschoss 人民广场地铁站换乘大厅店" * 2


def rows_of(page: str) -> list[str]:
    return ROW.findall(re.sub(r' data-label="[^"]*"', "", page))


def next_of(browser: Browser, rel: str) -> str | None:
    found = re.search(rf'<a href="([^"]+)" rel="{rel}">', browser.page)
    return None if found is None else found[1]


@pytest.mark.parametrize(
    ("asked", "rows", "around"),
    [(0, (1, 3), (0, 2)), (1, (1, 3), (0, 2)), (3, (7, 8), (2, 0)), (99, (7, 8), (2, 0))],
)
def test_a_page_is_a_stretch_of_the_list(
    asked: int, rows: tuple[int, int], around: tuple[int, int]
) -> None:
    found = paged(range(1, 9), asked, most=3)
    assert (found.first, found.last, found.of) == (*rows, 8)
    assert list(found.rows) == list(range(rows[0], rows[1] + 1))
    assert (found.before, found.after) == around
    nothing = paged((), 5)
    assert (nothing.first, nothing.last, nothing.before, nothing.after) == (0, 0, 0, 0)


def many_tills(office: OpenOffice, till: ATill) -> None:
    """As many tills of its store, each like the one that joined."""
    with office.database.write() as connection:
        mine = TILL.c.till_id == till.id
        like = dict(connection.execute(select(TILL).where(mine)).one()._mapping)
        mine = JOURNAL_PLACE.c.till_id == till.id
        place = dict(connection.execute(select(JOURNAL_PLACE).where(mine)).one()._mapping)
        ids = [number.to_bytes(16, "big") for number in range(2, TILLS + 1)]
        named = [like | {"till_id": one, "till_code": f"T{n}"} for n, one in enumerate(ids, 2)]
        connection.execute(insert(TILL), named)
        connection.execute(insert(JOURNAL_PLACE), [place | {"till_id": one} for one in ids])


def walked(browser: Browser, path: str) -> Iterable[list[str]]:
    """The rows of each page, from the first on by its link to the next."""
    at: str | None = path
    while at is not None:
        page = browser.get(at.replace("&amp;", "&")).text
        yield rows_of(page)
        at = next_of(browser, "next")


@pytest.mark.parametrize("language", LANGUAGES)
def test_tills_are_listed_page_by_page_and_found_by_a_part_of_their_name(
    office: OpenOffice, till: ATill, signed_in: SignedIn, language: str
) -> None:
    many_tills(office, till)
    browser, words = signed_in("viewer"), Words(language)
    pages = list(walked(browser, f"/console/tills?language={language}"))
    assert [len(page) for page in pages] == [ROWS_MOST, ROWS_MOST, TILLS - 2 * ROWS_MOST]
    assert [one for page in pages for one in page] == [f"S1-T{n}" for n in range(1, TILLS + 1)]
    assert browser.says(words("console.shown_of", first=201, last=TILLS, n=TILLS))
    assert next_of(browser, "prev") is not None
    found, *more = walked(browser, "/console/tills?find=t22")
    assert (found[:3], more) == (["S1-T22", "S1-T220", "S1-T221"], [])
    browser.get("/console/tills?find=nothing")
    assert browser.says(words("console.no_such_till"))
    pages = list(walked(browser, "/console/tills?find=s1-"))
    assert [len(page) for page in pages] == [100, 100, 30]


def test_stores_are_listed_page_by_page(office: OpenOffice, signed_in: SignedIn) -> None:
    had = {row.code for row in office.administration.stores()}
    added = [f"M{number}" for number in range(STORES)]
    with office.database.write() as connection:
        connection.execute(
            insert(STORE), [{"code": code, "name": "x", "made_s": 0} for code in added]
        )
    pages = list(walked(signed_in("viewer"), "/console/stores"))
    assert {one for page in pages for one in page} == had | set(added)
    assert max(len(page) for page in pages) == ROWS_MOST


def test_the_audit_log_is_walked_through_to_its_first_entry(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    with office.database.write() as connection:
        for number in range(NOTED):
            note(connection, number, "Ann", "store_added", store=f"N{number}")
    browser = signed_in("manager")
    numbers: list[int] = []
    at: str | None = "/console/audit"
    while at is not None:
        page = browser.get(at).text
        found = [int(one) for one in re.findall(r'<tr><td class="n"[^>]*>(\d+)<', page)]
        assert 0 < len(found) <= PAGE
        numbers += found
        # The links of the languages lead to this same page.
        older = re.search(r'<p><a href="(/console/audit\?before=\d+)">', page)
        at = None if older is None else older[1]
    assert numbers == list(range(max(numbers), 0, -1))
    assert len(numbers) > NOTED


@pytest.mark.enable_socket
def test_long_names_stay_in_the_page_and_paper_has_every_row(
    office: OpenOffice, till: ATill, signed_in: SignedIn
) -> None:
    office.administration.add_store("S2", LONG)
    many_tills(office, till)
    browser = signed_in("administrator")
    stores, tills = browser.get("/console/stores").text, browser.get("/console/tills").text
    with chromium() as real:
        for width in (390, 820, 1180):
            page = real.new_page(viewport={"width": width, "height": 800})
            page.set_content(stores)
            page.add_style_tag(content=STYLESHEET.read_text("utf-8"))
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.close()
        page = real.new_page(viewport={"width": 900, "height": 800})
        page.set_content(tills)
        page.add_style_tag(content=STYLESHEET.read_text("utf-8"))
        page.emulate_media(media="print")
        assert page.locator("tbody tr").last.is_visible()
        assert not page.locator(".strip").is_visible()
        assert not page.get_by_role("button").first.is_visible()
        scrolls = "getComputedStyle(document.querySelector('.scroll')).overflowX"
        assert page.evaluate(scrolls) == "visible"
        page.close()

"""The console's pictures: `python -m tests.headoffice.console.pictures docs/pictures/console`.

Pages of head offices of this process, whose clock is set, in a real Chromium with the bundled face,
so that every run shows the same.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser as Chromium

import resources
from posloyalty.domain.programme.kinds.winding_down import Left
from posloyalty.headoffice.console.rendering import STYLESHEET
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.running.opening import OpenOffice
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_chain import PROGRAMME
from tests.headoffice.a_till import ATill
from tests.headoffice.an_office import new_office
from tests.headoffice.articles.test_articles import HEAD, done, propose, with_taxes
from tests.headoffice.browser import Browser
from tests.headoffice.chromium import chromium
from tests.headoffice.console.conftest import invited
from tests.headoffice.members.test_winding_up import followed
from tests.headoffice.programmes.test_publishing import ANN, BEN, published
from tests.headoffice.small_events import Books

FACE = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{faces}</dir><cachedir>{cache}</cachedir></fontconfig>"""
MILK = "1001,Whole milk 1 l / 全脂牛奶,9.80,std13,each,Dairy,6901234500202,,no,yes\n"
BAG = "1005,Paper bag,0.50,std13,each,,,,no,yes\n"
TEA = "1006,Green tea,18.00,red9,each,Drinks,6901234500226,,no,yes\n"
PHONE = 390
POINTS = (1_254_300, 61_250, 58_400, 66_100, 59_250, 70_050)
"""What members had at first, and what they spent on each day since."""


@dataclass(frozen=True)
class Drawn:
    """A page, and how it is looked at: as tall as it is, or what a phone shows of it, with its menu
    open or not.
    """

    html: str
    width: int
    opens: bool = False


def main(folder: Path) -> None:
    """Draw every picture into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        # All pages first: a browser that is driven has this thread's loop.
        drawn = pages(Path(place))
        fonts = Path(place) / "fonts.conf"
        fonts.write_text(FACE.format(faces=resources.path("fonts"), cache=place), "utf-8")
        os.environ["FONTCONFIG_FILE"] = str(fonts)
        with chromium() as browser:
            for name, page in drawn.items():
                draw(browser, page, folder / f"{name}.png")


def pages(place: Path) -> dict[str, Drawn]:
    """Every picture's page, by the picture's name."""
    found = {}
    with an_office(place / "articles") as (office, clock):
        number = articles(office)
        with signed_in(office, clock) as browser:
            page = browser.get(f"/console/articles/file?number={number}").text
            found["articles"] = Drawn(page, 1180)
            page = browser.get("/console?language=zh_TW").text
            found["phone-menu-zh_TW"] = Drawn(page, PHONE, opens=True)
    with an_office(place / "winding") as (office, clock):
        winding_down(office, clock)
        with signed_in(office, clock) as browser:
            page = browser.get("/console/winding-down").text
            found["winding-down"] = Drawn(page, 1366)
            page = browser.get("/console/programmes?language=zh_CN").text
            found["phone-programmes-zh_CN"] = Drawn(page, PHONE)
    return found


@contextmanager
def an_office(data: Path) -> Iterator[tuple[OpenOffice, SetClock]]:
    """A head office of one store with a published programme."""
    clock = SetClock()
    with new_office(data, clock=clock, chance=SeededChance(9)) as office:
        office.administration.add_store("S1", "Renmin Road")
        published(office, PROGRAMME.encode())
        yield office, clock


@contextmanager
def signed_in(office: OpenOffice, clock: SetClock) -> Iterator[Browser]:
    """Its manager's browser."""
    with Browser(office.application()) as browser:
        browser.sign_in(invited(office.operators, "Lin", Role.MANAGER), clock)
        yield browser


def articles(office: OpenOffice) -> int:
    """A file that adds, changes and withdraws something, looked at and not done; its number."""
    with_taxes(office)
    done(office, HEAD + MILK + BAG)
    return propose(office, HEAD + MILK.replace("9.80", "10.20") + TEA, whole=True).number


def winding_down(office: OpenOffice, clock: SetClock) -> None:
    """An end that was announced some days ago, with later days proposed."""
    till = ATill(clock)
    till.join(office, office.administration.new_code("S1"))
    books = Books(till, ledger="chain/points")
    books.joins()
    first = clock.now().date() + timedelta(days=1)
    becomes = {"left": Left.VOUCHER, "voucher": "welcome", "wallet": "points", "points": "500"}
    number = office.winding_downs.propose_end(
        **days(first, date(2027, 1, 22), date(2027, 4, 22)), **becomes, by=ANN
    )
    office.publishing.approve(number, by=BEN)
    had, *spent = POINTS
    books.gives(had)
    for points in (0, *spent):
        clock.pass_time(timedelta(days=1))
        if points:
            books.spends(points)
        books.send(office)
        followed(office)
        office.winding_up.look()
    later = days(first, date(2027, 2, 28), date(2027, 5, 31))
    office.winding_downs.propose_end(**later, **becomes, by=ANN)


def days(announced: date, earns: date, redeems: date) -> dict[str, date]:
    return {"announced": announced, "earns_through": earns, "redeems_through": redeems}


def draw(browser: Chromium, drawn: Drawn, picture: Path) -> None:
    """One picture."""
    page = browser.new_page(viewport={"width": drawn.width, "height": 844})
    page.set_content(drawn.html)
    page.add_style_tag(content=STYLESHEET.read_text("utf-8"))
    if drawn.opens:
        page.locator(".unfold").click()
    page.screenshot(path=picture, full_page=drawn.width != PHONE)
    page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

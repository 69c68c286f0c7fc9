"""`posloyalty risk`: over a till's book, and over head office's journals."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import resources
from posloyalty.cli.console import Exit
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync import events
from posloyalty.wording import LANGUAGES
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.an_office import new_office
from tests.test_cli import book, run  # noqa: F401

CDNOW = resources.path("programmes/cdnow.toml")
CLUB = """
language = 2
id = "club"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
spend = { points = 1, money = "0.01" }
"""
ANNA = b"a" * 16
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ALL_DAY = ("--outages", "100%", "--together", "0%", "--minutes", "1440", "--again", "100%")


@pytest.fixture
def club(tmp_path: Path) -> Path:
    file = tmp_path / "club.toml"
    file.write_text(CLUB, encoding="utf-8")
    return file


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Head office's folder: at S1 Anna earns 7.00 on a Sunday and spends 4.00 on each of 20 days,
    each of which gives her 4.00 again; S2 is a store that she was at once.
    """
    folder, clock = tmp_path / "office", SetClock()
    with new_office(folder, clock=clock, chance=SeededChance(1)) as office:
        first, second = _till(office, clock, "S1", 1), _till(office, clock, "S2", 2)
        number = 0
        for day in range(21):
            number += 1
            _add(
                first,
                number,
                day,
                "earn",
                ("issued",),
                ("member", ANNA.hex()),
                700 if not day else 400,
            )
            if day:
                number += 1
                _add(first, number, day, "redeem", ("member", ANNA.hex()), ("redeemed",), 400)
        _add(second, 1000, 0, "earn", ("issued",), ("member", ANNA.hex()), 1)
        for till in (first, second):
            assert till.push(office, 1, len(till.journal)).status == 200
    return folder


def _till(office: OpenOffice, clock: SetClock, store: str, number: int) -> ATill:
    office.administration.add_store(store, store)
    till = ATill(clock, number=number)
    assert till.join(office, office.administration.new_code(store)).status == 201
    if number == 1:
        made = events.MemberCreate(
            id=derive_id("anna").hex(),
            at=_text(NOON - timedelta(hours=1)),
            hlc=(0, 0),
            member=ANNA.hex(),
            joined="2026-03-02",
            store=store,
            source="test",
        )
        till.add(events.encode(made), event_id=bytes.fromhex(made.id))
    return till


def _add(
    till: ATill, number: int, day: int, code: str, dr: tuple[str, ...], cr: tuple[str, ...], n: int
) -> None:
    opens = events.LotOpened(id=derive_id("lot", number).hex(), earned="2026-03-02")
    post = events.Post(
        id=derive_id("post", number).hex(), code=code, ledger="club/points", dr=dr, cr=cr, n=n
    )
    if code == "earn":
        post = events.Post(
            id=post.id, code=code, ledger=post.ledger, dr=dr, cr=cr, n=n, opens=opens
        )
    act = events.Act(
        id=derive_id("act", number).hex(),
        at=_text(NOON + timedelta(days=day, minutes=number)),
        hlc=(0, 0),
        kind="activity",
        what="test",
        day="2026-03-02",
        member=ANNA.hex(),
        post=(post,),
    )
    till.add(events.encode(act), event_id=bytes.fromhex(act.id))


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def test_a_dial_over_head_offices_journals(data: Path, club: Path) -> None:
    setting = ("--lease", "80%", "--floor", "0", "--floor", "5")
    said = run("risk", club, "--data", data, *setting, *ALL_DAY, "--json")
    without, with_floor = json.loads(said.out)
    assert (without["lease_percent"], without["floor_minor"]) == (80, 0)
    assert without["wanted"] == with_floor["wanted"] > 3
    for one in (without, with_floor):
        assert one["leased"] + one["risked"] + one["refused"] == one["wanted"]
    assert (without["risked"], without["lost_minor"], without["exposed_minor"]) == (0, 0, 0)
    assert with_floor["refused"] <= without["refused"]
    assert with_floor["exposed_minor"] == 2 * 10_000


def test_the_same_seed_says_the_same_and_another_another(data: Path, club: Path) -> None:
    def said(seed: int) -> str:
        return run("risk", club, "--data", data, *ALL_DAY[:4], "--seed", seed, "--json").out

    assert said(3) == said(3)
    assert len({said(seed) for seed in range(5)}) > 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_line_by_line(data: Path, club: Path, language: str) -> None:
    said = run(
        "risk", club, "--data", data, "--lease", "80%", "--floor", "5", *ALL_DAY, language=language
    )
    past, setting = said.out.splitlines()
    assert "42" in past  # 21 earnings and 20 redemptions at S1, one earning at S2
    for told in ("80 %", "5.00", "200.00"):
        assert told in setting


def test_a_book_without_redemptions_says_so_and_shows_no_table(book: Path, club: Path) -> None:  # noqa: F811
    assert run("risk", club, "--book", book).out == (
        "Members: 0, visits: 0; outages of stores: 0, redemptions that fell into them: 0\n"
    )


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--book", "a", "--data", "b"),
        ("--book", "a", "--outages", "101%"),
        ("--book", "a", "--lease", "much"),
        ("--book", "a", "--floor", "-1"),
        ("--book", "a", "--minutes", "0"),
    ],
)
def test_options_that_cannot_be_are_refused(club: Path, options: tuple[str, ...]) -> None:
    assert run("risk", club, *options).code == 2


def test_points_that_pay_for_nothing_have_no_risk(book: Path) -> None:  # noqa: F811
    said = run("risk", CDNOW, "--book", book)
    assert (said.code, said.err) == (Exit.REFUSED, "No points of cdnow pay for anything.\n")

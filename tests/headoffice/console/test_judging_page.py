"""The page of judging in three languages, its exports, and the command beside it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

import resources
from posloyalty.headoffice.console.held_pages import points
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.shop.demo_shop import PROGRAMME
from posloyalty.sync.risk_policy import RiskPolicy
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.cases.test_findings import published
from tests.headoffice.console.conftest import SignedIn
from tests.headoffice.judged import journal_of, judged, send
from tests.headoffice.judging.test_judging import Journal, inflated, of_members
from tests.headoffice.policies import adopt_policy
from tests.services.a_shop import new_shop


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Journal:
    with new_shop(tmp_path_factory.mktemp("demo"), programme=None) as shop:
        shop.till.demo.fill(shop.manager, "en", members=12)
        return journal_of(shop)


@pytest.fixture
def named(office: OpenOffice, till: ATill, demo: Journal) -> str:
    """An office that found a sale with inflated points; the receipt's number."""
    programme = office.publishing.keep(resources.read(PROGRAMME), by="Ann")
    number = office.publishing.propose(programme.hash.hex(), begins=office.clock.now(), by="Ann")
    office.publishing.approve(number, by="Ben")
    victim = of_members(demo)
    send(till, office, demo, lambda one: inflated(one) if one.id == victim.id else one)
    assert (victim.no, "differs") in judged(office).variances
    return victim.no


@pytest.mark.parametrize(
    ("language", "title", "words"),
    [
        ("en", "Judging", "gained in all"),
        ("zh_CN", "复核", "共得"),
        ("zh_TW", "複核", "共得"),
    ],
)
def test_the_page_says_what_differs_in_the_readers_language(
    signed_in: SignedIn, named: str, language: str, title: str, words: str
) -> None:
    browser = signed_in("viewer")
    answer = browser.get(f"/console/judging?language={language}")
    assert answer.status_code == 200
    for said in (f"<h1>{title}</h1>", named, words, "dawn-club 1"):
        assert said in answer.text
    assert named not in browser.get("/console/judging?kind=old").text
    assert "/console/judging" in browser.get("/console").text


@pytest.mark.long(sample=1)
@pytest.mark.parametrize(("language", "wallet"), [("en", "Points"), ("zh_TW", "點數")])
def test_what_a_replaced_programme_gave_goes_on_by_its_names(
    office: OpenOffice,
    signed_in: SignedIn,
    clock: SetClock,
    named: str,
    language: str,
    wallet: str,
) -> None:
    clock.pass_time(timedelta(hours=1))
    published(office)
    page = signed_in("viewer").get(f"/console/judging?language={language}").text
    assert named in page
    assert "dawn-club/points" not in page
    assert wallet in page


def test_variances_are_exported_figure_by_figure(signed_in: SignedIn, named: str) -> None:
    browser = signed_in("manager")
    browser.get("/console/exports")
    answer = browser.send("/console/export", kind="variances")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    own = [row for row in rows if row["receipt"] == named]
    assert {row["kind"] for row in own} == {"differs"}
    assert {row["what"] for row in own} >= {"earned", "wallet"}
    assert all(int(r["sold"]) == 100 * int(r["due"]) for r in own if r["what"] == "earned")


def test_the_measures_say_how_judging_stands(office: OpenOffice, named: str) -> None:
    from posloyalty.headoffice.running.measures import Measures

    text = Measures(office.database, office.clock, office.steps).text().decode()
    assert "posloyalty_judging_waiting 0.0" in text
    assert "posloyalty_judging_lag_seconds 0.0" in text
    assert "posloyalty_sales_differing 0.0" not in text


@pytest.mark.parametrize("language", ["en", "zh_CN", "zh_TW"])
def test_what_is_held_is_shown_with_its_consequences_and_decided_on_the_page(
    office: OpenOffice, till: ATill, demo: Journal, signed_in: SignedIn, language: str
) -> None:
    victim = of_members(demo)
    adopt_policy(office.administration, replace(RiskPolicy(), sale_points=1))
    send(till, office, demo)
    judged(office)
    row = next(one for one in office.holds.open_holds() if one.number == victim.no)
    browser = signed_in("manager")
    page = browser.get(f"/console/held?language={language}").text
    for said in (row.number, points(row, row.held), points(row, row.gained - row.held)):
        assert said in page
    answer = browser.send(
        "/console/held", hold=row.hold_id, decision="released", note="a promotion of ours"
    )
    assert answer.status_code == 200
    assert row.hold_id not in {one.hold_id for one in office.holds.open_holds()}
    assert "a promotion of ours" in answer.text

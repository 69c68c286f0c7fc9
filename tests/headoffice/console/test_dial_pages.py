"""The risk dial as a page: what the command says, in a table, asked for and waited for."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import UTC, timedelta
from pathlib import Path
from threading import Event

import msgspec
import pytest

from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.programmes.dials import GIVEN_UP_S, STOPPED, Question
from posloyalty.headoffice.running.opening import OpenOffice, opened_office
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.system import SystemChance, SystemClock
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.browser import Browser
from tests.headoffice.cases.test_findings import published
from tests.headoffice.console.conftest import SignedIn, invited
from tests.test_cli import run
from tests.test_cli_risk import ALL_DAY, CLUB, club, data  # noqa: F401 - fixtures

QUESTION = Question(
    leases=(0, 60), floors=(0, 300), store_per_mille=1000, chain_per_mille=0, minutes=1440,
    again_per_mille=1000,
)  # fmt: skip
FORM = {
    "leases": "0%; 60%", "floors": "0; 3.00", "outages": "100%", "together": "0%",
    "minutes": "1440", "again": "100%",
}  # fmt: skip


def club_published(office: OpenOffice) -> None:
    digest = office.publishing.keep(CLUB.encode(), by="Ann").hash.hex()
    number = office.publishing.propose(digest, begins=office.clock.now(), by="Ann")
    office.publishing.approve(number, by="Ben")


def test_it_says_what_the_command_says(data: Path, club: Path) -> None:  # noqa: F811 - fixtures
    with opened_office(data, "", clock=SystemClock(UTC), chance=SystemChance()) as office:
        club_published(office)
        found = office.dials.run(QUESTION)
    said = run(
        "risk", club, "--data", data, *ALL_DAY, "--lease", "0%", "--lease", "60%", "--floor", "0",
        "--floor", "3.00", "--json",
    )  # fmt: skip
    told = [dict(one) for one in json.loads(said.out)]
    for one in told:
        del one["lease_most_minor"]
    assert [msgspec.structs.asdict(one) for one in found.positions] == told
    assert found.positions[0].wanted > 0
    assert (found.members, found.known) == (1, 1)


def waited_for(office: OpenOffice) -> None:
    """Until the run that was asked for is done, ten seconds at most."""
    for _ in range(200):
        row = office.dials.newest()
        if row is not None and not row.under_way:
            return
        Event().wait(0.05)
    raise AssertionError("it runs for ever")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_manager_runs_it_and_sees_what_each_setting_comes_to(
    data: Path,  # noqa: F811 - a fixture
    language: str,
) -> None:
    clock, words = SetClock(), Words(language)
    with ExitStack() as stack:
        office = stack.enter_context(opened_office(data, "", clock=clock, chance=SeededChance(9)))
        office.operators.hasher = PinHasher(SeededChance(8), time_cost=1, memory_kib=8)
        club_published(office)
        browser = stack.enter_context(Browser(office.application()))
        browser.sign_in(invited(office.operators, "m", Role.MANAGER), clock)
        browser.get(f"/console/risk?language={language}")
        assert browser.send("/console/risk", **FORM).status_code == 200
        assert browser.says(words("console.said_dial_asked"))
        waited_for(office)
        browser.get("/console/risk")
        assert browser.says(words("dial.state_done"))
        assert not browser.says('http-equiv="refresh"')
        row = office.dials.newest()
        assert row is not None
        for one in row.report.positions:
            assert browser.says(f'<td class="n">{one.lease_percent} %</td>')
        with office.database.read() as connection:
            assert entries(connection, limit=1)[0].what == "dial_asked"


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("leases", "120%"),
        ("leases", "much"),
        ("floors", "-1"),
        ("floors", "0;1;2;3;4;5"),
        ("outages", "x"),
        ("minutes", "0"),
        ("again", ""),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_runs(
    office: OpenOffice, signed_in: SignedIn, key: str, typed: str
) -> None:
    club_published(office)
    browser = signed_in("manager")
    browser.get("/console/risk")
    assert browser.send("/console/risk", **{**FORM, key: typed}).status_code == 422
    assert office.dials.newest() is None


def test_without_a_programme_that_spends_there_is_nothing_to_ask(office: OpenOffice) -> None:
    with pytest.raises(ServiceRefusal, match="OFFICE_NO_PROGRAMME"):
        office.dials.ask(QUESTION, by="Ann")
    published(office)
    with pytest.raises(ServiceRefusal, match="NOTHING_TO_SPEND"):
        office.dials.ask(QUESTION, by="Ann")


def test_one_runs_at_a_time_and_one_that_was_cut_off_is_given_up(
    office: OpenOffice, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(office.dials), "_work", lambda self, number, question: None)
    club_published(office)
    office.dials.ask(QUESTION, by="Ann")
    with pytest.raises(ServiceRefusal, match="DIAL_UNDER_WAY"):
        office.dials.ask(QUESTION, by="Ann")
    clock.pass_time(timedelta(seconds=GIVEN_UP_S + 1))
    row = office.dials.newest()
    assert row is not None
    assert row.state == STOPPED
    assert office.dials.ask(QUESTION, by="Ann") == 2


def test_a_clerk_runs_nothing(office: OpenOffice, signed_in: SignedIn) -> None:
    browser = signed_in("clerk")
    assert browser.get("/console/risk").status_code == 403
    browser.get("/console")
    assert browser.send("/console/risk", **FORM).status_code == 403
    assert office.dials.newest() is None

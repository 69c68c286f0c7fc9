"""Publishing at the web console: findings with lines, the difference, a try-out, two people."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import insert, select, update

from posloyalty.headoffice.console.programme_pages import not_taken
from posloyalty.headoffice.programmes import publishing
from posloyalty.headoffice.programmes.publications import mark_at
from posloyalty.headoffice.programmes.try_outs import TryOuts
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.console_tables import TILL_PROGRAMME
from posloyalty.headoffice.store.tables import TILL
from posloyalty.services.programmes.hear_programmes import ASKED_AGAIN
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SetClock
from tests.headoffice.a_programme import CAFE, OFFER, version
from tests.headoffice.a_till import ATill
from tests.headoffice.browser import Browser
from tests.headoffice.console.conftest import SignedIn
from tests.headoffice.console.test_long_lists import TILLS, many_tills

PROGRAMMES = "/console/programmes"
ONE = "/console/programme"


def uploaded(browser: Browser, data: bytes) -> str:
    """The hash under which a file is kept."""
    browser.get(PROGRAMMES)
    answer = browser.send(PROGRAMMES, file=data)
    assert answer.status_code == 200, browser.page
    return str(answer.url.params["hash"])


def test_a_file_is_uploaded_proposed_and_approved_by_a_second_person(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    manager, chief = signed_in("manager"), signed_in("administrator")
    digest = uploaded(manager, CAFE)
    assert manager.says("Café club")
    manager.send(f"{ONE}/propose", hash=digest, day="2026-11-22", hour="06:00")
    assert manager.says("waits for a second person")
    assert not manager.says("Approve publication")
    assert manager.send(f"{PROGRAMMES}/approve", number=1).status_code == 422
    chief.get(PROGRAMMES)
    assert chief.says("Approve publication 1")
    chief.send(f"{PROGRAMMES}/approve", number=1)
    assert chief.says("Published. Tills go by it from its time on.")
    assert office.publishing.running() == CAFE


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-12-02T05:48:00+00:00", "2026-12-03"),
        ("2026-12-02T16:30:00+00:00", "2026-12-04"),  # it is the third in Shanghai
        ("2026-12-01T21:59:00+00:00", "2026-12-03"),  # one minute before six there
    ],
)
def test_a_form_that_nobody_changed_publishes_the_next_morning_of_the_programmes_zone(
    signed_in: SignedIn, clock: SetClock, now: str, day: str
) -> None:
    clock.at = datetime.fromisoformat(now)
    manager = signed_in("manager")
    uploaded(manager, CAFE)
    assert manager.says(f'name="day" value="{day}"')
    assert manager.says('name="hour" value="06:00"')


def test_findings_are_shown_with_their_lines_and_nothing_is_kept(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    browser = signed_in("manager")
    browser.get(PROGRAMMES)
    wrong = version(1).replace(b'"15%"', b'"much"')
    line = wrong.decode("utf-8").splitlines().index('percent = "much"') + 1
    assert browser.send(PROGRAMMES, file=wrong).status_code == 422
    assert re.search(rf"<li>[^<]*{line}[^<]*much", browser.page)
    assert browser.send(PROGRAMMES, file=b"\xff\xfe").status_code == 422
    assert browser.send(PROGRAMMES, file=b"").status_code == 422
    assert office.publishing.files() == []
    too_large = browser.send(PROGRAMMES, file=CAFE + b"#" * 1_000_000)
    assert too_large.status_code == 413


def test_the_difference_to_what_is_in_effect_is_shown_line_by_line(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    manager, chief = signed_in("manager"), signed_in("administrator")
    digest = uploaded(manager, CAFE)
    manager.send(f"{ONE}/propose", hash=digest, day="2026-11-22", hour="06:00")
    chief.get(PROGRAMMES)
    chief.send(f"{PROGRAMMES}/approve", number=1)
    uploaded(manager, version(2).replace(b'"10%"', b'"12%"'))
    assert re.search(r"<del>. percent = \"10%\"</del>", manager.page)
    assert re.search(r"<ins>\+ percent = \"12%\"</ins>", manager.page)


def test_a_rule_is_stopped_and_the_page_says_who_has_not_heard(
    office: OpenOffice, till: ATill, signed_in: SignedIn, clock: SetClock
) -> None:
    manager, chief = signed_in("manager"), signed_in("administrator")
    digest = uploaded(manager, CAFE)
    manager.send(f"{ONE}/propose", hash=digest, day="2026-11-22", hour="06:00")
    chief.get(PROGRAMMES)
    chief.send(f"{PROGRAMMES}/approve", number=1)
    clock.pass_time(timedelta(minutes=5))
    for language, name in (("zh_TW", "午後時光"), ("en", "Quiet hours")):
        manager.get(f"{PROGRAMMES}?language={language}")
        assert manager.says(f"{OFFER} · {name}")
    manager.send(f"{PROGRAMMES}/stop", rule=OFFER)
    assert manager.says("Stopped: offer:quiet-hours")
    assert manager.says("not yet")
    assert manager.send(f"{PROGRAMMES}/stop", rule="offer:none").status_code == 422
    manager.send(f"{PROGRAMMES}/go-back", number=1)
    assert office.publishing.running() == CAFE
    assert manager.get("/console/exposure?number=1").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_rule_that_gives_points_the_page_says_what_its_figure_is_and_is_not(
    office: OpenOffice,
    till: ATill,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    words = Words(language)
    digest = office.publishing.keep(CAFE, by="Ann").hash.hex()
    number = office.publishing.propose(digest, begins=office.clock.now(), by="Ann")
    office.publishing.approve(number, by="Ben")
    stopped = office.publishing.stop("challenge:regular", by="Ann")
    browser = signed_in("viewer")
    browser.get(f"/console/exposure?number={stopped}&language={language}")
    for key in ("points_hint", "may_give_points", "richest_day", "nothing_yet"):
        assert browser.says(words(f"console.{key}"))
    assert not browser.says(words("console.dearest_day") + "<")
    days = {till.id: (("cafe/stamps", 12_345),)}
    monkeypatch.setattr(publishing, "richest_days", lambda *_asked: days)
    browser.get(f"/console/exposure?number={stopped}")
    assert browser.page.count("12,345 ") == 2  # the till's row, and the sum of those unheard


def test_a_try_out_is_done_in_the_background(
    office: OpenOffice, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = Event()
    put = TryOuts._put

    def noticed(self: TryOuts, digest: bytes, **values: object) -> None:
        put(self, digest, **values)
        if values.get("state") in ("done", "failed", "stopped"):
            ended.set()

    monkeypatch.setattr(TryOuts, "_put", noticed)
    manager = signed_in("manager")
    digest = uploaded(manager, CAFE)
    manager.send(f"{ONE}/try-out", hash=digest)
    assert ended.wait(30)
    manager.get(f"{ONE}?hash={digest}")
    assert manager.says("There are no past sales yet.")
    assert not manager.says("http-equiv")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"day": "2026-13-01", "hour": "06:00"}, 422),
        ({"day": "", "hour": ""}, 422),
        ({"day": "2026-12-01", "hour": "06:00", "until": "2026-11-30"}, 422),
        ({"day": "2026-12-01", "hour": "06:00", "until": "2026-12-24"}, 200),
    ],
)
def test_a_time_is_a_time(signed_in: SignedIn, fields: dict[str, str], status: int) -> None:
    browser = signed_in("manager")
    digest = uploaded(browser, CAFE)
    assert browser.send(f"{ONE}/propose", hash=digest, **fields).status_code == status
    assert browser.send(f"{ONE}/propose", hash="00" * 32, **fields).status_code in (404, 422)
    assert browser.get(f"{ONE}?hash=zz").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_a_till_does_not_go_by_a_programme_is_said_in_words(language: str) -> None:
    words = Words(language)
    codes = (*sorted(ASKED_AGAIN), "MIN_APP", "OTHER_CURRENCY", "MISSING_FIELD")
    for code in codes:
        said = not_taken(words, f"7 {code}")
        assert ("7" in said, code in said) == (True, False)
        assert said.isascii() is (language == "en")
    other = words("console.not_taken_other")
    assert [code for code in codes if other in not_taken(words, f"7 {code}")] == ["MISSING_FIELD"]
    both = not_taken(words, "2 MIN_APP, -1 FORGED")
    assert both.endswith(words("console.not_taken_forged"))
    assert "-1" not in both


def test_tills_that_lag_come_first_and_page_by_page(
    office: OpenOffice, till: ATill, signed_in: SignedIn, clock: SetClock
) -> None:
    many_tills(office, till)
    last = TILLS.to_bytes(16, "big")
    with office.database.write() as connection:
        mark = mark_at(connection, clock.now())
        heard = {"schedule": mark, "hash": "", "refused": "", "said_s": 0}
        ids = connection.execute(select(TILL.c.till_id)).scalars().all()
        connection.execute(
            insert(TILL_PROGRAMME), [{"till_id": bytes(one), **heard} for one in ids]
        )
        mine = update(TILL_PROGRAMME).where(TILL_PROGRAMME.c.till_id == last)
        connection.execute(mine.values(refused="2 MIN_APP"))
    browser, words = signed_in("viewer"), Words("en")
    browser.get("/console/programmes?page=3")
    assert browser.says(words("console.shown_of", first=201, last=TILLS, n=TILLS))
    browser.get("/console/programmes")
    rows = re.findall(r">(S1-T\d+)<", browser.page)
    assert rows[:3] == [f"S1-T{TILLS}", "S1-T1", "S1-T2"]
    assert browser.says("refused: no. 2: needs a later release of the till")


def test_under_a_stop_all_tills_count_and_a_page_of_them_is_shown(
    office: OpenOffice, till: ATill, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_tills(office, till)
    digest = office.publishing.keep(CAFE, by="Ann").hash.hex()
    number = office.publishing.propose(digest, begins=office.clock.now(), by="Ann")
    office.publishing.approve(number, by="Ben")
    stopped = office.publishing.stop(OFFER, by="Ann")
    days = {TILLS.to_bytes(16, "big"): 12_345_00}
    monkeypatch.setattr(publishing, "dearest_days", lambda *_asked: days)
    browser, words = signed_in("viewer"), Words("en")
    browser.get(f"/console/exposure?number={stopped}")
    assert browser.says(words("console.shown_of", first=1, last=100, n=TILLS))
    assert browser.page.count("12,345.00") == 1  # in the sum, of a till that stands further on
    browser.get(f"/console/exposure?number={stopped}&page=3")
    assert browser.page.count("12,345.00") == 2

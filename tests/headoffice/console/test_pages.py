"""The console's pages over HTTPS: who may see what, forms of one's own, strict headers, exports."""

from __future__ import annotations

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import sleep

import pytest

from posloyalty.headoffice.cases.matters import PAGE
from posloyalty.headoffice.console.asking import FORM_BYTES_MAX
from posloyalty.headoffice.console.composing import console_pages
from posloyalty.headoffice.console.export_pages import csv_of
from posloyalty.headoffice.console.operators import Operators
from posloyalty.headoffice.console.rights import Right, Role, may
from posloyalty.headoffice.console.sessions import IDLE_S
from posloyalty.headoffice.running.faults import OfficeFull
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import MEMBER
from posloyalty.headoffice.store.console_tables import MATTER_DECISION
from posloyalty.headoffice.store.tables import ANOMALY, STORE
from posloyalty.headoffice.tills.shop_lists import ShopLists
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SetClock
from tests.headoffice.a_programme import CAFE, OFFER
from tests.headoffice.a_till import ATill
from tests.headoffice.browser import Browser
from tests.headoffice.cases.test_findings import published
from tests.headoffice.console.conftest import SignedIn, invited

SIGN_IN = "/console/sign-in"


def test_whoever_is_not_signed_in_sees_the_sign_in_alone(office: OpenOffice) -> None:
    with Browser(office.application()) as browser:
        for page in console_pages(office):
            if page.right is None:
                continue
            method = browser.get if page.method == "GET" else browser.send
            answer = method(page.path)
            shown = answer.headers.get("location", "") + str(answer.url)
            assert SIGN_IN in shown, page.path


def somebody(office: OpenOffice) -> str:
    """A member of whom nothing but the joining is known."""
    member_id = "ab" * 16
    row = {"member_id": bytes.fromhex(member_id), "joined": "2026-11-01", "erased": 0}
    with office.database.write() as connection:
        connection.execute(MEMBER.insert().values(row))
    return member_id


def a_file_of_credits(office: OpenOffice) -> int:
    """Of the member above, proposed."""
    file = f"member,points,reason\n{'ab' * 16},5,x\n"
    return office.credits.propose(file.encode(), by="Ann")[0]


def a_file_of_taxes(office: OpenOffice) -> int:
    """Proposed."""
    file = "code,name,rate,mode\nstd13,13 %,13%,inclusive\n"
    return office.articles.propose(file.encode(), by="Ann").number


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_a_role_sees_the_pages_that_it_may(
    office: OpenOffice, till: ATill, signed_in: SignedIn, role: str
) -> None:
    browser = signed_in(role)
    digest = office.publishing.keep(CAFE, by="Ann").hash.hex()
    number = office.publishing.propose(digest, begins=office.clock.now(), by="Ann")
    office.publishing.approve(number, by="Ben")
    stop = office.publishing.stop(OFFER, by="Ann")
    needs = {
        "/console/till": f"?till={till.id.hex()}",
        "/console/programme": f"?hash={digest}",
        "/console/exposure": f"?number={stop}",
        "/console/member": f"?member={somebody(office)}",
        "/console/credit": f"?number={a_file_of_credits(office)}",
        "/console/articles/file": f"?number={a_file_of_taxes(office)}",
        "/console/erase": f"?member={'ab' * 16}",
    }
    for page in console_pages(office):
        if page.method != "GET" or page.right is None:
            continue
        answer = browser.get(page.path + needs.get(page.path, ""))
        wanted = 200 if may(Role(role), page.right) else 403
        assert answer.status_code == wanted, page.path
        if "?" not in page.path and wanted == 200:
            assert "{{" not in answer.text


@pytest.mark.parametrize("role", ["viewer", "clerk", "manager"])
def test_a_form_that_one_may_not_send_does_nothing(
    office: OpenOffice, signed_in: SignedIn, role: str
) -> None:
    browser = signed_in(role)
    for page in console_pages(office):
        if page.method == "POST" and page.right and not may(Role(role), page.right):
            browser.get("/console")
            assert browser.send(page.path, name="x", role="administrator").status_code == 403
    assert len(office.operators.all()) == 1


def test_what_is_shown_may_run_nothing_and_is_kept_nowhere(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    browser = signed_in("administrator")
    for page in console_pages(office):
        if page.method == "GET":
            answer = browser.get(page.path)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert not re.search(r"<script| style=| on[a-z]+=", answer.text), page.path


def test_the_session_cookie_is_kept_from_scripts_other_sites_and_plain_http(
    office: OpenOffice, people: Operators, clock: SetClock
) -> None:
    chief = invited(people, "chief", Role.ADMINISTRATOR)
    with Browser(office.application()) as browser:
        browser.sign_in(chief, clock)
        (cookie,) = [one for one in browser.cookies.jar if one.name == "posloyalty-console"]
    assert cookie.secure
    assert cookie.path == "/console"
    assert {"HttpOnly", "SameSite"} <= set(vars(cookie)["_rest"])


def test_a_form_of_another_page_does_nothing(office: OpenOffice, signed_in: SignedIn) -> None:
    browser = signed_in("administrator")
    browser.get("/console/stores")
    token = browser.token
    browser.token = token[:-1] + ("0" if token[-1] != "0" else "1")
    assert browser.send("/console/stores", code="S2", name="x").status_code == 403
    browser.token = ""
    assert browser.send("/console/stores", code="S2", name="x").status_code == 403
    browser.token = token
    elsewhere = browser.send("/console/stores", code="S2", name="x", origin="https://evil.test")
    assert elsewhere.status_code == 403
    assert [one.code for one in office.administration.stores()] == ["S1"]
    assert browser.send("/console/stores", code="S2", name="x").status_code == 200
    assert [one.code for one in office.administration.stores()] == ["S1", "S2"]


def test_an_idle_session_asks_to_sign_in_again(
    office: OpenOffice, signed_in: SignedIn, clock: SetClock
) -> None:
    browser = signed_in("viewer")
    clock.pass_time(timedelta(seconds=IDLE_S + 1))
    assert SIGN_IN in browser.get("/console").headers["location"]


def test_signing_out_ends_the_session_itself(office: OpenOffice, signed_in: SignedIn) -> None:
    browser = signed_in("viewer")
    token = browser.cookies["posloyalty-console"]
    browser.get("/console")
    assert "sign-in" in str(browser.send("/console/sign-out").url)
    assert office.operators.sessions.find(token) is None


def test_a_wrong_sign_in_says_why_and_keeps_the_name(office: OpenOffice, people: Operators) -> None:
    with Browser(office.application()) as browser:
        browser.get(SIGN_IN)
        answer = browser.send(SIGN_IN, name="nobody", password="x", code="000000")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'value="nobody"' in answer.text


def test_stores_codes_and_tills(office: OpenOffice, signed_in: SignedIn, clock: SetClock) -> None:
    browser = signed_in("manager")
    browser.get("/console/stores")
    assert browser.send("/console/stores", code="S2", name="<b>Two</b>").status_code == 200
    assert "<b>Two" not in browser.get("/console/stores").text
    assert browser.send("/console/stores", code="S2", name="x").status_code == 422
    assert browser.says("S2")
    browser.send("/console/code", store="S2")
    found = re.search(r'class="big code">([^<]+)<', browser.page)
    assert found is not None
    till = ATill(clock, number=2)
    assert till.join(office, found[1]).status == 201
    browser.get("/console/tills")
    assert browser.says("S2-T2")
    browser.get(f"/console/till?till={till.id.hex()}")
    browser.send("/console/revoke", till=till.id.hex())
    assert browser.says("The till is revoked.")
    assert office.administration.tills()[0].revoked
    assert browser.get("/console/till?till=ff").status_code == 404


def test_stores_and_tills_stand_as_people_count_and_a_till_in_trouble_first(
    office: OpenOffice, signed_in: SignedIn, clock: SetClock
) -> None:
    stores = ("S10", "S2", "S9")
    for store in stores:
        office.administration.add_store(store, "-")

    def join(number: int, store: str) -> None:
        code = office.administration.new_code(store)
        assert ATill(clock, number=number).join(office, code, till_code=f"T{number}").status == 201

    join(10, "S9")
    clock.pass_time(timedelta(days=2))
    for number, store in ((11, "S2"), (2, "S2"), (3, "S10")):
        join(number, store)
    browser = signed_in("administrator")
    page = browser.get("/console/stores").text
    assert sorted(stores, key=lambda code: page.index(f">{code}<")) == ["S2", "S9", "S10"]
    page = browser.get("/console/tills").text
    assert re.findall(r">(S\d+-T\d+)<", page) == ["S9-T10", "S2-T2", "S2-T11", "S10-T3"]
    page = browser.get("/console/programmes").text
    assert re.findall(r"S\d+-T\d+", page) == ["S2-T2", "S2-T11", "S9-T10", "S10-T3"]


def test_anomalies_and_forks_wait_for_a_decision_and_its_reason(
    office: OpenOffice, till: ATill, signed_in: SignedIn
) -> None:
    till.sell(1, bodies=[b"not an event"])
    till.sell(1)
    assert till.push(office, 1, 2).status == 200
    till.journal.pop()
    till.sell(1, bodies=[b'{"t":"later","v":9}'])
    assert till.push(office, 2, 2).code == "FORK"
    browser = signed_in("manager")
    browser.get("/console/matters")
    assert browser.says("The event cannot be read")
    assert browser.says("The journal has another branch")
    where = {"till": till.id.hex(), "epoch": 1, "seq": 1, "code": "UNREADABLE"}
    assert browser.send("/console/matters", **where, decision="accepted").status_code == 422
    done = browser.send("/console/matters", **where, decision="accepted", note="Looked at it")
    assert done.status_code == 200
    assert browser.says("Looked at it")
    again = browser.send("/console/matters", **where, decision="fraud", note="Again")
    assert again.status_code == 422
    browser.get("/console")
    assert browser.says(">1</a></dd>")


def test_an_operator_is_invited_changed_and_set_aside(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    browser = signed_in("administrator")
    browser.get("/console/operators")
    answer = browser.send("/console/operators", name="小明", role="clerk")
    assert 'src="data:image/svg+xml;base64,' in answer.text
    browser.get("/console/operators")
    browser.send("/console/operators/role", name="小明", role="viewer")
    browser.send("/console/operators/active", name="小明", active=0)
    rows = {one.name: one for one in office.operators.all()}
    assert (rows["小明"].role, rows["小明"].active) == (Role.VIEWER, False)
    browser.get("/console/operators")
    last = browser.send("/console/operators/role", name="administrator", role="viewer")
    assert last.status_code == 422


def test_exports_are_tables_without_formulas(office: OpenOffice, signed_in: SignedIn) -> None:
    browser = signed_in("manager")
    for number, name in enumerate(("=1+1", "@x", "小店", "＝1＋1")):
        office.administration.add_store(f"X{number}", name)
    browser.get("/console/exports")
    answer = browser.send("/console/export", kind="stores")
    assert answer.headers["content-disposition"] == 'attachment; filename="stores.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1:] == [
        ["S1", "Main Street", "0"],
        ["X0", "'=1+1", "0"],
        ["X1", "'@x", "0"],
        ["X2", "小店", "0"],
        ["X3", "'＝1＋1", "0"],
    ]
    kinds = ("tills", "members", "leases", "matters", "cases", "variances", "not_judged", "audit")
    for kind in kinds:
        assert browser.send("/console/export", kind=kind).status_code == 200
    assert browser.send("/console/export", kind="passwords").status_code == 404
    assert csv_of([("-1", -1)], UTC) == ("'-1,-1\r\n".encode("utf-8-sig"), True)


def test_a_table_that_was_cut_off_is_named_so(
    office: OpenOffice, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in("manager")
    monkeypatch.setattr("posloyalty.headoffice.console.export_pages.ROWS_MAX", 2)
    for number, named in ((2, "stores.csv"), (3, "stores-first-2.csv")):
        office.administration.add_store(f"X{number}", "小店")
        answer = browser.send("/console/export", kind="stores")
        assert answer.headers["content-disposition"] == f'attachment; filename="{named}"'
        assert answer.text.splitlines()[1:] == ["S1,Main Street,0", "X2,小店,0"]


def test_everything_that_was_decided_is_exported(
    office: OpenOffice, till: ATill, signed_in: SignedIn
) -> None:
    browser = signed_in("manager")
    place = {"till_id": till.id, "epoch": 1, "code": "UNREADABLE"}
    places = [place | {"seq": seq} for seq in range(1, PAGE + 3)]
    said = {"decision": "ok", "note": "looked", "who": "Ann", "at_s": 1}
    with office.database.write() as connection:
        connection.execute(ANOMALY.insert(), [one | {"received_s": 1} for one in places])
        connection.execute(MATTER_DECISION.insert(), [one | said for one in places])
    browser.get("/console/exports")
    table = browser.send("/console/export", kind="matters").text.splitlines()
    assert len(table) - 1 == PAGE + 2


@pytest.mark.parametrize(
    ("told", "lang", "text"),
    [
        ({}, "en", "Sign in"),
        ({"accept-language": "zh-TW,zh;q=0.9"}, "zh-Hant", "登入"),
        ({"accept-language": "zh-CN"}, "zh-Hans", "登录"),
        ({"accept-language": "fr, en;q=0.5"}, "en", "Sign in"),
    ],
)
def test_the_page_speaks_the_browsers_language(
    office: OpenOffice, told: dict[str, str], lang: str, text: str
) -> None:
    with Browser(office.application()) as browser:
        answer = browser.get(SIGN_IN, **told)
    assert f'<html lang="{lang}">' in answer.text
    assert text in answer.text


def test_a_chosen_language_stays(office: OpenOffice) -> None:
    with Browser(office.application()) as browser:
        browser.get(SIGN_IN + "?language=zh_TW")
        assert browser.get(SIGN_IN).text.count("登入") > 1


@pytest.mark.parametrize(("role", "status"), [("clerk", 403), ("manager", 201)])
def test_a_revoked_till_comes_back_by_the_code_of_a_manager(
    office: OpenOffice, till: ATill, signed_in: SignedIn, role: str, status: int
) -> None:
    office.administration.revoke(till.id.hex())
    browser = signed_in(role)
    browser.send("/console/code", store="S1")
    shown = re.search(r'class="big code">([^<]+)<', browser.page)
    assert shown is not None
    assert till.join(office, shown[1]).status == status


def test_another_language_shows_the_same_page(
    office: OpenOffice, till: ATill, signed_in: SignedIn
) -> None:
    browser = signed_in("manager")
    browser.get(f"/console/till?till={till.id.hex()}&said=till_revoked")
    link = re.search(r'href="([^"]+language=zh_TW)"', browser.page)
    assert link is not None
    assert link[1] == f"/console/till?till={till.id.hex()}&language=zh_TW"
    assert browser.get(link[1]).status_code == 200
    assert browser.says("收銀機 S1-T1")
    browser.send("/console/code", store="S1")
    assert 'href="/console?language=en"' in browser.page  # a code is shown once


def test_times_are_those_of_the_programmes_zone_and_the_page_says_so(
    office: OpenOffice, clock: SetClock, signed_in: SignedIn
) -> None:
    """Midnight in Shanghai has passed, in Greenwich it is the day before."""
    clock.at = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)
    words, browser = Words("en"), signed_in("manager")
    browser.get("/console/programmes")
    assert browser.says(words("console.times_in", zone="UTC"))
    published(office)
    browser.get("/console/programmes")
    assert browser.says(words("console.times_in", zone="Asia/Shanghai"))
    assert browser.says("2026-12-01 00:30")
    assert not browser.says("2026-11-30 16:30")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_with_a_slip_is_a_page_with_a_way_on(
    office: OpenOffice, signed_in: SignedIn, language: str
) -> None:
    words, browser = Words(language), signed_in("viewer")
    browser.get(f"/console?language={language}")
    for path in ("/console/til", "/console/tills/9"):
        assert browser.get(path).status_code == 404
        assert browser.says(words("console.refused_404"))
        assert browser.says('<a href="/console/tills">')
    assert browser.send("/console/til").status_code == 404
    with Browser(office.application()) as nobody:
        assert nobody.get("/console/til").status_code == 404
        assert not nobody.says('<a href="/console/tills">')


def test_the_servers_name_alone_leads_to_the_console(office: OpenOffice) -> None:
    with Browser(office.application()) as browser:
        answer = browser.get("/")
        assert (answer.status_code, answer.headers["location"]) == (303, "/console")
        assert browser.get("/docs-of-nothing").status_code == 404


def test_whoever_meets_a_fault_reads_what_to_do(
    office: OpenOffice, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in("manager")

    def broken(_self: object) -> list[object]:
        raise OSError("disk")

    monkeypatch.setattr(ShopLists, "store_codes", broken)
    assert browser.get("/console/stores").status_code == 500
    assert browser.says(Words("en")("console.refused_next_500"))
    assert not browser.says("disk")


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_meets_a_full_disk_reads_that_nothing_was_changed(
    office: OpenOffice, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    browser, words = signed_in("manager"), Words(language)
    browser.get(f"/console/stores?language={language}")

    def full(*_given: object, **_more: object) -> None:
        raise OfficeFull

    monkeypatch.setattr(type(office.administration), "add_store", full)
    assert browser.send("/console/stores", code="S7", name="Seven").status_code == 507
    assert browser.says(words("console.refused_507"))
    assert browser.says(words("console.refused_next_507"))


def test_forms_are_bounded(office: OpenOffice, signed_in: SignedIn) -> None:
    browser = signed_in("manager")
    browser.get("/console/stores")
    assert browser.send("/console/stores", code="S2", name="x" * FORM_BYTES_MAX).status_code == 413
    assert browser.send("/console/stores", code="S2", name="x" * 5_000).status_code == 400
    assert browser.send("/console/stores", code="S2", name="a\x00b").status_code == 400
    many = {f"f{number}": "x" for number in range(60)}
    assert browser.send("/console/stores", **many).status_code == 400
    assert [one.code for one in office.administration.stores()] == ["S1"]


def test_every_right_is_asked_for_somewhere(office: OpenOffice) -> None:
    asked = {page.right for page in console_pages(office)}
    assert asked - {None} <= set(Right)
    assert len({(page.method, page.path) for page in console_pages(office)}) == len(
        console_pages(office)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_looks_sees_that_nothing_is_lent_and_whom_it_waits_for(
    office: OpenOffice, till: ATill, signed_in: SignedIn, language: str
) -> None:
    words, browser = Words(language), signed_in("viewer")
    browser.get(f"/console?language={language}")
    waits = words("console.life_waits", tills=1)
    assert not browser.says(waits)
    office.lifetime.put_back()
    browser.get("/console")
    assert browser.says(waits)
    page = browser.get("/console/leases").text
    assert browser.says(waits)
    assert f'<a href="/console/till?till={till.id.hex()}">S1-T1</a>' in page
    office.lifetime.lend_again()
    assert waits not in browser.get("/console").text


def waits_for_a_lock(office: OpenOffice) -> bool:
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with office.database.read() as connection:
        return bool(connection.exec_driver_sql(asked).scalar_one())


def test_who_does_the_same_in_the_same_moment_is_told_what_holds(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    browser = signed_in("manager")
    browser.get("/console/stores")
    with ThreadPoolExecutor(1) as beside:
        with office.database.write() as connection:
            connection.execute(STORE.insert().values(code="S7", name="小店", made_s=0))
            asked = beside.submit(browser.send, "/console/stores", code="S7", name="Mine")
            # On SQLite it waits for its turn to write, and sees the store then.
            while office.database.on_postgresql and not (asked.done() or waits_for_a_lock(office)):
                sleep(0.01)
        answer = asked.result()
    assert answer.status_code == 422
    assert browser.says(Words("en")("refusal.STORE_EXISTS", code="S7"))
    assert [one.name for one in office.administration.stores() if one.code == "S7"] == ["小店"]

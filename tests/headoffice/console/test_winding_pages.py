"""The page of a programme's end: two people, how it runs down, what became of what was left."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.programme.kinds.winding_down import Left
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SetClock
from tests.headoffice.a_programme import CAFE
from tests.headoffice.a_till import ATill
from tests.headoffice.console.conftest import SignedIn
from tests.headoffice.members.test_credits import ONE, TWO
from tests.headoffice.members.test_winding_up import OVER, followed, later, wind_up
from tests.headoffice.programmes.test_endings import GOODBYE, days_on, now
from tests.headoffice.programmes.test_publishing import published, refused
from tests.headoffice.small_events import Books

PAGE = "/console/winding-down"
FORM = {
    "announced": "2026-11-24",
    "earns_through": "2026-11-30",
    "redeems_through": "2026-12-10",
    "left": "expires",
}
BECOMES = {"left": "voucher", "voucher": "goodbye", "wallet": "stamps", "points": "40"}


def decided(office: OpenOffice, left: Left = Left.EXPIRES, **becomes: str) -> None:
    """Two people set an end."""
    days = {key: date.fromisoformat(text) for key, text in FORM.items() if key != "left"}
    number = office.winding_downs.propose_end(**days, left=left, **becomes, by="Ann")
    office.publishing.approve(number, by="Ben")


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_people_set_an_end(office: OpenOffice, signed_in: SignedIn, language: str) -> None:
    words = Words(language)
    published(office, CAFE)
    one, other = signed_in("manager"), signed_in("administrator")
    one.get(f"{PAGE}?language={language}")
    assert one.says(words("winding.state_none"))
    one.send(PAGE, **FORM)
    assert one.says(words("console.said_end_proposed"))
    assert now(office) is None
    assert not one.says(f"{PAGE}/approve")
    assert one.send(f"{PAGE}/approve", number=2).status_code == 422
    other.get(f"{PAGE}?language={language}")
    assert other.says(words("winding.notice_days", days=6)) or other.says("6")
    assert other.send(f"{PAGE}/approve", number=2).status_code == 200
    ending = now(office)
    assert ending is not None
    assert ending.redeems_through == date(2026, 12, 10)
    assert other.says(words("winding.state_planned", day="2026-11-24"))


def test_an_end_is_called_off_by_two_people_and_only_while_members_earn(
    office: OpenOffice, signed_in: SignedIn, clock: SetClock
) -> None:
    published(office, CAFE)
    decided(office)
    one, other = signed_in("manager"), signed_in("administrator")
    one.get(PAGE)
    one.send(f"{PAGE}/cancel")
    other.get(PAGE)
    assert other.says("The programme goes on: no end")
    assert other.send(f"{PAGE}/withdraw", number=3).status_code == 200
    assert now(office) is not None
    days_on(clock, date(2026, 12, 1))
    assert refused(office.winding_downs.cancel, by="Ann") == "EARNING_HAS_ENDED"


def test_after_the_last_day_of_earning_nothing_offers_to_call_it_off(
    office: OpenOffice, signed_in: SignedIn, clock: SetClock
) -> None:
    published(office, CAFE)
    decided(office)
    days_on(clock, date(2026, 12, 1))
    browser = signed_in("manager")
    browser.get(PAGE)
    assert not browser.says(f"{PAGE}/cancel")
    assert browser.send(f"{PAGE}/cancel").status_code == 422
    assert browser.says("Members stopped earning after 2026-11-30")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"announced": "soon"}, "soon"),
        ({"earns_through": ""}, "This is no day and hour"),
        ({"announced": "2026-11-01"}, "2026-11-22"),  # today
        ({"redeems_through": "2026-11-29"}, "redeems_through"),
        ({**BECOMES, "points": "few"}, "few"),
        ({**BECOMES, "voucher": "x"}, "birthday, goodbye"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_in_the_form(
    office: OpenOffice, signed_in: SignedIn, form: dict[str, str], said: str
) -> None:
    published(office, CAFE + GOODBYE.encode())
    browser = signed_in("manager")
    browser.get(PAGE)
    typed = {**FORM, **form}
    assert browser.send(PAGE, **typed).status_code == 422
    assert browser.says('role="alert"')
    assert browser.says(said)
    assert browser.says(f'value="{typed["announced"]}"')
    assert now(office) is None


def test_a_viewer_sees_it_and_a_clerk_changes_nothing(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    published(office, CAFE)
    for role in ("viewer", "clerk"):
        browser = signed_in(role)
        browser.get(PAGE)
        assert not browser.says('name="redeems_through"')
        assert browser.send(PAGE, **FORM).status_code == 403


def test_without_a_programme_there_is_nothing_to_end(signed_in: SignedIn) -> None:
    browser = signed_in("manager")
    browser.get(PAGE)
    assert browser.says("No programme is published yet.")
    assert browser.send(PAGE, **FORM).status_code == 422


NAMED = """
[[voucher]]
id = "goodbye"
name = { en = "Farewell five", zh_CN = "告别券", zh_TW = "告別券" }
amount = "5.00"

[[voucher]]
id = "farewell-2"
name = { en = "Farewell five", zh_CN = "告别大礼", zh_TW = "告別大禮" }
amount = "6.00"
"""


@pytest.mark.parametrize(
    ("language", "voucher", "wallet", "told"),
    [
        (
            "en",
            "Farewell five (goodbye)",
            "Cup stamps",
            "“Farewell five (goodbye)” for every 40",
        ),
        ("zh_CN", "告别券", "杯章", "优惠券“告别券”"),
        ("zh_TW", "告別券", "杯章", "優惠券「告別券」"),
    ],
)
def test_vouchers_and_wallets_are_chosen_and_told_by_their_names(
    office: OpenOffice,
    signed_in: SignedIn,
    language: str,
    voucher: str,
    wallet: str,
    told: str,
) -> None:
    published(office, CAFE + NAMED.encode())
    one = signed_in("manager")
    one.get(f"{PAGE}?language={language}")
    assert one.says(f'<option value="goodbye">{voucher}</option>')
    assert one.says(f'<option value="stamps">{wallet}</option>')
    one.send(PAGE, **FORM | BECOMES)
    assert one.says(told)
    assert not one.says("goodbye for every")


def test_people_see_it_run_down_and_what_became_of_the_rest(
    office: OpenOffice, signed_in: SignedIn, till: ATill, clock: SetClock
) -> None:
    published(office, CAFE + GOODBYE.encode())
    decided(office, Left.VOUCHER, voucher="goodbye", wallet="stamps", points="40")
    books = Books(till)
    for member, stamps, lot in ((ONE, 100, "1a" * 16), (TWO, 30, "2b" * 16)):
        books.joins(member)
        books.gives(stamps, member=member, lot=lot, usable="2026-01-02")
    later(books, clock, office, date(2026, 11, 24))
    followed(office)
    office.winding_up.look()
    books.spends(65, member=ONE, lot="1a" * 16)
    later(books, clock, office, date(2026, 11, 25))
    followed(office)
    office.winding_up.look()
    browser = signed_in("manager")
    browser.get(PAGE)
    assert browser.says("a voucher “goodbye” for every 40 Cup stamps")
    rows = [browser.page.index(day) for day in ("2026-11-25</td>", "2026-11-24</td>")]
    assert rows == sorted(rows)
    assert browser.says('<meter min="0" max="1000" value="500"')
    days_on(clock, OVER)
    late = signed_in("administrator")
    late.get(PAGE)
    assert late.says("S1-T1</td>")
    assert late.says("may have redeemed something")
    later(books, clock, office, OVER)
    assert wind_up(office) == 2
    late.get(PAGE)
    assert not late.says("may have redeemed something")
    assert late.says('<td>Cup stamps</td><td class="n">2</td><td class="n">65</td>')
    late.get("/console/exports")
    table = late.send("/console/export", kind="wound_up").content.decode("utf-8-sig")
    first, second, third = table.splitlines()
    assert first.startswith("member,wallet,expired,worth_points,worth,currency,vouchers")
    assert second.startswith(f"'{ONE.hex()},cafe/stamps,35,0,0.00,CNY,0")
    assert third.startswith(f"'{TWO.hex()},cafe/stamps,30,0,0.00,CNY,0")

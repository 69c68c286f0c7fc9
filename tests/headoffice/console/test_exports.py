"""Exported tables as a spreadsheet takes them: times of the shop's zone, amounts with the decimals
of what they are amounts of, and codes that stay text.
"""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

import resources
from posloyalty.domain.values.money import currency
from posloyalty.headoffice.cases.findings import FindingRow
from posloyalty.headoffice.console.amounts import Amounts, Figure, WalletShown, as_shown
from posloyalty.headoffice.console.export_cells import Instants, written
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import LEASE
from posloyalty.headoffice.store.judging_tables import SALE_VARIANCE
from posloyalty.headoffice.store.winding_tables import WOUND_UP
from posloyalty.sync.found import Anomaly
from tests.headoffice.a_till import ATill
from tests.headoffice.console.conftest import SignedIn
from tests.headoffice.programmes.test_publishing import published

NOON = datetime(2026, 11, 22, 17, 0, 5, tzinfo=UTC)
NOON_US = int(NOON.timestamp()) * 1_000_000
FAR_US = NOON_US + 10**15
BUDGET = b"""
[[campaign]]
id = "summer"
name = { en = "Summer", zh_CN = "Summer", zh_TW = "Summer" }
budget = { points = "100.00", wallet = "cash" }
"""


@pytest.fixture
def abroad(office: OpenOffice) -> OpenOffice:
    """An office whose programme goes by the days of New York, in dollars."""
    published(office, resources.read("programmes/daily-cash.toml") + BUDGET)
    return office


def exported(signed_in: SignedIn, kind: str) -> list[dict[str, str]]:
    browser = signed_in("manager")
    browser.get("/console/exports")
    answer = browser.send("/console/export", kind=kind)
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_store_of_digits_keeps_its_code(office: OpenOffice, signed_in: SignedIn) -> None:
    office.administration.add_store("001", "2026")
    assert {"code": "'001", "name": "2026", "tills": "0"} in exported(signed_in, "stores")


def test_what_differs_is_told_in_money_and_by_the_shops_clock(
    abroad: OpenOffice, till: ATill, signed_in: SignedIn
) -> None:
    parts = [
        ["payable", "", 0, 1250, 999],
        ["offer", "spring", 0, 5, -5],
        ["earned", "cash", 1, 38, 30],
        ["right", "coffee", 0, 2, 1],
        ["tier", "gold", 0, 20271231, 0],
    ]
    row = {
        "till_id": till.id, "epoch": 1, "seq": 1, "kind": "differs", "event_id": b"e" * 16,
        "number": "S1-T1-1", "at_us": NOON_US, "programme": "daily-cash 1", "currency": "USD",
        "ahead_s": 0, "parts": json.dumps(parts), "judged_s": 1,
    }  # fmt: skip
    with abroad.database.write() as connection:
        connection.execute(SALE_VARIANCE.insert().values(row))
    rows = exported(signed_in, "variances")
    assert {one["at (America/New_York)"] for one in rows} == {"2026-11-22 12:00:05"}
    assert [(one["what"], one["sold"], one["due"]) for one in rows] == [
        ("payable", "12.50", "9.99"),
        ("offer", "0.05", "-0.05"),
        ("earned", "0.38", "0.30"),
        ("right", "2", "1"),
        ("tier", "2027-12-31", ""),
    ]


def test_what_is_on_lease_is_told_as_what_it_is(
    abroad: OpenOffice, till: ATill, signed_in: SignedIn
) -> None:
    kinds = {
        "points": ("daily-cash/cash", "12.50", "12.50"),
        "card": ("77", "12.50", "12.50 USD"),
        "budget": ("daily-cash/spring", "12.50", "12.50 USD"),
        "cost": ("daily-cash/spring", "12.50", "12.50 USD"),
        "bonus": ("daily-cash/summer", "12.50", "12.50"),
        "return": ("x/y", "1.250", "1.25"),
        "stock": ("mug", "1250", "1,250"),
    }
    with abroad.database.write() as connection:
        for number, (kind, (key, *_)) in enumerate(kinds.items()):
            row = {
                "lease_id": bytes([number]) * 16, "kind": kind, "key": key, "owner": b"o" * 16,
                "till_id": till.id, "amount": 1250, "used": 1, "returned": 0, "granted_us": 1,
                "not_after_us": FAR_US, "last_day": "2099-01-01", "state": "open", "gen": 1,
                "recalled": 0, "taken": 1, "given": 0,
            }  # fmt: skip
            connection.execute(LEASE.insert().values(row))
    rows = {one["kind"]: one for one in exported(signed_in, "leases")}
    assert {kind: one["amount"] for kind, one in rows.items()} == {
        kind: amount for kind, (_, amount, _) in kinds.items()
    }
    assert (rows["points"]["left"], rows["return"]["left"]) == ("12.49", "1.249")
    assert "until (America/New_York)" in rows["card"]
    page = signed_in("viewer").get("/console/leases").text
    cells = re.findall(
        r'<td class="n"[^>]*>([^<]*)</td><td class="n"[^>]*>[^<]*</td><td class="tight"', page
    )
    assert sorted(cells) == sorted(told for _, _, told in kinds.values())


def test_what_was_left_at_the_end_is_told_in_the_wallets_decimals_and_in_money(
    abroad: OpenOffice, signed_in: SignedIn
) -> None:
    row = {
        "act_id": b"a" * 16, "ledger": "daily-cash/cash", "owner": b"o" * 16, "expired": 5,
        "worth_points": 1250, "worth_minor": 1249, "currency": "USD", "vouchers": 2, "at_s": 1,
    }  # fmt: skip
    with abroad.database.write() as connection:
        connection.execute(WOUND_UP.insert().values(row))
    (told,) = exported(signed_in, "wound_up")
    figures = (told["expired"], told["worth_points"], told["worth"], told["vouchers"])
    assert figures == ("0.05", "12.50", "12.49", "2")


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Anomaly.OVERSPENT, "12.50"),
        (Anomaly.OVERRIDDEN, "1,250 JPY"),
        (Anomaly.OVER_RETURNED, "1.25"),
        (Anomaly.OVER_REPAID, "1,250 JPY"),
        (Anomaly.GIVEN_TWICE, "1,250"),
    ],
)
def test_what_was_found_is_told_as_what_it_is(found: Anomaly, told: str) -> None:
    row = FindingRow(
        owner="", event_id="", anomaly=found, what="club/cash", amount=1250, owes=0,
        by_member=True, store="", till="", till_id="", number="", at=None, cashier="",
        decision="", note="", who="",
    )  # fmt: skip
    wallets = WalletShown(names={"club/cash": ("Cash", 2)})
    amounts = Amounts(wallets=wallets, money=currency("JPY"), budgets={})
    assert as_shown(amounts.found(row)) == told


def test_where_no_programme_is_in_effect_times_are_utc_and_say_so(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    (first, *_) = exported(signed_in, "audit")
    now = office.clock.now().astimezone(UTC)
    assert first["at (UTC)"] == now.strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    "text",
    ["001", "1E5", "12345678901234567", "3-4", "1/2", "MAR1", "1 Dec", "8:30", "0.5", "TRUE",
     "００１", ".5", "50%", "1,000", "3 pm", "=1", "-", "2026-1-2", "Sept-12"],
)  # fmt: skip
def test_a_text_that_would_become_something_else_begins_with_an_apostrophe(text: str) -> None:
    assert written(text, UTC) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    ["", "S1", "S1-T1-000123", "小店", "Mayfair", "Marble Arch", "may", "7-Eleven", "Decathlon 5",
     "daily-cash 1", "ab12cd34", "2026-11-22", "truely"],
)  # fmt: skip
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert written(text, UTC) == text


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (Figure(-5, 2), "-0.05"),
        (Figure(1250, 0), "1250"),
        (Figure(123456789, 2), "1234567.89"),
        (NOON.astimezone(timezone(timedelta(hours=8))), "2026-11-22 17:00:05"),
        (Instants("at"), "at (UTC)"),
        (-3, -3),
        (date(2026, 11, 22), date(2026, 11, 22)),
        (None, None),
    ],
)
def test_figures_and_instants_are_written_as_spreadsheets_read_them(
    cell: object, said: object
) -> None:
    assert written(cell, UTC) == said

"""The page of the policy: what holds, what a proposal changes, and two people for another one."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta

import pytest

from posloyalty.headoffice.console.policy_pages import FIGURES
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.console.conftest import SignedIn

FORM = {
    "lease_minor": "20.00", "floor_minor": "2.50", "till_day_minor": "100.00",
    "store_day_minor": "500.00", "override_minor": "20.00", "override_day_minor": "100.00",
    "voucher_face_minor": "5.00", "stale_after": "48", "lends_budgets": "1", "sale_points": "5,000",
    "till_day_points": "10,000,000",
}  # fmt: skip


def test_every_figure_of_the_policy_stands_there() -> None:
    assert set(FIGURES) == {one.name for one in fields(RiskPolicy)} - {"version"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_people_set_another_policy(
    office: OpenOffice, signed_in: SignedIn, language: str
) -> None:
    words = Words(language)
    one, other = signed_in("manager"), signed_in("administrator")
    one.get(f"/console/policy?language={language}")
    for key in FIGURES:
        assert one.says(words(f"policy.{key}"))
    assert one.says("5.00 CNY")
    one.send("/console/policy", **FORM)
    assert one.says(words("console.said_policy_proposed"))
    assert one.says("5.00 CNY → <strong>2.50 CNY</strong>")
    assert one.says("100,000 → <strong>5,000</strong>")
    assert not one.says("/console/policy/approve")
    assert one.send("/console/policy/approve", number=1).status_code == 422
    other.get("/console/policy")
    assert other.send("/console/policy/approve", number=1).status_code == 200
    now = office.policies.current()
    assert (now.floor_minor, now.sale_points, now.version) == (250, 5_000, 1)
    assert (now.stale_after, now.lends_budgets, now.card_offline) == (
        timedelta(hours=48), True, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("floor_minor", "two"),
        ("floor_minor", "-1"),
        ("floor_minor", "1.234"),
        ("stale_after", "9999"),
        ("sale_points", "1.5"),
        ("sale_points", ""),
    ],
)
def test_what_is_no_figure_is_refused_and_stays_in_the_form(
    office: OpenOffice, signed_in: SignedIn, key: str, typed: str
) -> None:
    browser = signed_in("manager")
    browser.get("/console/policy")
    answer = browser.send("/console/policy", **{**FORM, key: typed, "card_offline": "1"})
    assert answer.status_code == 422
    assert browser.says(f'name="{key}" value="{typed}"')
    assert browser.says('name="card_offline" value="1" checked')
    assert office.policies.proposals() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_wrong_figure_is_named_at_its_field_and_the_first_has_the_focus(
    signed_in: SignedIn, language: str
) -> None:
    words, browser = Words(language), signed_in("manager")
    browser.get(f"/console/policy?language={language}")
    wrong = {"floor_minor": "two", "till_day_minor": " ", "stale_after": "9999"}
    wrong |= {"sale_points": "1.5"}
    browser.send("/console/policy", **{**FORM, **wrong})
    assert browser.says(f'role="alert">{words("refusal.FIGURES_WRONG")}<')
    said = dict(re.findall(r'<p class="wrong" id="wrong-(\w+)">([^<]+)</p>', browser.page))
    assert said == {
        "floor_minor": words("refusal.FIGURE_NO_MONEY", given="two"),
        "till_day_minor": words("refusal.FIGURE_EMPTY"),
        "stale_after": words("refusal.FIGURE_NO_HOURS", given="9999", most=8760),
        "sale_points": words("refusal.FIGURE_NO_POINTS", given="1.5"),
    }
    marks = r'name="(\w+)"[^>]*? aria-invalid="true" aria-describedby="wrong-(\w+)"( autofocus)?>'
    assert re.findall(marks, browser.page) == [
        ("floor_minor", "floor_minor", " autofocus"),
        ("till_day_minor", "till_day_minor", ""),
        ("stale_after", "stale_after", ""),
        ("sale_points", "sale_points", ""),
    ]


def test_goods_of_other_tills_are_bounded_for_the_chain_or_left_to_each_shop(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    one, other = signed_in("manager"), signed_in("administrator")
    one.get("/console/policy")
    assert one.says("<dd>as each shop says</dd>")
    for number, typed in enumerate(("80", "0", ""), start=1):
        one.get("/console/policy")
        one.send("/console/policy", **FORM, returns_minor=typed)
        other.get("/console/policy")
        other.send("/console/policy/approve", number=number)
        said = {"80": "80.00 CNY", "0": "0.00 CNY", "": "as each shop says"}[typed]
        assert other.says(f"<dd>{said}</dd>")
        most = office.policies.current().returns_minor
        assert most == {"80": 8_000, "0": 0, "": None}[typed]
    one.get("/console/policy")
    one.send("/console/policy", **FORM, returns_minor="much")
    assert one.says('id="wrong-returns_minor"')
    assert len(office.policies.proposals()) == 3


def test_a_clerk_proposes_no_policy(office: OpenOffice, signed_in: SignedIn) -> None:
    browser = signed_in("clerk")
    browser.get("/console/policy")
    assert browser.send("/console/policy", **FORM).status_code == 403
    assert office.policies.proposals() == []

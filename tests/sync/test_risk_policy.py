"""The table of SYNC 9: what a till may hand out when it cannot ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from posloyalty.sync.leases import AssetKind
from posloyalty.sync.risk_policy import (
    Basis,
    Decision,
    Request,
    RiskPolicy,
    Situation,
    decide,
    room_beyond,
)

POLICY = RiskPolicy()
STRICT = RiskPolicy(floor_minor=0)
OFFLINE = Situation()


def points(worth: int, reward: int | None = None) -> Request:
    return Request(kind=AssetKind.POINTS, worth_minor=worth, reward_minor=reward)


def test_within_a_lease_nobody_is_asked() -> None:
    held = replace(OFFLINE, leased_minor=150)
    assert decide(STRICT, points(150), held) == Decision(
        basis=Basis.LEASE, lease_minor=150, most_minor=150
    )


def test_case_27_beyond_the_lease_is_refused_with_what_is_possible() -> None:
    """Balance 300, leases 150 and 150, floor 0: 200 is refused at both, 150 would be allowed."""
    held = replace(OFFLINE, leased_minor=150)
    refused = decide(STRICT, points(200), held)
    assert (refused.basis, refused.most_minor, refused.reason) == (
        Basis.REFUSED,
        150,
        "FLOOR_USED_UP",
    )
    override = decide(STRICT, points(200), replace(held, supervisor=True))
    assert (override.basis, override.lease_minor, override.risk_minor) == (
        Basis.OVERRIDE,
        150,
        50,
    )
    assert decide(STRICT, points(2151), replace(held, supervisor=True)).basis is Basis.REFUSED


def test_with_head_office_in_reach_it_is_asked() -> None:
    assert decide(POLICY, points(200), replace(OFFLINE, online=True)).basis is Basis.RESERVE


@pytest.mark.parametrize(
    ("request_", "change", "most", "reason"),
    [
        (points(501), {}, 500, "FLOOR_USED_UP"),
        (points(301, reward=300), {}, 300, "FLOOR_USED_UP"),
        (points(400), {"floor_used_minor": 200}, 300, "FLOOR_USED_UP"),
        (points(400), {"till_used_minor": 9_900}, 100, "TILL_BUDGET_USED_UP"),
        (points(400), {"store_used_minor": 49_999}, 1, "STORE_BUDGET_USED_UP"),
        (points(1), {"stale_for": timedelta(hours=72, seconds=1)}, 0, "TOO_STALE"),
        (points(1), {"sound": False}, 0, "TILL_NOT_SOUND"),
        (points(1), {"proven": False}, 0, "NEEDS_CARD_OR_NETWORK"),
        (Request(kind=AssetKind.RIGHT, worth_minor=501), {}, 500, "FLOOR_USED_UP"),
        (Request(kind=AssetKind.CARD, worth_minor=1), {}, 0, "CARD_NEEDS_NETWORK"),
        (Request(kind=AssetKind.BUDGET, worth_minor=1), {}, 0, "LEASE_USED_UP"),
        (Request(kind=AssetKind.STOCK, worth_minor=1), {}, 0, "LEASE_USED_UP"),
        (Request(kind=AssetKind.RETURN, worth_minor=1), {}, 0, "LEASE_USED_UP"),
    ],
)
def test_without_a_lease_the_tightest_bound_is_named(
    request_: Request, change: dict[str, object], most: int, reason: str
) -> None:
    situation = replace(OFFLINE, **change)  # type: ignore[arg-type]
    refused = decide(POLICY, request_, situation)
    assert (refused.basis, refused.most_minor, refused.reason) == (Basis.REFUSED, most, reason)
    if most:
        allowed = decide(POLICY, replace(request_, worth_minor=most), situation)
        assert (allowed.basis, allowed.risk_minor) == (Basis.FLOOR, most)


def test_a_lease_and_the_floor_go_together() -> None:
    held = replace(OFFLINE, leased_minor=150)
    found = decide(POLICY, points(600), held)
    assert (found.basis, found.lease_minor, found.risk_minor) == (Basis.FLOOR, 150, 450)


@pytest.mark.parametrize(
    ("used", "most", "why"),
    [
        (0, 2_000, "OVERRIDE_MOST"),
        (8_000, 2_000, "OVERRIDE_MOST"),
        (8_001, 1_999, "OVERRIDE_DAY_USED_UP"),
        (9_400, 600, "OVERRIDE_DAY_USED_UP"),
        (9_600, 500, "OVERRIDE_DAY_USED_UP"),  # as much as the floor gives anybody
        (10_000, 500, "OVERRIDE_DAY_USED_UP"),
        (12_000, 500, "OVERRIDE_DAY_USED_UP"),
    ],
)
def test_what_supervisors_add_in_a_day_at_a_till_has_a_bound(
    used: int, most: int, why: str
) -> None:
    """100.00 a day, 20.00 at once, and 5.00 without anybody."""
    situation = replace(OFFLINE, supervisor=True, override_used_minor=used)
    assert room_beyond(POLICY, points(0), situation) == (most, why)
    assert decide(POLICY, points(most + 1), situation).basis is Basis.REFUSED
    basis = Basis.OVERRIDE if most > 500 else Basis.FLOOR
    assert decide(POLICY, points(most), situation).basis is basis


@pytest.mark.parametrize("change", [{"sound": False}, {"stale_for": timedelta(hours=100)}])
def test_no_supervisor_overrides_what_the_till_cannot_know(change: dict[str, object]) -> None:
    situation = replace(OFFLINE, supervisor=True, **change)  # type: ignore[arg-type]
    assert decide(POLICY, points(1), situation).basis is Basis.REFUSED


def test_a_gift_card_is_spent_offline_only_where_the_merchant_chose_so() -> None:
    card = Request(kind=AssetKind.CARD, worth_minor=100)
    assert decide(POLICY, card, replace(OFFLINE, supervisor=True)).basis is Basis.REFUSED
    chosen = replace(POLICY, card_offline=True)
    assert decide(chosen, card, OFFLINE).basis is Basis.FLOOR


def test_a_restored_till_spends_what_it_holds_and_asks_for_the_rest_in_vain() -> None:
    frozen = replace(OFFLINE, online=True, sound=False)
    assert decide(POLICY, points(1), frozen).reason == "TILL_NOT_SOUND"

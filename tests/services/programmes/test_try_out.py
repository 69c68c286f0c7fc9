"""A try-out says what a replay would have booked, and books nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

import resources
from posloyalty.documents.purchase_file import read_purchases as read_rows
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.product import TaxClass
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.programmes.past_sales import (
    sales_of_book,
    sales_of_purchases,
    tax_classes_of_book,
)
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.programmes.replay import TAX, read_purchases
from posloyalty.services.programmes.try_out import PastLine, PastSale, TryOut, try_out
from tests.faults.shop import MEMBER_PHONE
from tests.replay import independent
from tests.replay.sample import RULES, sample_file
from tests.services.conftest import Shop
from tests.services.counter import goods, paid

DAWN = read_programme(resources.read("programmes/dawn-club.toml"))
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=DAWN.zone)
TAXES = {"std13": TAX}


def run(
    programme: Programme,
    sales: Iterator[PastSale] | list[PastSale],
    *,
    redeemers: Ratio | None = None,
    taxes: dict[str, TaxClass] | None = None,
) -> TryOut:
    made = TryOut(
        programme,
        tax_classes={TAX.code: TAX} | TAXES | (taxes or {}),
        store=StoreContext(zone=programme.zone),
        redeemers=redeemers or Ratio(0),
    )
    try_out([made], sales, total=0, progress=lambda _done, _total: None)
    return made


def bought(key: str, minor: int, *, days: int = 0, member: str | None = "anna") -> PastSale:
    line = PastLine(
        product=goods(1), quantity_milli=1000, unit_price_minor=minor, gross_minor=minor
    )
    return PastSale(key=key, member=member, at=NOON + timedelta(days=days), lines=(line,))


def test_on_cdnow_it_agrees_with_the_independent_reckoning_member_by_member(
    tmp_path: Path,
) -> None:
    sample = sample_file(tmp_path / "sample.txt", every=400)
    purchases, _ = read_purchases(read_rows(sample), RULES.currency)
    found = run(RULES, sales_of_purchases(purchases, RULES)).outcomes(date(1998, 6, 30))
    wanted = independent.members(independent.purchases(sample)).set_index("member")
    assert {one.member: one.tier for one in found} == dict(wanted["tier"].items())
    for one in found:
        row = wanted.loc[one.member]
        assert one.issued.get("points", 0) == row["earned"]
        assert one.expired.get("points", 0) == row["expired"]
        assert one.held["points"] == row["balance"]


def test_a_book_tried_out_by_its_own_programme_gives_what_it_gave(shop: Shop) -> None:
    till = shop.till
    member_id = till.members.by_phone(MEMBER_PHONE)
    assert member_id is not None
    products = till.catalogue.search("")
    for n in range(6):
        shop.clock.pass_time(timedelta(days=9))
        basket = till.check_out.open_basket().for_member(member_id, proof="card")
        for product in products[: 1 + n]:
            basket = basket.add(product, quantity_milli=1000 * (2 + n))
        quote = till.check_out.quote(basket)
        till.check_out.complete(basket, quote, paid(quote), shop.manager)
    panel = till.members.panel(member_id)
    with till.book.read() as reader:
        programme = till.programmes.at(reader, till.clock.now())
        assert programme is not None
        made = run(programme, sales_of_book(reader), taxes=dict(tax_classes_of_book(reader)))
    (one,) = made.outcomes(shop.clock.now().date())
    assert one.member == member_id.hex()
    assert one.held["points"] == panel.wallets[0].balance
    assert one.tier == (panel.tiers[0].level or "")
    history = till.history.page(limit=10)
    assert one.paid_minor == sum(row.payable_minor for row in history)
    # Trying out books nothing.
    assert till.members.panel(member_id) == panel


def test_who_redeems_is_a_stable_share_of_the_members() -> None:
    names = "abcdefghij"
    sales = [bought(f"{who}{n}", 20_000, days=n, member=who) for n in range(3) for who in names]
    spent: list[set[str]] = []
    for percent in (0, 30, 30, 60, 100):
        outcomes = run(DAWN, sales, redeemers=Ratio(percent, 100)).outcomes(date(2026, 12, 1))
        spent.append({one.member for one in outcomes if one.redeemed})
    assert spent[0] == set()
    assert spent[1] == spent[2]
    assert spent[1] <= spent[3] <= spent[4] == set(names)


def test_what_is_redeemed_is_paid_less_and_held_no_more() -> None:
    sales = [bought("1", 50_000), bought("2", 10_000, days=1)]
    end = date(2026, 12, 1)
    kept, used = (run(DAWN, sales, redeemers=Ratio(n)).outcomes(end)[0] for n in (0, 1))
    assert (kept.redeemed_minor, kept.redeemed) == (0, {})
    assert used.redeemed_minor == used.redeemed["points"]
    assert kept.paid_minor - used.paid_minor == used.redeemed_minor
    assert used.held["points"] < kept.held["points"]


def test_an_unidentified_sale_is_counted_apart() -> None:
    made = run(DAWN, [bought("1", 5_000, member=None)])
    assert made.outcomes(date(2026, 12, 1)) == []
    assert (made.unidentified.sales, made.unidentified.gross_minor) == (1, 5_000)


def test_a_run_can_be_stopped_from_its_progress() -> None:
    def stop(done: int, _total: int) -> NoReturn:
        raise KeyboardInterrupt(done)

    made = TryOut(DAWN, tax_classes=TAXES, store=StoreContext(zone=DAWN.zone), redeemers=Ratio(0))
    sales = [bought(str(n), 100) for n in range(1200)]
    with pytest.raises(KeyboardInterrupt, match="500"):
        try_out([made], sales, total=1200, progress=stop)

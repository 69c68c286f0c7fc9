"""Whole days at a till, in any order of what can happen: the drawer is the float and every piece of
cash that moved, and the Z is what a cashier would have written down beside it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.shift_sums import SumKind
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.services.till import Till
from tests.fakes.time import SetClock
from tests.faults.shop import make_shop, reopen
from tests.services.returning.test_refund_sale import CASHIER, PLAIN, basket, member, refund, sell

DAYS = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed book to copy."""
    folder = tmp_path_factory.mktemp("days") / "book"
    till, _created = make_shop(folder)
    till.programmes.install(PLAIN.encode())
    till.close()
    return folder


@dataclass
class Notebook:
    """What somebody beside the till writes down, from receipts alone."""

    drawer: int = 0
    sales: int = 0
    sold: int = 0
    back: int = 0
    earned: int = 0
    kept: list[Sale] = field(default_factory=list)

    def sale(self, sale: Sale) -> None:
        self.sales += 1
        self.sold += sale.payable_minor
        self.drawer += sum(t.given_minor - t.change_minor for t in sale.tenders if _cash(t.kind))
        self.earned += sum(points.earned for points in sale.points)
        self.kept.append(sale)


@contextmanager
def opened(made: Path, folder: Path) -> Iterator[tuple[Till, SetClock]]:
    """A copy of the book, open; thrown away afterwards."""
    clock = SetClock()
    till = reopen(Path(shutil.copytree(made, folder)), clock=clock)
    try:
        yield till, clock
    finally:
        till.close()
        shutil.rmtree(folder)


def _cash(kind: TenderKind) -> bool:
    return kind is TenderKind.CASH


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("sale"), st.integers(0, 7), st.booleans(), st.booleans()),
        st.tuples(st.just("back"), st.integers(0, 9), st.booleans(), st.just(False)),
        st.tuples(st.just("move"), st.integers(-500, 500), st.just(False), st.just(False)),
        st.tuples(st.just("pause"), st.integers(1, 20), st.just(False), st.just(False)),
        st.tuples(st.just("count"), st.integers(-50, 50), st.just(False), st.just(False)),
    ),
    min_size=4,
    max_size=14,
)


@given(steps=STEPS, float_minor=st.integers(0, 100_000))
@DAYS
def test_a_z_is_what_was_written_down_beside_the_till(
    made: Path, tmp_path: Path, steps: list[tuple[str, int, bool, bool]], float_minor: int
) -> None:
    with opened(made, tmp_path / "book") as (till, clock):
        shift = till.shifts.open(float_minor, CASHIER)
        beside = Notebook(drawer=float_minor)
        for step in steps:
            take(till, clock, beside, step)
            assert till.shifts.report().due_minor == beside.drawer
        close(till, beside)
        (stored,) = till.shifts.closes()
        sums = stored.sums
        assert stored.close.due_minor == beside.drawer
        made_sales = sums.total(SumKind.SALES)
        assert (made_sales.count, made_sales.amount) == (beside.sales, beside.sold)
        gone = sums.total(SumKind.RETURNS).amount + sums.total(SumKind.VOIDS).amount
        assert gone == beside.back
        assert sums.total(SumKind.EARNED).amount == beside.earned
        assert all(sale.day == shift.day for sale in beside.kept)
        proof = till.verify.verify()
        assert proof.holds, proof.first


def take(till: Till, clock: SetClock, beside: Notebook, step: tuple[str, int, bool, bool]) -> None:
    """One thing happens; what cannot be is passed over."""
    kind, number, one, other = step
    if kind == "sale":
        whose = member(till) if one else None
        pieces = [0] * number + [1 + number]
        beside.sale(sell(till, basket(till, *pieces, member_id=whose), card=100 if other else 0))
    elif kind == "back" and beside.kept:
        sale = beside.kept.pop(number % len(beside.kept))
        how = {"kind": RefundKind.VOID} if one else {}
        lines = () if one else tuple((line.number, line.quantity_milli) for line in sale.lines)
        back = refund(till, sale, *lines, **how)
        beside.back += back.total_minor
        beside.drawer -= sum(t.given_minor for t in back.tenders if _cash(t.kind))
    elif kind == "move" and number:
        cause = "change" if number > 0 else "safe"
        till.shifts.move_cash(till.shifts.new_move_id(), number, cause, CASHIER)
        beside.drawer += number
    elif kind == "pause":
        clock.pass_time(timedelta(hours=number))
    elif kind == "count" and not till.shifts.report().counts:
        # Coins are never fewer than none, and never more than may be off.
        counted = max(0, beside.drawer + number)
        if abs(counted - beside.drawer) <= 1_000:
            till.shifts.count(((1, counted),), CASHIER)


def close(till: Till, beside: Notebook) -> None:
    """Count what is due, where nobody has counted yet, and close."""
    if not till.shifts.report().counts:
        till.shifts.count(((1, max(0, beside.drawer)),), CASHIER)
    if beside.drawer < 0 and till.shifts.report().counted_minor is None:
        # More was taken out than there was: it is counted again and a manager lets it pass.
        till.shifts.count(((1, 1),), CASHIER)
    (manager,) = till.people.all()
    till.shifts.close(CASHIER, cause="unknown", approver=manager)

"""A claimed sale as refunds see it, and what stays of one that came back in part."""

from __future__ import annotations

from posloyalty.domain.engine.claiming import as_claimed, kept_lines
from tests.fakes.refunded import a_refund
from tests.fakes.sold import a_sale


def test_each_line_earns_what_the_claim_has_noted() -> None:
    facts = (("sale", "00"), ("earned/points", "1:28,2:19"), ("earned/stars", "2:1"))
    claimed = as_claimed(a_sale(member=False), b"m" * 16, facts)
    assert claimed.member_id == b"m" * 16
    assert [line.earned for line in claimed.lines[:3]] == [
        (("points", 28),),
        (("points", 19), ("stars", 1)),
        (),
    ]


def test_what_came_back_is_not_claimed() -> None:
    sale, refund = a_sale(), a_refund()
    left = {line.number: line.quantity_milli for line in kept_lines(sale, [refund])}
    gone = {line.number: line.quantity_milli for line in refund.lines}
    assert gone
    for line in sale.lines:
        assert left.get(line.number, 0) + gone.get(line.number, 0) == line.quantity_milli

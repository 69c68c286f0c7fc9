"""Further events of a type, frozen too: with keys that its first example does without."""

from __future__ import annotations

from msgspec import UNSET, structs

from posloyalty.sync import events
from tests.sync.examples import EXAMPLES

_SALE, _REFUND = EXAMPLES["sale"], EXAMPLES["refund"]
assert isinstance(_SALE, events.Sale)
assert isinstance(_REFUND, events.Refund)


def _at_cost(post: events.Post) -> events.Post:
    if post.opens is UNSET:
        return post
    return structs.replace(post, opens=structs.replace(post.opens, shop_cost=(4, 5)))


FURTHER: dict[str, events.Event] = {
    "refund_exchanged": structs.replace(
        _REFUND, pays=tuple(structs.replace(pay, stays=pay.amount - 1) for pay in _REFUND.pays)
    ),
    "act_paid_out": structs.replace(
        EXAMPLES["act"],
        kind="gift_card",
        what="pay_out",
        out=events.PaidOut(by="cash", amount=4567, given=4560, seen="id_card"),
    ),
    "refund_seen": structs.replace(_REFUND, seen="passport"),
    "refund_elsewhere": structs.replace(
        EXAMPLES["refund"], of="S01-T03-1-0042", receipt="LR1:" + "A" * 173
    ),
    "payment_back": structs.replace(EXAMPLES["payment"], step="approved", ref="0042", back=2),
    "sale_keyed_in": structs.replace(_SALE, again="S01-T02-1-0042", receipt="LR1:" + "A" * 173),
    "sale_keyed_in_elsewhere": structs.replace(
        _SALE, again="S01-T02-1-0042", receipt="LR1:" + "A" * 173, till="5a" * 8
    ),
    "sale_listed": structs.replace(
        _SALE,
        lines=tuple(
            structs.replace(line, list=("CLUB", "Club price", line.price + 100))
            for line in _SALE.lines
        ),
    ),
    "sale_by_wallet": structs.replace(
        _SALE,
        pays=tuple(
            structs.replace(pay, kind="qr_wallet", ref="8841", scheme="wechat")
            for pay in _SALE.pays
        ),
    ),
    "shift_close_folded": structs.replace(EXAMPLES["shift_close"], fold=2),
    "sale_taxed_apart": structs.replace(
        _SALE,
        lines=tuple(structs.replace(line, fix=10) for line in _SALE.lines),
        taxes=tuple(structs.replace(tax, fix=20) for tax in _SALE.taxes),
    ),
    "sale_taxed": structs.replace(
        _SALE, lines=tuple(structs.replace(line, fix=10) for line in _SALE.lines)
    ),
    # A mug that is given costs the shop something, and so will the points once they are spent.
    "sale_at_its_cost": structs.replace(
        _SALE,
        lines=tuple(
            structs.replace(line, shop_cost=(("member-day", 300), ("free-cup", 420)))
            for line in _SALE.lines
        ),
        post=tuple(_at_cost(post) for post in _SALE.post),
    ),
    "refund_at_its_cost": structs.replace(
        _REFUND,
        lines=tuple(
            structs.replace(line, shop_cost=(("free-cup", 210),)) for line in _REFUND.lines
        ),
    ),
    "till_trust_gone": structs.replace(EXAMPLES["till_trust"], gone=True),
    "till_trust_revoke": structs.replace(EXAMPLES["till_trust"], move="revoke", cert=UNSET),
}

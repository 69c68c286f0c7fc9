"""Claims on a real book: shown before they are booked, good once, and proved with the rest."""

from __future__ import annotations

import pytest

from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.refusal import ServiceRefusal
from tests.services.conftest import Shop
from tests.services.counter import paid

PROGRAMME = """
language = 2
id = "claims"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[earn]]
id = "base"
per_sale = { points = 10 }
[claim]
"""


def test_a_preview_books_nothing_and_a_claim_is_good_once(shop: Shop) -> None:
    till = shop.till
    till.programmes.install(PROGRAMME.encode("utf-8"))
    basket = till.check_out.open_basket().add(till.catalogue.search("")[0])
    quote = till.check_out.quote(basket)
    sale = till.check_out.complete(basket, quote, paid(quote), shop.manager)
    form = EnrolForm(phone="13900000009", consents=(("terms", "", True),))
    member_id = till.enrol.enrol(form, shop.manager).member.id
    with till.book.read() as reader:
        stored = reader.sales.by_id(sale.id)
        assert stored is not None
        code = receipt_code(reader, stored)
    assert code is not None
    for _ in range(2):
        shown = till.claims.preview(code, member_id)
        assert (shown.number, shown.points) == (sale.number, {"points": 10})
    till.claims.claim(code, member_id, shop.manager)
    with pytest.raises(ServiceRefusal) as again:
        till.claims.claim(code, member_id, shop.manager)
    # Within the signature; of the last letter some bits stand for nothing.
    other = "A" if code[-10] != "A" else "B"
    with pytest.raises(ServiceRefusal) as strange:
        till.claims.preview(code[:-10] + other + code[-9:], member_id)
    assert [one.value.reason for one in (again, strange)] == ["CLAIMED_ALREADY", "RECEIPT_FORGED"]
    (wallet,) = till.members.panel(member_id).wallets
    assert wallet.balance == 10
    assert till.verify.verify().holds

"""A member is erased while their goods are being rung: nothing is booked for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posloyalty.domain.engine.erase import ERASURE
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.sync.journals import Place
from posloyalty.sync.office.decisions import ERASE, MEMBER
from posloyalty.sync.office.telling import Answer, Telling
from posloyalty.wording import LANGUAGES, Words
from tests.services.a_shop import Shop, new_shop
from tests.services.counter import paid


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path) as made:
        yield made


def erased(shop: Shop, member_id: bytes) -> None:
    """What the till hears of head office."""
    with shop.till.book.read() as reader:
        *_, last = reader.journal.events()
    telling = Telling(
        event_id=b"e" * 16,
        at="2026-11-22T10:00:00.000+00:00",
        what=ERASE,
        src=b"h" * 16,
        facts=(("reason", ERASURE), (MEMBER, member_id.hex())),
    )
    base = Place(epoch=1, seq=last.seq, hash=last.hash)
    assert shop.till.office.apply(Answer(base=base, tellings=(telling,))) == 1


def test_a_sale_to_somebody_who_is_erased_meanwhile_is_refused_and_goes_on_without_them(
    shop: Shop,
) -> None:
    till = shop.till
    form = ProductForm(sku="TEA", name="Tea", price_minor=1000, tax_class="std13")
    tea = till.catalogue.save_product(form, shop.manager)
    ann = EnrolForm(phone="13800000042", name="Ann", consents=(("terms", "", True),))
    ann_id = till.enrol.enrol(ann, shop.manager).member.id
    basket = till.check_out.open_basket().add(tea).for_member(ann_id, proof="card")
    quote = till.check_out.quote(basket)
    erased(shop, ann_id)

    with pytest.raises(ServiceRefusal) as refused:
        till.check_out.complete(basket, quote, paid(quote), shop.manager)
    assert refused.value.reason == "QUOTE_STALE"
    said = {Words(language)("refusal.QUOTE_STALE") for language in LANGUAGES}
    assert len(said) == len(LANGUAGES)
    with till.book.read() as reader:
        assert reader.sales.by_id(basket.sale_id) is None
        assert "sale" not in [event.kind for event in reader.journal.events()]

    with pytest.raises(ServiceRefusal) as gone:
        till.members.panel(ann_id)
    assert gone.value.reason == "NO_SUCH_MEMBER"

    again = till.check_out.quote(basket)
    assert [earned.points for earned in again.earnings if earned.points] == []
    sale = till.check_out.complete(basket, again, paid(again), shop.manager)
    assert [points.earned for points in sale.points if points.earned] == []

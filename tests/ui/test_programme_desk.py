"""The programme desk on a real till: ready files, files of one's own, a try-out, and using one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.wording import LANGUAGES, Words
from tests.services.a_shop import Shop, new_shop
from tests.services.counter import paid
from ui.presenters.desks import DraftProgramme
from ui.presenters.ports import JobCancelled
from ui.programme_desk import TillProgrammes

TENTH = b"""language = 2
id = "tenth"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"
spend = { points = 100, money = "1.00" }

[[earn]]
id = "base"
per_spend = { points = 1, money = "1.00" }

[[offer]]
id = "tenth"
scope = "order"
percent = "10%"
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path) as made:
        yield made


def desk_of(shop: Shop) -> TillProgrammes:
    return TillProgrammes(SimpleNamespace(till=shop.till, words=Words("en")))


def sell(shop: Shop, *, times: int) -> None:
    till = shop.till
    form = ProductForm(sku="COAT", name="Coat", price_minor=20000, tax_class="std13")
    coat = till.catalogue.save_product(form, shop.manager)
    ann = EnrolForm(phone="13800000042", name="Ann", consents=(("terms", "", True),))
    member = till.enrol.enrol(ann, shop.manager).member
    for _ in range(times):
        basket = till.check_out.open_basket().add(coat).for_member(member.id, proof="card")
        quote = till.check_out.quote(basket)
        till.check_out.complete(basket, quote, paid(quote), shop.manager)


def no_progress(done: int, total: int) -> None:
    """Nobody watches."""


def test_a_ready_programme_is_used_and_sales_go_by_it(shop: Shop) -> None:
    desk = desk_of(shop)
    assert "dawn-club" in desk.ready()
    assert [one.name for one in desk.kept()] == ["Dawn Club"]
    draft = desk._draft(TENTH)
    kept = desk.use(draft, shop.manager.id)
    assert (kept.name, kept.version, kept.in_effect) == ("tenth", 1, True)
    assert [one.in_effect for one in desk.kept()] == [True, False]
    basket = shop.till.check_out.open_basket()
    assert shop.till.check_out.quote(basket).programme.id == "tenth"


def test_a_ready_programme_comes_in_the_shops_money(tmp_path: Path) -> None:
    with new_shop(tmp_path, programme=None, currency="TWD", timezone="Asia/Taipei") as shop:
        desk = desk_of(shop)
        draft = desk.from_ready("dawn-club")
        assert draft.findings == ()
        assert desk.use(draft, shop.manager.id).in_effect
        quote = shop.till.check_out.quote(shop.till.check_out.open_basket())
        assert (quote.programme.id, quote.currency.code) == ("dawn-club", "TWD")


def test_a_file_with_faults_says_them_all_with_their_lines(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(TENTH.replace(b"10%", b"110%").replace(b"version = 1", b"version = 0"))
    draft = desk_of(shop).from_file(str(file))
    assert len(draft.findings) == 2
    assert draft.findings[0].startswith("Line 3")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (TENTH.replace(b"CNY", b"USD"), "PROGRAMME_CURRENCY"),
        (TENTH, "PROGRAMME_KEPT"),
    ],
)
def test_what_cannot_be_used_says_why_and_changes_nothing(
    shop: Shop, data: bytes, reason: str
) -> None:
    desk = desk_of(shop)
    desk.use(DraftProgramme(data=TENTH), shop.manager.id)
    before = desk.kept()
    with pytest.raises(ServiceRefusal) as refused:
        desk.use(DraftProgramme(data=data), shop.manager.id)
    assert refused.value.reason == reason
    assert desk.kept() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_with_rules_that_never_fire_is_a_draft_with_warnings(
    shop: Shop, tmp_path: Path, language: str
) -> None:
    file = tmp_path / "mine.toml"
    never = b'when = { min_spend = "100.00", not = { min_spend = "50.00" } }\n'
    file.write_bytes(TENTH + never)
    desk = TillProgrammes(SimpleNamespace(till=shop.till, words=Words(language)))
    draft = desk.from_file(str(file))
    assert (draft.name, draft.findings) == ("tenth", ())
    [told] = draft.warnings
    assert "19" in told
    assert "NEVER_TOGETHER" not in told
    assert desk.use(draft, shop.manager.id).in_effect


def test_no_programme_that_ships_has_a_warning(shop: Shop) -> None:
    desk = desk_of(shop)
    told = {key: desk.from_ready(key).warnings for key in desk.ready()}
    assert "marriott-bonvoy" in told
    assert {key: warnings for key, warnings in told.items() if warnings} == {}


def test_a_file_that_is_no_programmes_size_is_not_read(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "huge.toml"
    file.write_bytes(b"#" * 1_000_001)
    with pytest.raises(ServiceRefusal, match="FILE_TOO_LARGE"):
        desk_of(shop).from_file(str(file))


def test_a_try_out_that_nobody_waits_for_ends_and_leaves_the_book_as_it_was(shop: Shop) -> None:
    sell(shop, times=1)
    desk = desk_of(shop)

    def cancelled(done: int, total: int) -> None:
        raise JobCancelled

    with pytest.raises(JobCancelled):
        desk.try_out(DraftProgramme(data=TENTH), Ratio(0), cancelled)
    assert desk.try_out(DraftProgramme(data=TENTH), Ratio(0), no_progress).sales == 1
    assert [one.name for one in desk.kept()] == ["Dawn Club"]


def test_a_try_out_over_the_books_sales_says_cost_and_difference(shop: Shop) -> None:
    sell(shop, times=3)
    tried = desk_of(shop).try_out(DraftProgramme(data=TENTH), Ratio(0), no_progress)
    assert tried.sales == 3
    assert tried.lines[0].startswith("tenth, version 1: 3 sales of 1 member through ")
    assert tried.lines[1].startswith(
        "¥600.00 at full price: discounts ¥60.00, points spent ¥0.00; cost ¥60.00, 10.0 % of sales"
    )
    assert any(line.startswith("points: issued 540") for line in tried.lines)
    assert any(line.startswith("Instead of the other programme") for line in tried.lines)

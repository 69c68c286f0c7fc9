"""Judging: an honest till's sales agree to the last figure, everything else is named or waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import select

import resources
from posloyalty.domain.members.member import Birthday
from posloyalty.domain.shop.basket import Redemption
from posloyalty.headoffice.judging import judging as lane
from posloyalty.headoffice.judging.judging import Judging
from posloyalty.headoffice.judging.variances import Variances
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.judging_tables import JUDGING_PLACE
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.services.shop.demo_shop import PROGRAMME
from posloyalty.sync import events
from posloyalty.sync.journal import StoredEvent
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.judged import journal_of, judged, send, told
from tests.services.a_shop import new_shop
from tests.services.counter import paid

RULES = resources.read(PROGRAMME)
Journal = list[StoredEvent]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Journal:
    """A demo shop's journal, which tells of its goods at the end, as a till that joins does."""
    with new_shop(tmp_path_factory.mktemp("demo"), programme=None) as shop:
        shop.till.demo.fill(shop.manager, "en", members=12)
        return journal_of(shop)


def sales_of(journal: Journal) -> Iterator[events.Sale]:
    for one in journal:
        event = events.decode(one.body)
        if isinstance(event, events.Sale):
            yield event


def of_members(journal: Journal) -> events.Sale:
    """A sale by which a member earned something."""
    return next(one for one in sales_of(journal) if one.points and one.points[0].earned)


def inflated(sale: events.Sale) -> events.Sale:
    """A hundred times the points, everywhere the event says them."""
    post = tuple(
        structs.replace(one, n=one.n * 100) if one.code == "earn" else one for one in sale.post
    )
    lines = tuple(
        structs.replace(one, earn=tuple((wallet, n * 100) for wallet, n in one.earn))
        for one in sale.lines
    )
    return structs.replace(sale, post=post, lines=lines)


def test_every_sale_of_an_honest_shop_agrees(
    office: OpenOffice, till: ATill, demo: Journal
) -> None:
    office.publishing.keep(RULES, by="Ann")
    send(till, office, demo)
    found = judged(office)
    assert found.sales == len(list(sales_of(demo))) > 40
    assert found.variances == {}
    assert found.waiting == {}
    assert found.explained == 0
    stands = Variances(office.database, office.clock).standing()
    assert (stands.tills, stands.behind, stands.lag_s) == (0, 0, 0)


def test_points_that_were_inflated_are_named_line_by_line_and_nothing_else_is(
    office: OpenOffice, till: ATill, demo: Journal
) -> None:
    office.publishing.keep(RULES, by="Ann")
    victim = of_members(demo)
    send(till, office, demo, lambda one: inflated(one) if one.id == victim.id else one)
    found = judged(office)
    parts = found.variances.pop((victim.no, "differs"))
    earned = sum(n for line in victim.lines for _, n in line.earn)
    lines = [part for part in parts if part[0] == "earned"]
    assert sum(due for *_, due in lines) == earned
    assert all(sold == 100 * due for *_, sold, due in lines)
    (whole,) = [part for part in parts if part[0] == "wallet"]
    assert whole[3] - whole[4] == 99 * earned
    # What the member then spent of it, no till with these rules had lent to anybody honest.
    assert all(kind == "differs" for _, kind in found.variances)


@pytest.mark.long(sample=2)
@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda one: structs.replace(one, total=one.total - 100), "payable"),
        (
            lambda one: structs.replace(
                one,
                lines=(
                    structs.replace(one.lines[0], offers=(("free-lunch", 100),)),
                    *one.lines[1:],
                ),
            ),
            "offer",
        ),
        (
            lambda one: structs.replace(
                one,
                tiers=(
                    events.TierMet(
                        member=str(one.member),
                        scheme="levels",
                        level="gold",
                        met=one.day,
                        through="2031-12-31",
                    ),
                ),
            ),
            "tier",
        ),
    ],
)
def test_what_no_rule_gives_is_named_by_what_it_is(
    office: OpenOffice, till: ATill, demo: Journal, change: object, what: str
) -> None:
    office.publishing.keep(RULES, by="Ann")
    victim = of_members(demo)
    assert callable(change)
    send(till, office, demo, lambda one: change(one) if one.id == victim.id else one)
    parts = judged(office).variances[victim.no, "differs"]
    assert what in {part[0] for part in parts}


def test_sales_by_rules_that_head_office_never_saw_wait_until_it_has_them(
    office: OpenOffice, till: ATill, demo: Journal
) -> None:
    send(till, office, demo)
    found = judged(office)
    numbers = {one.no for one in sales_of(demo)}
    assert found.waiting == dict.fromkeys(numbers, "version")
    assert found.sales == 0
    (row,) = Variances(office.database, office.clock).waiting()
    assert (row.why, row.sales) == ("version", len(numbers))
    office.publishing.keep(RULES, by="Ann")
    found = judged(office)
    assert (found.sales, found.waiting, found.variances) == (len(numbers), {}, {})


@pytest.mark.long(beside="test_sales_by_rules_that_head_office_never_saw_wait_until_it_has_them")
def test_sales_of_goods_that_were_not_told_of_wait_for_them_where_they_do_not_agree(
    office: OpenOffice, till: ATill, demo: Journal
) -> None:
    office.publishing.keep(RULES, by="Ann")
    goods = next(n for n, one in enumerate(demo) if b'"t":"goods"' in one.body)
    send(till, office, demo[:goods])
    found = judged(office)
    waiting = set(found.waiting)
    assert set(found.waiting.values()) == {"goods"}
    assert found.variances == {}
    assert 0 < len(waiting) < len(list(sales_of(demo)))
    send(till, office, demo[goods:])
    found = judged(office)
    assert found.waiting == {}
    assert (found.sales, found.variances) == (len(list(sales_of(demo))), {})


def publish(office: OpenOffice, rules: bytes, *, at: timedelta = timedelta()) -> int:
    """Publish at once, or from some time ago on as a test may."""
    programme = office.publishing.keep(rules, by="Ann")
    number = office.publishing.propose(
        programme.hash.hex(), begins=office.clock.now() + at, by="Ann"
    )
    office.publishing.approve(number, by="Ben")
    return number


def newer(version: int) -> bytes:
    return RULES.replace(b"version = 1\n", b"version = %d\n" % version, 1)


@pytest.mark.long(sample=1)
@pytest.mark.parametrize(("days", "named"), [(0, False), (7, False), (8, True)])
def test_a_till_that_still_goes_by_a_replaced_version_is_named_after_a_week(
    office: OpenOffice, till: ATill, demo: Journal, clock: SetClock, days: int, named: bool
) -> None:
    publish(office, RULES)
    clock.pass_time(timedelta(seconds=1))
    publish(office, newer(2))
    victim = of_members(demo)
    late = clock.now() + timedelta(days=days)

    def moved(one: events.Sale) -> events.Sale:
        return structs.replace(one, at=late.isoformat(timespec="milliseconds"))

    send(till, office, demo, lambda one: moved(one) if one.id == victim.id else one)
    assert ((victim.no, "old") in judged(office).variances) is named


def test_a_sale_by_a_stopped_rule_is_named_at_once_with_what_it_cost(
    office: OpenOffice, till: ATill, demo: Journal, clock: SetClock
) -> None:
    publish(office, RULES)
    clock.pass_time(timedelta(seconds=1))
    given = {name: one for one in sales_of(demo) for line in one.lines for name, _ in line.offers}
    rule, victim = next((f"offer:{name}", one) for name, one in given.items() if name)
    office.publishing.stop(rule, by="Ann")
    since = clock.now() + timedelta(minutes=1)

    def moved(one: events.Sale) -> events.Sale:
        return structs.replace(one, at=since.isoformat(timespec="milliseconds"))

    send(till, office, demo, lambda one: moved(one) if one.id == victim.id else one)
    parts = judged(office).variances[victim.no, "stopped"]
    (name,) = {rule.partition(":")[2]}
    cost = [sold for what, of, _, sold, due in parts if (what, of, due) == ("offer", name, 0)]
    off = [n for line in victim.lines for one, n in line.offers if one == name]
    assert sorted(cost) == sorted(off)


def test_a_step_is_bounded_and_whoever_is_cut_goes_on_where_it_stood(
    office: OpenOffice, till: ATill, demo: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "EVENTS_MAX", 7)
    office.publishing.keep(RULES, by="Ann")
    send(till, office, demo)
    steps = 0
    while office.judging.step():
        steps += 1
        # Another process each time: what one has read is in no other's memory.
        office.judging._books.clear()
    assert steps >= len(demo) // 7
    found = told(office)
    assert (found.sales, found.variances, found.waiting) == (len(list(sales_of(demo))), {}, {})


def test_several_workers_judge_each_sale_once(
    office: OpenOffice, demo: Journal, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "EVENTS_MAX", 20)
    office.publishing.keep(RULES, by="Ann")
    for number in range(1, 4):
        till = ATill(clock, number=number)
        till.join(office, office.administration.new_code("S1"), till_code=f"T{number}")
        send(till, office, demo)
    workers = [Judging(office.database, office.office, office.clock) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(Judging.catch_up, workers))
    found = judged(office)
    assert (found.sales, found.variances) == (3 * len(list(sales_of(demo))), {})


@pytest.mark.long(beside="test_several_workers_judge_each_sale_once")
def test_a_step_takes_the_sales_of_many_tills_together(
    office: OpenOffice, clock: SetClock, demo: Journal
) -> None:
    office.publishing.keep(RULES, by="Ann")
    for number in range(1, 41):
        send(joined(office, clock, number), office, demo[:2])
    assert [office.judging.step() for _ in range(3)] == [64, 16, 0]
    with office.database.read() as connection:
        places = connection.execute(select(JUDGING_PLACE)).all()
    assert {(one.seq, one.claimed_until_s) for one in places} == {(2, 0)}
    assert len(places) == 40


def test_a_till_that_cannot_be_judged_holds_up_no_other_one(
    office: OpenOffice, clock: SetClock, demo: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.publishing.keep(RULES, by="Ann")
    tills = [joined(office, clock, number) for number in (1, 2, 3)]
    for one in tills:
        send(one, office, demo[:2])
    whole = Judging._gone_through

    def broken(judging: Judging, court: Any, claim: Any) -> Any:
        if claim.till_id == tills[1].id:
            raise KeyError("nobody foresaw this")
        return whole(judging, court, claim)

    monkeypatch.setattr(Judging, "_gone_through", broken)
    with pytest.raises(KeyError):
        office.judging.step()
    with office.database.read() as connection:
        rows = connection.execute(select(JUDGING_PLACE).order_by(JUDGING_PLACE.c.till_id))
        assert [one.seq for one in rows] == [2, 0, 2]
    # It is tried again once it is nobody's any more.
    monkeypatch.setattr(Judging, "_gone_through", whole)
    assert office.judging.step() == 0
    clock.pass_time(timedelta(seconds=lane.CLAIMED_S))
    assert office.judging.step() == 2


def joined(office: OpenOffice, clock: SetClock, number: int) -> ATill:
    """A till of the first store with a code of its own."""
    till = ATill(clock, number=number)
    heard = till.join(office, office.administration.new_code("S1"), till_code=f"T{number}")
    assert heard.status == 201, heard.said
    return till


def test_a_worker_that_was_killed_holds_a_till_up_for_a_while_only(
    office: OpenOffice, till: ATill, demo: Journal, clock: SetClock
) -> None:
    office.publishing.keep(RULES, by="Ann")
    send(till, office, demo)
    gone = Judging(office.database, office.office, office.clock)
    claims = gone._claim()
    assert [one.till_id for one in claims] == [till.id]
    assert office.judging.step() == 0
    clock.pass_time(timedelta(seconds=lane.CLAIMED_S))
    office.judging.step()
    # It was not dead after all: what it writes now is nobody's.
    gone._write(claims, gone._judged(claims))
    assert judged(office).sales == len(list(sales_of(demo)))


def test_the_lag_is_how_long_the_first_event_waits(
    office: OpenOffice, till: ATill, demo: Journal, clock: SetClock
) -> None:
    send(till, office, demo)
    clock.pass_time(timedelta(seconds=90))
    stands = Variances(office.database, office.clock).standing()
    assert (stands.behind, stands.lag_s) == (len(demo), 90)
    judged(office)
    assert Variances(office.database, office.clock).standing().behind == 0


def test_a_forged_journal_is_named_and_holds_up_nobody(
    office: OpenOffice, till: ATill, demo: Journal, clock: SetClock
) -> None:
    office.publishing.keep(RULES, by="Ann")
    victim = of_members(demo)

    def forged(one: events.Sale) -> events.Sale:
        if one.id != victim.id:
            return one
        never = tuple(structs.replace(post, uses=(("ee" * 16, 5),)) for post in one.post)
        return structs.replace(one, post=never)

    send(till, office, demo, forged)
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"), till_code="T2")
    send(other, office, demo)
    found = judged(office)
    assert "book" in found.waiting.values()
    with office.database.read() as connection:
        places = connection.execute(select(JUDGING_PLACE)).all()
    assert max(row.sales for row in places) == len(list(sales_of(demo)))


def nonsense(one: events.Sale) -> events.Sale:
    return structs.replace(one, post=(structs.replace(one.post[0], code="no such code"),))


def of_no_unit(one: events.Sale) -> events.Sale:
    return structs.replace(one, lines=(structs.replace(one.lines[0], unit="no such unit"),))


def of_no_text(one: events.Sale) -> events.Sale:
    """What PostgreSQL takes into no text."""
    return structs.replace(one, no="\x00", pi="\x00", cur="\x00")


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("forged", [nonsense, of_no_unit, of_no_text])
def test_what_no_till_writes_keeps_no_later_sale_of_its_till_from_being_judged(
    office: OpenOffice, till: ATill, demo: Journal, forged: Callable[[events.Sale], events.Sale]
) -> None:
    """Who wrote one event that cannot be read would otherwise be judged by nobody any more."""
    office.publishing.keep(RULES, by="Ann")
    victim = of_members(demo)
    send(till, office, demo, lambda one: forged(one) if one.id == victim.id else one)
    found = judged(office)
    assert found.sales + len(found.waiting) >= len(list(sales_of(demo))) - 1
    assert found.sales >= len(list(sales_of(demo))) - 3
    assert Variances(office.database, office.clock).standing().behind == 0
    if forged is of_no_unit:
        place = next(one for one in demo if one.event_id.hex() == victim.id)
        assert found.waiting[f"S1-T1-{place.epoch}-{place.seq}"] == "rules"


BY_ITSELF = b"""
language = 2
id = "auto"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[wallet.spend]
points = 1
money = "1.00"
auto_use = "always"
[[earn]]
id = "base"
per_sale = { points = 3 }
"""


def test_points_that_go_by_themselves_agree_and_so_does_whoever_keeps_them(
    office: OpenOffice, till: ATill, tmp_path: Path
) -> None:
    office.publishing.keep(BY_ITSELF, by="Ann")
    with new_shop(tmp_path, programme=None) as shop:
        shop.till.programmes.install(BY_ITSELF)
        form = EnrolForm(phone="13900000001", consents=(("terms", "", True),))
        member = shop.till.enrol.enrol(form, shop.manager).member.id
        tax = shop.till.catalogue.tax_classes()[0].code
        tea = shop.till.catalogue.save_product(
            ProductForm(sku="TEA", name="Tea", price_minor=2000, tax_class=tax), shop.manager
        )
        spent = []
        for keeps in (False, True, False):
            basket = shop.till.check_out.open_basket().add(tea).for_member(member, proof="card")
            if keeps:
                no = Redemption(wallet="points", points=0)
                basket = basket.redeeming(no, wallet="points")
            quote = shop.till.check_out.quote(basket)
            shop.till.check_out.complete(basket, quote, paid(quote), shop.manager)
            spent.append(sum(one.points for one in quote.redemptions))
        journal = journal_of(shop)
    assert spent == [0, 0, 6]
    send(till, office, journal)
    found = judged(office)
    assert (found.sales, found.variances, found.waiting) == (3, {}, {})


def test_birthday_benefits_agree_on_every_day_of_their_windows(
    office: OpenOffice, till: ATill, tmp_path: Path
) -> None:
    """Twice the points from 7 days before to 7 after, 10 % off from 3 before to 3 after."""
    office.publishing.keep(RULES, by="Ann")
    with new_shop(tmp_path, programme=None) as shop:
        shop.till.programmes.install(RULES)
        tax = shop.till.catalogue.tax_classes()[0].code
        tea = shop.till.catalogue.save_product(
            ProductForm(sku="TEA", name="Tea", price_minor=2000, tax_class=tax), shop.manager
        )
        gained = []
        for away in (-8, -7, -4, -3, 0, 3, 4, 7, 8):
            born = shop.clock.now().date() + timedelta(days=away)
            form = EnrolForm(
                phone=f"139000000{away + 10:02}",
                birthday=Birthday(born.month, born.day),
                consents=(("terms", "", True),),
            )
            member = shop.till.enrol.enrol(form, shop.manager).member.id
            basket = shop.till.check_out.open_basket().add(tea).for_member(member, proof="card")
            quote = shop.till.check_out.quote(basket)
            sale = shop.till.check_out.complete(basket, quote, paid(quote), shop.manager)
            gained.append((sale.payable_minor, sum(n for _, n in sale.lines[0].earned)))
        journal = journal_of(shop)
    usual, twice, both = (1900, 19), (1900, 38), (1800, 36)
    assert gained == [usual, twice, twice, both, both, both, twice, twice, usual]
    send(till, office, journal)
    found = judged(office)
    assert (found.sales, found.explained, found.variances) == (9, 7, {})

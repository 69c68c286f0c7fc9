"""A programme kind is two small files: one says how it is written, one says what it does.

Here both lie outside the product. Nothing of the product is edited, and the kind is read, checked,
evaluated, booked, journalled and verified like those that ship.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.work import REGISTRY
from posloyalty.domain.programme.declaration import DECLARATIONS
from posloyalty.services.programmes.programmes import ProgrammeRefused
from posloyalty.services.refusal import ServiceRefusal
from tests.fakes.outside import modules_from_outside
from tests.faults.shop import MEMBER_PHONE
from tests.services.conftest import Shop
from tests.services.counter import paid

DECLARED = '''
"""`[[lucky_day]]`: so many points for whoever visits on a day of the month."""
from dataclasses import dataclass
from posloyalty.domain.programme.declaration import Until, declares

@dataclass(frozen=True, slots=True)
class LuckyDay:
    id: str
    wallet: str
    day: int
    points: int

@declares("lucky_day", LuckyDay, until=Until.EARNING)
def read_lucky_day(section):
    wallet = section.wallet()
    read = LuckyDay(
        section.text("id"), wallet, section.whole("day", least=1, most=31),
        section.points("points", wallet),
    )
    section.close()
    return read
'''
WORK = '''
"""Gives the points, once a day, and counts it."""
from lucky_day_declared import LuckyDay
from posloyalty.domain.engine.moment import Trigger
from posloyalty.domain.engine.work import Stage, works

@works(LuckyDay, Trigger.SALE, Trigger.ACTIVITY, stage=Stage.BONUSES)
def lucky(declared, moment, awards):
    meter = f"lucky/{declared.id}"
    if moment.active is None or moment.day.day != declared.day:
        return
    if awards.counted(meter, since=moment.day) == 0:
        awards.credit(declared.wallet, declared.points, rule_id=declared.id, name="Lucky day")
        awards.count(meter, 1)
'''
PROGRAMME = """
language = 1
id = "lucky"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[lucky_day]]
id = "twenty-second"
day = 22
points = 7
"""


@pytest.fixture
def kind(tmp_path: Path) -> Iterator[None]:
    before = REGISTRY.works
    names = {"lucky_day_declared": DECLARED, "lucky_day_work": WORK}
    with modules_from_outside(tmp_path, names):
        yield
    REGISTRY.works = before
    DECLARATIONS.pop("lucky_day")


@pytest.mark.usefixtures("kind")
def test_it_is_rung_up_booked_and_verified_like_those_that_ship(shop: Shop) -> None:
    till = shop.till
    till.programmes.install(PROGRAMME.encode("utf-8"))
    member_id = till.members.by_phone(MEMBER_PHONE)
    assert member_id is not None
    for wanted in ([7], []):  # once a day
        basket = till.check_out.open_basket().add(till.catalogue.search("")[0])
        basket = basket.for_member(member_id, proof="card")
        quote = till.check_out.quote(basket)
        assert [award.amount for award in quote.awards] == wanted
        till.check_out.complete(basket, quote, paid(quote), shop.manager)
    proof = till.verify.verify()
    assert proof.holds, proof.first
    (wallet,) = till.members.panel(member_id).wallets
    assert wallet.balance == 7


@pytest.mark.usefixtures("kind")
@pytest.mark.parametrize(("days_before", "given"), [(0, [7]), (1, [])])
def test_it_ends_with_the_programme_as_its_declaration_says(
    shop: Shop, days_before: int, given: list[int]
) -> None:
    till, today = shop.till, date(2026, 11, 22)
    ends = f"""
[winding_down]
announced = {today - timedelta(days=9)}
earns_through = {today - timedelta(days=days_before)}
redeems_through = {today + timedelta(days=9)}
left = "expires"
"""
    till.programmes.install(f"{PROGRAMME}{ends}".encode())
    basket = till.check_out.open_basket().add(till.catalogue.search("")[0])
    basket = basket.for_member(till.members.by_phone(MEMBER_PHONE), proof="card")
    assert [award.amount for award in till.check_out.quote(basket).awards] == given


@pytest.mark.usefixtures("kind")
def test_it_answers_to_an_act_and_the_same_act_again_does_nothing(shop: Shop) -> None:
    till = shop.till
    till.programmes.install(PROGRAMME.encode("utf-8"))
    member_id = till.members.by_phone(MEMBER_PHONE)
    happening = Happening(
        trigger=Trigger.ACTIVITY, recorded=Recorded(what="visit"), member_id=member_id
    )
    assert [award.amount for award in till.acts.preview(happening).awards] == [7]
    first = till.acts.record(happening, shop.manager)
    assert [award.amount for award in first.awards] == [7]
    again = till.acts.record(happening, shop.manager, event_id=first.event_id)
    assert again.does == first.does
    with pytest.raises(ServiceRefusal) as refused:
        till.acts.record(happening, shop.manager)
    assert refused.value.reason == "NOTHING_TO_RECORD"
    assert till.verify.verify().holds


@pytest.mark.usefixtures("kind")
def test_what_is_wrong_with_it_is_found_with_the_rest_of_the_file(shop: Shop) -> None:
    with pytest.raises(ProgrammeRefused) as refused:
        shop.till.programmes.install(PROGRAMME.replace("22\n", '32\ncolour = "red"\n').encode())
    found = [(one.code, one.path, one.line) for one in refused.value.programme_findings]
    assert found == [
        ("NOT_WHOLE", "lucky_day[1].day", 11),
        ("UNKNOWN_KEY", "lucky_day[1].colour", 12),
    ]


def test_without_its_files_a_till_refuses_the_programme_whole(shop: Shop) -> None:
    with pytest.raises(ProgrammeRefused) as refused:
        shop.till.programmes.install(PROGRAMME.encode("utf-8"))
    assert [one.code for one in refused.value.programme_findings] == ["UNKNOWN_KEY"]

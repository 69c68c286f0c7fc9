"""Events and draws on a real book: thirty come and two wait; a draw is reckoned anew."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from posloyalty.cli.commands import application
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import Words
from tests.services.conftest import Shop
from tests.services.counter import paid

# The tests' clock stands at 22 November 2026.
PROGRAMME = """
language = 2
id = "going"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[event]]
id = "launch"
name = "Launch"
on = 2026-11-30
capacity = 30
waiting = 2
[[draw]]
id = "it"
within = { from = 2026-11-22, through = 2026-11-23 }
each_spend = "1.00"
most_entries = 2
odds = "Two among all"
terms = "https://example.org"
late_hours = 1
prize = [{ id = "phone", value = "10.00" }, { id = "mug", value = "1.00" }]
"""


def joins(shop: Shop, number: int) -> bytes:
    form = EnrolForm(phone=str(13900001000 + number), consents=(("terms", "", True),))
    return shop.till.enrol.enrol(form, shop.manager).member.id


def test_thirty_come_two_wait_and_the_first_of_them_comes_up(shop: Shop) -> None:
    attend = shop.till.doings.attend
    shop.till.programmes.install(PROGRAMME.encode("utf-8"))
    people = [joins(shop, number) for number in range(33)]
    for one in people[:32]:
        attend.accept(one, "launch", shop.manager)
    (launch,) = attend.events("en")
    assert (launch.name, launch.taken, launch.waiting) == ("Launch", 30, 2)
    with pytest.raises(ServiceRefusal) as refused:
        attend.accept(people[32], "launch", shop.manager)
    assert refused.value.reason == "EVENT_FULL"
    attend.cancel(people[11], "launch", shop.manager)
    (launch,) = attend.events("en")
    assert (launch.taken, launch.waiting) == (30, 1)
    shop.clock.pass_time(timedelta(days=8))
    attend.check_in(people[30], "launch", shop.manager)
    with pytest.raises(ServiceRefusal) as refused:
        attend.check_in(people[31], "launch", shop.manager)
    assert refused.value.reason == "STILL_WAITS"
    assert shop.till.verify.verify().holds


def test_a_draw_is_reckoned_anew_from_its_event(shop: Shop) -> None:
    till, attend = shop.till, shop.till.doings.attend
    till.programmes.install(PROGRAMME.encode("utf-8"))
    promised = attend.commit("it", shop.manager)
    for number in range(3):
        basket = till.check_out.open_basket().add(till.catalogue.search("")[0])
        basket = basket.for_member(joins(shop, number), proof="card")
        quote = till.check_out.quote(basket)
        till.check_out.complete(basket, quote, paid(quote), shop.manager)
    with pytest.raises(ServiceRefusal) as refused:
        attend.proof("it")
    assert refused.value.reason == "NOT_DRAWN"
    shop.clock.pass_time(timedelta(days=2))
    attend.draw("it", shop.manager)
    proof = attend.proof("it")
    assert proof.holds
    assert proof.commitment == promised
    assert [prize for prize, _ in proof.winners] == ["phone", "mug"]
    assert {entry for _, entry in proof.winners} <= set(proof.entries)
    assert len(proof.entries) == 6
    shop.till.close()
    command = ["report", "draw", "it", "--book", str(shop.folder), "--json"]
    done = CliRunner().invoke(application(Words("en")), command)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["commitment"] == promised

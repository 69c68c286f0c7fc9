"""A shop without head office ends what is left of its programme by itself, member by member."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from posloyalty.domain.ledger.right import RightState
from posloyalty.domain.programme.kinds.winding_down import GRACE
from posloyalty.services.members.adjust_points import adjust_points
from posloyalty.services.members.enrol_member import TERMS, EnrolForm
from posloyalty.services.office.joined_office import SETTING
from posloyalty.services.programmes import wind_up
from posloyalty.sync.events import Act
from posloyalty.sync.office.ending import WIND_UP
from tests.faults.shop import MEMBER_PHONE
from tests.services.conftest import Shop
from tests.services.counter import paid

PROGRAMME = """
language = 2
id = "ends"
version = {version}
currency = "CNY"
timezone = "Asia/Shanghai"
[household]
[[wallet]]
id = "points"
[wallet.spend]
points = 100
money = "1.00"
[[wallet]]
id = "shared"
of = "household"
[wallet.spend]
points = 1
money = "1.00"
[[earn]]
id = "base"
per_sale = {{ points = 150 }}
wallet = "points"
[[earn]]
id = "both"
wallet = "shared"
per_sale = {{ points = 7 }}
[[voucher]]
id = "cake"
amount = "5.00"
[[voucher]]
id = "goodbye"
amount = "1.00"
[[rule]]
id = "paid"
trigger = "sale"
gives = {{ voucher = "cake" }}
{ending}
"""
ENDING = """
[winding_down]
announced = {0}
earns_through = {0}
redeems_through = {0}
left = "{1}"
"""
VOUCHERS = """
voucher = "goodbye"
wallet = "points"
points = 100
"""


class Ending:
    """A shop whose programme is over from tomorrow, and a member who bought once."""

    def __init__(self, shop: Shop, left: str = "expires", more: str = "") -> None:
        self.shop = shop
        found = shop.till.members.by_phone(MEMBER_PHONE)
        assert found is not None
        self.anna = found
        today = shop.clock.now().astimezone(UTC).date() + timedelta(days=1)
        ending = ENDING.format(today.isoformat(), left) + more
        self.last = datetime(today.year, today.month, today.day, tzinfo=UTC)
        text = PROGRAMME.format(version=1, ending=ending)
        shop.till.programmes.install(text.encode("utf-8"))

    def join(self, phone: str) -> bytes:
        form = EnrolForm(phone=phone, consents=((TERMS, "", True),))
        return self.shop.till.enrol.enrol(form, self.shop.manager).member.id

    def buy(self, member_id: bytes) -> None:
        till = self.shop.till
        basket = till.check_out.open_basket().add(till.catalogue.search("")[0])
        basket = basket.for_member(member_id, proof="card")
        quote = till.check_out.quote(basket)
        till.check_out.complete(basket, quote, paid(quote), self.shop.manager)

    def go_to(self, at: datetime) -> None:
        self.shop.clock.pass_time(at - self.shop.clock.now())

    def step_all(self) -> int:
        done = 0
        while count := self.shop.till.winding_up.step():
            done += count
        return done

    def over(self) -> int:
        """Past the end, seen, and the days of grace after it."""
        self.go_to(self.last + timedelta(days=1))
        assert self.step_all() == 0
        self.shop.clock.pass_time(GRACE)
        return self.step_all()

    def left(self, member_id: bytes) -> dict[str, int]:
        with self.shop.till.book.read() as reader:
            today = self.shop.clock.now().date()
            state = reader.ledger.member_state(member_id, lots_since=today)
        assert state is not None
        found = dict.fromkeys(("points", "shared"), 0)
        for lot in state.lots:
            found[lot.account.ledger.partition("/")[2]] += lot.remaining
        return found

    def acts(self) -> tuple[Act, ...]:
        with self.shop.till.book.read() as reader:
            return reader.acts.of_kind(WIND_UP, limit=99)


def test_nothing_ends_before_the_end_has_been_seen_for_the_days_of_grace(shop: Shop) -> None:
    ending = Ending(shop)
    ending.buy(ending.anna)
    assert ending.step_all() == 0
    ending.go_to(ending.last + timedelta(days=1))
    assert ending.step_all() == 0  # seen
    shop.clock.pass_time(GRACE - timedelta(seconds=1))
    assert ending.step_all() == 0
    assert ending.left(ending.anna) == {"points": 150, "shared": 7}
    shop.clock.pass_time(timedelta(seconds=1))
    assert ending.step_all() == 1
    assert ending.left(ending.anna) == {"points": 0, "shared": 0}


def test_a_clock_that_was_ahead_for_a_while_ends_nothing(shop: Shop) -> None:
    ending = Ending(shop)
    ending.buy(ending.anna)
    now = shop.clock.now()
    ending.go_to(ending.last + timedelta(days=300))
    assert ending.step_all() == 0
    ending.go_to(now)
    assert ending.step_all() == 0
    ending.go_to(ending.last + timedelta(days=1))
    assert ending.step_all() == 0  # seen anew
    shop.clock.pass_time(GRACE - timedelta(hours=1))
    assert ending.step_all() == 0
    assert ending.left(ending.anna)["points"] == 150


def test_it_ends_once_for_everybody_and_the_book_proves_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wind_up, "PIECE", 2)
    ending = Ending(shop)
    everybody = [ending.anna, *(ending.join(f"1391111222{n}") for n in range(4))]
    for member_id in everybody:
        ending.buy(member_id)
    assert ending.over() == 5
    assert [ending.left(one) for one in everybody] == [{"points": 0, "shared": 0}] * 5
    assert sorted(str(act.member) for act in ending.acts()) == sorted(m.hex() for m in everybody)
    assert ending.step_all() == 0
    shop.restart()
    assert ending.step_all() == 0
    assert len(ending.acts()) == 5
    assert shop.till.verify.verify().holds


def test_vouchers_that_nobody_paid_for_end_and_what_points_became_stays(shop: Shop) -> None:
    ending = Ending(shop, "voucher", VOUCHERS)
    ending.buy(ending.anna)
    ending.over()
    with shop.till.book.read() as reader:
        rights = {right.of: right for right in reader.ledger.rights_of(ending.anna)}
    today = shop.clock.now().date()
    assert rights["cake"].state(today) is RightState.CANCELLED
    assert rights["goodbye"].state(today) is RightState.GOOD
    assert ending.left(ending.anna) == {"points": 0, "shared": 0}


def test_money_that_is_owed_is_listed_with_whose_it_is(shop: Shop) -> None:
    ending = Ending(shop, "paid_out")
    ending.buy(ending.anna)
    ending.over()
    (end,) = shop.till.winding_up.ends()
    assert end.member_id == ending.anna
    assert sorted(end.worth) == [("points", 150, 150), ("shared", 7, 700)]


def test_what_a_household_shares_ends_once_in_the_name_of_one_of_them(shop: Shop) -> None:
    ending = Ending(shop, "paid_out")
    ben = ending.join("13911112222")
    households = shop.till.households
    home = households.found(ending.anna, shop.manager)
    households.join(ben, home, shop.manager)
    ending.buy(ending.anna)
    ending.buy(ben)
    ending.over()
    worth = [one for end in shop.till.winding_up.ends() for one in end.worth]
    assert sorted(worth) == [("points", 150, 150), ("points", 150, 150), ("shared", 14, 1400)]
    assert ending.left(ben) == {"points": 0, "shared": 0}


def test_points_that_come_in_later_end_too(shop: Shop) -> None:
    ending = Ending(shop)
    ending.buy(ending.anna)
    ending.over()
    adjust_points(shop.till.acts, ending.anna, "points", 30, "found", shop.manager)
    assert ending.left(ending.anna)["points"] == 30
    assert ending.step_all() == 1
    assert ending.left(ending.anna)["points"] == 0


def test_a_till_with_a_head_office_leaves_it_to_that(shop: Shop) -> None:
    ending = Ending(shop)
    ending.buy(ending.anna)
    with shop.till.book.write() as unit:
        unit.settings.put({SETTING: "{}"})
        unit.commit()
    assert ending.over() == 0
    assert ending.left(ending.anna)["points"] == 150


def test_a_programme_that_goes_on_ends_nothing(shop: Shop) -> None:
    assert shop.till.winding_up.step() == 0

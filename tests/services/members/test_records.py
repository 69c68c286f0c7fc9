"""Records at a till without head office, on a real book: two become one, a member is erased."""

from __future__ import annotations

import pytest

from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.audit import entry_of
from tests.services.conftest import Shop
from tests.services.members.test_households import Home

PHONE = "13900000002"
CASHIER = Operator(id=b"c" * 16, name="Chris", role=Role.CASHIER)


@pytest.fixture
def home(shop: Shop) -> Home:
    return Home(shop)


def refused(home: Home, what: str, *names: object) -> str:
    with pytest.raises(ServiceRefusal) as refusal:
        getattr(home.till.records, what)(*names)
    return refusal.value.reason


def status(home: Home, member_id: bytes) -> MemberStatus:
    with home.till.book.read() as reader:
        found = reader.members.by_id(member_id)
    assert found is not None
    return found.status


def acts(home: Home) -> list[events.Act]:
    with home.till.book.read() as reader:
        read = [events.decode(one.body) for one in reader.journal.events()]
    return [one for one in read if isinstance(one, events.Act)]


def test_an_erased_member_is_found_by_nothing_and_has_nothing(home: Home) -> None:
    home.buys(home.ben)
    sold = home.till.members.panel(home.ben).wallets
    assert [one.balance for one in sold] == [40, 1]
    home.till.records.erase(home.ben, home.shop.manager)
    assert status(home, home.ben) is MemberStatus.ERASED
    assert home.till.members.by_phone(PHONE) is None
    assert home.till.members.search(PHONE).rows == ()
    with home.till.book.read() as reader:
        person = reader.members.by_id(home.ben)
        state = reader.ledger.member_state(home.ben, lots_since=home.shop.clock.now().date())
    assert person is not None
    assert (person.profile.name, person.profile.identifiers) == ("", ())
    assert state is not None
    assert not any(lot.remaining for lot in state.lots)
    assert (acts(home)[-1].kind, acts(home)[-1].what) == ("erase", "ERASURE")
    assert home.till.verify.verify().holds
    assert refused(home, "erase", home.ben, home.shop.manager) == "NO_SUCH_MEMBER"


def test_two_records_become_one_with_all_that_both_had(home: Home) -> None:
    home.buys(home.anna)
    home.buys(home.ben)
    home.buys(home.ben)
    home.till.records.merge(home.anna, home.ben, home.shop.manager)
    assert [home.balance(home.anna, of) for of in ("points", "own")] == [120, 3]
    assert home.till.members.by_phone(PHONE) == home.anna
    assert status(home, home.ben) is MemberStatus.CLOSED
    with home.till.book.read() as reader:
        seen = {who: reader.members.seen(who) for who in (home.anna, home.ben)}
    assert [one and one.purchases for one in seen.values()] == [3, 0]
    assert home.till.verify.verify().holds
    assert refused(home, "merge", home.anna, home.ben, home.shop.manager) == "NO_SUCH_MEMBER"
    assert refused(home, "merge", home.anna, home.anna, home.shop.manager) == "SAME_RECORD"


def test_the_household_of_an_erased_head_goes_on_and_ends_with_the_last(home: Home) -> None:
    manager, households = home.shop.manager, home.till.households
    household = households.found(home.anna, manager)
    households.join(home.ben, household, manager)
    home.buys(home.anna)
    home.till.records.erase(home.anna, manager)
    (left,) = households.members(household)
    assert (left.member_id, left.head) == (home.ben, True)
    assert home.balance(home.ben) == 40
    assert home.buys(home.ben, redeem=1) != ["HEAD_SPENDS"]
    home.till.records.erase(home.ben, manager)
    assert households.members(household) == ()
    assert left_in(home, household) == 0
    assert home.till.verify.verify().holds


def test_the_record_that_stays_heads_the_household_of_the_one_that_went(home: Home) -> None:
    manager, households = home.shop.manager, home.till.households
    household = households.found(home.anna, manager)
    households.join(home.ben, household, manager)
    home.buys(home.anna)
    home.till.records.merge(home.ben, home.anna, manager)
    (left,) = households.members(household)
    assert (left.member_id, left.head) == (home.ben, True)
    home.till.records.merge(home.cleo, home.ben, manager)
    (left,) = households.members(household)
    assert (left.member_id, left.head) == (home.cleo, True)
    assert home.balance(home.cleo) == 40
    assert home.till.verify.verify().holds


def test_what_a_household_had_left_comes_along_into_another(home: Home) -> None:
    manager, households = home.shop.manager, home.till.households
    one, other = households.found(home.anna, manager), households.found(home.ben, manager)
    home.buys(home.anna)
    home.till.records.merge(home.ben, home.anna, manager)
    assert (left_in(home, one), left_in(home, other)) == (0, 40)
    assert households.members(one) == ()
    assert home.till.verify.verify().holds


def test_it_takes_a_supervisor_who_is_named(home: Home) -> None:
    assert refused(home, "erase", home.ben, CASHIER) == "NOT_ALLOWED"
    assert refused(home, "merge", home.anna, home.ben, CASHIER) == "NOT_ALLOWED"
    home.till.records.erase(home.ben, CASHIER, approved_by=home.shop.manager)
    act = acts(home)[-1]
    entry = entry_of(act)
    assert entry is not None
    assert (entry.kind, entry.operator, entry.approver, entry.about) == (
        "act_erase",
        CASHIER.id,
        home.shop.manager.id,
        "",
    )
    assert (act.actor, act.ok) == (CASHIER.id.hex(), home.shop.manager.id.hex())


def test_where_there_is_a_head_office_it_decides(home: Home) -> None:
    with home.till.book.write() as unit:
        unit.settings.put({"head_office": "{}"})
        unit.commit()
    assert refused(home, "erase", home.ben, home.shop.manager) == "HEAD_OFFICE_DECIDES"
    assert refused(home, "merge", home.anna, home.ben, home.shop.manager) == "HEAD_OFFICE_DECIDES"


def left_in(home: Home, household: bytes) -> int:
    with home.till.book.read() as reader:
        lots = reader.ledger.lots(Account("homes/points", AccountKind.MEMBER, household))
    return sum(lot.remaining for lot in lots)

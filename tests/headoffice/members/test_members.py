"""A member at head office, out of a real till's journal: the same as the till's own book has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.domain.programme.tier_scheme import Level
from posloyalty.domain.programme.wallet import Wallet
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.leases import Asset, AssetKind, Lease
from tests.fakes.time import SetClock
from tests.headoffice.a_chain import MEMBER, PROGRAMME, opened_chain
from tests.headoffice.a_till import ATill
from tests.headoffice.browser import Browser
from tests.headoffice.console.conftest import SignedIn, invited, people, signed_in
from tests.headoffice.members.test_records import ADA, TWIN, books
from tests.headoffice.members.test_records import named as said
from tests.headoffice.small_events import Books
from tests.services.a_shop import new_shop
from tests.services.counter import goods

__all__ = ["books", "people", "signed_in"]


@dataclass
class Demo:
    """A demo shop: its journal, members' points as its book has them, and one sale of each."""

    journal: list[StoredEvent]
    ledger: str = ""
    programme: bytes = b""
    points: dict[str, int] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    with new_shop(tmp_path_factory.mktemp("demo"), programme=None) as shop:
        shop.till.demo.fill(shop.manager, "en", members=12)
        with shop.till.book.read() as reader:
            found = Demo(list(reader.journal.events()))
            for one in found.journal:
                event = events.decode(one.body)
                if isinstance(event, events.Sale) and isinstance(event.member, str):
                    found.receipts[event.member] = event.no
                    found.ledger = event.post[0].ledger if event.post else found.ledger
                    stored = reader.programmes.by_hash(bytes.fromhex(event.ph))
                    found.programme = b"" if stored is None else stored.toml
            for member in found.receipts:
                account = Account(found.ledger, AccountKind.MEMBER, bytes.fromhex(member))
                out, into = reader.ledger.balance(account)
                found.points[member] = into - out
    return found


@pytest.fixture
def chain(office: OpenOffice, demo: Demo) -> OpenOffice:
    """An office to which the demo shop's till sent its journal."""
    till = ATill(SetClock())
    store, code, *_ = next(iter(demo.receipts.values())).split("-")
    office.administration.add_store(store, "Demo")
    till.join(office, office.administration.new_code(store), till_code=code)
    for one in demo.journal:
        till.add(one.body, event_id=one.event_id)
    for first in range(1, len(till.journal) + 1, 200):
        assert till.push(office, first, min(first + 199, len(till.journal))).status == 200
    return office


def test_every_member_has_what_the_till_has(chain: OpenOffice, demo: Demo) -> None:
    assert len(demo.points) > 3
    assert any(demo.points.values())
    for member, points in demo.points.items():
        found = chain.members.history(member)
        assert found is not None
        assert dict(found.balances).get(demo.ledger, 0) == points
        lots = [lot for lot in found.lots if lot.account.ledger == demo.ledger]
        assert sum(lot.remaining for lot in lots) == points
        moved = [pair for one in found.happenings for pair in one.moved]
        assert sum(minor for ledger, minor in moved if ledger == demo.ledger) == points


def test_a_member_is_found_by_id_and_by_any_receipt(chain: OpenOffice, demo: Demo) -> None:
    for member, number in demo.receipts.items():
        assert chain.members.find(member) == member
        assert chain.members.find(number) == member
    for nobody in ("ab" * 16, "zz" * 16, "S9-T1-1-1", "", "x" * 32, "S-1", f"{number}0"):
        assert chain.members.find(nobody) is None
    assert chain.members.history("ab" * 16) is None
    assert chain.members.history("no id") is None


def test_a_member_is_found_by_what_is_theirs_alone(office: OpenOffice, books: Books) -> None:
    assert office.members.find("13900000001") == ADA.hex()
    said(office, TWIN, "Ada Wong", "13900000001")
    with pytest.raises(ServiceRefusal, match="SEVERAL_FOUND"):
        office.members.find("13900000001")


def test_the_newest_members_are_listed(chain: OpenOffice, demo: Demo) -> None:
    rows = chain.members.newest()
    assert {row.member_id for row in rows} >= set(demo.points)
    assert [row.joined for row in rows] == sorted((row.joined for row in rows), reverse=True)


def lent(chain: OpenOffice, demo: Demo, member: str) -> Lease:
    """Ten points held aside for the till."""
    (row,) = chain.administration.tills()
    asset = Asset(AssetKind.POINTS, demo.ledger, bytes.fromhex(member))
    now = chain.clock.now()
    with chain.database.write() as connection:
        found = chain.head_office(connection).lease(
            bytes(16), bytes.fromhex(row.till_id), asset, 10,
            at=now, last_day=(now + timedelta(days=7)).date(), zone=ZoneInfo("Asia/Shanghai"),
        )  # fmt: skip
    assert isinstance(found, Lease)
    return found


def rich(points: Mapping[str, int]) -> str:
    return max(points, key=lambda member: points[member])


def test_what_is_out_is_listed(chain: OpenOffice, demo: Demo) -> None:
    assert chain.members.leases() == []
    member = rich(demo.points)
    lent(chain, demo, member)
    (row,) = chain.members.leases()
    assert (row.kind, row.key, row.owner) == ("points", demo.ledger, member)
    assert (row.amount, row.left, row.recalled) == (10, 10, False)
    (all_of,) = chain.members.lent()
    assert (all_of.key, all_of.tills, all_of.leases, all_of.left) == (demo.ledger, 1, 1, 10)


def test_the_pages_show_them(chain: OpenOffice, demo: Demo, signed_in: SignedIn) -> None:
    browser = signed_in("manager")
    publish(chain, demo.programme)
    member = rich(demo.points)
    lent(chain, demo, member)
    browser.get("/console/members")
    browser.send("/console/members", typed=demo.receipts[member])
    assert browser.says(member)
    (wallet,) = [one for one in named(demo.programme) if demo.ledger.endswith(f"/{one.id}")]
    shown = format_fixed(demo.points[member], decimals=wallet.scale, grouping=True)
    assert browser.says(f"<strong>{shown}</strong>")
    assert browser.says(wallet.names.in_language("en"))
    assert browser.says(demo.receipts[member])
    assert browser.says("brought along")
    names = {level.names.in_language("en") for level in levels(demo.programme)}
    assert any(browser.says(f"{name}, through 20") for name in names)
    browser.get("/console/leases")
    assert browser.says(f'<td class="tight">{wallet.names.in_language("en")}')
    browser.get("/console/members")
    assert browser.send("/console/members", typed="nobody").status_code == 422
    assert browser.get("/console/member?member=zz").status_code == 404
    viewer = signed_in("viewer")
    assert viewer.get(f"/console/member?member={member}").status_code == 403


def test_a_right_goes_by_its_name_and_not_by_the_files_words(tmp_path: Path) -> None:
    with opened_chain(tmp_path, tills=1) as chain:
        publish(chain.office, PROGRAMME.encode())
        counter = chain.tills[0].counter
        counter.sell()
        nobodys = counter.book(counter.till.check_out.open_basket().add(goods(1)))
        chain.talk()
        chain.office.claims.claim(nobodys.number, MEMBER.hex(), by="Ann")
        with Browser(chain.office.application()) as browser:
            browser.sign_in(invited(chain.office.operators, "Lin", Role.CLERK), chain.clock)
            for language, shown in (("zh_CN", "优惠券 · Welcome"), ("en", "Voucher · Welcome")):
                browser.get(f"/console/member?member={MEMBER.hex()}&language={language}")
                assert browser.says(f"<td>{shown}</td>")
            assert browser.says("<td>Receipt that was claimed</td>")


def publish(chain: OpenOffice, data: bytes) -> None:
    """So that the wallet has its name."""
    digest = chain.publishing.keep(data, by="Ann").hash.hex()
    number = chain.publishing.propose(digest, begins=chain.clock.now(), by="Ann")
    chain.publishing.approve(number, by="Ben")


def named(data: bytes) -> tuple[Wallet, ...]:
    return read_programme(data).wallets


def levels(data: bytes) -> tuple[Level, ...]:
    return tuple(level for one in read_programme(data).tier_schemes for level in one.levels)

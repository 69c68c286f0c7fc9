"""What a shop joined while it was alone holds in the chain: an old card finds whoever stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.sync import events
from posloyalty.sync.fold import GOES, MERGE
from posloyalty.sync.office.archive import STAYS
from tests.fakes.time import SetClock
from tests.headoffice.a_chain import Chain, made_till
from tests.headoffice.a_network import Network, connected
from tests.headoffice.a_till import ATill
from tests.headoffice.cards.card_scans import Made, hears, out_of_reach, scan, shown
from tests.headoffice.ledger.test_archive import act, add, earning
from tests.services.a_shop import Shop

ANNA, BEN, CLEO, DORA = (letter * 16 for letter in (b"a", b"b", b"c", b"d"))


def enrols(shop: Shop, phone: str, name: str) -> Made:
    form = EnrolForm(phone=phone, name=name, consents=(("terms", "", True),))
    made = shop.till.enrol.enrol(form, shop.manager)
    return Made(made.member.id, made.card_token_text)


@contextmanager
def a_lone_shop(chain: Chain, folder: Path) -> Iterator[tuple[Shop, list[Made]]]:
    """A shop of a year that joined three records of one member into one, and then the chain."""
    clock = SetClock()
    clock.at, clock.ms = chain.clock.at - timedelta(days=365), chain.clock.ms
    with made_till(folder / "alone", 4, clock) as shop:
        made = [enrols(shop, f"1390000000{n}", name) for n, name in enumerate("ABC", 1)]
        for stays, goes in ((1, 2), (0, 1)):
            clock.pass_time(timedelta(days=20))
            shop.till.records.merge(made[stays].id, made[goes].id, shop.manager)
        clock.pass_time(timedelta(days=325))
        chain.office.administration.add_store("S4", "Street 4")
        way = connected(shop, Network(chain.office), seed=99, programmes=True)
        way.join("S4")
        way.sending.send_all()
        yield shop, made
        way.sending.close()


def test_a_card_of_a_record_that_went_finds_who_stays_at_every_till(
    on_both: Chain, tmp_path: Path
) -> None:
    with a_lone_shop(on_both, tmp_path) as (_, made):
        asks, *others = on_both.tills
        for one in made:
            assert scan(asks, one.card) == shown(made[0]), "head office says who it is"
        hears(on_both)
        for till in others:
            with out_of_reach(till):
                assert [scan(till, one.card) for one in made] == [shown(made[0])] * 3
    office = on_both.office
    while office.follow():
        pass
    proof = verify_office(office.database, office.office, lambda *_: None)
    assert (proof.differences, proof.unbooked) == ((), 0)


def joins(goes: bytes, stays: bytes, number: int, /, **facts: str) -> events.Act:
    made = act(stays, number)
    said = {GOES: goes.hex(), STAYS: stays.hex()} | facts
    return events.Act(
        **{name: getattr(made, name) for name in made.__struct_fields__}
        | {
            "id": derive_id("joins", number).hex(),
            "kind": MERGE,
            "what": MERGE,
            "facts": tuple(said.items()),
        }
    )


def named(office: OpenOffice, goes: bytes) -> str:
    """Who somebody is by the members' feed; themselves where nobody said anything."""
    with office.database.write() as connection:
        items = ProfileFeed(connection, now_s=0).items(goes)
    return next((one.stays for one in items if one.k == goes.hex() and one.stays), goes.hex())


@pytest.mark.long(beside="test_a_card_of_a_record_that_went_finds_who_stays_at_every_till")
def test_a_till_is_believed_about_its_own_alone_and_never_in_a_circle(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"))
    add(other, earning(DORA, 1, 10))
    other.push(office, 1, 1)
    said = [
        joins(ANNA, BEN, 11),
        joins(BEN, ANNA, 12),  # would lead back
        joins(ANNA, CLEO, 13),  # is another name already
        joins(CLEO, CLEO, 14),
        joins(DORA, CLEO, 15),  # another till knows her
        joins(CLEO, BEN, 16, goes="no id"),
        joins(CLEO, BEN, 17, stays="00"),
    ]
    for one in said:
        add(till, one)
    assert till.push(office, 1, len(said)).status == 200
    assert named(office, ANNA) == BEN.hex()
    assert [named(office, one) for one in (BEN, CLEO, DORA)] == [
        one.hex() for one in (BEN, CLEO, DORA)
    ]


@pytest.mark.long(beside="test_a_card_of_a_record_that_went_finds_who_stays_at_every_till")
@pytest.mark.parametrize("erased", [ANNA, BEN])
def test_an_erased_one_neither_goes_nor_stays(
    office: OpenOffice, till: ATill, erased: bytes
) -> None:
    with office.database.write() as connection:
        ProfileFeed(connection, now_s=0).erase(erased)
    add(till, joins(ANNA, BEN, 11))
    till.push(office, 1, 1)
    assert named(office, ANNA) == ANNA.hex()

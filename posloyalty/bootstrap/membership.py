"""Members: finding and enrolling them, and what a programme does for them beside the sale."""

from __future__ import annotations

from posloyalty.bootstrap.base import Base
from posloyalty.services.doings.doings import make_doings
from posloyalty.services.doings.plans import Plans
from posloyalty.services.doings.programme_acts import ProgrammeActs
from posloyalty.services.members.enrol_member import EnrolMember
from posloyalty.services.members.find_member import FindMember
from posloyalty.services.members.households import Households
from posloyalty.services.members.partners import Partners
from posloyalty.services.members.records import Records
from posloyalty.services.programmes.run_rules import RunRules
from posloyalty.services.programmes.snapshots import Snapshots
from posloyalty.services.programmes.wind_up import WindUp
from posloyalty.services.selling.gift_cards import GiftCards
from posloyalty.services.selling.pay_out_card import PayOutCard
from posloyalty.services.selling.use_rights import UseRights
from posloyalty.services.till import Membership, Till


def membership(base: Base, till: Till) -> Membership:
    """Make the area."""
    ground, changed = base.ground, base.look_up.follow
    find = FindMember(
        book=till.book,
        look_up=base.look_up,
        clock=till.clock,
        programme_at=till.programmes.at,
        language=lambda: till.shop.details().language,
        known_until=lambda: till.lending.known_until,
        met=base.meet.met,
        strangers=base.strangers,
    )
    acts = ProgrammeActs(ground, lending=till.lending)
    return Membership(
        members=find,
        enrol=EnrolMember(ground, find=find, changed=changed, acts=acts, strangers=base.strangers),
        acts=acts,
        doings=make_doings(ground, acts=acts, changed=changed),
        runs=RunRules(ground, acts=acts),
        households=Households(ground),
        gift_cards=GiftCards(ground, lending=till.lending),
        pay_outs=PayOutCard(
            ground, cash=base.desk.cash, authority=base.desk.authority, lending=till.lending
        ),
        use_rights=UseRights(ground, acts=acts),
        plans=Plans(ground, acts=acts),
        snapshots=Snapshots(ground, acts=acts),
        partners=Partners(ground, acts=acts),
        winding_up=WindUp(ground),
        records=Records(ground, changed=changed),
    )

"""Members: finding and enrolling them, and what a programme does for them beside the sale."""

from __future__ import annotations

from posloyalty.bootstrap.base import Base
from posloyalty.services.doings import make_doings
from posloyalty.services.enrol_member import EnrolMember
from posloyalty.services.find_member import FindMember
from posloyalty.services.gift_cards import GiftCards
from posloyalty.services.households import Households
from posloyalty.services.partners import Partners
from posloyalty.services.plans import Plans
from posloyalty.services.programme_acts import ProgrammeActs
from posloyalty.services.run_rules import RunRules
from posloyalty.services.snapshots import Snapshots
from posloyalty.services.till import Membership, Till
from posloyalty.services.use_rights import UseRights


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
    )
    acts = ProgrammeActs(ground, lending=till.lending)
    return Membership(
        members=find,
        enrol=EnrolMember(ground, find=find, changed=changed, acts=acts),
        acts=acts,
        doings=make_doings(ground, acts=acts, changed=changed),
        runs=RunRules(ground, acts=acts),
        households=Households(ground),
        gift_cards=GiftCards(ground),
        use_rights=UseRights(ground, acts=acts, lending=till.lending),
        plans=Plans(ground, acts=acts),
        snapshots=Snapshots(ground, acts=acts),
        partners=Partners(ground, acts=acts),
    )

"""Whole worlds of profiles: three tills, a network that spoils what it can, and all agree at last.

Each seed enrols, edits, answers, erases and joins records at random tills with clocks of their own
pace, while requests and answers are lost, doubled and spoiled and tills stay away. Then everything
is in reach again, and every till and head office have to know the same of everybody.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec
import pytest
from sqlalchemy import select

from posloyalty.domain.members.member import Member, MemberStatus
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.store.profile_tables import PROFILE
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.profiles.record import ProfileRecord
from tests.headoffice.a_chain import MEMBER, Chain, Placed, opened_chain

SEEDS: Final = (1, 2, 3)
ACTS: Final = 60
TROUBLES: Final = ("", "", "", "no line", "lost", "twice", "changed", "portal", "busy")
TERMS: Final = ("terms", "", True)


@dataclass
class World:
    """What a seed does."""

    chain: Chain
    dice: random.Random
    members: list[bytes] = field(default_factory=list)
    gone: set[bytes] = field(default_factory=set)

    def act(self) -> None:
        """One thing, somewhere."""
        till = self.dice.choice(self.chain.tills)
        self.chain.clock.pass_time(timedelta(seconds=self.dice.choice((0, 1, 30, 400))))
        acts: tuple[Callable[[Placed], None], ...] = (
            self.enrol,
            self.edit,
            self.edit,
            self.answer,
            self.answer,
            self.replace_card,
            self.talk,
            self.talk,
            self.talk,
            self.end_somebody,
        )
        try:
            self.dice.choice(acts)(till)
        except ServiceRefusal:
            pass  # the phone is taken, the member is not known here: as at a counter

    def enrol(self, till: Placed) -> None:
        # Few numbers, so that two tills give one of them to two members.
        phone = f"1380000000{self.dice.randrange(6)}"
        form = EnrolForm(phone=phone, name=self.name(), consents=(TERMS, ("news", "sms", True)))
        made = till.shop.till.enrol.enrol(form, till.shop.manager)
        self.members.append(made.member.id)

    def edit(self, till: Placed) -> None:
        member = known(till, self.anybody())
        if member is not None:
            changes = self.dice.choice(({"name": self.name()}, {"note": self.name()}))
            profile = replace(member.profile, **changes)  # type: ignore[arg-type]
            till.shop.till.enrol.edit(member.id, profile, till.shop.manager)

    def answer(self, till: Placed) -> None:
        till.shop.till.enrol.set_consent(
            self.anybody(),
            purpose="news",
            channel="sms",
            granted=self.dice.random() < 0.5,
            operator=till.shop.manager,
        )

    def replace_card(self, till: Placed) -> None:
        till.shop.till.enrol.replace_card(self.anybody(), till.shop.manager)

    def talk(self, till: Placed) -> None:
        network = till.way.network
        network.troubles = [self.dice.choice(TROUBLES) for _ in range(self.dice.randrange(12))]
        till.talk()
        network.troubles = []

    def end_somebody(self, _till: Placed) -> None:
        """Now and then a member is erased, or turns out to be somebody else."""
        left = [one for one in self.members if one not in self.gone]
        if len(left) < 3 or self.dice.random() < 0.5:
            return
        goes, stays = self.dice.sample(left, 2)
        self.gone.add(goes)
        with self.chain.office.database.write() as connection:
            now_s = int(self.chain.clock.now().timestamp())
            feed = ProfileFeed(connection, now_s=now_s)
            if self.dice.random() < 0.5:
                feed.erase(goes)
            else:
                feed.rename(goes, stays)

    def heal(self) -> None:
        """Everything is in reach, for long enough."""
        for _ in range(6):
            self.chain.clock.pass_time(timedelta(minutes=6))
            self.chain.talk()

    def anybody(self) -> bytes:
        return self.dice.choice(self.members) if self.members else MEMBER

    def name(self) -> str:
        return self.dice.choice(("Ada", "Bea", "Cid", "Dot")) + str(self.dice.randrange(100))


def known(till: Placed, member_id: bytes) -> Member | None:
    with till.shop.till.book.read() as reader:
        return reader.members.by_id(member_id)


def told(record: ProfileRecord | None) -> object:
    """What a counter sees of a record; which evidence was kept of an answer that does not count is
    nobody's business.
    """
    if record is None:
        return None
    consents = {key: (one.granted, one.counts) for key, one in record.consents.items()}
    return (record.fields, consents, record.revoked, record.store)


def at_office(chain: Chain) -> dict[bytes, ProfileRecord | None]:
    with chain.office.database.read() as connection:
        rows = connection.execute(select(PROFILE.c.member_id, PROFILE.c.body)).all()
    return {
        bytes(row.member_id): None
        if row.body is None
        else msgspec.json.decode(bytes(row.body), type=ProfileRecord)
        for row in rows
    }


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_till_and_head_office_know_the_same_of_everybody_at_last(
    tmp_path: Path, seed: int
) -> None:
    with opened_chain(tmp_path, tills=3) as chain:
        world = World(chain, random.Random(seed))
        for _ in range(ACTS):
            world.act()
        world.heal()
        office = at_office(chain)
        assert {one for one, record in office.items() if record is None} == world.gone
        assert office.keys() >= set(world.members)
        for till in chain.tills:
            with till.shop.till.book.read() as reader:
                assert reader.profiles.waiting(most=9) == ()
                for member_id, record in office.items():
                    member = reader.members.by_id(member_id)
                    if record is None:
                        # A till that never knew them has nothing to forget.
                        ended = (MemberStatus.ERASED, MemberStatus.CLOSED)
                        assert member is None or member.status in ended
                        assert reader.profiles.record(member_id) is None
                        continue
                    assert told(reader.profiles.record(member_id)) == told(record)

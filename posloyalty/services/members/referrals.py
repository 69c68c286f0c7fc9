"""Referrals at the till: a member's code, a friend who came by one, and what came of a code.

Shape: `code` gives the code that a member has or gets; `capture` notes that a new member came by a
code; `report` is the payout report of a referral, one row for every code. Each act is one event.
"""

from __future__ import annotations

from datetime import date

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.referrals import (
    RANDOM_BYTES,
    ReferralReport,
    code_of,
    new_code,
    plain_code,
    report,
)
from posloyalty.domain.members.member import Member, MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.referral import CODE, REFERRAL_CODE, Referral
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.doings.programme_acts import Acted, ProgrammeActs
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.ports import Reader
from posloyalty.services.refusal import ServiceRefusal

CODES_MOST = 10_000
CODE_LENGTH_MOST = 40


class Referrals(Grounded):
    """Referrals of one till's members."""

    def __init__(self, ground: Ground, *, acts: ProgrammeActs) -> None:
        super().__init__(ground)
        self._acts = acts

    def code(
        self,
        member_id: bytes,
        referral_id: str,
        operator: Operator,
        wish: str = "",
        *,
        approved_by: Operator | None = None,
    ) -> str:
        """The code that a member has for a referral; a new one, the wished one if it is free, when
        they have none.

        Raises `ServiceRefusal` NO_PROGRAMME, NO_SUCH_REFERRAL, NO_SUCH_MEMBER, MEMBER_BARRED,
        NOT_ALLOWED, TOO_LONG or REFERRAL_CODE_TAKEN.
        """
        with self._book.read() as reader:
            self._referral(reader, referral_id)
            held = code_of(reader.ledger.rights_of(member_id), referral_id)
        if held is not None:
            return held.code
        code = plain_code(wish) or new_code(self._chance.token_bytes(RANDOM_BYTES))
        if len(code) > CODE_LENGTH_MOST:
            raise ServiceRefusal("TOO_LONG", limit=CODE_LENGTH_MOST)
        happening = Happening(
            trigger=Trigger.REFERRAL_CODE,
            recorded=Recorded(what=referral_id, evidence=((CODE, code),)),
            member_id=member_id,
        )
        self._acts.record(happening, operator, approved_by=approved_by)
        return code

    def capture(self, friend_id: bytes, typed: str, operator: Operator) -> Acted:
        """Note that a new member came by a code.

        Raises `ServiceRefusal` REFERRAL_CODE_UNKNOWN, NO_SUCH_MEMBER, REFERS_THEMSELVES,
        SAME_PERSON, SAME_HOUSEHOLD, REFERRER_BARRED, NOT_NEW or REFERRED_ALREADY.
        """
        code = plain_code(typed)
        with self._book.read() as reader:
            found = (one for one in reader.ledger.rights_by_code(code) if code)
            right = next((one for one in found if one.kind == REFERRAL_CODE), None)
            if right is None:
                raise ServiceRefusal("REFERRAL_CODE_UNKNOWN")
            _check_people(reader, right.owner, friend_id)
        happening = Happening(
            trigger=Trigger.REFERRAL,
            recorded=Recorded(what=right.of, evidence=((CODE, code),)),
            member_id=friend_id,
        )
        return self._acts.record(happening, operator)

    def report(self, referral_id: str) -> tuple[ReferralReport, ...]:
        """What came of every code of a referral, the most successful first.

        Raises `ServiceRefusal` NO_PROGRAMME or NO_SUCH_REFERRAL.
        """
        with self._book.read() as reader:
            programme, referral = self._referral(reader, referral_id)
            day = store_day(self._clock.now(), programme.zone)
            given = reader.acts.of_kind(Trigger.REFERRAL_CODE.value, limit=CODES_MOST)
            owners = [bytes.fromhex(act.member) for act in given if isinstance(act.member, str)]
            rows = []
            for owner in dict.fromkeys(owners):
                code = code_of(reader.ledger.rights_of(owner), referral_id)
                if code is not None:
                    brought = reader.ledger.rights_by_code(owner.hex())
                    counted = reader.ledger.meters(owner, date.min)
                    rows.append(report(programme, referral, code, brought, counted, day))
        return tuple(sorted(rows, key=lambda one: (-one.rewarded, -one.pending, one.code)))

    def _referral(self, reader: Reader, referral_id: str) -> tuple[Programme, Referral]:
        programme = self._in_effect(reader)
        referral = programme.find(Referral, referral_id)
        if referral is None:
            raise ServiceRefusal("NO_SUCH_REFERRAL")
        return programme, referral


def _check_people(reader: Reader, referrer_id: bytes, friend_id: bytes) -> None:
    """Refuse a referral of somebody by themselves, as far as it can be seen here."""
    if referrer_id == friend_id:
        raise ServiceRefusal("REFERS_THEMSELVES")
    referrer, friend = (reader.members.by_id(one) for one in (referrer_id, friend_id))
    if friend is None:
        raise ServiceRefusal("NO_SUCH_MEMBER")
    if referrer is not None and referrer.status is not MemberStatus.ACTIVE:
        raise ServiceRefusal("REFERRER_BARRED")
    if referrer is not None and _same_person(referrer, friend):
        raise ServiceRefusal("SAME_PERSON")
    states = reader.ledger.member_states((referrer_id, friend_id), lots_since=date.max)
    homes = {state.household_id for state in states.values()}
    if len(states) > 1 and len(homes) == 1 and None not in homes:
        raise ServiceRefusal("SAME_HOUSEHOLD")


def _same_person(one: Member, other: Member) -> bool:
    """The same name and birthday, or a way to reach both (an e-mail address, an old number)."""
    reached = [{(i.kind, i.value) for i in member.profile.identifiers} for member in (one, other)]
    if reached[0] & reached[1]:
        return True
    names = [" ".join(member.profile.name.casefold().split()) for member in (one, other)]
    born = one.profile.birthday
    return bool(names[0]) and names[0] == names[1] and born == other.profile.birthday is not None

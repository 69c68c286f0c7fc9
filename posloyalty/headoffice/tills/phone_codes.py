"""Tills ask about a member's code of now: whether it is good, and whose.

Shape: `PhoneCodes.known(visit)` decides by head office's own clock and uses the code up. The answer
to who has no key, and to a code that another key made, is one: nobody learns who has a phone. A
code cannot be guessed, with 80 bits of which each has to be asked for; that a till tries is seen
all the same. Each try is paid for (`members/asking_purse`) before anything is looked at, and what a
phone of the chain made costs nothing: a till has `TRIES` wrong ones in hand, also one that asked
for all the numbers it may, and then one a minute. Beyond that it hears no standing, which it takes
as being out of reach, and the audit log says so once a day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from posloyalty.domain.members.phone_code import BadPhoneCode, read_code
from posloyalty.headoffice.members.asking_purse import AT_ONCE, paid_back, pay
from posloyalty.headoffice.members.phone_proof import taken
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.tills.visits import Reply, Visit, never, read, reply
from posloyalty.sync.wire.phone_codes import PhoneCodeAsk, PhoneCodeKnown, PhoneStanding

TRIES: Final = 30
"""Codes that no phone made, of a till that has shown none for long."""


@dataclass(frozen=True, slots=True)
class PhoneCodes:
    """The endpoint's act."""

    office: Office

    def known(self, visit: Visit) -> Reply:
        """How it stands with a code; refuses NO_PHONE_CODE for what is none, and
        ASKED_TOO_OFTEN.
        """
        try:
            code = read_code(read(visit.request.body, PhoneCodeAsk).code)
        except BadPhoneCode:
            raise never(422, "NO_PHONE_CODE") from None
        pay(visit, at_once=AT_ONCE + TRIES, act="tried_too_often")
        standing = taken(visit.connection, self.office, code, visit.now)
        if standing is not PhoneStanding.NOT_VALID:
            paid_back(visit)
        said = PhoneCodeKnown(standing=standing)
        if standing is PhoneStanding.GOOD:
            feed = ProfileFeed(visit.connection, life_name=self.office.life_name, now_s=visit.now_s)
            items = feed.items(code.member_id)
            said = PhoneCodeKnown(standing=standing, member=code.member_id.hex(), items=items)
        outcome = "ok" if standing is PhoneStanding.GOOD else standing.value
        return replace(reply(said, packs=True), outcome=outcome)

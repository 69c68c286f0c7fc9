"""What tills ask head office about profiles: two endpoints.

Shape: `told_of(request)` reads what a till tells, within its bounds and before any transaction;
`Profiles.take` keeps it, `Profiles.feed` gives the next page.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.feed_numbers import OtherLife
from posloyalty.headoffice.tills.visits import (
    Refused,
    Reply,
    Request,
    Visit,
    after_action,
    never,
    read,
    reply,
)
from posloyalty.sync.profiles.member import is_sound
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.packing import BadPacking, unpacked
from posloyalty.sync.wire.profiles import (
    RESYNC,
    TOLD_BYTES_MAX,
    FeedAsk,
    ProfilesTaken,
    ProfilesTold,
)


@dataclass(frozen=True, slots=True)
class Profiles:
    """The endpoints' acts."""

    office: Office

    def take(self, visit: Visit, told: ProfilesTold) -> Reply:
        """Keep what a till knows. What no till could read is left out, and blocks nothing."""
        sound = [record for record in told.records if is_sound(record)]
        new = self._feed(visit).take(sound)
        return reply(ProfilesTaken(new=new))

    def feed(self, visit: Visit) -> Reply:
        """The next page of what a till has not heard."""
        ask = read(visit.request.body, FeedAsk)
        try:
            return reply(self._feed(visit).page(ask), packs=True)
        except OtherLife:
            raise after_action(410, RESYNC) from None

    def _feed(self, visit: Visit) -> ProfileFeed:
        life_name = self.office.life_name
        till_id = bytes(visit.till.till_id)
        return ProfileFeed(
            visit.connection, life_name=life_name, now_s=visit.now_s, till_id=till_id
        )


def told_of(request: Request) -> ProfilesTold:
    """What a till tells of profiles; raises `Refused`."""
    if request.headers.get("content-encoding") != "gzip":
        raise never(415, "NOT_PACKED")
    try:
        body = unpacked(request.body, most_bytes=TOLD_BYTES_MAX)
    except BadPacking as fault:
        status = 413 if fault.code == "TOO_LARGE" else 400
        raise Refused(status, Problem(code=fault.code, retry="never")) from None
    return read(body, ProfilesTold)

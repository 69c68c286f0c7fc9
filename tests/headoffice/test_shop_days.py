"""Head office's own clock goes by UTC; the days that it takes and tells are the shop's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.card_tables import CARD_KEY
from posloyalty.insight.draft.draft import Draft, read_draft_at
from posloyalty.services.refusal import ServiceRefusal
from tests.fakes.time import SetClock
from tests.headoffice.a_programme import CAFE, version
from tests.headoffice.a_till import ATill
from tests.headoffice.programmes.test_endings import END
from tests.headoffice.programmes.test_publishing import ANN, BEN, published
from tests.headoffice.small_events import MEMBER, Books

NIGHT = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
"""Half past one of the 23rd in Shanghai, where the cafe is."""
TODAY = date(2026, 11, 23)


@pytest.fixture
def at_night(office: OpenOffice, clock: SetClock) -> OpenOffice:
    clock.at = NIGHT
    published(office, CAFE)
    return office


def test_who_had_a_receipt_before_is_told_with_the_day_of_the_shop(
    at_night: OpenOffice, till: ATill
) -> None:
    books = Books(till)
    books.joins()
    books.send(at_night)
    claim = at_night.claims.claim
    claim("S1-T1-1-0042", MEMBER.hex(), by=ANN)
    with pytest.raises(ServiceRefusal) as refused:
        claim("S1-T1-1-0042", MEMBER.hex(), by=BEN)
    assert (refused.value.reason, refused.value.facts["day"]) == ("CLAIM_HAD", TODAY)


def test_a_till_is_lost_from_the_midnight_of_its_shop_on(at_night: OpenOffice, till: ATill) -> None:
    revoke = at_night.administration.revoke
    revoke(till.id.hex(), by=ANN, lost_on=TODAY)
    asked = select(CARD_KEY.c.lost_s).where(CARD_KEY.c.till_id == till.id)
    with at_night.database.read() as connection:
        lost_s = connection.execute(asked).scalar_one()
    assert datetime.fromtimestamp(lost_s, UTC) == datetime(2026, 11, 22, 16, tzinfo=UTC)
    with pytest.raises(ServiceRefusal, match="LOST_LATER"):
        revoke(till.id.hex(), by=ANN, lost_on=TODAY + timedelta(days=1))


def test_a_version_ends_on_the_day_that_was_typed(at_night: OpenOffice) -> None:
    digest = at_night.publishing.keep(version(2), by=ANN).hash.hex()
    ends = datetime(2026, 11, 29, 16, tzinfo=UTC)  # midnight before the 30th there
    number = at_night.publishing.propose(digest, begins=NIGHT, ends=ends, by=ANN)
    at_night.publishing.approve(number, by=BEN)
    with pytest.raises(ServiceRefusal) as refused:
        at_night.winding_downs.propose(END, by=ANN)
    assert refused.value.facts["day"] == date(2026, 11, 30)


def test_a_file_is_judged_on_the_day_of_its_own_zone() -> None:
    draft = read_draft_at(CAFE, NIGHT)
    assert isinstance(draft, Draft)
    assert draft.today == TODAY

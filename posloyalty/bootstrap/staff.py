"""Who works at the till: signing in, approving, and what is kept of sensitive deeds."""

from __future__ import annotations

from posloyalty.bootstrap.base import Base
from posloyalty.services.book.recover_book import RecoverBook
from posloyalty.services.people.approvals import Approvals
from posloyalty.services.people.audit import Audit
from posloyalty.services.people.badges import Badges
from posloyalty.services.people.deeds import Deeds
from posloyalty.services.people.people import People
from posloyalty.services.people.sign_in import SignIn
from posloyalty.services.till import Staff, Till
from posloyalty.storage.keys.recovery import Recovery


def staff(base: Base, till: Till) -> Staff:
    """Make the area."""
    book, ids, chance = till.book, till.ids, till.chance
    sign_in = SignIn(book, till.clock, ids, base.hasher)
    badges, deeds = Badges(book, ids, chance), Deeds(book, ids)
    keeper = Recovery(base.book.place, book_id=till.facts.book_id, key=base.key, chance=chance)
    return Staff(
        sign_in=sign_in,
        approvals=Approvals(sign_in, badges, deeds, base.desk.authority),
        badges=badges,
        deeds=deeds,
        audit=Audit(book),
        people=People(book, ids, base.hasher),
        recovery=RecoverBook(book, ids, base.hasher, keeper),
    )

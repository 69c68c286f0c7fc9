"""Every sale of a scenario's tills judged again from their journals, as head office would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.shop.place import Place
from posloyalty.scenario.placed_till import PlacedTill
from posloyalty.services.selling.tell_goods import article_of
from posloyalty.sync import events
from posloyalty.sync.consequence_event import Doing, consequences_of
from posloyalty.sync.office.judging import Asked, Verdict, judge
from posloyalty.sync.office.till_book import TillBook
from posloyalty.sync.sale_event import sale_of


@dataclass
class Knows:
    """What head office would know of the till: its goods as they are in the end."""

    till_id: bytes
    place: Place
    articles: dict[bytes, events.Article]
    members: dict[bytes, date] = field(default_factory=dict)
    rights: dict[bytes, bytes] = field(default_factory=dict)

    def article(self, product_id: bytes) -> events.Article | None:
        return self.articles.get(product_id)

    def joined(self, member_id: bytes) -> date | None:
        return self.members.get(member_id)

    def right_owner(self, right_id: bytes) -> bytes | None:
        return self.rights.get(right_id)

    def take(self, event: events.Event | events.Opaque, does: Consequences) -> None:
        if isinstance(event, events.MemberCreate):
            self.members[bytes.fromhex(event.member)] = date.fromisoformat(event.joined)
        for change in does.rights:
            if change.opens is not None:
                self.rights[change.right_id] = change.opens.owner


def verdicts(placed: PlacedTill) -> Iterator[tuple[str, Verdict]]:
    """The receipt's number and the verdict of each sale."""
    facts = placed.till.facts
    with placed.till.book.read() as reader:
        goods = {one.id: article_of(one) for one in reader.catalogue.products()}
        here = Knows(facts.till_id, Place(facts.store_code, facts.till_code), goods)
        book = TillBook(lambda _owner: ())
        for stored in reader.journal.events():
            event = events.decode(stored.body)
            does = consequences_of(event) if isinstance(event, Doing) else Consequences()
            if isinstance(event, events.Sale):
                programme = placed.till.programmes.pinned(reader, bytes.fromhex(event.ph))
                if programme is not None:
                    asked = Asked(sale=sale_of(event), did=does, book=book, here=here)
                    yield event.no, judge(asked, programme)
            here.take(event, does)
            book.take(stored.event_id, does)

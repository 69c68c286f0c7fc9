"""A link with the till's own head office, for one question beside what goes on all the time."""

from __future__ import annotations

from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office.join_head_office import kept_facts
from posloyalty.services.ports import Book
from posloyalty.services.ports.head_office import Connect, OfficeFacts, OfficeLink


def own_link(book: Book, connect: Connect) -> tuple[OfficeFacts, OfficeLink] | None:
    """(what is kept of head office, a link that the caller closes); None where the till has none.

    Nothing is asked yet, and the book is let go before the caller waits for the network.
    """
    with book.read() as reader:
        facts = kept_facts(reader.settings)
        key = SigningKey.generate(reader.tokens.keys()[0].seed)
        till_id = reader.facts.till_id
    return None if facts is None else (facts, connect(facts, key, till_id))

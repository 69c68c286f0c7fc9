"""Links with the till's own head office: for one question, or kept from one to the next."""

from __future__ import annotations

from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office.join_head_office import kept_facts
from posloyalty.services.ports import Book, Reader
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


class KeptLink:
    """A link that stays open between questions, and is opened anew once what the till keeps of head
    office is something else. For one thread, but for `interrupt`.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._link: OfficeLink | None = None
        self.facts: OfficeFacts | None = None
        """What the till kept of head office when it was asked for last; who is asked."""

    def of(self, reader: Reader) -> OfficeLink | None:
        """The link as the book wants it; None where the till has no head office."""
        facts = kept_facts(reader.settings)
        if facts is None:
            return None
        key = SigningKey.generate(reader.tokens.keys()[0].seed)
        return self.to(facts, key, reader.facts.till_id)

    def to(self, facts: OfficeFacts, key: SigningKey, till_id: bytes) -> OfficeLink:
        """The same for who has read that already."""
        if self._link is None or facts != self.facts:
            self.close()
            self.facts, self._link = facts, self._connect(facts, key, till_id)
        return self._link

    def renewed(self, facts: OfficeFacts) -> None:
        """The same head office, with a certificate that it gave over this link."""
        self.facts = facts

    def interrupt(self) -> None:
        """From another thread: nobody waits on it any more."""
        if self._link is not None:
            self._link.interrupt()

    def close(self) -> None:
        """Give the connection back; the next question opens another."""
        if self._link is not None:
            self._link.close()
            self._link = None

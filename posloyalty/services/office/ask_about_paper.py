"""The till asks head office about a receipt of another till before it is keyed in.

It waits for the network, two seconds at most, and so belongs on a lane of its own.
"""

from __future__ import annotations

from posloyalty.services.office.join_head_office import kept_facts
from posloyalty.services.office.own_link import own_link
from posloyalty.services.ports import Book
from posloyalty.services.ports.head_office import Connect, OutOfReach
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.keyed_in import LostPlace
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.papers import PaperAsk, PaperKnown

_REFUSALS = {"NO_SUCH_TILL": "RECEIPT_TILL_UNKNOWN", "TILL_REVOKED": "RECEIPT_TILL_REVOKED"}


class AskAboutPaper:
    """Asks, one receipt a time; a stack of paper keeps one connection."""

    def __init__(self, *, book: Book, connect: Connect) -> None:
        self._book = book
        self._connect = connect

    @property
    def joined(self) -> bool:
        """Whether there is a head office to ask."""
        with self._book.read() as reader:
            return kept_facts(reader.settings) is not None

    def ask(self, place: LostPlace, body: bytes) -> PaperKnown | None:
        """What head office knows; None where the till has none. Raises `ServiceRefusal`
        RECEIPT_TILL_UNKNOWN, RECEIPT_TILL_REVOKED (`till`), OFFICE_NOT_REACHED.
        """
        found = own_link(self._book, self._connect)
        if found is None:
            return None
        _facts, link = found
        try:
            said = link.paper(
                PaperAsk(half=place.half.hex(), epoch=place.epoch, seq=place.seq, body=body.hex())
            )
        except OutOfReach:
            raise ServiceRefusal("OFFICE_NOT_REACHED") from None
        finally:
            link.close()
        if isinstance(said, Problem):
            reason = _REFUSALS.get(said.code, "OFFICE_NOT_REACHED")
            raise ServiceRefusal(reason, till=place.half.hex()[:8])
        return said

"""Head office has another address: the till goes on there as the till that it is.

Nothing is joined anew, and no code is asked for. An address is taken only from whoever signs an
answer with the key that this till joined by; whatever that answer says, also that the till is
revoked, proves it. The certificate comes along, a new one where it is due.
"""

from __future__ import annotations

from typing import Final

import msgspec

from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office.join_head_office import (
    is_safe,
    keep_facts,
    kept_facts,
    out_of_reach_reason,
)
from posloyalty.services.ports import Book
from posloyalty.services.ports.head_office import Connect, OfficeFacts, OutOfReach
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.wire.messages import Problem

OTHER_OFFICE: Final = "OTHER_OFFICE"


class MoveHeadOffice:
    """Takes another address of the till's own head office."""

    def __init__(self, *, book: Book, connect: Connect) -> None:
        self._book = book
        self._connect = connect

    def move(self, url: str) -> OfficeFacts:
        """Ask at an address, and keep it where head office answers; for the lane that sends.

        Refuses NOT_JOINED, INSECURE_ADDRESS, OTHER_HEAD_OFFICE where one with another key answers,
        OLDER_HEAD_OFFICE where an earlier life of this one does, and what joining refuses of an
        address: HEAD_OFFICE_OUT_OF_REACH, HEAD_OFFICE_NOT_HERE, the causes of `TLS`.
        """
        if not is_safe(url):
            raise ServiceRefusal("INSECURE_ADDRESS", address=url)
        with self._book.read() as reader:
            facts, own = kept_facts(reader.settings), reader.tokens.keys()[0]
            till_id = reader.facts.till_id
        if facts is None:
            raise ServiceRefusal("NOT_JOINED")
        there = msgspec.structs.replace(facts, url=url)
        link = self._connect(there, SigningKey.generate(own.seed), till_id)
        try:
            said = link.renew()
        except OutOfReach as fault:
            raise ServiceRefusal(_reason(fault), detail=str(fault)) from fault
        finally:
            link.close()
        if not isinstance(said, Problem):
            there = msgspec.structs.replace(
                there, certificate=said.certificate, not_after=said.not_after
            )
        with self._book.write() as unit:
            keep_facts(unit.settings, there)
            unit.commit()
        return there


def _reason(fault: OutOfReach) -> str:
    if fault.older:
        return "OLDER_HEAD_OFFICE"
    return "OTHER_HEAD_OFFICE" if fault.cause == OTHER_OFFICE else out_of_reach_reason(fault)

"""The till's side of head office: joining it, and sending the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posloyalty import __version__
from posloyalty.bootstrap.base import Base
from posloyalty.services.join_head_office import JoinHeadOffice
from posloyalty.services.ports.head_office import OfficeFacts, OfficeLink
from posloyalty.services.send_journal import SendJournal
from posloyalty.services.signing import SigningKey
from posloyalty.services.till import Connection, Till
from posloyalty.services.till_start import this_start

if TYPE_CHECKING:
    from posloyalty.network.link import Links


def connection(base: Base, till: Till) -> Connection:
    """Make the area."""
    with base.book.read() as reader:
        boot = this_start(reader.settings)[0]

    def links() -> Links:
        # Late: HTTP and its TLS are loaded by a till that has a head office, and when it sends.
        from posloyalty.network.link import Links

        return Links(
            boot=boot, chance=till.chance, now_s=lambda: int(till.clock.wall().timestamp())
        )

    def introduce(url: str, key: SigningKey, till_id: bytes) -> OfficeLink:
        return links().introduce(url, key, till_id)

    def connect(facts: OfficeFacts, key: SigningKey, till_id: bytes) -> OfficeLink:
        return links().connect(facts, key, till_id)

    return Connection(
        joining=JoinHeadOffice(book=base.book, introduce=introduce, app=__version__),
        sending=SendJournal(
            book=base.book,
            clock=till.clock,
            ids=till.ids,
            chance=till.chance,
            connect=connect,
            app=__version__,
            changed=till.lending.forget,
        ),
    )

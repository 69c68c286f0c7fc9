"""Head office as a till's screens see it: joined or not, with records on their way."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from posloyalty.services.office.send_journal import Sending, SendingStatus
from posloyalty.services.ports.head_office import OfficeFacts
from posloyalty.services.ports.outbox import OutboxRow
from posloyalty.services.refusal import ServiceRefusal

ADDRESS = "https://office.example"
CODE = "7Q2M-X4RD-9KPA"
FACTS = OfficeFacts(
    url=ADDRESS,
    office="0f" * 16,
    office_key="0a" * 32,
    store="S01",
    certificate="",
    not_after="",
    till="T01",
)
ROWS = (
    OutboxRow(
        seq=4713, state="waiting", reason="", kind="sale", at="2026-11-22T14:05:10.000+08:00"
    ),
    OutboxRow(
        seq=4712, state="waiting", reason="", kind="later", at="2026-11-22T14:05:03.000+08:00"
    ),
    OutboxRow(
        seq=4690, state="quarantined", reason="", kind="deed", at="2026-11-22T13:58:00.000+08:00"
    ),
    OutboxRow(
        seq=4011, state="acked", reason="WRAPPED", kind="act", at="2026-11-21T18:20:00.000+08:00"
    ),
)


@dataclass
class FakeJoining:
    """Joins with the one code."""

    facts: OfficeFacts | None = None
    refuses: ServiceRefusal | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    named: str = ""
    """The other till code that was asked for last."""

    def joined(self) -> OfficeFacts | None:
        return self.facts

    def join(self, url: str, code: str, *, till_code: str = "") -> OfficeFacts:
        self.asked.append((url, code))
        self.named = till_code
        if self.refuses is not None:
            raise self.refuses
        self.facts = msgspec.structs.replace(FACTS, till=till_code or FACTS.till)
        return self.facts


@dataclass
class FakeMoving:
    """Head office answers at any address that is not refused."""

    joining: FakeJoining
    refuses: ServiceRefusal | None = None
    asked: list[str] = field(default_factory=list)

    def move(self, url: str) -> OfficeFacts:
        self.asked.append(url)
        if self.refuses is not None:
            raise self.refuses
        assert self.joining.facts is not None
        self.joining.facts = msgspec.structs.replace(self.joining.facts, url=url)
        return self.joining.facts


@dataclass
class FakeSending:
    """Says what the test sets."""

    told: SendingStatus = field(default_factory=lambda: SendingStatus(sending=Sending.UP_TO_DATE))
    on_the_way: tuple[OutboxRow, ...] = ()
    retried: int = 0

    def status(self) -> SendingStatus:
        return self.told

    def rows(self, *, most: int) -> tuple[OutboxRow, ...]:
        return self.on_the_way[:most]

    def retry(self) -> None:
        self.retried += 1

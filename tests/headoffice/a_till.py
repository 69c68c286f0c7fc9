"""A till as head office sees it: it signs requests and holds a journal of small events.

`ATill(clock)` makes its key and certificate; `sell(n)` adds n events; `push(office, first, last)`
sends a stretch to the desk, without any HTTP, and `Heard` is the answer after its signature held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.tills.visits import Request
from posloyalty.network.voice import Voice, heard
from posloyalty.services.book.signing import SigningKey
from posloyalty.storage.keys.certificate import self_signed
from posloyalty.sync.journal import StoredEvent, genesis_predecessor, link
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.batch import head_statement, read_stretch, write_stretch
from posloyalty.sync.wire.joining import code_key, code_lookup, till_proof
from posloyalty.sync.wire.packing import GZIP, LZMA2, densely_packed, packed
from posloyalty.sync.wire.short.stretch import SHORT, Source, write_short
from posloyalty.sync.wire.signatures import nonce_text
from tests.fakes.time import SeededChance, SetClock

# Of a kind and version to come, so that only its common keys are read; with what JSON escapes.
SMALL = b'{"t":"later","v":9,"id":"%s","at":"%s","hlc":[1,1],"what":"\xe5\xb0\x8f \\"1\\""}'


@dataclass(frozen=True)
class Heard:
    """An answer whose signature held."""

    status: int
    said: dict[str, Any]
    body: bytes

    @property
    def code(self) -> str:
        """The problem's code, or what went well in short."""
        return str(self.said.get("code", "OK"))


@dataclass
class ATill:
    """A till with its key and its journal."""

    clock: SetClock
    number: int = 1
    journal: list[StoredEvent] = field(default_factory=list)
    boot: bytes = bytes(16)

    def __post_init__(self) -> None:
        self.id = self.number.to_bytes(16, "big")
        self.chance = SeededChance(100 + self.number)
        self.seed = self.chance.token_bytes(32)
        self.key = SigningKey.generate(self.seed)
        self.certificate = self_signed(
            seed=self.seed, till_id=self.id, serial=bytes(16), at=self.clock.now()
        )
        self.genesis = genesis_predecessor(self.id, self.certificate)
        self.office = "unknown"
        self.office_key = b""

    # Requests

    def join(self, office: OpenOffice, code: str, *, till_code: str = "") -> Heard:
        """Bring a code, as the till of this name or of its number."""
        key = code_key(code)
        ask = messages.EnrolAsk(
            lookup=code_lookup(key).hex(),
            proof=till_proof(key, certificate=self.certificate).hex(),
            certificate=self.certificate.hex(),
            till_code=till_code or f"T{self.number}",
        )
        self.office_key = office.office.key.public
        found = self.ask(office, messages.ENROL, msgspec.json.encode(ask))
        if found.status == 201:
            self.office = str(found.said["office"])
        return found

    def hello(self, office: OpenOffice, *, seq: int | None = None, head: bytes = b"") -> Heard:
        at = len(self.journal) if seq is None else seq
        place = messages.Standing(epoch=1, seq=at, head=(head or self.hash_at(at)).hex())
        return self.ask(office, messages.HELLO, msgspec.json.encode(messages.HelloAsk(place=place)))

    def push(
        self, office: OpenOffice, first: int, last: int, *, path: str = messages.PUSH
    ) -> Heard:
        """Send the events from `first` through `last`."""
        return self.ask(office, path, self.stretch(self.journal[first - 1 : last]), packs=True)

    def push_densely(
        self, office: OpenOffice, first: int, last: int, *, path: str = messages.PUSH
    ) -> Heard:
        """The same as densely as head office takes it."""
        return self.send(office, self.dense(self.stretch(self.journal[first - 1 : last]), path))

    def dense(self, lines: bytes, path: str = messages.PUSH) -> Request:
        """A signed request with a stretch in its plain form."""
        first = lines.partition(b"\n")[0]
        plain = b"\n".join([first, *(one.body for one in read_stretch(lines).sent), b""])
        return self.request(path, densely_packed(plain), packing=LZMA2)

    def as_sent(self, first: int, last: int) -> Request:
        """A signed request as a till of this release sends some events, which follow one another
        as if no later one were written: in short, leaning on the one before them, and packed as
        they are where that has no short form.
        """
        lines = self.stretch(self.journal[first - 1 : last], waiting=0)
        leans = [Source(one.seq, one.body) for one in self.journal[: first - 1][-1:]]
        short = write_short(read_stretch(lines), leans)
        if short is None:
            return self.dense(lines)
        return self.request(messages.PUSH, short, packing=SHORT)

    def ask(
        self,
        office: OpenOffice,
        path: str,
        body: bytes,
        *,
        packs: bool = False,
        method: str = "POST",
    ) -> Heard:
        request = self.request(path, packed(body) if packs else body, method=method, packs=packs)
        return self.send(office, request)

    def request(
        self,
        target: str,
        body: bytes,
        *,
        method: str = "POST",
        packs: bool = False,
        packing: str = GZIP,
    ) -> Request:
        """A signed request, its body packed with gzip where it `packs`, or otherwise."""
        headers = self.signed(target, body, method=method)
        if packs or packing != GZIP:
            headers["content-encoding"] = packing
        _, _, query = target.partition("?")
        told = dict(part.split("=") for part in query.split("&")) if query else {}
        return Request(method=method, target=target, headers=headers, query=told, body=body)

    def signed(self, target: str, body: bytes, *, method: str = "POST") -> dict[str, str]:
        voice = Voice(key=self.key, till_id=self.id, boot=self.boot, office=self.office)
        return voice.headers(
            method=method,
            target=target,
            body=body,
            created_s=int(self.clock.now().timestamp()),
            nonce=nonce_text(self.chance.token_bytes(16)),
        )

    def send(self, office: OpenOffice, request: Request) -> Heard:
        """Give a request to the desk, as it is."""
        path = request.target.partition("?")[0]
        if path == messages.ENROL:
            answer = office.desk.join(request)
        else:
            endpoint = next(one for one in office.desk.endpoints if one.path == path)
            answer = office.desk.answer(endpoint, request)
        asked = request.headers["signature-input"]
        heard(
            office_key=self.office_key,
            nonce=asked.split('nonce="')[1][:22],
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
        )
        plain = "content-encoding" not in answer.headers and not answer.headers[
            "content-type"
        ].endswith("+gzip")
        said = msgspec.json.decode(answer.body) if plain else {}
        return Heard(answer.status, said, answer.body)

    # Journal

    def sell(self, count: int, *, bodies: Sequence[bytes] = ()) -> None:
        """Add events; `bodies` instead of small sound ones."""
        at = self.clock.now().isoformat(timespec="milliseconds")
        for place in range(count):
            event_id = self.chance.token_bytes(16)
            small = SMALL % (event_id.hex().encode(), at.encode())
            body = bodies[place] if bodies else small
            self.add(body, event_id=event_id)

    def add(self, body: bytes, *, event_id: bytes, epoch: int = 1) -> None:
        seq = len(self.journal) + 1
        hashed = link(
            till_id=self.id, epoch=epoch, seq=seq, previous=self.hash_at(seq - 1), body=body
        )
        self.journal.append(
            StoredEvent(
                seq=seq, epoch=epoch, event_id=event_id, kind="", at="", body=body, hash=hashed
            )
        )

    def hash_at(self, seq: int) -> bytes:
        return self.journal[seq - 1].hash if seq else self.genesis

    def stretch(
        self,
        sent: Sequence[StoredEvent],
        *,
        previous: bytes = b"",
        under: int = 0,
        waiting: int | None = None,
    ) -> bytes:
        last = sent[-1]
        statement = head_statement(till_id=self.id, epoch=last.epoch, seq=last.seq, head=last.hash)
        return write_stretch(
            sent,
            till_id=self.id,
            previous=previous or self.hash_at(sent[0].seq - 1),
            signature=self.key.sign(statement),
            waiting=len(self.journal) - last.seq if waiting is None else waiting,
            under=under,
        )

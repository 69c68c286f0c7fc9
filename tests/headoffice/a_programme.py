"""Small programmes of one café, version by version, and links by which a till hears of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

import resources
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.tills.visits import Request
from posloyalty.network.link import HttpOffice
from posloyalty.network.voice import Voice
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office.join_head_office import JoinHeadOffice
from posloyalty.services.office.send_journal import SendJournal
from posloyalty.services.ports.head_office import OfficeFacts
from posloyalty.services.programmes.hear_programmes import HearProgrammes
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.publications import FileAsk, FileGiven, ProgrammesAsk, ProgrammesGiven
from tests.fakes.time import SeededChance
from tests.headoffice.a_network import asker_of
from tests.services.a_shop import Shop

URL = "https://headoffice.test"
CAFE = resources.read("programmes/cafe.toml")
OFFER = "offer:quiet-hours"


def version(number: int, *, more: str = "", language: int = 2, currency: str = "CNY") -> bytes:
    """The café's programme in another version."""
    text = CAFE.decode("utf-8").replace("version = 1", f"version = {number}")
    text = text.replace("language = 2", f"language = {language}").replace('"CNY"', f'"{currency}"')
    return (text + more).encode("utf-8")


def unspoilt(said: object) -> object:
    return said


@dataclass
class Ear:
    """A real till that joined a head office, and its ear for programmes.

    `spoil` changes what head office said: a till must not believe it.
    """

    shop: Shop
    office: OpenOffice
    app: str = "1.0"
    asked: list[str] = field(default_factory=list)
    spoil: Callable[[object], object] = unspoilt

    def __post_init__(self) -> None:
        self.chance = SeededChance(77)
        joining = JoinHeadOffice(
            book=self.shop.till.book,
            ids=self.shop.ids,
            introduce=self._introduce,
            app="0",
            changed=self.shop.till.lending.forget,
        )
        self.facts = joining.join(URL, self.office.administration.new_code("S1"))
        self.start()

    def start(self) -> None:
        """As at the till's start."""
        till = self.shop.till
        self.hears = HearProgrammes(
            book=till.book,
            clock=till.clock,
            ids=self.shop.ids,
            programmes=till.programmes,
            app=self.app,
        )

    def hear(self) -> bool:
        with self.shop.till.book.read() as reader:
            key = SigningKey.generate(reader.tokens.keys()[0].seed)
            till_id = reader.facts.till_id
        voice = Voice(key=key, till_id=till_id, boot=bytes(16), office=self.facts.office)
        link = self._link(voice, bytes.fromhex(self.facts.office_key))
        return self.hears.step(SpoiltLink(link, self.spoil))

    def sending(self) -> SendJournal:
        """What sends the journal and, in a quiet moment, asks for programmes."""

        def connect(facts: OfficeFacts, key: SigningKey, till_id: bytes) -> HttpOffice:
            voice = Voice(key=key, till_id=till_id, boot=bytes(16), office=facts.office)
            return self._link(voice, bytes.fromhex(facts.office_key))

        till = self.shop.till
        return SendJournal(
            book=till.book,
            clock=till.clock,
            ids=self.shop.ids,
            chance=self.chance,
            connect=connect,
            app=self.app,
            programmes=self.hears,
            asker=asker_of(till, self.chance),
        )

    def goes_by(self) -> str:
        """The programme in effect at the till: its id and version."""
        till = self.shop.till
        with till.book.read() as reader:
            found = till.programmes.at(reader, till.clock.now())
        return "" if found is None else f"{found.id} {found.version}"

    def _introduce(self, url: str, key: SigningKey, till_id: bytes) -> HttpOffice:
        return self._link(Voice(key=key, till_id=till_id, boot=bytes(16)), b"")

    def _link(self, voice: Voice, office_key: bytes) -> HttpOffice:
        client = httpx.Client(transport=httpx.MockTransport(self._reached), base_url=URL)
        return HttpOffice(
            URL,
            voice,
            office_key=office_key,
            chance=self.chance,
            now_s=lambda: int(self.shop.till.clock.wall().timestamp()),
            client=client,
        )

    def _reached(self, http: httpx.Request) -> httpx.Response:
        self.asked.append(http.url.path)
        request = Request(
            method=http.method,
            target=http.url.raw_path.decode(),
            headers=dict(http.headers),
            query={},
            body=http.content,
        )
        if http.url.path == messages.ENROL:
            answer = self.office.desk.join(request)
        else:
            (endpoint,) = [e for e in self.office.desk.endpoints if e.path == http.url.path]
            answer = self.office.desk.answer(endpoint, request)
        stream = httpx.ByteStream(answer.body)
        return httpx.Response(answer.status, headers=dict(answer.headers), stream=stream)


@dataclass
class SpoiltLink:
    """A way to head office on which something happens to what it says."""

    link: HttpOffice
    spoil: Callable[[object], object]

    def programmes(self, ask: ProgrammesAsk) -> ProgrammesGiven | Problem:
        return self.spoil(self.link.programmes(ask))  # type: ignore[return-value] # as it was

    def programme_file(self, ask: FileAsk) -> FileGiven | Problem:
        return self.spoil(self.link.programme_file(ask))  # type: ignore[return-value] # as it was

"""A till's services over a network that a test spoils, up to a head office's desk in this process.

`Network` is what lies in between: each request meets the next of `troubles`. `connected(shop, ...)`
gives the services of one till as `bootstrap` makes them, but for the lines.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import httpx

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.tills.answering import Parked
from posloyalty.headoffice.tills.visits import Refused, Request
from posloyalty.network.link import HttpOffice
from posloyalty.network.voice import Voice
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.ground import Ground
from posloyalty.services.lending.reserve_for_sale import ReserveForSale
from posloyalty.services.lending.top_up import TopUp
from posloyalty.services.office.ask_about_card import AskAboutCard, AskAboutPhone
from posloyalty.services.office.ask_about_member import AskAboutMember
from posloyalty.services.office.ask_about_paper import AskAboutPaper
from posloyalty.services.office.ask_office import AskOffice
from posloyalty.services.office.hear_articles import HearArticles
from posloyalty.services.office.hear_card_keys import HearCardKeys
from posloyalty.services.office.hear_office import HearOffice
from posloyalty.services.office.hear_roll import HearRoll
from posloyalty.services.office.join_head_office import Introduce, JoinHeadOffice
from posloyalty.services.office.listen_office import ListenOffice
from posloyalty.services.office.meet_members import MeetMembers
from posloyalty.services.office.move_head_office import MoveHeadOffice
from posloyalty.services.office.send_journal import SendJournal
from posloyalty.services.office.share_profiles import ShareProfiles
from posloyalty.services.ports import Chance
from posloyalty.services.ports.head_office import Connect, OfficeFacts
from posloyalty.services.ports.roll import RollStore
from posloyalty.services.programmes.hear_programmes import HearProgrammes
from posloyalty.services.right_of_way import RightOfWay
from posloyalty.services.till import Till
from posloyalty.sync.events import ErrorNote
from posloyalty.sync.wire import answers, messages
from posloyalty.sync.wire.messages import Problem
from tests.fakes.time import SeededChance
from tests.services.a_shop import Shop

URL = "https://headoffice.test"


@dataclass
class Network:
    """What lies between a till and head office; each request meets the next trouble."""

    office: OpenOffice
    troubles: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    packings: list[str] = field(default_factory=list)
    poison: bytes = b""
    answered: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    """What head office answered last, by path."""
    waits: Callable[[], object] = lambda: None
    """What passes until whoever waits for a lost answer gives up."""

    def __call__(self, http: httpx.Request) -> httpx.Response:
        self.asked.append(http.url.path)
        if http.url.path == messages.PUSH:
            self.packings.append(http.headers["content-encoding"])
        trouble = self.troubles.pop(0) if self.troubles else ""
        if trouble == "not yet":
            fault = ssl.SSLCertVerificationError("certificate is not yet valid")
            fault.verify_code = 9
            raise httpx.ConnectError("certificate is not yet valid") from fault
        if trouble == "no line":
            raise httpx.ConnectError("no line")
        if trouble == "portal":
            return streamed(200, {"content-type": "text/html"}, b"<html>Please sign in</html>")
        if trouble == "moved":
            return streamed(302, {"location": "https://portal.test"}, b"")
        if trouble == "proxy":
            said = b'{"code":"GAP","retry":"later"}'
            return streamed(502, {"content-type": "application/json"}, said)
        if self.poison and http.url.path == messages.PUSH and self.poisoned(http):
            return self.fault(http)
        earlier = self.answered.get(http.url.path)
        status, headers, body = self.answered[http.url.path] = self.reached(http)
        if trouble == "earlier":
            assert earlier is not None
            return streamed(*earlier)
        if trouble == "busy":
            said = {"content-type": "text/html", "retry-after": "40"}
            return streamed(429, said, b"later")
        if trouble == "lost":
            self.waits()
            raise httpx.ReadTimeout("the answer is lost")
        if trouble == "twice":
            self.reached(http)
        if trouble == "changed":
            body = body.replace(b"1", b"2") if b"1" in body else body + b" "
        return streamed(status, headers, body)

    def poisoned(self, http: httpx.Request) -> bool:
        """Whether a push holds the event that head office falls over, as text."""
        push = next(one for one in self.office.desk.endpoints if one.path == messages.PUSH)
        stretch = push.prepare(self.request(http))
        return any(one.body == self.poison and not one.wrapped for one in stretch.sent)

    def fault(self, http: httpx.Request) -> httpx.Response:
        """Head office fell over, and says so with its signature."""
        refused = Refused(500, Problem(code="FAULT", retry="later"))
        answer = self.office.desk.refuse(self.request(http), refused)
        return streamed(answer.status, dict(answer.headers), answer.body)

    def request(self, http: httpx.Request) -> Request:
        """A request as head office gets it."""
        return Request(
            method=http.method,
            target=http.url.raw_path.decode(),
            headers=dict(http.headers),
            query={},
            body=http.content,
        )

    def reached(self, http: httpx.Request) -> tuple[int, dict[str, str], bytes]:
        request = self.request(http)
        if http.url.path == messages.ENROL:
            answer = self.office.desk.join(request)
        elif http.url.path == answers.WAIT:
            found = self.office.desk.wait(request)
            if isinstance(found, Parked):
                news = bool(self.office.desk.news(frozenset({found.till_id})))
                found = self.office.desk.waited(request, answers.WaitEnded(news=news))
            answer = found
        else:
            (endpoint,) = [e for e in self.office.desk.endpoints if e.path == http.url.path]
            answer = self.office.desk.answer(endpoint, request)
        return answer.status, dict(answer.headers), answer.body


def streamed(status: int, headers: dict[str, str], body: bytes) -> httpx.Response:
    """An answer as it comes off a wire, not read yet."""
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


@dataclass
class Connected:
    """One till's way to head office."""

    shop: Shop
    network: Network
    joining: JoinHeadOffice
    moving: MoveHeadOffice
    office: HearOffice
    sending: SendJournal
    listening: ListenOffice
    reserving: ReserveForSale
    about_papers: AskAboutPaper
    about_cards: AskAboutCard
    about_phones: AskAboutPhone
    about_members: AskAboutMember

    def join(self, store: str = "S1") -> OfficeFacts:
        return self.joining.join(URL, self.network.office.administration.new_code(store))

    def note(self, count: int) -> None:
        """So many events more in the journal."""
        for _ in range(count):
            with self.shop.till.book.write() as unit:
                stamp = unit.journal.stamp()
                event_id = self.shop.ids.new_id().hex()
                unit.journal.append(
                    ErrorNote(id=event_id, at=stamp.at, hlc=stamp.hlc, code="PRINTER_GONE")
                )
                unit.commit()


def ground_of(till: Till, chance: Chance) -> Ground:
    """What a till's services stand on, with the test's own chance."""
    return Ground(
        book=till.book,
        clock=till.clock,
        ids=till.ids,
        chance=chance,
        programmes=till.programmes,
        rules=till.check_out._rules,
    )


def roll_of(till: Till) -> RollStore:
    """The roll that a till finds members by."""
    strangers = till.members._strangers
    assert strangers is not None
    return cast(RollStore, strangers._roll)


def asker_of(till: Till, chance: Chance, hear: HearOffice | None = None) -> AskOffice:
    """What asks head office for news, as a till has it; with an ear of one's own or a new one."""
    return AskOffice(
        hear=HearOffice(till.book, till.lending) if hear is None else hear,
        lending=till.lending,
        clock=till.clock,
        top_up=TopUp(ground_of(till, chance), lending=till.lending),
        named=till.shop.hear_name,
    )


def links(till: Till, network: Network, chance: Chance, boot: bytes) -> tuple[Introduce, Connect]:
    """What makes a till's links, before it has joined and afterwards, as `bootstrap` does."""

    def link(url: str, voice: Voice, office_key: bytes, incarnation: str = "") -> HttpOffice:
        client = httpx.Client(transport=httpx.MockTransport(network), base_url=url)
        return HttpOffice(
            url,
            voice,
            office_key=office_key,
            chance=chance,
            now_s=lambda: int(till.clock.wall().timestamp()),
            client=client,
            incarnation=incarnation,
        )

    def introduce(url: str, key: SigningKey, till_id: bytes) -> HttpOffice:
        return link(url, Voice(key=key, till_id=till_id, boot=bytes(16)), b"")

    def connect(facts: OfficeFacts, key: SigningKey, till_id: bytes) -> HttpOffice:
        voice = Voice(key=key, till_id=till_id, boot=boot, office=facts.office)
        return link(facts.url, voice, bytes.fromhex(facts.office_key), facts.incarnation)

    return introduce, connect


def sending(
    shop: Shop,
    connect: Connect,
    chance: Chance,
    hear: HearOffice,
    meet: MeetMembers,
    *,
    way: RightOfWay | None,
    programmes: bool,
) -> SendJournal:
    """What sends a till's journal, with all that travels beside it."""
    till = shop.till
    roll = HearRoll(book=till.book, clock=till.clock, roll=roll_of(till))
    card_keys = HearCardKeys(book=till.book, clock=till.clock)
    published = HearProgrammes(
        book=till.book,
        clock=till.clock,
        ids=shop.ids,
        programmes=till.programmes,
        app="0",
        keys_through=card_keys.told,
    )
    return SendJournal(
        book=till.book,
        clock=till.clock,
        ids=shop.ids,
        chance=chance,
        connect=connect,
        app="0",
        changed=till.lending.forget,
        profiles=ShareProfiles(
            book=till.book,
            clock=till.clock,
            ids=shop.ids,
            meet=meet,
            changed=till.follow_members,
            roll=roll,
        ),
        roll=roll,
        articles=HearArticles(
            book=till.book,
            clock=till.clock,
            ids=shop.ids,
            app="0",
            coming=till.coming_articles,
        ),
        card_keys=card_keys,
        programmes=published if programmes else None,
        way=way,
        asker=asker_of(till, chance, hear),
    )


def connected(
    shop: Shop,
    network: Network,
    *,
    seed: int = 77,
    meanwhile: Callable[[], None] = lambda: None,
    boot: bytes = bytes(16),
    way: RightOfWay | None = None,
    programmes: bool = False,
) -> Connected:
    """The services, over a network; `meanwhile` is what happens while a sale waits, `boot` is the
    start of the program that speaks, `way` whom sending lets go first. Without `programmes` it asks
    for none, nor for what comes beside them.
    """
    till, chance = shop.till, SeededChance(seed)
    introduce, connect = links(till, network, chance, boot)
    hear = HearOffice(till.book, till.lending)
    ground, meet = ground_of(till, chance), MeetMembers(till.book, shop.ids)
    till.members._met = meet.met
    till.lending.asks = True
    return Connected(
        shop=shop,
        network=network,
        joining=JoinHeadOffice(
            book=till.book,
            ids=shop.ids,
            introduce=introduce,
            app="0",
            changed=till.lending.forget,
        ),
        moving=MoveHeadOffice(book=till.book, connect=connect),
        office=hear,
        sending=sending(
            shop,
            connect,
            chance,
            hear,
            meet,
            way=way,
            programmes=programmes,
        ),
        listening=ListenOffice(book=till.book, chance=chance, connect=connect),
        about_papers=AskAboutPaper(book=till.book, connect=connect),
        about_members=AskAboutMember(
            book=till.book,
            clock=till.clock,
            ids=shop.ids,
            connect=connect,
            in_reach=lambda: till.lending.online,
            changed=till.follow_members,
        ),
        about_cards=AskAboutCard(
            book=till.book, ids=shop.ids, connect=connect, changed=till.follow_members
        ),
        about_phones=AskAboutPhone(
            book=till.book, ids=shop.ids, connect=connect, changed=till.follow_members
        ),
        reserving=ReserveForSale(
            ground,
            connect=connect,
            hear=hear,
            lending=till.lending,
            pause=lambda _s: meanwhile(),
            would_do=till.check_out.would_do,
        ),
    )

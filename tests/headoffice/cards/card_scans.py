"""Chains whose tills hear of one another's keys, and cards scanned there as the counter does.

What a till cannot decide by itself is asked at head office, and scanned again with what was said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from posloyalty.domain.members.card_token import decode, encode
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.office import hear_card_keys
from posloyalty.services.selling.scanned import PROOF_CARD, ScannedMember, ScanRefused
from tests.fakes.time import SetClock
from tests.headoffice.a_chain import Chain, Placed, made_till
from tests.headoffice.a_kept_chain import chain_after
from tests.headoffice.a_network import Network, connected
from tests.services.a_shop import Shop

PHONE = "13900000001"


@contextmanager
def hearing_chain(folder: Path, url: str) -> Iterator[Chain]:
    with chain_after(heard, folder, tills=3, url=url, programmes=True) as found:
        yield found


def heard(chain: Chain, _more: str) -> None:
    for till in (*chain.tills, *chain.tills):
        till.talk()
        chain.clock.pass_time(timedelta(minutes=3))


def hears(chain: Chain) -> None:
    """Every till tells what it has, and asks for what the others told."""
    for _ in range(2):
        chain.clock.pass_time(timedelta(minutes=6))
        for till in chain.tills:
            till.talk()


@dataclass(frozen=True)
class Made:
    """A member who joined at a till."""

    id: bytes
    card: str


@contextmanager
def alone_for_a_year(chain: Chain, folder: Path) -> Iterator[tuple[Shop, Callable[[], None]]]:
    """A shop a year before the chain's day, and what lets that year pass, has the shop join as a
    store of its own, send everything and be heard of.
    """
    clock = SetClock()
    clock.at, clock.ms = chain.clock.at - timedelta(days=365), chain.clock.ms
    with made_till(folder, 4, clock) as shop, ExitStack() as stack:

        def join() -> None:
            clock.pass_time(timedelta(days=365))
            chain.office.administration.add_store("S4", "Street 4")
            way = connected(shop, Network(chain.office), seed=99, programmes=True)
            stack.callback(way.sending.close)
            way.join("S4")
            way.sending.send_all()
            hears(chain)

        yield shop, join


def joins(till: Placed, phone: str = PHONE, name: str = "Bea") -> Made:
    form = EnrolForm(phone=phone, name=name, consents=(("terms", "", True),))
    made = till.shop.till.enrol.enrol(form, till.shop.manager)
    return Made(made.member.id, made.card_token_text)


def alone(till: Placed, card: str) -> object:
    """What the till says by itself."""
    return till.shop.till.scan.recognise(card, screen=ScanScreen.SALE)


def scan(till: Placed, card: str) -> object:
    """What the counter comes to."""
    found = alone(till, card)
    asks = getattr(found, "asks", "")
    if not asks:
        return found
    said = till.way.about_cards.ask(asks)
    if said is None:
        return found
    return till.shop.till.scan.recognise(card, screen=ScanScreen.SALE, said=said)


def refusal(found: object) -> str:
    assert isinstance(found, ScanRefused), found
    return found.reason


def shown(member: Made, proof: str = PROOF_CARD) -> ScannedMember:
    return ScannedMember(member.id, proof)


def seed_of(till: Placed) -> bytes:
    with till.shop.till.book.read() as reader:
        return reader.tokens.keys()[-1].seed


def dated(till: Placed, card: str, *, issued: timedelta, key_id: int | None = None) -> str:
    """A card with another day on it, signed by whoever has the till's key."""
    token, _, _ = decode(card)
    forged = replace(token, issued_s=token.issued_s + int(issued.total_seconds()))
    forged = forged if key_id is None else replace(forged, key_id=key_id)
    return encode(forged, SigningKey.generate(seed_of(till)).sign)


def told_keys(till: Placed) -> int:
    with till.shop.till.book.read() as reader:
        return reader.card_keys.count()


def forget_keys(till: Placed) -> None:
    with till.shop.till.book.write() as unit:
        unit.card_keys.forget()
        unit.commit()


def unheard_keys(till: Placed) -> None:
    """The till hears all keys anew."""
    with till.shop.till.book.write() as unit:
        unit.card_keys.forget()
        unit.settings.put({hear_card_keys.SETTING: ""})
        unit.commit()


def till_id(till: Placed) -> str:
    return till.shop.till.facts.till_id.hex()


@contextmanager
def out_of_reach(till: Placed) -> Iterator[None]:
    till.way.network.troubles = ["no line"] * 50
    yield
    till.way.network.troubles = []

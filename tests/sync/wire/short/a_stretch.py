"""Stretches of any bodies, and sales that are like one another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.journal import links
from posloyalty.sync.wire.batch import Sent, Stretch
from posloyalty.sync.wire.short.stretch import Source, Sources

TILL = bytes(range(16))
EVENTS = Path(__file__).parents[2] / "fixtures"
PREVIOUS = bytes(range(32))
SIGNATURE = bytes(range(64))


def stretch(bodies: Sequence[bytes], *, first: int = 41, epoch: int = 3, under: int = 0) -> Stretch:
    """Consecutive events; each has the id that its body names, or one of its own."""
    hashes = links(
        till_id=TILL, epoch=epoch, first_seq=first, previous=PREVIOUS, bodies=list(bodies)
    )
    return Stretch(
        till_id=TILL,
        epoch=epoch,
        first_seq=first,
        previous=PREVIOUS,
        head=hashes[-1],
        signature=SIGNATURE,
        waiting=7,
        under=under or epoch,
        sent=tuple(Sent(id_in(body), body) for body in bodies),
    )


def id_in(body: bytes) -> bytes:
    _, _, rest = body.partition(b'"id":"')
    return bytes.fromhex(rest[:32].decode()) if rest else bytes(16)


def kept(*sources: Source) -> Sources:
    """What head office has."""
    there = {one.seq: one.body for one in sources}
    return lambda _epoch, seqs: [there[seq] for seq in seqs if seq in there]


def drawn(number: int, what: str) -> str:
    """An id of the form of life: a minute's milliseconds, and ten bytes that nothing foretells."""
    told = (1_796_068_560_000 + 1_000 * number).to_bytes(6, "big")
    return (told + b"\x70" + derive_id(what, number)[:9]).hex()


def sale(number: int, *, articles: Sequence[int] = (1, 2, 3), ratio: int = 1) -> bytes:
    """A member's sale: its lines, taxes, payment, points and lot add up as a till's do."""
    event_id, member = drawn(number, "sale"), drawn(0, "member")
    at = f"2026-12-01T09:{number // 60:02d}:{number % 60:02d}.250+08:00"
    lines, day = tuple(_line(place, one) for place, one in enumerate(articles, 1)), "2026-12-01"
    total, tax = sum(one.net for one in lines), sum(one.tax for one in lines)
    points = ratio * sum(one.net // 100 for one in lines)
    lot = events.LotOpened(id=_derived("lot", event_id), earned=day, usable=day, last="2027-12-01")
    made = events.Sale(
        id=event_id,
        at=at,
        hlc=(1_796_086_800_250 + 1_000 * number, 0),
        actor=drawn(0, "operator"),
        pi="dawn-club",
        pv=1,
        ph="ab" * 32,
        no=f"S1-T1-1-{number:04d}",
        day=day,
        cur="CNY",
        member=member,
        proof="card",
        lines=lines,
        offers=(),
        taxes=(events.Tax(tc="std13", tr=(13, 100), tm="inclusive", base=total - tax, tax=tax),),
        pays=(events.Pay(n=1, kind="cash", amount=total, given=total, change=0, rnd=0),),
        points=(
            events.Points(
                wallet="points",
                name="积分",
                scale=0,
                earned=points,
                redeemed=0,
                redeemed_minor=0,
                balance=100 + number,
                pending=0,
            ),
        ),
        post=(
            events.Post(
                id=_derived("transfer", event_id),
                code="earn",
                ledger="dawn-club/points",
                dr=("issued",),
                cr=("member", member),
                n=points,
                opens=lot,
            ),
        ),
        tiers=(),
        gross=total,
        off=0,
        red=0,
        tax=tax,
        total=total,
        rnd=0,
        rights=(),
        meters=(
            events.Count(m="purchases", d=day, n=1),
            events.Count(m="spend", d=day, n=total),
            events.Count(m="earned/dawn-club/points", d=day, n=points),
        ),
    )
    return events.encode(made)


def _line(place: int, article: int) -> events.Line:
    net = 700 + 310 * article
    return events.Line(
        n=place,
        product=drawn(article, "article"),
        sku=f"DRI{article:03d}",
        name=f"绿茶 {article} 号",
        unit="each",
        qty=1000,
        price=net,
        gross=net,
        net=net,
        tc="std13",
        tr=(13, 100),
        tm="inclusive",
        tax=(2 * net * 13 + 113) // 226,
        earn=(("points", net // 100),),
    )


def _derived(kind: str, event_id: str) -> str:
    return derive_id(kind, bytes.fromhex(event_id), 0).hex()


def value_of(body: bytes) -> dict[str, object]:
    found: dict[str, object] = msgspec.json.decode(body)
    return found

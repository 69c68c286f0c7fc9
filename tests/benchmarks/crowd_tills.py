"""The tills of the crowd.

`python -m tests.benchmarks.crowd_tills FILE HOST:PORT EVERY_S SECONDS [HAD]`

One process and one event loop; each till is two coroutines, one that waits for news and one that
says hello, sends what it sold, and asks what is new: when there is news, and behind a sale unless
head office said with it that there is none.
They come over the first seconds, not all at once. Printed as JSON: `took` in milliseconds by kind
of request, `faults`, how many requests were `answered` from the first till's coming on, in how
many of them somebody was `sent_away` for a while, how many events were `acknowledged`, how many
tills were `waiting` at once at most, what each till `had` acknowledged last, and how `busy` this
process was, of one processor. With a file of what each had, all of them say hello within a second.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections import defaultdict
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from random import Random
from time import monotonic, process_time
from typing import Any, Final

import msgspec

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.network.voice import NotHeadOffice, heard
from posloyalty.sync import events
from posloyalty.sync.ask_session import SELLING_MS
from posloyalty.sync.journal import genesis_predecessor
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.answers import ANSWER, WAIT, WAIT_S_MAX, WAIT_S_MIN, AnswerAsk, WaitAsk
from posloyalty.sync.wire.messages import HelloAsk, Standing
from posloyalty.sync.wire.packing import GZIP, unpacked
from posloyalty.sync.wire.short.stretch import SHORT
from posloyalty.system import SystemChance, SystemClock
from tests.headoffice.a_till import ATill
from tests.sync.examples import EXAMPLES, HLC

ARRIVE_S: Final = 20.0
"""At most: a shorter run has a shorter beginning."""
IDLE_S: Final = 5.0
"""A till's client gives a connection up that was idle for so long (httpx' `keepalive_expiry`)."""
KNOWN_ELSEWHERE: Final = 20
"""One sale of so many is of a member whom another till knows."""
REGULARS: Final = 3
"""So many regulars each till has: they come again within the minute."""
LINGER_S: Final = 0.1
PLAIN_MAX: Final = 4 * 1024 * 1024
SEED: Final = 5


class Crowd:
    """What all of them share."""

    def __init__(self, address: str, *, every_s: float, seconds: float) -> None:
        host, _, port = address.partition(":")
        self.host, self.port = host, int(port)
        self.every_s = every_s
        self.arrive_s = min(ARRIVE_S, seconds / 3)
        self._seconds = seconds
        self.begins = self.ends = 0.0
        self.random = Random(SEED)
        self.took: defaultdict[str, list[float]] = defaultdict(list)
        self.faults: list[str] = []
        self.answered = 0
        self.sent_away = 0
        self.acknowledged = 0
        self.waiting = 0
        self.waiting_most = 0

    def begin(self) -> None:
        """The tills begin to come."""
        self.begins = monotonic() + self.arrive_s
        self.ends = self.begins + self._seconds

    def told(self, kind: str, seconds: float) -> None:
        """A request took so long; what came before the crowd was whole does not count."""
        if monotonic() >= self.begins:
            self.took[kind].append(max(0.0, seconds) * 1_000)


class Line:
    """One connection, kept open."""

    def __init__(self, crowd: Crowd, till: ATill) -> None:
        self._crowd = crowd
        self._till = till
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used = 0.0

    async def ask(self, path: str, body: bytes, *, packing: str = GZIP) -> Any:
        """A request and its answer, whose signature held; raises for any other. Told to come later,
        a till does, as long as it was asked to.
        """
        while True:
            status, said = await self._once(path, body, packing)
            if status == 200:
                return said
            if status != 429:
                raise NotHeadOffice(f"{path} {status} {said}")
            self._crowd.sent_away += 1
            await asyncio.sleep(said["after_s"] * (1 + self._crowd.random.random() / 4))

    async def _once(self, path: str, body: bytes, packing: str) -> tuple[int, Any]:
        request = self._till.request(path, body, packing=packing)
        lines = [f"POST {path} HTTP/1.1", "host: headoffice", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        if self._streams is not None and monotonic() - self._used > IDLE_S:
            self.close()
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._crowd.host, self._crowd.port)
        reader, writer = self._streams
        writer.write("\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        headers = {
            name.lower(): value for name, _, value in (one.partition(": ") for one in head[1:-2])
        }
        answer = await reader.readexactly(int(headers["content-length"]))
        heard(
            office_key=self._till.office_key,
            nonce=request.headers["signature-input"].split('nonce="')[1][:22],
            status=status,
            headers=headers,
            body=answer,
        )
        if headers.get("content-encoding") == "gzip":
            answer = unpacked(answer, most_bytes=PLAIN_MAX)
        self._used = monotonic()
        self._crowd.answered += 1
        return status, msgspec.json.decode(answer)

    def close(self) -> None:
        """The till is switched off."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class Seller:
    """One till at work."""

    def __init__(self, crowd: Crowd, till: ATill) -> None:
        self._crowd = crowd
        self._till = till
        self._sales = [till.as_sent(seq, seq).body for seq in range(1, 1 + len(till.journal))]
        self._sent = 0
        self.had: dict[str, Any] | None = None
        """What head office acknowledged last."""
        self._asked = 0.0
        self._news = asyncio.Event()
        self._lines = Line(crowd, till), Line(crowd, till)

    async def run(self) -> None:
        """From its start to the end."""
        crowd = self._crowd
        await asyncio.sleep(crowd.random.random() * crowd.arrive_s)
        listens = None
        try:
            await self._said("hello", messages.HELLO, HelloAsk(place=self._place()))
            await self._asks()
            listens = asyncio.create_task(self._listens())
            sells_at = monotonic() + crowd.random.random() * crowd.every_s
            while monotonic() < crowd.ends:
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, min(sells_at, crowd.ends) - monotonic())):
                        await self._news.wait()
                if monotonic() >= crowd.ends:
                    break
                asks = self._news.is_set()
                self._news.clear()
                if monotonic() >= sells_at:
                    sells_at += crowd.every_s
                    asks = await self._sells() or asks
                if asks:
                    await self._asks()
        except (OSError, asyncio.IncompleteReadError, NotHeadOffice) as fault:
            crowd.faults.append(f"{type(fault).__name__} {fault}")
        finally:
            if listens is not None:
                listens.cancel()
                with suppress(asyncio.CancelledError):
                    await listens
            for line in self._lines:
                line.close()

    async def _sells(self) -> bool:
        """Send a sale; whether there may be something to ask for."""
        if self._sent == len(self._till.journal):
            return True
        await asyncio.sleep(LINGER_S)
        body = self._sales[self._sent]
        began = monotonic()
        said = await self._lines[0].ask(messages.PUSH, body, packing=SHORT)
        self.had = said["ack"]
        self._crowd.told("a sale sent", monotonic() - began)
        assert said["acked"]["seq"] == self._sent + 1, said
        self._sent += 1
        self._crowd.acknowledged += 1
        return said.get("news") is not False or monotonic() - self._asked > SELLING_MS / 1_000

    async def _asks(self) -> None:
        self._asked = monotonic()
        await self._said("what is new", ANSWER, AnswerAsk(place=self._place()))

    async def _said(self, kind: str, path: str, ask: Any) -> None:
        began = monotonic()
        await self._lines[0].ask(path, msgspec.json.encode(ask))
        self._crowd.told(kind, monotonic() - began)

    async def _listens(self) -> None:
        crowd = self._crowd
        try:
            while monotonic() < crowd.ends:
                for_s = crowd.random.randint(WAIT_S_MIN, WAIT_S_MAX)
                began = monotonic()
                crowd.waiting += 1
                crowd.waiting_most = max(crowd.waiting_most, crowd.waiting)
                try:
                    said = await self._lines[1].ask(WAIT, msgspec.json.encode(WaitAsk(for_s=for_s)))
                finally:
                    crowd.waiting -= 1
                if said.get("ask_in_s"):
                    raise NotHeadOffice(f"no room to wait: {said}")
                if said["news"]:
                    self._news.set()
                else:
                    crowd.told("a wait's end", monotonic() - began - for_s)
        except (OSError, asyncio.IncompleteReadError, NotHeadOffice) as fault:
            crowd.faults.append(f"{type(fault).__name__} {fault}")

    def _place(self) -> Standing:
        return Standing(epoch=1, seq=self._sent, head=self._till.hash_at(self._sent).hex())


def sell(till: ATill, count: int) -> None:
    """So many sales to come, each of which earns its member points: a regular of this till, now and
    then one of the next till's.
    """
    sale = EXAMPLES["sale"]
    assert isinstance(sale, events.Sale)
    for number in range(count):
        whose = till.number + (1 if (till.number + number) % KNOWN_ELSEWHERE == 0 else 0)
        member = derive_id("crowd-member", whose * REGULARS + number % REGULARS).hex()
        event_id, lot = (till.chance.token_bytes(16) for _ in range(2))
        earned = events.Post(
            id=till.chance.token_bytes(16).hex(),
            code="earn",
            ledger="dawn-club/points",
            dr=("issued",),
            cr=("member", member),
            n=169,
            opens=events.LotOpened(
                id=lot.hex(), earned=sale.day, usable=sale.day, last="2027-11-30"
            ),
        )
        made = msgspec.structs.replace(
            sale,
            id=event_id.hex(),
            member=member,
            hlc=(HLC[0] + 20_000 * number, 0),
            post=(earned,),
            rights=(),
            tiers=(),
            meters=(events.Count(m="purchases", d=sale.day, n=1),),
        )
        till.add(events.encode(made), event_id=event_id)


def tills_of(known: list[dict[str, Any]], sales: int) -> list[ATill]:
    """The tills with what each will sell."""
    clock, made = SystemClock(UTC), []
    for one in known:
        till = ATill(clock, number=one["number"])  # type: ignore[arg-type]
        till.certificate = bytes.fromhex(one["certificate"])
        till.genesis = genesis_predecessor(till.id, till.certificate)
        till.office, till.office_key = one["office"], bytes.fromhex(one["office_key"])
        sell(till, sales)
        made.append(till)
    return made


async def crowd_of(tills: list[ATill], crowd: Crowd) -> dict[str, Any]:
    """All of them, until the end."""
    sellers = [Seller(crowd, till) for till in tills]
    crowd.begin()
    began, busy = monotonic(), process_time()
    await asyncio.gather(*(one.run() for one in sellers))
    return {
        "took": crowd.took,
        "faults": crowd.faults,
        "answered": crowd.answered,
        "sent_away": crowd.sent_away,
        "acknowledged": crowd.acknowledged,
        "waiting": crowd.waiting_most,
        "had": [one.had for one in sellers],
        "busy": (process_time() - busy) / (monotonic() - began),
    }


async def all_back(
    tills: list[ATill], had: list[dict[str, Any] | None], crowd: Crowd
) -> dict[str, Any]:
    """Head office was away, and all of them say hello within a second: from when a till wants to
    until it is answered, however often it was sent away for a while.
    """
    crowd.begin()

    async def back(till: ATill, had: dict[str, Any] | None) -> None:
        await asyncio.sleep(crowd.random.random())
        line, began = Line(crowd, till), monotonic()
        till.chance = SystemChance()  # type: ignore[assignment] # no nonce of before comes again
        seq, head = (0, till.genesis.hex()) if had is None else (had["seq"], had["head"])
        place = Standing(epoch=1, seq=seq, head=head)
        ask = msgspec.json.encode({"place": place, "had": had})
        try:
            said = await line.ask(messages.HELLO, ask)
            assert (said["state"], said["place"]["seq"]) == ("ok", seq), said
        except (OSError, asyncio.IncompleteReadError, NotHeadOffice) as fault:
            crowd.faults.append(f"{type(fault).__name__} {fault}")
        crowd.told("hello", monotonic() - began)
        line.close()

    await asyncio.gather(*(back(*one) for one in zip(tills, had, strict=True)))
    return {"took": crowd.took, "faults": crowd.faults, "sent_away": crowd.sent_away}


def main(file: str, address: str, every_s: str, seconds: str, had: str = "") -> None:
    """Run the crowd and print what it found; with a file of what each `had`, all of them back."""
    known = json.loads(Path(file).read_text("utf-8"))
    sales = 0 if had else 2 + int(float(seconds) / float(every_s))
    tills = tills_of(known, sales)
    gc.collect()
    gc.freeze()  # tens of thousands of events, which stay
    crowd = Crowd(address, every_s=float(every_s), seconds=float(seconds))
    if had:
        held = json.loads(Path(had).read_text("utf-8"))
        print(json.dumps(asyncio.run(all_back(tills, held, crowd))))
    else:
        print(json.dumps(asyncio.run(crowd_of(tills, crowd))))


if __name__ == "__main__":
    main(*sys.argv[1:])

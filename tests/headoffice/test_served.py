"""The server as a process: a real till's journal goes up, the server is killed, nothing is lost."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.running.opening import opened_office
from posloyalty.network.voice import Voice, heard
from posloyalty.services.book.signing import SigningKey
from posloyalty.sync.journal import StoredEvent, genesis_predecessor
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.batch import head_statement, read_stretch, write_stretch
from posloyalty.sync.wire.joining import code_key, code_lookup, till_proof
from posloyalty.sync.wire.packing import packed, unpacked
from posloyalty.sync.wire.signatures import nonce_text
from posloyalty.system import SystemChance, SystemClock
from tests.fakes.time import SHANGHAI
from tests.headoffice.process import Served, beside, serving
from tests.services.a_shop import new_shop

MEMBERS = 12
BATCH = 20


class DemoTill:
    """A demo shop's till: its journal as it lies in the book, and its voice."""

    def __init__(self, folder: Path) -> None:
        with new_shop(folder) as shop:
            shop.till.demo.fill(shop.manager, "zh_CN", members=MEMBERS)
            with shop.till.book.read() as reader:
                self.journal = list(reader.journal.events())
                facts, key = reader.facts, reader.tokens.keys()[0]
        assert key.certificate == facts.certificate
        self.id, self.certificate = facts.till_id, key.certificate
        self.key = SigningKey.generate(key.seed)
        self.genesis = genesis_predecessor(self.id, self.certificate)
        self.office = "unknown"
        self.office_key = b""

    def ask(
        self,
        client: httpx.Client,
        target: str,
        body: bytes,
        *,
        method: str = "POST",
        packs: bool = False,
    ) -> httpx.Response:
        sent = packed(body) if packs else body
        nonce = nonce_text(SystemChance().token_bytes(16))
        voice = Voice(key=self.key, till_id=self.id, boot=bytes(16), office=self.office)
        headers = voice.headers(
            method=method,
            target=target,
            body=sent,
            created_s=int(SystemClock(SHANGHAI).now().timestamp()),
            nonce=nonce,
        )
        if packs:
            headers["content-encoding"] = "gzip"
        with client.stream(method, target, content=sent, headers=headers) as answer:
            raw = b"".join(answer.iter_raw())
            if self.office_key:
                heard(
                    office_key=self.office_key,
                    nonce=nonce,
                    status=answer.status_code,
                    headers=answer.headers,
                    body=raw,
                )
        return httpx.Response(answer.status_code, content=raw)

    def join(self, client: httpx.Client, code: str) -> None:
        answer = self.brings(client, code).json()
        self.office, self.office_key = answer["office"], bytes.fromhex(answer["office_key"])

    def tries(self, client: httpx.Client, code: str) -> tuple[int, str]:
        """How head office refuses it with a code: status and code of the refusal."""
        office = self.office, self.office_key
        answer = self.brings(client, code)
        self.office, self.office_key = office
        return answer.status_code, str(answer.json()["code"])

    def brings(self, client: httpx.Client, code: str) -> httpx.Response:
        """It asks to join by a code."""
        self.office, self.office_key = "unknown", b""
        key = code_key(code)
        ask = messages.EnrolAsk(
            lookup=code_lookup(key).hex(),
            proof=till_proof(key, certificate=self.certificate).hex(),
            certificate=self.certificate.hex(),
        )
        return self.ask(client, messages.ENROL, msgspec.json.encode(ask))

    def kept(self, client: httpx.Client) -> int:
        """How far head office says it has the journal."""
        last = self.journal[-1]
        place = messages.Standing(epoch=last.epoch, seq=last.seq, head=last.hash.hex())
        body = msgspec.json.encode(messages.HelloAsk(place=place))
        return int(self.ask(client, messages.HELLO, body).json()["place"]["seq"])

    def says(self, client: httpx.Client) -> tuple[int, str]:
        """How its hello is answered: status and code."""
        last = self.journal[-1]
        place = messages.Standing(epoch=last.epoch, seq=last.seq, head=last.hash.hex())
        body = msgspec.json.encode(messages.HelloAsk(place=place))
        answer = self.ask(client, messages.HELLO, body)
        return answer.status_code, str(answer.json().get("code", ""))

    def push(self, client: httpx.Client, after: int) -> int:
        """Send one batch; returns how far it was acknowledged."""
        sent = self.journal[after : after + BATCH]
        last = sent[-1]
        statement = head_statement(till_id=self.id, epoch=last.epoch, seq=last.seq, head=last.hash)
        body = write_stretch(
            sent,
            till_id=self.id,
            previous=self.journal[after - 1].hash if after else self.genesis,
            signature=self.key.sign(statement),
            waiting=len(self.journal) - last.seq,
        )
        said = self.ask(client, messages.PUSH, body, packs=True).json()
        assert said["anomalies"] == []
        return int(said["acked"]["seq"])

    def back(self, client: httpx.Client) -> list[tuple[bytes, bytes, bytes]]:
        """Everything that head office has of it: id, body, hash."""
        found: list[tuple[bytes, bytes, bytes]] = []
        while len(found) < len(self.journal):
            target = f"{messages.JOURNAL}?epoch=1&from={len(found) + 1}&n=500"
            answer = self.ask(client, target, b"", method="GET")
            stretch = read_stretch(unpacked(answer.content, most_bytes=4_000_000))
            hashes = stretch.hashes()
            found += [
                (one.event_id, one.body, hashed)
                for one, hashed in zip(stretch.sent, hashes, strict=True)
            ]
        return found


def in_the_book(journal: list[StoredEvent]) -> list[tuple[bytes, bytes, bytes]]:
    return [(one.event_id, one.body, one.hash) for one in journal]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoTill:
    return DemoTill(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def socket() -> Iterator[Path]:
    # Short, since the path of a Unix socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="ho") as folder:
        yield Path(folder) / "s"


def test_a_demo_shops_journal_survives_kills_of_the_server_byte_for_byte(
    demo: DemoTill, tmp_path: Path, database_url: str, socket: Path
) -> None:
    data = tmp_path / "office"
    with beside(data, database_url) as administration:
        administration.add_store("S1", "Main Street")
        code = administration.new_code("S1")
    with serving(data, database_url, socket) as served:
        acked = sent_until_killed(demo, served, code, batches=4)
    with serving(data, database_url, socket) as served, served.client() as client:
        kept = demo.kept(client)
        # Nothing acknowledged is gone, and of the batch that was under way all came or nothing.
        assert kept in (acked, acked + BATCH)
        while kept < len(demo.journal):
            kept = demo.push(client, kept)
        assert demo.back(client) == in_the_book(demo.journal)
        until_the_ledger_stands(client)
        assert served.stop() in (0, -15)
    with beside(data, database_url) as administration:
        (row,) = administration.tills()
    assert (row.kept, row.waiting, row.anomalies) == (len(demo.journal), 0, 0)
    with opened_office(
        data, database_url, clock=SystemClock(SHANGHAI), chance=SystemChance()
    ) as office:
        proof = verify_office(office.database, office.office, lambda _done, _whole: None)
    assert (proof.differences, proof.waiting, proof.unbooked) == ((), 0, 0)
    assert (proof.events, proof.lots > 0) == (len(demo.journal), True)
    told = [json.loads(line) for line in served.log().splitlines() if line.startswith("{")]
    assert [one["what"] for one in told if one["what"] != "request"] == [
        "started",
        "started",
        "stopped",
    ]


def test_a_revoked_till_comes_back_by_a_joining_code_over_the_network_and_nothing_else(
    demo: DemoTill, tmp_path: Path, socket: Path
) -> None:
    """Its key alone is not enough, also after the server fell, nor is a clerk's code. The code of
    somebody who may revoke brings it back where it was, and the audit log says whose it is.
    """
    data = tmp_path / "office"
    with beside(data, "") as administration:
        administration.add_store("S1", "Main Street")
        code = administration.new_code("S1")
    with serving(data, "", socket) as served:
        with served.client() as client:
            demo.join(client, code)
            kept = demo.push(client, 0)
            with beside(data, "") as administration:
                administration.revoke(demo.id.hex())
            assert demo.says(client) == (403, "REVOKED")
        served.kill()
    with serving(data, "", socket) as served, served.client() as client:
        assert demo.says(client) == (403, "REVOKED")
        with beside(data, "") as administration:
            clerks = administration.new_code("S1", by="clerk", readmits=False)
            again = administration.new_code("S1", by="manager")
        assert demo.tries(client, clerks) == (403, "CODE_OF_MANAGER")
        assert demo.says(client) == (403, "REVOKED")
        demo.join(client, again)
        assert demo.kept(client) == kept
        assert demo.push(client, kept) > kept
    with (
        opened_office(data, "", clock=SystemClock(SHANGHAI), chance=SystemChance()) as office,
        office.database.read() as connection,
    ):
        made = [one.who for one in entries(connection) if one.what == "code_made"]
    assert made[:2] == ["manager", "clerk"]


def until_the_ledger_stands(client: httpx.Client) -> None:
    """The server's own lane folds everything, soon."""
    for _ in range(600):
        if "posloyalty_ledger_waiting 0.0" in client.get("/metrics").text:
            return
        threading.Event().wait(0.1)
    raise AssertionError("the ledger never caught up")


def sent_until_killed(demo: DemoTill, served: Served, code: str, *, batches: int) -> int:
    """Send without pause and kill the server after so many batches, whatever it does just then."""
    acked = 0
    with served.client() as client:
        demo.join(client, code)
        killer: threading.Thread | None = None
        try:
            while acked < len(demo.journal):
                acked = demo.push(client, acked)
                if acked >= batches * BATCH and killer is None:
                    killer = threading.Thread(target=served.kill)
                    killer.start()
        except httpx.TransportError:
            pass
        assert killer is not None
        killer.join()
    return acked

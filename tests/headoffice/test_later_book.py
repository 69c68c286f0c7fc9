"""An older program on a book of a later release: its sales get out, and nothing in it changes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from posloyalty.bootstrap.later import journal_of
from posloyalty.headoffice.store.tables import JOURNAL_EVENT
from posloyalty.network.link import HttpOffice
from posloyalty.network.voice import Voice
from posloyalty.services.book.book_faults import BookTooNew
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office.join_head_office import kept_facts
from posloyalty.services.office.push_later import PushedOnly, lines_of, push_only
from posloyalty.services.office.send_journal import Sending
from posloyalty.services.office.till_start import this_start
from posloyalty.storage.later_book import LaterBook
from tests.fakes.time import SeededChance
from tests.headoffice.a_chain import Chain, Placed, opened_chain
from tests.headoffice.a_kept_chain import chain_after, sold_and_talked
from tests.headoffice.a_network import Network, connected

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with chain_after(sold_and_talked, tmp_path, url=database_url) as found:
        yield found


def later(till: Placed, revision: str = "9999") -> None:
    """A later release has used the book: other tables, and a column more where it liked to."""
    with till.shop.till.book.write() as unit:
        change = unit.connection.exec_driver_sql  # type: ignore[attr-defined]
        change(f"UPDATE alembic_version SET version_num = '{revision}'")
        if revision == "9999":
            change("ALTER TABLE journal_event ADD COLUMN later TEXT NOT NULL DEFAULT 'x'")
            change("CREATE TABLE of_a_later_release (id INTEGER PRIMARY KEY)")
        unit.commit()
    till.shop.till.close()


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / "till.book").read_bytes()).hexdigest()


def pushed(chain: Chain, book: LaterBook, *, seed: int = 55) -> PushedOnly:
    """Over the chain's network, as the start that spoke last."""
    facts = kept_facts(book)
    assert facts is not None
    link = HttpOffice(
        facts.url,
        Voice(
            key=SigningKey.generate(book.seed),
            till_id=book.till_id,
            boot=this_start(book)[0],
            office=facts.office,
        ),
        office_key=bytes.fromhex(facts.office_key),
        chance=SeededChance(seed),
        now_s=lambda: int(chain.clock.now().timestamp()),
        client=httpx.Client(
            transport=httpx.MockTransport(Network(chain.office)), base_url=facts.url
        ),
    )
    try:
        return push_only(book, link, app="0")
    finally:
        link.close()


def kept(chain: Chain, till_id: bytes) -> list[bytes]:
    c = JOURNAL_EVENT.c
    with chain.office.database.read() as connection:
        rows = connection.execute(select(c.body).where(c.till_id == till_id).order_by(c.seq))
        return [bytes(row.body) for row in rows]


def test_fault_51_a_later_books_sales_are_sent_and_written_out_and_it_stays_as_it_is(
    chain: Chain, tmp_path: Path
) -> None:
    one = chain.tills[0]
    for _ in range(3):
        one.counter.sell()  # not sent yet
    later(one)
    before = digest(one.shop.folder)
    with pytest.raises(BookTooNew):
        one.shop.reopen()
    with journal_of(one.shop.folder, None) as book:
        file = tmp_path / "till.journal"
        file.write_bytes(b"".join(lines_of(book)))
        head = book.head_seq
        assert pushed(chain, book) == PushedOnly(head, head)
        # Once more costs nothing.
        assert pushed(chain, book, seed=56) == PushedOnly(head, head)
        mine = [event.body for event in book.events(after_seq=0, limit=10_000)]
        assert kept(chain, book.till_id) == mine
    assert digest(one.shop.folder) == before
    # The stand-alone verifier proves the file.
    proof = subprocess.run(
        [sys.executable, ROOT / "tools" / "verify_journal.py", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert proof.returncode == 0, proof.stdout
    assert f"{head} " in proof.stdout


def test_the_books_own_release_goes_on_where_the_older_one_sent_to(
    tmp_path: Path, database_url: str
) -> None:
    with opened_chain(tmp_path, tills=1, url=database_url) as chain:
        one = chain.tills[0]
        speak(chain, one)
        one.counter.sell()
        later(one, current(one))  # closed, as it is
        with journal_of(one.shop.folder, None) as book:
            assert pushed(chain, book).stopped == ""
            head = book.head_seq
        one.shop.reopen()
        speak(chain, one)
        assert not one.way.sending.status().frozen
        assert len(kept(chain, one.shop.till.facts.till_id)) > head
        one.way.sending.close()


def speak(chain: Chain, till: Placed) -> None:
    """The till's program, as it was started last, says hello and sends what there is."""
    with till.shop.till.book.read() as reader:
        boot = this_start(reader.settings)[0]
    till.way.sending.close()
    till.way = connected(till.shop, Network(chain.office), seed=boot[0] + 100, boot=boot)
    till.counter.till = till.shop.till
    assert till.way.sending.send_all().sending is Sending.UP_TO_DATE


def current(till: Placed) -> str:
    with till.shop.till.book.read() as reader:
        ask = reader.connection.exec_driver_sql  # type: ignore[attr-defined]
        return str(ask("SELECT version_num FROM alembic_version").scalar())


def test_what_head_office_does_not_agree_to_is_said_and_not_forced(chain: Chain) -> None:
    one = chain.tills[0]
    chain.office.administration.revoke(one.shop.till.facts.till_id.hex())
    one.counter.sell()
    later(one)
    with journal_of(one.shop.folder, None) as book:
        assert pushed(chain, book).stopped == "REVOKED"

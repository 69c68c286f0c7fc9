"""A shop that sold alone for a year joins a head office: its journal goes up as it is, everybody
has the same of everybody, every proof holds, and then its records are merged and erased.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from posloyalty.domain.engine.redemption import CARD_PROOF
from posloyalty.headoffice.ledger.journal_file import journal_lines
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.store.tables import JOURNAL_EVENT
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_chain import Chain, Counter, Placed, made_till
from tests.headoffice.a_lone_year import LoneYear, version
from tests.headoffice.a_network import Network, connected
from tests.headoffice.an_office import new_office
from tests.headoffice.judged import judged
from tests.services.counter import goods
from tests.services.passes import lefts

Journal = list[tuple[int, int, bytes, bytes]]
Held = tuple[dict[str, int], list[int], int]
STEPS = 110
VERIFIER = Path(__file__).parents[2] / "tools" / "verify_journal.py"


@dataclass
class Joined:
    """The shop and what it was, a till of another store, and their head office."""

    year: LoneYear
    chain: Chain
    alone: Journal
    held: dict[bytes, Held]
    cards: dict[str, int]

    def later(self, times: int = 3) -> None:
        for _ in range(times):
            self.chain.clock.pass_time(timedelta(minutes=6))
            self.chain.talk()

    def same(self) -> None:
        """Both tills have the same of every member, and every proof holds."""
        one, other = self.chain.tills
        for member in self.year.members:
            other.shop.till.members.panel(member)  # from now on it hears of them
        self.later(2)
        assert held(other, self.year.members) == held(one, self.year.members)
        office = self.chain.office
        while office.follow():
            pass
        proof = verify_office(office.database, office.office, lambda *_: None)
        assert (proof.differences, proof.unbooked, proof.over_refunded) == ((), 0, 0)
        with office.database.write() as connection:
            assert office.head_office(connection).alerts() == ()
        assert [till.shop.till.verify.verify().differences for till in self.chain.tills] == [(), ()]


def held(till: Placed, members: list[bytes]) -> dict[bytes, Held]:
    """Of each member the balances, the uses left of passes, and how many vouchers could be used."""
    found: dict[bytes, Held] = {}
    for member in members:
        basket = till.shop.till.check_out.open_basket().add(goods(1))
        quote = till.counter.quote(basket.for_member(member, proof=CARD_PROOF))
        balances = {one.wallet: one.balance for one in quote.wallets}
        found[member] = balances, sorted(lefts(till.shop.till, member)), len(quote.proposals)
    return found


def on_cards(till: Placed, codes: list[str]) -> dict[str, int]:
    return {code: till.shop.till.gift_cards.look_up(code).balance_minor for code in codes}


def journal_of(till: Placed) -> Journal:
    with till.shop.till.book.read() as reader:
        return [(one.seq, one.epoch, one.body, one.hash) for one in reader.journal.events()]


@pytest.fixture
def joined(tmp_path: Path, database_url: str) -> Iterator[Joined]:
    clock = SetClock()
    with ExitStack() as open_:
        office = open_.enter_context(
            new_office(tmp_path / "office", database_url, clock=clock, chance=SeededChance(9))
        )
        placed: list[Placed] = []
        chain = Chain(office, clock, placed)
        year = LoneYear(open_.enter_context(made_till(tmp_path / "1", 1, clock)), tmp_path / "copy")
        year.live(STEPS)
        other = open_.enter_context(made_till(tmp_path / "2", 2, clock))
        network = Network(office)
        for number, shop in enumerate((year.shop, other), 1):
            office.administration.add_store(f"S{number}", f"Street {number}")
            way = connected(
                shop, network, seed=70 + number, meanwhile=chain.meanwhile, programmes=True
            )
            open_.callback(way.sending.close)
            placed.append(Placed(shop, Counter(shop.till, shop.manager), way))
        alone = placed[0]
        before = journal_of(alone), held(alone, year.members), on_cards(alone, year.cards)
        for till, store in zip(placed, ("S1", "S2"), strict=True):
            till.way.join(store)
        found = Joined(year, chain, *before)
        found.later()
        yield found


def published(joined: Joined) -> None:
    """Head office is given all three versions, and the last one holds."""
    publishing = joined.chain.office.publishing
    kept = [publishing.keep(version(number), by="ann") for number in (1, 2, 3)]
    number = publishing.propose(kept[-1].hash.hex(), begins=joined.chain.clock.now(), by="ann")
    publishing.approve(number, by="ben")
    joined.later()


def test_its_journal_goes_up_as_it_is_is_judged_and_everybody_has_the_same(
    joined: Joined, tmp_path: Path
) -> None:
    alone = joined.chain.tills[0]
    assert {"exchange", "give_back", "move_card", "pay_by_card", "spend", "use_pass"} <= {
        *joined.year.done
    }
    c = JOURNAL_EVENT.c
    office = joined.chain.office
    with office.database.read() as connection:
        rows = connection.execute(
            select(c.seq, c.epoch, c.body, c.hash)
            .where(c.till_id == alone.shop.till.facts.till_id)
            .order_by(c.seq)
        ).all()
        lines = list(journal_lines(connection, alone.shop.till.facts.till_id.hex()))
    there = [(row.seq, row.epoch, bytes(row.body), bytes(row.hash)) for row in rows]
    assert there[: len(joined.alone)] == joined.alone
    assert {row.epoch for row in rows} == {1, 2}  # it was put back from a copy
    file = tmp_path / "journal"
    file.write_bytes(b"".join(lines))
    subprocess.run([sys.executable, VERIFIER, file], check=True)
    assert held(alone, joined.year.members) == joined.held
    before = judged(office)
    assert (before.sales, set(before.waiting.values())) == (0, {"version"})
    published(joined)
    after = judged(office)
    assert after.sales == len(before.waiting) > 50
    assert (after.variances, after.waiting) == ({}, {})
    joined.same()
    for till in joined.chain.tills:
        assert on_cards(till, joined.year.cards) == joined.cards


def test_two_of_its_records_become_one_another_is_erased_and_goods_still_come_back(
    joined: Joined,
) -> None:
    published(joined)
    year, records = joined.year, joined.chain.office.records
    stays, goes, ends = year.members[:3]
    before = held(joined.chain.tills[0], [stays, goes])
    records.merge(stays.hex(), goes.hex(), year.name(goes), by="ann")
    records.erase(ends.hex(), year.name(ends), by="ann")
    year.members = [one for one in year.members if one not in (goes, ends)]
    joined.later()
    points = [balances["points"] for balances, *_ in (before[stays], before[goes])]
    after, *_ = held(joined.chain.tills[0], [stays])[stays]
    assert after["points"] == sum(points)
    year.asks = joined.chain.tills[0].reserve
    for act in (year.sell, year.spend, year.give_back, year.exchange, year.pay_by_card) * 4:
        year.attempt(act)
        joined.later(1)
    joined.same()
    assert judged(joined.chain.office).variances == {}

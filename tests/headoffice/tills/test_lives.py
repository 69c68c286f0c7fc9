"""A head office that was put back from a copy, and two of them: real books, a real desk and files.

`Copy` is a copy of head office's database as an administrator would have one. It is put back under
a running server, which notices nothing of it by itself, or as a file before the server starts.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import select

from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.running.office_key import FILE_NAME as KEY_NAME
from posloyalty.headoffice.running.opening import OpenOffice, opened_office
from posloyalty.headoffice.store.archive_tables import LEASE
from posloyalty.headoffice.store.database import FILE_NAME
from posloyalty.headoffice.store.tables import ANOMALY, JOURNAL_EVENT, OFFICE
from posloyalty.services.office.send_journal import Sending
from posloyalty.services.ports import Clock
from posloyalty.sync.leases import PUT_BACK
from posloyalty.sync.wire.acknowledgements import is_older, life_of
from posloyalty.sync.wire.answers import ANSWER, AnswerAsk
from posloyalty.sync.wire.messages import HELLO, HelloAsk, Standing
from tests.fakes.time import SeededChance
from tests.headoffice.a_chain import MEMBER, Chain, Placed
from tests.headoffice.a_kept_chain import chain_after, sold_and_talked
from tests.headoffice.a_till import ATill


@pytest.fixture
def rich(tmp_path: Path) -> Iterator[Chain]:
    """The member has 2,000 points, and everybody knows."""
    with chain_after(sold_and_talked, tmp_path) as chain:
        yield chain


@dataclass(frozen=True)
class Copy:
    """Head office's database as it was once."""

    office: Path
    file: Path

    def put_back(self) -> None:
        """Under the running server, page by page: the file stays the same one."""
        copied(self.file, self.office / FILE_NAME)


@pytest.fixture
def copy(rich: Chain, tmp_path: Path) -> Copy:
    found = Copy(tmp_path / "office", tmp_path / "copy.db")
    copied(found.office / FILE_NAME, found.file)
    return found


def copied(source: Path, target: Path) -> None:
    """Bring a database's pages over, as its own backup does."""
    one, other = sqlite.connect(str(source)), sqlite.connect(str(target))
    one.backup(other)
    one.close()
    other.close()


@contextmanager
def started(copy: Copy, folder: Path, chain: Chain) -> Iterator[OpenOffice]:
    """A head office with the same key, on the file of the copy."""
    folder.mkdir()
    shutil.copy(copy.office / KEY_NAME, folder / KEY_NAME)
    shutil.copy(copy.file, folder / FILE_NAME)
    with opened_office(folder, "", clock=chain.clock, chance=SeededChance(31)) as found:
        yield found


def meets(chain: Chain, office: OpenOffice) -> None:
    """From now on the tills' address is this head office."""
    for one in chain.tills:
        one.way.network.office = office


def reserved(till: Placed, points: int) -> tuple[int, str]:
    """(what was lent for a sale, why not more)."""
    found = till.reserve(till.counter.basket(points=points))
    return found.lent, "".join(one.why for one in found.short)


def lent(office: OpenOffice) -> dict[bytes, int]:
    """What each till holds of the member, as head office knows it."""
    with office.database.read() as connection:
        rows = connection.execute(
            select(LEASE).where(LEASE.c.state == "open", LEASE.c.owner == MEMBER)
        )
        return {bytes(one.till_id): one.amount - one.used - one.returned for one in rows}


def causes(office: OpenOffice) -> list[str]:
    with office.database.read() as connection:
        found = entries(connection)
    return [one.facts["cause"] for one in found if one.what == "put_back"]


def ten_seconds(clock: Clock) -> int:
    """The number of a life that begins now."""
    return int(clock.now().timestamp()) // 10


def cut(till: Placed) -> None:
    """Out of reach from now on: it gives nothing back."""
    till.way.network.troubles = ["no line"] * 99


def later(chain: Chain) -> None:
    """Head office was away for a moment, and everybody's waits are over."""
    chain.clock.pass_time(timedelta(minutes=6))
    for one in chain.tills:
        spared, one.way.network.troubles = one.way.network.troubles, ["no line"]
        one.hear_news()
        one.way.network.troubles = spared


def is_complete(chain: Chain, office: OpenOffice) -> bool:
    """Whether head office has every event of every till."""
    with office.database.read() as connection:
        kept = {bytes(row.hash) for row in connection.execute(select(JOURNAL_EVENT.c.hash))}
    books = []
    for one in chain.tills:
        with one.shop.till.book.read() as reader:
            books += [each.hash for each in reader.journal.events()]
    return set(books) <= kept


# 46: put back from a copy


def test_fault_46_what_was_lent_after_the_copy_is_not_lent_a_second_time(
    rich: Chain, copy: Copy
) -> None:
    one, other = rich.tills
    assert reserved(one, 1_500) == (1_500, "")
    one.counter.sell()
    one.talk()
    copy.put_back()
    assert lent(rich.office) == {}
    later(rich)
    # The first till that misses something says so, and from there on nothing is lent.
    one.talk()
    assert causes(rich.office) == ["acknowledged_lost"]
    assert reserved(other, 1_000) == (0, PUT_BACK)
    later(rich)
    rich.talk()
    assert is_complete(rich, rich.office)
    assert lent(rich.office) == {one.shop.till.facts.till_id: 1_500}
    # Everybody has told: of 4,000 points 1,500 are at the other till, which is out of reach.
    assert rich.office.lifetime.stands().lends
    cut(one)
    assert reserved(other, 4_000)[0] == 2_500


def test_what_was_used_of_a_lease_that_head_office_had_lost_is_used(
    rich: Chain, copy: Copy
) -> None:
    one = rich.tills[0]
    assert one.redeem(1_000).redeemed_minor == 1_000
    one.talk()
    copy.put_back()
    later(rich)
    rich.talk()
    later(rich)
    rich.talk()
    assert is_complete(rich, rich.office)
    assert len({till.counter.points() for till in rich.tills}) == 1
    mine = LEASE.c.till_id == one.shop.till.facts.till_id
    with rich.office.database.read() as connection:
        used = [row.used for row in connection.execute(select(LEASE).where(mine))]
    assert sum(used) == 1_000


def test_a_file_of_a_copy_is_noticed_before_anybody_is_lent_anything(
    rich: Chain, copy: Copy, tmp_path: Path
) -> None:
    one, other = rich.tills
    assert reserved(one, 1_500) == (1_500, "")
    one.talk()
    with started(copy, tmp_path / "second", rich) as office:
        meets(rich, office)
        # The till that holds the lease is out of reach; nothing may be lent meanwhile.
        cut(one)
        later(rich)
        other.talk()
        assert causes(office) == ["database_moved"]
        assert reserved(other, 2_000) == (0, PUT_BACK)
        one.way.network.troubles.clear()
        later(rich)
        rich.talk()
        assert lent(office) == {one.shop.till.facts.till_id: 1_500}
        cut(one)
        assert reserved(other, 2_000)[0] == 500


@pytest.mark.long(beside="test_a_file_of_a_copy_is_noticed_before_anybody_is_lent_anything")
def test_one_loss_begins_one_life_however_many_tills_miss_something(
    rich: Chain, copy: Copy
) -> None:
    for one in rich.tills:
        one.counter.sell()
        one.talk()
    copy.put_back()
    later(rich)
    rich.talk()
    later(rich)
    rich.talk()
    assert causes(rich.office) == ["acknowledged_lost"]
    assert is_complete(rich, rich.office)
    assert rich.office.lifetime.stands().lends


@pytest.mark.long(beside="test_fault_46_what_was_lent_after_the_copy_is_not_lent_a_second_time")
def test_the_same_copy_put_back_twice_is_believed_twice(
    rich: Chain, copy: Copy, tmp_path: Path
) -> None:
    for number in ("second", "third"):
        for one in rich.tills:
            one.counter.sell()
        with started(copy, tmp_path / number, rich) as office:
            meets(rich, office)
            for _ in range(2):
                later(rich)
                rich.talk()
            states = {one.way.sending.status().sending for one in rich.tills}
            assert states == {Sending.UP_TO_DATE}
            assert is_complete(rich, office)
            assert office.lifetime.stands().lends


def test_a_till_that_stays_in_reach_hears_of_the_new_life_before_it_counts_as_told(
    office: OpenOffice, till: ATill
) -> None:
    till.sell(1)
    till.push(office, 1, 1)
    office.lifetime.put_back()
    till.sell(1)
    said = till.push(office, 2, 2).said
    # All of it is here; but by a push nobody hears that head office was put back.
    assert said["news"] is True
    assert not office.lifetime.stands().lends
    standing = Standing(epoch=1, seq=2, head=till.hash_at(2).hex())
    asked = msgspec.json.encode(AnswerAsk(place=standing))
    assert till.ask(office, ANSWER, asked).code == "OTHER_PLACE"
    till.ask(office, HELLO, msgspec.json.encode(HelloAsk(place=standing)))
    assert office.lifetime.stands().lends
    assert till.ask(office, ANSWER, asked).status == 200


def test_the_old_one_of_two_does_not_overtake_the_other_by_itself(rich: Chain, copy: Copy) -> None:
    one = rich.tills[0]
    one.counter.sell()
    one.talk()
    copy.put_back()
    with rich.office.database.write() as connection:
        connection.execute(OFFICE.update().values(life_seen=7))
    later(rich)
    rich.talk()
    assert causes(rich.office) == []
    stands = rich.office.lifetime.stands()
    assert (stands.life, stands.seen, stands.lends) == (1, 7, False)


def test_somebody_may_say_so_and_may_cut_the_wait_short(rich: Chain) -> None:
    one, other = rich.tills
    assert rich.office.lifetime.stands().since is None
    assert rich.office.lifetime.put_back() == ten_seconds(rich.clock)
    found = rich.office.lifetime.stands()
    assert [store for _, store, _ in found.awaited] == ["S1", "S2"]
    later(rich)
    one.talk()
    assert [store for _, store, _ in rich.office.lifetime.stands().awaited] == ["S2"]
    assert reserved(one, 500) == (0, PUT_BACK)
    assert rich.office.lifetime.lend_again() == 1
    assert reserved(one, 500) == (500, "")
    assert other.way.sending.status().sending is Sending.UP_TO_DATE


def test_a_revoked_till_is_not_waited_for(rich: Chain) -> None:
    one, other = rich.tills
    rich.office.lifetime.put_back()
    rich.office.administration.revoke(other.shop.till.facts.till_id.hex())
    later(rich)
    one.talk()
    assert rich.office.lifetime.stands().lends


def test_what_a_till_makes_up_begins_no_life(office: OpenOffice, till: ATill) -> None:
    till.sell(3)
    given = msgspec.convert(till.push(office, 1, 3).said["ack"], type=dict)
    for change in ({"seq": 9}, {"head": "ab" * 32}, {"mark": "0" * 32}, {"life": 7}):
        ask = HelloAsk(place=Standing(epoch=1, seq=3, head=till.hash_at(3).hex()))
        body = msgspec.json.decode(msgspec.json.encode(ask)) | {"had": given | change}
        assert till.ask(office, HELLO, msgspec.json.encode(body)).status == 200
    stands = office.lifetime.stands()
    assert (stands.life, stands.seen) == (1, 1)


def test_what_is_acknowledged_and_here_begins_no_life(office: OpenOffice, till: ATill) -> None:
    till.sell(3)
    given = till.push(office, 1, 2).said["ack"]
    till.push(office, 3, 3)
    ask = HelloAsk(place=Standing(epoch=1, seq=3, head=till.hash_at(3).hex()))
    body = msgspec.json.decode(msgspec.json.encode(ask)) | {"had": given}
    assert till.ask(office, HELLO, msgspec.json.encode(body)).status == 200
    assert office.lifetime.stands().life == 1


@pytest.mark.long(beside="test_what_tills_told_of_lost_leases_is_listed")
def test_a_lease_that_was_never_lent_is_no_claim_in_the_first_life(rich: Chain, copy: Copy) -> None:
    one, _other = rich.tills
    assert reserved(one, 1_500) == (1_500, "")
    with rich.office.database.write() as connection:
        connection.execute(LEASE.delete())
    later(rich)
    rich.talk()
    assert lent(rich.office) == {}


def test_what_tills_told_of_lost_leases_is_listed(rich: Chain, copy: Copy) -> None:
    assert reserved(rich.tills[0], 1_500) == (1_500, "")
    rich.tills[0].talk()
    copy.put_back()
    later(rich)
    rich.talk()
    with rich.office.database.read() as connection:
        codes = [row.code for row in connection.execute(select(ANOMALY.c.code))]
    assert codes == ["LEASE_RETOLD"]


@pytest.mark.long(beside="test_fault_46_what_was_lent_after_the_copy_is_not_lent_a_second_time")
def test_what_a_till_told_before_anybody_noticed_is_not_lent_a_second_time(
    rich: Chain, copy: Copy
) -> None:
    one, other = rich.tills
    assert reserved(one, 1_500) == (1_500, "")
    other.counter.sell()
    other.talk()
    copy.put_back()
    later(rich)
    # Of this till nothing was acknowledged that is lost: it tells its lease, and nobody notices.
    one.talk()
    assert causes(rich.office) == []
    assert lent(rich.office) == {}
    other.talk()
    assert causes(rich.office) == ["acknowledged_lost"]
    assert lent(rich.office)[one.shop.till.facts.till_id] == 1_500
    later(rich)
    rich.talk()
    assert rich.office.lifetime.stands().lends
    cut(one)
    # Of 4,000 points 1,500 are at the other till, and some are here already.
    here = lent(rich.office)[other.shop.till.facts.till_id]
    assert here + reserved(other, 4_000)[0] == 2_500


# 47: a replica takes over


def test_fault_47_a_database_elsewhere_begins_a_life_under_the_running_server(
    office: OpenOffice, till: ATill
) -> None:
    till.sell(1)
    till.push(office, 1, 1)
    assert office.lifetime.stands().life == 1
    elsewhere(office)
    till.sell(1)
    said = till.push(office, 2, 2).said
    life = ten_seconds(office.clock)
    assert said["ack"]["life"] == life
    assert causes(office) == ["database_moved"]
    # Once is enough.
    till.sell(1)
    assert till.push(office, 3, 3).said["ack"]["life"] == life


def elsewhere(office: OpenOffice) -> None:
    """The connections break, and behind the next ones lies a database made from a copy."""
    with office.database.write() as connection:
        if office.database.on_postgresql:
            connection.exec_driver_sql("CREATE TABLE restored (LIKE office INCLUDING ALL)")
            connection.exec_driver_sql("INSERT INTO restored SELECT * FROM office")
            connection.exec_driver_sql("DROP TABLE office")
            connection.exec_driver_sql("ALTER TABLE restored RENAME TO office")
        else:
            connection.exec_driver_sql("UPDATE office SET stands_on = 'another file'")
    office.database.close()


# 48: two head offices


def test_fault_48_a_till_refuses_an_older_head_office_and_sells_on(
    rich: Chain, copy: Copy, tmp_path: Path
) -> None:
    one, other = rich.tills
    first = rich.office
    with started(copy, tmp_path / "second", rich) as second:
        meets(rich, second)
        later(rich)
        rich.talk()
        life = life_of(second.office.incarnation)
        assert life > 1
        meets(rich, first)
        later(rich)
        status = one.talk()
        assert (status.sending, status.reason) == (Sending.STOPPED, "OLDER_LIFE")
        sold = one.counter.sell()
        assert one.talk().waiting > 0
        with first.database.read() as connection:
            kept = [bytes(row.event_id) for row in connection.execute(select(JOURNAL_EVENT))]
        assert sold.id not in kept
        # Neither does it reserve there, nor wait for news.
        assert reserved(other, 500)[0] == 0
        # The older one has heard that it is, and lends to nobody who has not.
        stands = first.lifetime.stands()
        assert (stands.life, stands.seen, stands.lends) == (1, life, False)
        meets(rich, second)
        later(rich)
        rich.talk()
        assert is_complete(rich, second)
        assert one.way.sending.status().sending is Sending.UP_TO_DATE
        # A person may decide for the older one: it is the later one from then on.
        assert first.lifetime.put_back() > life
        meets(rich, first)
        later(rich)
        rich.talk()
        assert one.way.sending.status().sending is Sending.UP_TO_DATE
        assert is_complete(rich, first)
        assert first.lifetime.stands().lends


OLDER = [
    ("1.aa", "2.aa", True),
    ("2.aa", "2.bb", True),
    ("2.aa", "2.aa", False),
    ("3.cc", "2.aa", False),
    ("aa", "2.aa", True),
    ("aa", "", False),
    ("aa", "bb", False),
    ("1.aa", "bb", False),
]


@pytest.mark.parametrize(("named", "known", "older"), OLDER)
def test_of_two_lives_the_later_is_believed(named: str, known: str, older: bool) -> None:
    assert is_older(named, known) is older

"""What comes late from tills that were alone is made good by head office's own rules: the same in
whatever order it arrives, and heard by everybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.campaigns import given_by
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.sync import events
from posloyalty.sync.journals import Filed
from posloyalty.sync.office.late_sales import is_correction
from tests.headoffice.a_chain import MEMBER, Chain, Placed
from tests.headoffice.a_kept_chain import chain_after
from tests.headoffice.a_published_chain import talk_and_publish

RULES = """
[[wallet]]
id = "stamps"
name = { en = "Stamps" }
unit = "stamps"

[[earn]]
id = "a-stamp"
name = { en = "Stamps" }
wallet = "stamps"
per_piece = { points = 1 }

[[voucher]]
id = "free"
name = { en = "A free one" }
amount = "5.00"

[[rule]]
id = "card-full"
name = { en = "Card full" }
trigger = "wallet"
wallet = "stamps"
reaches = 4
takes = 4
gives = { voucher = "free" }

[[badge]]
id = "regular"
name = { en = "Regular" }

[[challenge]]
id = "three-visits"
name = { en = "Three visits" }
need = { visits = 3 }
within = { days = 30 }
gives = [{ badge = "regular" }, { points = 50, wallet = "points" }]

[[tier_scheme]]
id = "level"
wallet = "points"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "gold", name = { en = "Gold" }, from = 7000, times = "1.5" }]

[[voucher]]
id = "gold-gift"
name = { en = "For gold" }
amount = "3.00"

[[rule]]
id = "golden"
trigger = "tier_met"
scheme = "level"
gives = { voucher = "gold-gift" }
"""


@contextmanager
def late_chain(folder: Path, url: str, rules: str = RULES) -> Iterator[Chain]:
    """Two tills out of reach of one another and of head office, which has published the rules."""
    with chain_after(talk_and_publish, folder, url=url, more=rules) as found:
        for till in found.tills:
            till.way.network.troubles = ["no line"] * 99
            till.hear_news()
            till.talk()
        yield found
        while found.office.follow():
            pass
        proof = verify_office(found.office.database, found.office.office, lambda *_: None)
        assert proof.holds, proof.first


@pytest.fixture(autouse=True)
def agrees_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is kept at every chance how far tills agree."""
    monkeypatch.setattr("posloyalty.headoffice.ledger.agreed.KEEP_STEP", 1)


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with late_chain(tmp_path, database_url) as found:
        yield found


def sells(chain: Chain, *tills: Placed) -> None:
    """Each sells one article of 20.00 to the member, an hour after the one before."""
    for till in tills:
        chain.clock.pass_time(timedelta(hours=1))
        till.counter.sell()


def sells_in_reach(chain: Chain, till: Placed) -> None:
    """The same, asking head office while the goods are scanned; everybody hears of it."""
    chain.clock.pass_time(timedelta(hours=1))
    basket = till.counter.basket()
    till.reserve(basket)
    till.counter.book(basket)
    chain.talk()


def arrive(chain: Chain, *tills: Placed) -> None:
    """The lines come back, one till after the other; then everybody hears everything."""
    for till in tills:
        till.way.network.troubles = []
        chain.clock.pass_time(timedelta(minutes=6))
        till.hear_news()
        till.talk()
    chain.talk()


def state(chain: Chain) -> MemberState:
    with chain.office.database.write() as connection:
        found = chain.office.head_office(connection).state(MEMBER)
    assert found is not None
    return found


def things(chain: Chain) -> Counter[str]:
    """What the member has at head office, by kind, and what of points and stamps."""
    found, now = Counter[str](), state(chain)
    for right in now.rights:
        if right.kind in ("voucher", "badge"):
            found[right.of] += 1
    for lot in now.lots:
        found[lot.account.ledger.rpartition("/")[2]] += lot.remaining
    found.update({f"level {one.level}": 1 for one in now.holdings})
    return found


def corrections(chain: Chain) -> list[Filed]:
    with chain.office.database.write() as connection:
        filed = chain.office.head_office(connection).archive.events_of(MEMBER)
    return [one for one in filed if is_correction(one)]


def facts(one: Filed) -> set[tuple[str, str]]:
    assert isinstance(one.event, events.Act)
    return set(one.event.facts)


@pytest.mark.long(beside="test_stamps_of_two_tills_fill_the_card")
def test_a_challenge_that_two_tills_made_together_is_given_for(chain: Chain) -> None:
    one, other = chain.tills
    sells(chain, one, other, one)
    assert things(chain)["regular"] == 0
    arrive(chain, one, other)
    assert things(chain)["regular"] == 1
    (correction,) = corrections(chain)
    assert ("rule", "three-visits") in facts(correction)
    assert [till.counter.points() for till in chain.tills] == [6_050, 6_050]


def test_stamps_of_two_tills_fill_the_card(chain: Chain) -> None:
    one, other = chain.tills
    sells(chain, one, other, one, other)
    arrive(chain, one, other)
    assert (things(chain)["free"], things(chain)["stamps"]) == (1, 0)
    for till in chain.tills:
        with till.shop.till.book.read() as reader:
            rights = reader.ledger.rights_of(MEMBER)
        assert [right.of for right in rights if right.of == "free"] == ["free"]


@pytest.mark.long(beside="test_stamps_of_two_tills_fill_the_card")
def test_a_card_that_one_till_filled_out_of_reach_is_given_for_when_that_is_heard(
    chain: Chain,
) -> None:
    one, other = chain.tills
    sells(chain, one, one, one, one)  # its stamps were not lent to it: it leaves the card full
    arrive(chain, one, other)
    assert (things(chain)["free"], things(chain)["stamps"]) == (1, 0)


def test_a_level_that_was_met_together_counts_from_then_on_with_its_gift(chain: Chain) -> None:
    one, other = chain.tills
    sells(chain, one, other, one, other, one)  # gold is met with the fourth of them
    arrive(chain, one, other)
    found = things(chain)
    assert (found["level gold"], found["gold-gift"]) == (1, 1)
    assert found["points"] == 4 * 2_000 + 3_000 + 50
    assert [till.counter.points() for till in chain.tills] == [11_050, 11_050]


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_it_is_the_same_in_whatever_order_it_arrives(
    tmp_path: Path, order: tuple[int, int]
) -> None:
    with late_chain(tmp_path, "") as chain:
        one, other = chain.tills
        sells(chain, one, other, other, one, one, other, one)
        arrive(chain, *(chain.tills[place] for place in order))
        assert things(chain) == {
            "points": 4 * 2_000 + 3 * 3_000 + 2 * 50,
            "stamps": 3,
            "free": 1,
            "regular": 2,  # each made it by itself
            "level gold": 1,
            "gold-gift": 1,
            "welcome": 2,  # each till gave the first one: what it printed is honoured
        }


@pytest.mark.long(beside="test_a_challenge_that_one_till_gave_for_is_named_by_nobody")
def test_what_everybody_knew_in_time_is_corrected_by_nobody(chain: Chain) -> None:
    one, other = chain.tills
    arrive(chain, one, other)
    for till in (one, other, one, other, one):
        sells_in_reach(chain, till)
    assert corrections(chain) == []
    found = things(chain)
    assert (found["regular"], found["free"], found["gold-gift"]) == (1, 1, 1)


@pytest.mark.long(beside="test_stamps_of_two_tills_fill_the_card")
def test_the_members_history_at_head_office_tells_of_it(chain: Chain) -> None:
    sells(chain, *chain.tills, chain.tills[0])
    arrive(chain, *chain.tills)
    history = chain.office.members.history(MEMBER.hex())
    assert history is not None
    assert [one.kind for one in history.happenings].count("correction") == 1


# What two tills gave for one challenge


EVERY_THREE = """
[[challenge]]
id = "every-three"
name = { en = "Every third visit" }
need = { visits = 3 }
within = { from = 2026-01-01, through = 2026-12-31 }
again = true
gives = { points = 50, wallet = "points" }
"""


def found_twice(chain: Chain) -> list[tuple[str, str, int]]:
    """(store, what, times) that waits for somebody."""
    while chain.office.follow():
        pass
    rows = chain.office.findings.open_findings()
    return [(one.store, one.what, one.amount) for one in rows if one.anomaly == "given_twice"]


def cut_off(chain: Chain) -> None:
    for till in chain.tills:
        till.way.network.troubles = ["no line"] * 99
        till.hear_news()
        till.talk()


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_two_tills_gave_for_one_challenge_is_named_in_whatever_order_they_arrive(
    tmp_path: Path, database_url: str, order: tuple[int, int]
) -> None:
    with late_chain(tmp_path, database_url) as chain:
        one, other = chain.tills
        sells(chain, one, other, other, one, one)
        chain.clock.pass_time(timedelta(hours=1))
        last = other.counter.sell()
        arrive(chain, *(chain.tills[place] for place in order))
        assert things(chain)["regular"] == 2  # what they printed is honoured
        assert found_twice(chain) == [("S2", f"{last.number}/three-visits", 1)]
        arrive(chain, one, other)
        assert len(found_twice(chain)) == 1


@pytest.mark.long(
    beside="test_what_two_tills_gave_for_one_challenge_is_named_in_whatever_order_they_arrive"
)
def test_what_two_tills_in_reach_give_in_the_same_second_is_named(chain: Chain) -> None:
    one, other = chain.tills
    arrive(chain, one, other)
    sells_in_reach(chain, one)
    sells_in_reach(chain, other)
    assert found_twice(chain) == []
    first, second = (till.counter.sell() for till in chain.tills)
    assert first.at == second.at
    chain.talk()
    assert things(chain)["regular"] == 2
    ((_, what, times),) = found_twice(chain)
    assert (what.rpartition("/")[2], times) == ("three-visits", 1)
    assert what.rpartition("/")[0] in (first.number, second.number)


def test_a_challenge_that_one_till_gave_for_is_named_by_nobody(chain: Chain) -> None:
    one, other = chain.tills
    sells(chain, one, one, one, other)
    arrive(chain, one, other)
    assert (things(chain)["regular"], found_twice(chain)) == (1, [])


@pytest.mark.long(beside="test_a_challenge_that_one_till_gave_for_is_named_by_nobody")
def test_what_was_given_too_early_is_no_finding_once_it_is_due(
    tmp_path: Path, database_url: str
) -> None:
    with late_chain(tmp_path, database_url, EVERY_THREE) as chain:
        one, other = chain.tills
        arrive(chain, one, other)
        sells_in_reach(chain, one)
        sells_in_reach(chain, one)
        cut_off(chain)
        sells(chain, one, other)
        arrive(chain, one, other)
        assert [times for *_, times in found_twice(chain)] == [1]  # 4 visits, given twice
        sells_in_reach(chain, one)
        assert len(found_twice(chain)) == 1
        sells_in_reach(chain, one)  # the sixth: it was given for already
        assert found_twice(chain) == []
        assert things(chain)["points"] == 6 * 2_000 + 2 * 50


# What campaigns pay of a level that was met late


GOLDEN = """
[[tier_scheme]]
id = "level"
wallet = "points"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "gold", name = { en = "Gold" }, from = 3500 }]

[[campaign]]
id = "golden"
name = { en = "Golden weeks" }
status = "approved"
budget = { points = 3000, wallet = "points" }

[[multiplier]]
id = "golden-double"
name = { en = "Double for gold" }
wallet = "points"
times = 2
when = { tier = { at_least = "gold" } }
campaign = "golden"
"""


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_a_campaign_adds_to_a_level_met_late_is_of_its_budget(
    tmp_path: Path, database_url: str, order: tuple[int, int]
) -> None:
    """Gold is met with the second sale. Of the two that follow each is owed 2,000 of the 2,700
    that no till holds of 3,000.
    """
    with late_chain(tmp_path, database_url, GOLDEN) as chain:
        one, other = chain.tills
        sells(chain, one, other, one)
        chain.clock.pass_time(timedelta(hours=1))
        other.counter.sell()
        arrive(chain, *(chain.tills[place] for place in order))
        assert things(chain)["points"] == 4 * 2_000 + 2_700
        assert _golden_given(chain) == 2_700


def _golden_given(chain: Chain) -> int:
    """What the campaign has given of its budget, as head office counts it."""
    running = chain.office.publishing.running()
    assert running is not None
    programme = read_programme(running)
    (campaign,) = programme.of(Campaign)
    with chain.office.database.write() as connection:
        counts = chain.office.head_office(connection).fold(campaign.owner(programme.id)).meters
    return given_by(programme, campaign, counts, LimitUnit.POINTS)

"""What head office decides for every till is heard at once by those that wait: rules and policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from posloyalty.headoffice.tills.news import who_has_news
from posloyalty.services.office.listen_office import News
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.sync.wire.answers import ANSWER
from posloyalty.sync.wire.publications import PROGRAMME_FILE, PROGRAMMES
from tests.headoffice.a_chain import PROGRAMME, Chain, Placed, opened_chain

HAPPY_HOUR = """
[[offer]]
id = "happy-hour"
name = { en = "Happy hour" }
scope = "order"
percent = "10%"
"""
OFFER = "offer:happy-hour"


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with opened_chain(tmp_path, url=database_url, more=HAPPY_HOUR, programmes=True) as found:
        found.talk()
        publish(found)
        found.talk()
        yield found


def publish(chain: Chain) -> int:
    """Two people publish what the tills go by."""
    publishing = chain.office.publishing
    made = publishing.keep((PROGRAMME + HAPPY_HOUR).encode(), by="ann")
    number = publishing.propose(made.hash.hex(), begins=chain.clock.now(), by="ann")
    publishing.approve(number, by="ben")
    return number


def publish_another(chain: Chain) -> int:
    """The same rules as another version."""
    publishing = chain.office.publishing
    later = (PROGRAMME + HAPPY_HOUR).replace("version = 1", "version = 5")
    made = publishing.keep(later.encode(), by="ann")
    number = publishing.propose(made.hash.hex(), begins=chain.clock.now(), by="ann")
    publishing.approve(number, by="ben")
    return number


def stop(chain: Chain) -> int:
    return chain.office.publishing.stop(OFFER, by="ann")


def go_back(chain: Chain) -> int:
    stop(chain)
    chain.talk()
    return chain.office.publishing.go_back(1, by="ann")


def another_policy(chain: Chain) -> int:
    policies = chain.office.policies
    number = policies.propose(replace(policies.current(), floor_minor=123), by="ann")
    return policies.approve(number, by="ben")


def dearer(at: Placed) -> int:
    """What an article costs the member there."""
    return at.counter.quote(at.counter.basket()).payable_minor


def behind(chain: Chain) -> list[bool]:
    """Whether each till has news, as is asked behind a push and for all who wait."""
    found = []
    for till in chain.tills:
        with till.shop.till.book.read() as reader:
            till_id = reader.journal.head().till_id
        with chain.office.database.read() as connection:
            pushed = bool(who_has_news(connection, [till_id], now_s=0))
        waits = till_id in chain.office.desk.news(frozenset({till_id}))
        assert pushed is waits
        found.append(waits)
    return found


def test_a_stop_is_heard_by_every_till_that_waits(chain: Chain) -> None:
    before = dearer(chain.tills[0])
    number = stop(chain)
    exposed = chain.office.publishing.exposure
    assert [one.heard for one in exposed(number)] == [False, False]
    for till in chain.tills:
        assert till.hear_news() is News.NEWS
        till.talk()
        assert dearer(till) > before
    assert [one.heard for one in exposed(number)] == [True, True]


DECISIONS: dict[str, Callable[[Chain], int]] = {
    "a stop": stop,
    "an earlier version": go_back,
    "a policy": another_policy,
}


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
def test_a_decision_is_news_until_it_is_heard_and_wakes_nobody_twice(
    chain: Chain, decide: Callable[[Chain], int]
) -> None:
    assert behind(chain) == [False, False]
    decide(chain)
    one, other = chain.tills
    assert behind(chain) == [True, True]
    one.way.network.asked.clear()
    one.hear_news()
    one.talk()
    assert behind(chain) == [False, True]
    assert one.way.network.asked.count(PROGRAMMES) <= 2  # asked, and told that it was taken
    assert one.hear_news() is News.QUIET
    other.hear_news()
    other.talk()
    assert behind(chain) == [False, False]


def test_a_till_goes_by_another_policy_as_soon_as_it_is_approved(chain: Chain) -> None:
    another_policy(chain)
    for till in chain.tills:
        till.hear_news()
        till.talk()
        policy = till.shop.till.lending.policy
        assert policy is not None
        assert (policy.floor_minor, policy.version) == (123, 1)


def test_what_is_only_proposed_wakes_nobody(chain: Chain) -> None:
    publishing, policies = chain.office.publishing, chain.office.policies
    made = publishing.keep(
        (PROGRAMME + HAPPY_HOUR).replace("version = 1", "version = 5").encode(), by="ann"
    )
    publishing.withdraw(
        publishing.propose(made.hash.hex(), begins=chain.clock.now(), by="ann"), by="ann"
    )
    policies.propose(replace(RiskPolicy(), floor_minor=9), by="ann")
    assert behind(chain) == [False, False]
    assert [till.hear_news() for till in chain.tills] == [News.QUIET, News.QUIET]


def test_an_answer_that_is_lost_says_so_again(chain: Chain) -> None:
    stop(chain)
    (till, _) = chain.tills
    till.hear_news()
    till.way.network.troubles[:] = ["lost"]
    till.talk()
    assert till.way.network.asked[-1] == ANSWER
    assert behind(chain) == [True, True]
    till.way.sending.retry()
    till.talk()
    assert behind(chain) == [False, True]


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("request_number", [1, 2, 3])
def test_what_is_decided_while_a_till_hears_of_something_else_is_heard_at_once_too(
    chain: Chain, request_number: int
) -> None:
    """Between its list and its word that it took it, too: that word alone says that it heard."""
    (till, _) = chain.tills
    before = dearer(till)
    network, asked = till.way.network, []
    reached = network.reached

    def meanwhile(http: httpx.Request) -> tuple[int, dict[str, str], bytes]:
        if http.url.path in {PROGRAMMES, PROGRAMME_FILE}:
            asked.append(http.url.path)
            if len(asked) == request_number:
                stop(chain)
        return reached(http)

    publish_another(chain)
    network.reached = meanwhile  # type: ignore[method-assign]
    till.hear_news()
    till.talk()
    if till.hear_news() is News.NEWS:
        till.talk()
    assert len(asked) >= request_number
    assert dearer(till) > before


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("path", [PROGRAMMES, PROGRAMME_FILE])
def test_a_list_that_is_lost_on_its_way_is_asked_for_as_soon_as_head_office_is_found_again(
    chain: Chain, path: str
) -> None:
    (till, _) = chain.tills
    before = dearer(till)
    network = till.way.network
    reached = network.reached

    def loses(http: httpx.Request) -> tuple[int, dict[str, str], bytes]:
        answer = reached(http)
        if http.url.path == path:
            raise httpx.ReadTimeout("the answer is lost")
        return answer

    stop(chain)
    network.reached = loses  # type: ignore[method-assign]
    till.hear_news()
    till.talk()
    assert dearer(till) == before
    network.reached = reached  # type: ignore[method-assign]
    till.way.sending.retry()
    till.talk()
    assert dearer(till) > before

"""A till says in short what head office can expect, and in full where that fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from posloyalty.headoffice.tills import desk, intake
from posloyalty.services.office import batches, sources
from posloyalty.services.office.send_journal import Sending
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.batch import BadBatch, Stretch
from posloyalty.sync.wire.packing import GZIP, LZMA2
from posloyalty.sync.wire.short.stretch import EVENTS_SAID_MAX, SHORT, Source
from tests.headoffice.a_chain import Counter, put_goods
from tests.headoffice.a_pair import Pair
from tests.services.counter import goods


@pytest.fixture
def selling(pair: Pair) -> Pair:
    """A till with goods that has sent everything."""
    put_goods(pair.shop.till)
    pair.join()
    pair.sending.send_all()
    del pair.network.packings[:]
    return pair


def sell(pair: Pair, *articles: int) -> None:
    """One sale of these articles."""
    basket = pair.shop.till.check_out.open_basket()
    for one in articles:
        basket = basket.add(goods(one))
    Counter(pair.shop.till, pair.shop.manager).book(basket)


def sent(pair: Pair) -> list[str]:
    """How what was sold travels; all of it arrives as it was written."""
    assert pair.sending.send_all().sending is Sending.UP_TO_DATE
    assert pair.at_office() == pair.journal()
    packings, pair.network.packings = pair.network.packings, []
    return packings


def test_sales_go_up_in_short_alone_and_together(selling: Pair) -> None:
    for articles in ((1, 2), (2, 3), (1, 3, 4)):
        sell(selling, *articles)
        assert sent(selling) == [SHORT]
    for articles in ((4, 5), (1,)):
        sell(selling, *articles)
    assert sent(selling) == [SHORT]


@pytest.fixture
def leant_on(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The places that each stretch leans on which is sent from now on."""
    found: list[list[int]] = []
    write_short = batches.write_short

    def noted(
        stretch: Stretch, chosen: tuple[Source, ...], *, between: Callable[[], None]
    ) -> bytes | None:
        found.append([one.seq for one in chosen])
        return write_short(stretch, chosen, between=between)

    monkeypatch.setattr(batches, "write_short", noted)
    return found


def test_a_sale_leans_on_the_newest_events_that_speak_of_its_articles(
    selling: Pair, leant_on: list[list[int]]
) -> None:
    sales = []
    for articles in ((1, 2), (1, 3), (4,), (2, 1)):
        sell(selling, *articles)
        sales.append(selling.journal()[-1][0])
        sent(selling)
    # The last sale, for how sales look; then whatever that one does not speak of.
    leant = [[one for one in seqs if one in sales] for seqs in leant_on]
    assert leant == [[], sales[:1], sales[1:2], sales[:3]]


def test_no_more_is_leant_on_than_head_office_reads(
    selling: Pair, leant_on: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "SOURCES_MAX", 4)
    for one in range(1, 13):
        sell(selling, one)
    sent(selling)
    sell(selling, *range(1, 13))
    assert sent(selling) == [SHORT]
    assert len(leant_on[-1]) == 4


def test_events_that_are_too_large_are_not_leant_on(
    selling: Pair, leant_on: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "BODY_BYTES_MAX", 10)
    for _ in range(2):
        sell(selling, 1)
        assert sent(selling) == [SHORT]
    assert leant_on == [[], []]


def test_a_backlog_goes_as_densely_as_ever(selling: Pair) -> None:
    selling.note(EVENTS_SAID_MAX)
    assert sent(selling) == [SHORT]
    selling.note(EVENTS_SAID_MAX + 1)
    assert sent(selling) == [LZMA2]


def test_a_head_office_that_does_not_say_it_reads_this_hears_what_it_always_heard(
    selling: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_TAKES", f"{GZIP}, {LZMA2}")
    sell(selling, 1)
    assert sent(selling) == [SHORT]  # the last that it heard
    monkeypatch.delitem(intake.FORMS, SHORT)
    sell(selling, 1)
    assert sent(selling) == [LZMA2]


def test_where_an_older_release_answers_all_at_once_the_sale_goes_up_again_in_full(
    selling: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(intake.FORMS, SHORT)
    sell(selling, 1)
    assert sent(selling) == [SHORT, LZMA2]


@pytest.mark.parametrize("code", ["NO_SOURCE", "NO_BATCH"])
def test_what_head_office_cannot_read_goes_in_full_until_the_next_hello(
    selling: Pair, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def refused(*_: object) -> None:
        raise BadBatch(code)

    with monkeypatch.context() as context:
        context.setitem(intake.FORMS, SHORT, refused)
        sell(selling, 1)
        assert sent(selling) == [SHORT, LZMA2]
    sell(selling, 2)
    assert sent(selling) == [LZMA2]
    selling.network.troubles = ["no line"]
    sell(selling, 3)
    selling.sending.send_all()
    selling.shop.clock.pass_time(timedelta(minutes=6))
    selling.network.asked.clear()
    selling.network.packings.clear()
    assert sent(selling) == [SHORT]
    assert selling.network.asked[0] == messages.HELLO


def test_what_comes_out_otherwise_than_it_was_signed_goes_in_full(
    selling: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(selling, 1, 2)
    sent(selling)
    bodies = intake.Intake._bodies

    def another(self: intake.Intake, till: bytes, epoch: int, seqs: list[int]) -> list[bytes]:
        return [one.replace(b'"price":', b'"price":1') for one in bodies(self, till, epoch, seqs)]

    monkeypatch.setattr(intake.Intake, "_bodies", another)
    sell(selling, 2, 1)
    assert sent(selling) == [SHORT, LZMA2]


def test_a_push_whose_answer_is_lost_is_counted_once(selling: Pair) -> None:
    sell(selling, 1, 2)
    sent(selling)
    selling.network.troubles = ["lost"]
    sell(selling, 2, 3)
    selling.sending.send_all()
    sell(selling, 3, 1)
    selling.shop.clock.pass_time(timedelta(minutes=6))
    assert sent(selling) == [SHORT, SHORT]


def test_what_never_arrived_is_written_again_from_where_head_office_is(selling: Pair) -> None:
    sell(selling, 1, 2)
    sent(selling)
    selling.network.troubles = ["no line"]
    sell(selling, 2, 3)
    selling.sending.send_all()
    sell(selling, 3, 1)
    selling.shop.clock.pass_time(timedelta(minutes=6))
    assert sent(selling)[-1] == SHORT

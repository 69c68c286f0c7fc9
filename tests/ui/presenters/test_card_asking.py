"""A card of which head office may know more is asked about while the cashier goes on."""

from __future__ import annotations

import pytest

from posloyalty.services.selling.scanned import ScannedMember, ScanRefused
from posloyalty.sync.wire.card_keys import Standing
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.desk import Desk, desk
from tests.fakes.lanes import LanesByStep
from tests.fakes.small_shop import WANG
from ui.presenters.counter import counter_of
from ui.presenters.ports import ToastKind
from ui.presenters.reserving import PATIENCE_MS

ELSEWHERE = "LP1:ELSEWHERE"
NOT_HEARD = ScanRefused("card_not_heard", asks=ELSEWHERE)
UNPROVEN = ScannedMember(WANG, "code", asks=ELSEWHERE, unproven="card_unproven")


def scanning(means: object, *, said: object = None, then: object = None) -> Desk:
    counter = desk()
    counter.till.scan.doubtful[ELSEWHERE] = means
    counter.till.scan.told[said] = then
    counter.till.about_cards.says = said
    return counter


def who(counter: Desk) -> tuple[bytes | None, str | None]:
    """Whose sale it is, and what proves it."""
    basket = counter_of(counter.shell.session).sale.basket
    return (None, None) if basket is None else (basket.member_id, basket.proof)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_head_office_knows_of_a_card_counts(language: str) -> None:
    counter = scanning(NOT_HEARD, said=Standing.GOOD, then=ScannedMember(WANG, "card"))
    counter.shell.session.words = Words(language)
    counter.scan(ELSEWHERE)
    assert counter.till.about_cards.asked == [ELSEWHERE]
    assert who(counter) == (WANG, "card")
    asking = Words(language)("scan.card_asking")
    assert (asking, ToastKind.NEWS) in counter.shell.toasts.said


def test_what_it_refuses_is_said() -> None:
    refused = ScanRefused("card_of_no_till")
    counter = scanning(NOT_HEARD, said=Standing.UNKNOWN, then=refused)
    counter.scan(ELSEWHERE)
    assert who(counter) == (None, None)
    assert counter.said == (
        "Head office knows no till that made this card: type the short code under it"
    )


def test_out_of_reach_the_cashier_is_told_to_type_the_short_code() -> None:
    counter = scanning(NOT_HEARD)
    counter.scan(ELSEWHERE)
    assert who(counter) == (None, None)
    assert counter.said == (
        "This till does not know yet who made this card: type the short code under it"
    )


def test_out_of_reach_the_card_of_a_lost_till_is_its_members_and_that_it_proves_less_is_said() -> (
    None
):
    counter = scanning(UNPROVEN)
    counter.scan(ELSEWHERE)
    assert who(counter) == (WANG, "code")
    assert (
        "Its till was lost and head office is out of reach: the card counts like a typed code"
    ) in [said for said, _ in counter.shell.toasts.said]


def test_nobody_waits_longer_than_two_seconds_and_what_comes_later_changes_nothing() -> None:
    counter = scanning(UNPROVEN, said=Standing.GOOD, then=ScannedMember(WANG, "card"))
    step = LanesByStep()
    counter.shell.session.lanes.reserving = step.reserving  # type: ignore[method-assign]
    counter.scan(ELSEWHERE)
    counter.shell.timer.pass_ms(PATIENCE_MS - 1)
    assert who(counter) == (None, None)
    counter.shell.timer.pass_ms(1)
    assert who(counter) == (WANG, "code")
    step.run("reserving")
    assert who(counter) == (WANG, "code")


def test_goods_are_scanned_meanwhile_and_the_member_comes_into_the_sale_behind_them() -> None:
    counter = scanning(NOT_HEARD, said=Standing.GOOD, then=ScannedMember(WANG, "card"))
    step = LanesByStep()
    counter.shell.session.lanes.reserving = step.reserving  # type: ignore[method-assign]
    counter.scan(ELSEWHERE)
    counter.scan("101")
    assert len(counter.basket) == 1
    step.run("reserving")
    assert who(counter) == (WANG, "card")
    assert len(counter.basket) == 1


@pytest.mark.parametrize("over", ["cleared", "booked"])
def test_an_answer_for_a_sale_that_is_over_is_not_taken_for_the_next_one(over: str) -> None:
    counter = scanning(NOT_HEARD, said=Standing.GOOD, then=ScannedMember(WANG, "card"))
    step = LanesByStep()
    counter.scan("101")
    counter.shell.session.lanes.reserving = step.reserving  # type: ignore[method-assign]
    counter.scan(ELSEWHERE)
    at_work = counter_of(counter.shell.session)
    if over == "cleared":
        at_work.clear()
    else:
        at_work.sale.completed()
    counter.scan("101")
    step.run("reserving")
    assert who(counter)[0] is None

"""What a member can do at a till is answered in one look, and changes with what they do."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.engine.at_counter import HowFar, Row, StillAsked, Text, WithWeekday, said
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.works.challenge import taking_up
from posloyalty.domain.programme.names import Names
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.doings.happenings import granting, withdrawing
from posloyalty.services.doings.offered import Offered
from posloyalty.services.refusal import ServiceRefusal
from tests.faults.shop import MEMBER_PHONE
from tests.services.conftest import Shop
from tests.services.counter import paid

# The tests' clock stands at 22 November 2026.
PROGRAMME = """
language = 2
id = "doing"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[activity]]
id = "quiz"
points = 5
[[activity]]
id = "bottles"
role = "supervisor"
evidence = [{ id = "bin", name = { en = "Bin", zh_CN = "箱号" } }]
[[challenge]]
id = "quizzes"
need = { counted = 3, meter = "activity/quiz" }
within = { days = 7 }
opt_in = true
gives = { points = 10 }
[[event]]
id = "past"
on = 2026-11-21
capacity = 5
[[event]]
id = "soon"
on = 2026-11-30
capacity = 1
[[vote]]
id = "flavour"
within = { from = 2026-11-01, through = 2026-11-30 }
option = [{ id = "plum" }]
[[survey]]
id = "visit"
question = [{ id = "nps", kind = "nps" }]
"""


class Desk:
    """A till with the programme and one member."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.till = shop, shop.till
        self.till.programmes.install(PROGRAMME.encode("utf-8"))
        member = self.till.members.by_phone(MEMBER_PHONE)
        assert member is not None
        self.member = member
        self.cashier = Operator(shop.manager.id, "Lin", Role.CASHIER)

    def offered(self) -> Offered:
        return self.till.doings.take_part.offered(self.member, "en")

    def shown(self) -> dict[str, Row]:
        """The rows that kinds show by themselves, by their ids."""
        return {row.id: row for group in self.offered().shown for row in group.rows}


def test_activities_say_what_to_fill_in_and_who_records_them(shop: Shop) -> None:
    rows = Desk(shop).shown()
    quiz, bottles = rows["activity:quiz"], rows["activity:bottles"]
    assert quiz.asks == ()
    assert [(one.name, one.label) for one in bottles.asks] == [
        ("bin", Names("Bin", (("en", "Bin"), ("zh_CN", "箱号"))))
    ]
    assert (quiz.role, bottles.role) == (Role.CASHIER, Role.SUPERVISOR)
    with pytest.raises(ServiceRefusal) as refused:
        shop.till.doings.take_part.offered(b"nobody" + bytes(10))
    assert refused.value.reason == "NO_SUCH_MEMBER"


def test_ways_to_a_level_are_taken_up_until_they_run_or_the_level_is_held(shop: Shop) -> None:
    desk, till = Desk(shop), shop.till
    way = """
    [[tier_scheme]]
    id = "level"
    window = { kind = "rolling_months", months = 12 }
    hold_months = 12
    level = [
      { id = "silver", name = "Silver", from = 100 },
      { id = "gold", name = "Gold", from = 500 },
    ]
    challenge = [
      { id = "first", name = "To silver", level = "silver", days = 30, need = { visits = 2 } },
      { id = "fast", name = "Fast track", level = "gold", days = 30, need = { visits = 2 } },
    ]
    """
    text = PROGRAMME.replace("version = 1", "version = 2") + way
    till.programmes.install(text.encode("utf-8"))
    assert _ways(desk) == [("quizzes", "quizzes"), *FIRST_AND_FAST]
    till.acts.record(granting(desk.member, "level/silver"), desk.shop.manager)
    assert _ways(desk) == [("quizzes", "quizzes"), FIRST_AND_FAST[1]]
    till.acts.record(taking_up(desk.member, "level/fast"), desk.cashier)
    assert _ways(desk) == [("quizzes", "quizzes")]
    till.acts.record(withdrawing(desk.member, "level/silver"), desk.shop.manager)
    assert _ways(desk) == [("quizzes", "quizzes"), FIRST_AND_FAST[0]]
    with pytest.raises(ServiceRefusal):
        till.acts.record(taking_up(desk.member, "level/fast"), desk.cashier)
    assert till.verify.verify().holds


FIRST_AND_FAST = [("level/first", "To silver"), ("level/fast", "Fast track")]


def _ways(desk: Desk) -> list[tuple[str, str]]:
    found = [row for row in desk.shown().values() if row.id.startswith("take_up:")]
    return [(row.id.removeprefix("take_up:"), text_of(row.title)) for row in found]


def text_of(title: Text) -> str:
    assert isinstance(title, Names)
    return title.text


def test_it_changes_with_what_the_member_does(shop: Shop) -> None:
    desk, till = Desk(shop), shop.till
    rows = desk.shown()
    assert list(rows) == [
        "activity:quiz",
        "activity:bottles",
        "take_up:quizzes",
        "event:soon",
        "vote:flavour",
    ]
    assert rows["event:soon"].sub == said(
        "doings.event_free", day=WithWeekday(date(2026, 11, 30)), n=1
    )
    for trigger, what in ((Trigger.CHALLENGE, "quizzes"), (Trigger.ACTIVITY, "quiz")):
        happening = Happening(trigger=trigger, recorded=Recorded(what=what), member_id=desk.member)
        till.acts.record(happening, desk.cashier)
    till.doings.attend.accept(desk.member, "soon", desk.cashier)
    till.doings.voices.vote(desk.member, "flavour", "plum", desk.cashier)
    basket = till.check_out.open_basket().add(till.catalogue.search("")[0])
    basket = basket.for_member(desk.member, proof="card")
    quote = till.check_out.quote(basket)
    till.check_out.complete(basket, quote, paid(quote), shop.manager)
    rows = desk.shown()
    assert list(rows) == [
        "activity:quiz",
        "activity:bottles",
        "challenge:quizzes",
        "cancel:soon",
        "survey:visit",
    ]
    assert rows["cancel:soon"].sub == said(
        "doings.event_seat", day=WithWeekday(date(2026, 11, 30)), people=1
    )
    far, asked = rows["challenge:quizzes"].amount, rows["challenge:quizzes"].sub
    assert isinstance(far, HowFar)
    assert isinstance(asked, StillAsked)
    assert (far.figure.have, far.figure.need) == (1, 3)
    assert asked == StillAsked(far.figure, date(2026, 11, 28))
    assert till.verify.verify().holds

"""What a member can do and use beside buying: listed, filled in, done, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.at_counter import Place
from posloyalty.domain.programme.names import Names
from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.sync import events
from tests.fakes.lanes import LanesByStep
from tests.fakes.reserving import FakeReserveUse
from tests.ui.presenters.doings.a_desk import RECORDS, DoingsDesk, doings_desk, sale_of
from ui.presenters.approval import Asked
from ui.presenters.counter import counter_of
from ui.presenters.doings import doing, reading
from ui.presenters.doings.doing import SOURCES, Doing, Look, source
from ui.presenters.doings.sources import kinds_of_doings
from ui.presenters.form import FieldKind
from ui.presenters.ports import Sheet, Sound, ToastKind


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DoingsDesk]:
    with doings_desk(tmp_path) as made:
        yield made


@pytest.fixture
def cashiers(tmp_path: Path) -> Iterator[DoingsDesk]:
    with doings_desk(tmp_path, role=Role.CASHIER) as made:
        yield made


def test_only_what_the_programme_declares_is_listed(tmp_path: Path) -> None:
    bare = """
    language = 2
    id = "bare"
    version = 1
    currency = "CNY"
    timezone = "Asia/Shanghai"
    [[wallet]]
    id = "points"
    """
    with doings_desk(tmp_path, programme=bare) as desk:
        desk.open()
        assert desk.ids() == ["by_hand", *RECORDS]
        assert not desk.shop.till.programmes.declares(kinds_of_doings())


def test_a_way_to_a_level_is_taken_up_where_the_programme_has_no_other_challenge(
    tmp_path: Path,
) -> None:
    ways = """
    language = 2
    id = "bare"
    version = 1
    currency = "CNY"
    timezone = "Asia/Shanghai"
    [[wallet]]
    id = "points"
    [[tier_scheme]]
    id = "level"
    window = { kind = "rolling_months", months = 12 }
    hold_months = 12
    level = [{ id = "gold", name = "Gold", from = 500 }]
    [[tier_scheme.challenge]]
    id = "fast"
    name = "Fast track"
    level = "gold"
    days = 30
    need = { visits = 2 }
    trial = true
    """
    with doings_desk(tmp_path, programme=ways) as desk:
        desk.open()
        assert desk.ids() == ["take_up:level/fast", "by_hand", "give_level", *RECORDS]
        desk.do("take_up:level/fast")
        assert desk.said[0] == "Fast track: Runs through 21 Dec"
        desk.open()
        assert desk.ids() == ["by_hand", "give_level", *RECORDS]


def test_without_a_programme_the_list_says_that_there_is_nothing(tmp_path: Path) -> None:
    with doings_desk(tmp_path) as desk:
        desk.presenter.opened()
        assert desk.rows == ()
        assert desk.presenter.state.empty == ""


def test_everything_stands_in_groups_by_place_and_heading(desk: DoingsDesk) -> None:
    desk.sell("PASS")
    desk.open()
    assert [row.heading for row in desk.rows if row.heading] == [
        "Passes",
        "Privileges",
        "Activities",
        "Challenges",
        "Events",
        "Stories",
        "Surveys",
        "Votes",
        "Boards",
        "Clubs",
        "Households",
        "Memberships",
        "Referrals",
        "By hand",
        "Member's record",
    ]
    assert len(set(desk.ids())) == len(desk.rows)


def test_a_row_says_how_much_is_left_or_what_it_gives(desk: DoingsDesk) -> None:
    desk.sell("PASS")
    desk.open()
    assert desk.row("pass:").sub == "10 of 10 left, through 21 Dec"
    assert desk.row("privilege:").sub == "1 left, counted anew on 1 Dec"
    assert desk.row("activity:bottles").amount == "+2 pts"
    assert desk.row("event:").sub == "Sun 22 Nov, 3 places free"
    assert desk.row("vote:").amount == "+5 pts"
    assert desk.row("trial:").sub == "Scan its product to buy it"


# What is done, with which answers, what is said, what it is worth in points.
ACTS = [
    ("privilege:tasting", {}, "Tasting: Used once", 0),
    ("reserve:tasting", {"day": "2026-11-25"}, "Tasting: Reserved for 25 Nov", 0),
    ("activity:bottles", {"quantity": "12", "bin": "B-7"}, "Bottles: +24 pts", 24),
    ("take_up:visits", {}, "Five visits: Runs through 5 Dec", 0),
    ("event:evening", {"guests": "1"}, "Tea evening: Room for 2 on 22 Nov", 0),
    ("vote:bread", {"choice": "nut"}, "The next bread: +5 pts", 5),
    ("story:morning", {"agrees": "yes", "sheet": "B-17"}, "My morning: Waits to be looked at", 0),
    ("trial:prime", {}, "Prime: On trial through 21 Dec", 0),
    ("club:runners", {}, "Runners: recorded", 0),
    ("board:month", {"nickname": "Swift"}, "Board of the month: recorded", 0),
    ("by_hand", {"points": "120", "cause": "goodwill"}, "Points by hand: +120 pts", 120),
]


@pytest.mark.parametrize(("row", "answers", "said", "points"), ACTS)
def test_each_is_done_with_a_row_its_answers_and_one_button(
    desk: DoingsDesk, row: str, answers: dict[str, str], said: str, points: int
) -> None:
    desk.open()
    assert desk.do(row, **answers) == said
    assert desk.said[1] is ToastKind.GOOD
    assert desk.presenter.state.page is None
    assert desk.points == points
    assert desk.shop.till.verify.verify().holds


def test_what_cannot_be_done_says_why_in_its_row_and_on_its_page(desk: DoingsDesk) -> None:
    desk.open()
    desk.do("privilege:tasting")
    row = desk.row("privilege:tasting")
    assert row.faint
    assert row.sub == "Tasting: used as often as it may be (1). Again from 1 Dec on."
    desk.presenter.open_row(row.id)
    assert (desk.page.why_not, desk.page.ready) == (row.sub, False)
    desk.presenter.do_it()
    assert desk.said == (row.sub, ToastKind.REFUSED)
    assert desk.shell.sounds.heard[-1] is Sound.REFUSED


def test_a_page_says_what_the_answers_would_give_as_they_are_typed(desk: DoingsDesk) -> None:
    desk.open()
    desk.presenter.open_row("activity:bottles")
    assert desk.page.gives == ()
    desk.presenter.change("bin", "B-7")
    assert desk.page.gives == ("+2 pts",)
    desk.presenter.change("quantity", "3 0")
    assert desk.page.gives == ("+40 pts", "At most 40 points: 20 not given")
    desk.presenter.change("quantity", "61")
    assert (desk.page.gives, desk.page.ready) == ((), False)
    assert desk.page.why_not == "At most 60 at once."
    desk.presenter.change("quantity", "2")
    assert desk.page.ready


def test_an_entry_that_is_empty_is_pointed_at_and_nothing_is_recorded(desk: DoingsDesk) -> None:
    desk.open()
    desk.presenter.open_row("activity:bottles")
    desk.presenter.do_it()
    assert desk.page.form.field("bin").finding == "Please fill this in"
    assert desk.shell.toasts.said == []
    assert desk.points == 0


def test_a_survey_is_answered_by_figures_alone(desk: DoingsDesk) -> None:
    desk.sell("TEA")
    desk.open()
    desk.presenter.open_row("survey:visit")
    for key in ("1", "0", "5"):
        desk.presenter.typed(key)
    answers = [(field.label, field.value) for field in desk.page.form.fields]
    assert answers == [("Would you recommend us?", "10"), ("Our staff", "5")]
    desk.presenter.enter()
    assert desk.said[0] == "Your visit: +20 pts"
    scores = desk.shop.till.doings.voices.scores("visit", date(2026, 11, 1))
    assert [one.answers for one in scores] == [1, 1]
    assert (scores[0].counts[10], scores[1].counts[5]) == (1, 1)


def test_arrows_and_enter_alone_reach_everything(desk: DoingsDesk) -> None:
    desk.open()
    at = desk.ids().index("vote:bread")
    for _ in range(at):
        desk.presenter.down()
    desk.presenter.enter()
    assert desk.page.title == "The next bread"
    desk.presenter.down()
    desk.presenter.down()
    desk.presenter.up()
    assert desk.page.form.field("choice").value == "rye"
    desk.presenter.enter()
    assert desk.shop.till.doings.voices.tally("bread") == {"rye": 1, "nut": 0}
    assert "vote:bread" not in desk.ids()


def test_backspace_goes_to_the_list_and_then_closes(desk: DoingsDesk) -> None:
    desk.shell.navigator.open_sheet(Sheet.DOINGS)
    desk.open()
    desk.presenter.open_row("club:runners")
    desk.presenter.backspace()
    assert desk.presenter.state.page is None
    desk.presenter.backspace()
    assert desk.shell.navigator.open is None


def test_who_came_is_checked_in_on_the_day_with_those_they_brought(desk: DoingsDesk) -> None:
    desk.open()
    desk.do("event:evening", guests="2")
    assert desk.row("check_in:").sub == "Today, 3 still to come"
    assert desk.do("check_in:", people="2") == "Tea evening: +30 pts"
    assert desk.row("check_in:").sub == "Today, 1 still to come"


def test_a_new_member_names_their_friend_and_gets_a_code_to_show(desk: DoingsDesk) -> None:
    till, manager = desk.shop.till, desk.shop.manager
    desk.open()
    said = desk.do("referral:friend")
    code = desk.row("referral:friend").amount
    assert said == f"Bring a friend: the code is {code}"
    assert desk.do("came_by", code=code) == (
        "Nobody can bring themselves. This is the member's own code."
    )
    assert till.doings.referrals.code(desk.member, "friend", manager) == code
    desk.sell("TEA")
    desk.open()
    assert "came_by" not in desk.ids()


def test_many_points_by_hand_wait_for_somebody_with_the_authority(cashiers: DoingsDesk) -> None:
    desk, till = cashiers, cashiers.shop.till
    desk.open()
    assert desk.do("by_hand", points="500", cause="goodwill") == "Points by hand: +500 pts"
    desk.presenter.open_row("by_hand")
    for name, text in (("points", "501"), ("cause", "lost parcel")):
        desk.presenter.change(name, text)
    assert desk.page.gives == ("+501 pts",)
    desk.presenter.do_it()
    sheet, arguments = desk.shell.navigator.sheets[-1]
    asked = arguments["asked"]
    assert sheet is Sheet.APPROVE
    assert isinstance(asked, Asked)
    assert asked.what() == "Points by hand"
    desk.presenter.closed()
    supervisor = Operator(b"S" * 16, "Chen", Role.SUPERVISOR)
    asked.done(Approval(supervisor))
    assert desk.said[0] == "Points by hand: +501 pts"
    assert desk.points == 1001
    with till.book.read() as reader:
        act = tuple(reader.acts.of_kind("adjust", limit=9))[-1]
    assert (act.actor, act.ok) == (desk.shop.manager.id.hex(), supervisor.id.hex())
    assert till.verify.verify().holds


def test_points_are_taken_by_hand_down_to_nothing_and_no_further(desk: DoingsDesk) -> None:
    desk.open()
    desk.do("by_hand", points="30", cause="goodwill")
    desk.presenter.open_row("by_hand")
    for name, text in (("way", "take"), ("points", "31"), ("cause", "typed twice")):
        desk.presenter.change(name, text)
    assert not desk.page.ready
    assert "30" in desk.page.why_not
    desk.presenter.change("points", "30")
    desk.presenter.do_it()
    assert (desk.said[0], desk.points) == ("Points by hand: −30 pts", 0)


def test_a_receipt_of_nobodys_becomes_the_members_purchase_once(desk: DoingsDesk) -> None:
    till = desk.shop.till
    sale = desk.sell("TEA", member=False)
    with till.book.read() as reader:
        stored = reader.sales.by_id(sale.id)
        assert stored is not None
        code = receipt_code(reader, stored)
    assert code is not None
    desk.open(receipt=code, wanted="receipt")
    assert desk.page.gives == ("+10 pts",)
    desk.presenter.do_it()
    assert desk.said[0] == "The member's own receipt: +10 pts"
    assert desk.points == 10
    assert "receipt" not in desk.ids()
    desk.open(receipt=code)
    assert desk.row("receipt").sub == f"{sale.number} was claimed already."
    assert till.verify.verify().holds


@pytest.mark.parametrize("asks", [True, False])
def test_a_claim_asks_head_office_first_for_what_campaigns_give(
    desk: DoingsDesk, *, asks: bool
) -> None:
    till, office = desk.shop.till, FakeReserveUse(asks=asks)
    vars(till)["reserve_use"] = office  # as the till keeps a service once made
    sale = desk.sell("TEA", member=False)
    with till.book.read() as reader:
        stored = reader.sales.by_id(sale.id)
        assert stored is not None
        code = receipt_code(reader, stored)
    assert code is not None
    desk.open(receipt=code, wanted="receipt")
    desk.presenter.do_it()
    assert office.claims == ([(code, desk.member)] if asks else [])
    assert desk.points == 10


def test_the_open_sale_and_whoever_opened_the_sheet_follow_what_was_done(desk: DoingsDesk) -> None:
    sale_of(desk)
    counter = counter_of(desk.shell.session)
    heard: list[int] = []
    desk.open(changed=lambda: heard.append(1))
    desk.do("vote:bread", choice="rye")
    assert counter.sale.quote is not None
    assert counter.sale.quote.wallets[0].balance == 5
    assert heard == []
    desk.presenter.closed()
    assert heard == [1]


def test_the_sheet_speaks_the_language_of_the_moment(tmp_path: Path) -> None:
    with doings_desk(tmp_path, language="zh_TW") as desk:
        desk.open()
        assert desk.row("privilege:").sub == "還可用 1 次，12 月 1 日重新計算"
        desk.presenter.open_row("event:evening")
        assert (desk.page.sub, desk.page.verb) == ("週日 11 月 22 日，還有 3 個名額", "報名")
        desk.shell.session.speak("en")
        desk.presenter.reworded()
        assert (desk.page.sub, desk.page.verb) == ("Sun 22 Nov, 3 places free", "Put on the list")


def test_what_was_answered_stays_in_another_language(desk: DoingsDesk) -> None:
    desk.open()
    desk.presenter.open_row("activity:bottles")
    field = desk.page.form.fields[0]
    desk.presenter.change(field.name, "7")
    desk.shell.session.speak("zh_TW")
    desk.presenter.reworded()
    again = desk.page.form.fields[0]
    assert again.value == "7"
    assert again.label != field.label


def test_names_of_people_are_never_asked_for_as_evidence(desk: DoingsDesk) -> None:
    desk.open()
    desk.presenter.open_row("activity:bottles")
    entry = desk.page.form.field("bin")
    assert entry.kind is FieldKind.TEXT
    assert entry.hint == "A number or code, never a name or phone number"


def test_an_approval_stands_in_the_event_beside_who_acted(cashiers: DoingsDesk) -> None:
    desk = cashiers
    desk.open()
    assert desk.row("activity:class").sub == "needs a supervisor"
    desk.presenter.open_row("activity:class")
    desk.presenter.do_it()
    asked = desk.shell.navigator.sheets[-1][1]["asked"]
    assert isinstance(asked, Asked)
    asked.done(Approval(Operator(b"S" * 16, "Chen", Role.SUPERVISOR)))
    with desk.shop.till.book.read() as reader:
        act = reader.acts.of_kind("activity", limit=1)[-1]
    assert isinstance(act, events.Act)
    assert act.ok == (b"S" * 16).hex()


def test_a_household_is_founded_joined_by_somebodys_phone_and_left(desk: DoingsDesk) -> None:
    till, manager = desk.shop.till, desk.shop.manager
    desk.open()
    assert desk.do("household:found") == "The household is there"
    assert desk.row("household:leave").sub == "As its head; 1 share points"
    form = EnrolForm(phone="13900000002", consents=(("terms", "", True),))
    other = till.enrol.enrol(form, manager).member.id
    desk.presenter.opened(member_id=other)
    assert desk.do("household:join", phone="13900009999") == "This member is not on this till."
    desk.presenter.back()
    assert desk.do("household:join", phone="139 0000 0001") == "Joined the household"
    assert desk.row("household:leave").sub == "2 share points"
    assert desk.do("household:leave") == "Left the household"
    assert till.households.of_member(other) is None
    assert till.verify.verify().holds


def test_the_key_for_undo_takes_back_what_was_done_last_and_never_a_line_below(
    desk: DoingsDesk,
) -> None:
    sale_of(desk)
    counter = counter_of(desk.shell.session)
    desk.sell("TEA")
    counter.take_code("TEA")
    desk.open()
    desk.do("privilege:tasting")
    desk.presenter.undo()
    assert desk.said[0] == "Taken back: Tasting"
    assert len(counter.sale.lines) == 1
    desk.presenter.undo()
    assert len(counter.sale.lines) == 1
    counter.undo()
    assert counter.sale.lines == ()


def test_after_another_scan_undo_is_the_scans(desk: DoingsDesk) -> None:
    sale_of(desk)
    counter = counter_of(desk.shell.session)
    desk.sell("TEA")
    desk.open()
    desk.do("privilege:tasting")
    counter.take_code("TEA")
    counter.undo()
    assert counter.sale.lines == ()
    desk.open()
    assert desk.row("privilege:tasting").faint


def test_what_it_would_give_comes_too_late_once_it_is_done(tmp_path: Path) -> None:
    lanes = LanesByStep()
    with doings_desk(tmp_path, lanes=lanes) as desk:
        desk.open()
        lanes.run_all()
        desk.presenter.open_row("event:evening")
        desk.presenter.change("guests", "1")
        desk.presenter.do_it()
        lanes.run("write")  # the preview of the same act is still to run, and would be refused
        lanes.run_all()
        assert [kind for _, kind in desk.shell.toasts.said] == [ToastKind.GOOD]


def test_passes_that_are_over_leave_the_list_to_those_that_go_on(desk: DoingsDesk) -> None:
    desk.sell("PASS")
    desk.shop.clock.pass_time(timedelta(days=40))
    desk.open()
    assert [row.faint for row in desk.rows if row.id.startswith("pass:")] == [True]
    assert desk.row("pass:").sub == "Ten coffees was good through 21 Dec."
    desk.sell("PASS")
    desk.open()
    assert [row.faint for row in desk.rows if row.id.startswith("pass:")] == [False]


def test_what_services_look_after_registers_itself_once_under_its_heading(
    desk: DoingsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doing, "SOURCES", dict(SOURCES))
    monkeypatch.setattr(reading, "SOURCES", doing.SOURCES)
    heading = Names("Lost and found", (("zh_CN", "失物招领"),))

    @source(heading=heading, place=Place.BROUGHT)
    def found(_look: Look) -> Iterator[Doing]:
        yield Doing(id="umbrella", icon="people", title="An umbrella")

    desk.open()
    assert (desk.rows[0].heading, desk.rows[0].title) == ("Lost and found", "An umbrella")
    with pytest.raises(ValueError, match="Lost and found is filled"):
        source(heading=heading, place=Place.DOES)(found)

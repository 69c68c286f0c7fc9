"""Playing scenarios: what goes wrong is told, where and in which words; nothing goes by unseen."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.shop.basket import BasketLine
from posloyalty.domain.values.rounding import Rounding, divide
from posloyalty.scenario.files import run_file
from posloyalty.scenario.load import load
from posloyalty.scenario.run import run
from posloyalty.scenario.scenario import Scenario
from posloyalty.scenario.workshop import Workshop
from posloyalty.scenario.world import World
from posloyalty.wording import Words
from tests.scenario.played import PROGRAMME, ran, said, whole
from tests.scenario.test_shipped import FILES

SALE = '[[when]]\nstep = "sale"\nmember = "wang"\nlines = ["COFFEE", "CAKE"]\n'


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "line 8, when[1].expect.payable: expected 43.00, got 43.50"),
        ("zh_CN", "第 8 行 when[1].expect.payable：预期 43.00，实际 43.50"),
        ("zh_TW", "第 8 行 when[1].expect.payable：預期 43.00，實際 43.50"),
    ],
)
def test_a_wrong_expectation_fails_with_its_line_and_both_figures(
    language: str, sentence: str, workshop: Workshop
) -> None:
    piece = SALE + 'expect = { payable = "43.00" }\n'
    assert said(piece, workshop, language=language) == [sentence]


@pytest.mark.parametrize(
    ("expectation", "sentence"),
    [
        ('gross = "1.00"', "gross: expected 1.00, got 43.50"),
        ("earned = 44", "earned: expected 44, got 43"),
        ("earned = { points = 44 }", "earned.points: expected 44, got 43"),
        ("redeemed = 1", "redeemed: expected 1, got 0"),
        ("balance = -1", "balance: expected -1, got 43"),
        ("purchases = 2", "purchases: expected 2, got 1"),
        ("offers = { x = \"1.00\" }", "offers.x: expected 1.00, got -"),
        ('refused = { x = "Y" }', "refused.x: expected Y, got -"),
        ('refusal = "UNPAID"', "refusal: expected UNPAID, got -"),
        ("lines = [{ net = \"28.00\" }]", "lines[2]: expected -, got CAKE"),
        ("lines = [{}, {}, {}]", "lines[3]: expected 3, got -"),
        ('lines = { COFFEE = { net = "1.00" } }', "lines.COFFEE.net: expected 1.00, got 28.00"),
        ("lines = { TEA = {} }", "lines.TEA: expected TEA, got -"),
        ('taxes = { std = { tax = "1.00" } }', "taxes.std: expected 1.00, got -"),
        ("lots = []", "lots: expected -, got wallet points, points 43, left 43, "
         "earned 2026-01-01, funder shop, shop_cost none, from 2026-01-01, last never"),
        ("lots = [{ left = 44 }]", "lots[1]: expected left 44, got left 43"),
        ("lots = [{}, {}]", "lots[2]: expected -, got -"),
        ('rights = [{ of = "x" }]', "rights[1]: expected of x, got -"),
        ("meters = { spend = 1 }", "meters.spend: expected 1, got 4350"),
        ("meters = { purchases = { amount = 1, since = 2026-01-02 } }",
         "meters.purchases: expected 1, got 0"),
        ('transfers = [{ code = "redeem" }]', "transfers[1]: expected code redeem, got code earn"),
        ("awards = [{ amount = 5 }]", "awards[1]: expected amount 5, got -"),
        ('told = [{ reason = "HELLO" }]', "told[1]: expected HELLO, got -"),
        ('earned_reasons = ["X"]', "earned_reasons[1]: expected X, got EARN_BASE, EARN_RULE"),
        ('receipt_lacks = ["COFFEE"]', "receipt_lacks: expected -, got 1 COFFEE 28.00 28.00"),
        ("accounts = { member = 1 }", "accounts.member: expected 1, got 43"),
        ("members = { wang = { balance = 1 } }", "members.wang.balance: expected 1, got 43"),
        ("head_office = { members = { wang = { balance = 1 } } }",
         "head_office.members.wang.balance: expected 1, got 43"),
        ("tills = { T1 = { accounts = { issued = 0 } } }",
         "tills.T1.accounts.issued: expected 0, got -43"),
    ],
)  # fmt: skip
def test_every_expectation_can_fail(expectation: str, sentence: str, workshop: Workshop) -> None:
    found = said(SALE + f"expect = {{ {expectation} }}\n", workshop)
    # TAX classes, offers, ... that are there and not stated may be told as well.
    assert any(one.endswith(f"when[1].expect.{sentence}") for one in found), found


@pytest.mark.parametrize(
    ("target", "file"),
    [
        ("posloyalty.domain.engine.earning.divide", "cases/01-round-once.toml"),
        ("posloyalty.domain.engine.earning.divide", "cases/38-cash-back.toml"),
        ("posloyalty.domain.values.ratio.divide", "cases/17-three-decimals.toml"),
        ("posloyalty.domain.values.quantity.divide", "cases/42-weighed-goods.toml"),
    ],
)
def test_an_engine_that_rounds_otherwise_fails_the_case(
    target: str, file: str, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def up(above: int, below: int, _rounding: Rounding) -> int:
        return divide(above, below, Rounding.CEILING if "ratio" not in target else Rounding.FLOOR)

    path = FILES[file]
    assert run_file(path, path.read_bytes(), workshop).failed == 0
    monkeypatch.setattr(target, up)
    done = run_file(path, path.read_bytes(), workshop)
    assert done.failed > 0
    assert all("expected" in sentence for sentence in done.sentences(Words("en")))


def test_an_engine_that_minds_the_order_of_scanning_fails_the_case(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    reckoned = BasketLine.__post_init__

    def as_scanned(line: BasketLine) -> None:
        reckoned(line)
        object.__setattr__(line, "key", (line.number.to_bytes(16, "big"), 0, 0, 0))

    monkeypatch.setattr(BasketLine, "__post_init__", as_scanned)
    path = FILES["cases/01-round-once.toml"]
    (sentence, *_) = run_file(path, path.read_bytes(), workshop).sentences(Words("en"))
    assert "when[1].every_order: scanned as A, C, B, lines." in sentence


def test_a_step_that_is_refused_has_failed_unless_it_is_expected(workshop: Workshop) -> None:
    piece = SALE + 'pay = { kind = "card", amount = "40.00" }\n'
    assert said(piece, workshop) == [
        "line 4, when[1]: the step was refused with UNPAID (due_minor 350); "
        'if it should be, expect it with refusal = "…"'
    ]
    assert said(piece + 'expect = { refusal = "UNPAID" }\n', workshop) == []
    assert (
        said(piece + 'expect = { refusal = { reason = "UNPAID", due = "3.50" } }\n', workshop) == []
    )
    assert said(
        piece + 'expect = { refusal = { reason = "UNPAID", due = "3.00" } }\n', workshop
    ) == ["line 9, when[1].expect.refusal.due: expected 3.00, got 3.50"]


def test_what_a_refused_step_did_not_leave_is_a_difference_and_no_silence(
    workshop: Workshop,
) -> None:
    piece = SALE + 'pay = { kind = "card", amount = "40.00" }\n'
    piece += 'expect = { refusal = "UNPAID", payable = "43.50" }\n'
    (sentence,) = said(piece, workshop)
    assert sentence.startswith("line 9, when[1].expect.payable: there is nothing to compare")


def test_nothing_is_booked_by_a_refused_step(workshop: Workshop) -> None:
    piece = (
        SALE
        + 'pay = { kind = "card", amount = "40.00" }\n'
        + 'expect = { refusal = "UNPAID", balance = 0 }\n'
        + "[expect]\nmembers = { wang = { purchases = 0 } }\naccounts = { issued = 0 }\n"
    )
    assert said(piece, workshop) == []


def test_a_book_that_does_not_prove_itself_has_failed(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forged(world: World) -> None:
        (placed,) = world.tills.values()
        with placed.till.book.write() as unit:
            unit.connection.exec_driver_sql("UPDATE lot SET remaining = 42")  # type: ignore[attr-defined]
            unit.commit()
        tell(world)

    tell = World.tell_head_office
    monkeypatch.setattr(World, "tell_head_office", forged)
    (sentence,) = said(SALE, workshop)
    assert "the book of till T1 does not follow from its journal: lot" in sentence
    assert sentence.endswith("should be 43, is 42")


def test_the_same_file_is_played_the_same_twice(workshop: Workshop) -> None:
    piece = SALE + 'expect = { receipt = ["nothing of the kind"] }\n'
    assert said(piece, workshop) == said(piece, workshop)


def test_nothing_is_left_of_the_tills(workshop: Workshop) -> None:
    assert said(SALE, workshop) == []
    assert list(workshop.folder.glob("till-*")) == []


def test_two_tills_know_the_same_member_and_hear_of_each_others_sales(workshop: Workshop) -> None:
    piece = """
[[till]]
code = "T1"

[[till]]
code = "T2"
online = false

[[member]]
id = "wang"
lots = { points = 10, earned = 2025-12-01 }
meters = { meter = "visits", on = 2025-12-01, amount = 2 }

[[when]]
step = "sale"
till = "T2"
member = "wang"
lines = ["COFFEE"]

[when.expect]
balance = 38
meters = { visits = 2, "earned/points" = 38 }
tills = { T1 = { members = { wang = { balance = 10 } } } }
head_office = { members = { wang = { balance = 10, meters = { visits = 2 } } } }

[[when]]
step = "sync"
till = "T2"
expect = { head_office = { members = { wang = { balance = 38, purchases = 1 } } } }

[[when]]
step = "sale"
till = "T2"
member = "wang"
lines = ["COFFEE"]
expect = { head_office = { members = { wang = { balance = 38 } } } }

[[when]]
step = "online"
till = "T2"

[expect]
members = { wang = { balance = 66, meters = { "earned/points" = 66 }, purchases = 2 } }
tills = { T2 = { members = { wang = { balance = 66 } } } }

[expect.head_office]
members = { wang = { balance = 66, meters = { visits = 2, "earned/points" = 66 } } }
accounts = { opening = -10, issued = -56, member = 66 }
"""
    assert said(piece, workshop) == []


def test_somebody_who_signs_up_is_known_from_then_on(workshop: Workshop) -> None:
    piece = """
[[operator]]
id = "lin"

[[when]]
step = "sale"
member = "new"
lines = ["COFFEE"]
expect = { refusal = "NO_SUCH_MEMBER" }

[[when]]
step = "sign_up"
operator = "lin"
member = "new"
phone = "13800000001"
birthday = "03-15"

[[when]]
step = "sign_up"
member = "again"
phone = "13800000001"
expect = { refusal = "PHONE_TAKEN" }

[[when]]
step = "sale"
member = "new"
lines = ["COFFEE"]
expect = { balance = 28, head_office = { members = { new = { balance = 28 } } } }
"""
    assert said(piece, workshop) == []


def test_an_activity_that_no_rule_answers_is_refused(workshop: Workshop) -> None:
    piece = """
[[when]]
step = "activity"
member = "wang"
what = "survey"
evidence = { form = "7" }
expect = { refusal = "NOTHING_TO_RECORD" }
"""
    assert said(piece, workshop) == []


def test_everything_that_a_member_may_own_is_there(workshop: Workshop) -> None:
    piece = """
[[member]]
id = "li"
name = "Li Si"
phone = "138 0000 0002"
joined = 2024-02-29
status = "frozen"
debt = 7
lots = [
    { points = 100, left = 40, earned = 2025-06-01, last = 2026-06-01 },
    { points = 5, from = 2026-02-01 },
    { points = 6, pending = true },
    { points = 9, last = 2025-12-31 },
]
rights = [
    { kind = "voucher", of = "welcome", last = 2026-03-31, code = "W1" },
    { kind = "pass", of = "coffee", uses = 30, used = 7 },
    { kind = "voucher", of = "old", last = 2025-12-31 },
    { kind = "reward", of = "mug", held = true },
    { kind = "reward", of = "cap", cancelled = true },
]
meters = [
    { meter = "visits", on = 2025-12-30, amount = 2 },
    { meter = "visits", on = 2026-01-01, amount = 1 },
]
history = [{ on = 2025-11-03, spend = "45.00" }, { on = 2025-12-03 }]

[[when]]
step = "wait"
at = 2026-01-01
member = "li"

[when.expect]
balance = 33
pending = 11
debt = 7
purchases = 2
lots = [
    { points = 100, left = 40 },
    { points = 5, from = 2026-02-01 },
    { points = 6, from = "never" },
]
meters = { visits = 3, purchases = 2, spend = 4500, "earned/points" = 100 }
rights = [
    { of = "welcome", state = "good", left = 1, code = "W1", last = 2026-03-31 },
    { of = "coffee", kind = "pass", state = "good", left = 23, used = 7 },
    { of = "old", state = "expired" },
    { of = "mug", state = "waiting" },
    { of = "cap", state = "cancelled" },
]

[[when]]
step = "sale"
member = "li"
lines = ["COFFEE"]
expect = { earned = 0, purchases = 3 }
"""
    assert said(piece, workshop) == []


def test_five_points_are_five_points_however_many_decimals_are_written(
    workshop: Workshop,
) -> None:
    piece = """
[programme]
text = '''
[[wallet]]
id = "stars"
scale = 2
[[earn]]
id = "base"
per_spend = { points = 1, money = "1.00" }
'''

[[member]]
id = "wang"
lots = { points = 5 }

[[when]]
step = "sale"
member = "wang"
lines = ["BAG @ 2.50"]

[when.expect]
earned = "2.5"
balance = "7.5"
lots = [{ left = 5 }, { left = "2.5" }]
transfers = [{ points = "2.500" }]
"""
    assert said(piece, workshop) == []
    (sentence,) = said(piece.replace('points = "2.500"', 'points = "2.51"'), workshop)
    assert sentence.endswith("transfers[1]: expected points 2.51, got points 2.50")
    (sentence,) = said(piece.replace('points = "2.500"', "points = 2.5"), workshop)
    assert "2.5 is not exact" in sentence


def test_a_clock_that_is_wrong_is_wrong_for_its_till_alone(workshop: Workshop) -> None:
    piece = (
        """
[[till]]
code = "T1"

[[till]]
code = "T2"
online = false

[[when]]
step = "set_clock"
at = 2026-03-01T10:00:00
till = "T2"
minutes = 1440

[[when]]
step = "sale"
till = "T2"
member = "wang"
lines = ["COFFEE"]
expect = { lots = [{ earned = 2026-03-02 }] }

[[when]]
step = "sale"
member = "wang"
lines = ["COFFEE"]
expect = { lots = [{ earned = 2026-03-01 }] }

[[when]]
step = "set_clock"
till = "T2"
minutes = 0
"""
        + PROGRAMME
    )
    assert said(piece, workshop) == []


def test_a_case_is_a_second_at_most_and_its_tills_are_real_books(workshop: Workshop) -> None:
    scenario = load(whole(SALE).encode("utf-8"))
    assert isinstance(scenario, Scenario)
    (case,) = scenario.cases
    world = World(case, workshop)
    try:
        (placed,) = world.tills.values()
        assert placed.till.verify.verify().events > 5
        assert placed.till.facts.store_code == "S1"
        world.pass_to(case.starts + timedelta(days=1))
        assert placed.till.clock.now() == case.starts + timedelta(days=1)
    finally:
        world.close()
    assert all(one.passed for one in run(scenario, workshop))


def test_a_file_says_where_it_is(workshop: Workshop, tmp_path: Path) -> None:
    done = ran(SALE + 'expect = { payable = "1.00" }\n', workshop, beside=tmp_path)
    (sentence,) = done.sentences(Words("en"))
    assert sentence.startswith(f"{tmp_path / 'case.toml'}, line 8, ")

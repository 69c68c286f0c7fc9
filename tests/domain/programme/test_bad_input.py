"""What cannot be meant, in a file and at the till: each is answered by code and place, in words.

The files are checked as `posloyalty programme check` does: a refusal is a finding, what is hardly
meant a warning. Line 1 is that of the key `language`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.members.member import Birthday
from posloyalty.domain.programme.finding import Finding
from posloyalty.domain.shop.basket import LINES_MAX, BasketRefusal
from posloyalty.domain.values.money import currency, parse_amount
from posloyalty.insight.draft.draft import Draft, read_draft
from posloyalty.insight.draft.warnings import warnings_of
from posloyalty.services.programmes.programmes import finding_sentences
from posloyalty.wording import LANGUAGES, Words
from tests.domain.engine.made import basket, codes, member, product, programme, quote, rules

TODAY = date(2026, 11, 29)
NEW_YORK = ZoneInfo("America/New_York")
HEAD = """language = 2
id = "p"
version = 1
currency = "{money}"
timezone = "{zone}"
{more}
[[wallet]]
id = "points"
spend = {{ points = 100, money = "1" }}
[[earn]]
id = "base"
wallet = "points"
per_spend = {{ points = 1, money = "1" }}
"""
OFFER = '[[offer]]\nid = "o"\nscope = "order"\n'
TENTH = OFFER + 'percent = "10%"\n'
CAMPAIGN = '[[campaign]]\nid = "c"\nstatus = "approved"\n'
OTHER = '[[wallet]]\nid = "b"\n'
ROUND = """[[conversion]]
id = "there"
from = "points"
to = "b"
gives = 1
gets = 2
[[conversion]]
id = "back"
from = "b"
to = "points"
gives = 1
gets = 1
"""


def file_of(
    rest: str = "", *, money: str = "CNY", zone: str = "Asia/Shanghai", more: str = ""
) -> bytes:
    """A file whose own part begins at line 14."""
    return (HEAD.format(money=money, zone=zone, more=more) + rest).encode("utf-8")


REFUSED = {
    "a rate below zero": (file_of(OFFER + 'percent = "-5%"\n'), ("NOT_RATIO_TO", 17)),
    "a rate above one": (file_of(OFFER + 'percent = "101%"\n'), ("NOT_RATIO_TO", 17)),
    "an amount below zero": (file_of(OFFER + 'amount = "-5.00"\n'), ("TOO_LITTLE", 17)),
    "a gift that costs less than nothing": (
        file_of('[[offer]]\nid = "o"\ngift = { on = { product = "MUG" }, shop_cost = "-0.01" }\n'),
        ("TOO_LITTLE", 16),
    ),
    "a gift's cost in another currency": (
        file_of('[[offer]]\nid = "o"\ngift = { on = { product = "MUG" }, shop_cost = "5 USD" }\n'),
        ("NOT_MONEY", 16),
    ),
    "a gift's cost finer than its currency": (
        file_of(
            '[[offer]]\nid = "o"\ngift = { on = { product = "MUG" }, shop_cost = "0.5" }\n',
            money="JPY",
        ),
        ("NOT_MONEY", 16),
    ),
    "a point that costs less than nothing": (
        file_of('[[wallet]]\nid = "b"\nshop_cost = "-0.01"\n'),
        ("NOT_RATIO", 16),
    ),
    "a reward of a gift with two costs": (
        file_of(
            '[[reward]]\nid = "r"\ncost = 5\nshop_cost = "2.00"\n'
            'gift = { on = { product = "MUG" }, shop_cost = "1.00" }\n'
        ),
        ("COST_OF_THE_GIFT", 17),
    ),
    "the cost of an offer that gives nothing away": (
        file_of(OFFER + 'amount = "5.00"\nshop_cost = "2.00"\n'),
        ("UNKNOWN_KEY", 18),
    ),
    "an amount of zero": (file_of(OFFER + 'amount = "0.00"\n'), ("TOO_LITTLE", 17)),
    "a minimum spend of zero": (
        file_of(TENTH + 'when = { min_spend = "0" }\n'),
        ("TOO_LITTLE", 18),
    ),
    "an amount without quotes": (file_of(OFFER + "amount = 5\n"), ("NOT_MONEY", 17)),
    "a level from an amount without quotes": (
        file_of(
            '[[tier_scheme]]\nid = "t"\nmetric = "spend"\nhold_months = 12\n'
            'window = { kind = "rolling_months", months = 12 }\n'
            'level = [{ id = "a", name = "A", from = "10" }, { id = "b", name = "B", from = 20 }]\n'
        ),
        ("NOT_MONEY", 19),
    ),
    "bands from an amount of nothing": (
        file_of(
            OFFER + 'bands = { step = [{ from = "0", percent = "5%" }, '
            '{ from = "0.01", percent = "9%" }] }\n'
        ),
        ("TOO_LITTLE", 17),
    ),
    "a month's day that never comes": (
        file_of('[[wallet]]\nid = "b"\nexpiry = { kind = "calendar", month = 4, day = 31 }\n'),
        ("NO_SUCH_DAY", 16),
    ),
    "a voucher where none is": (
        file_of('[[rule]]\nid = "r"\ntrigger = "sign_up"\ngives = { voucher = "x" }\n'),
        ("NOT_DECLARED", 17),
    ),
    "fees that would earn": (
        file_of('[[multiplier]]\nid = "m"\ntimes = 2\non = { fee = true }\n'),
        ("UNKNOWN_KEY", 17),
    ),
    "dates of a rule turned round": (
        file_of(TENTH + "when = { dates = { from = 2026-05-02, through = 2026-05-01 } }\n"),
        ("ENDS_BEFORE_START", 18),
    ),
    "dates of a programme turned round": (
        file_of(more="effective = { from = 2026-05-02, through = 2026-05-01 }"),
        ("ENDS_BEFORE_START", 6),
    ),
    "dates of a campaign turned round": (
        file_of(CAMPAIGN + "from = 2026-05-02\nthrough = 2026-05-01\n"),
        ("ENDS_BEFORE_START", 18),
    ),
    "a time zone that does not exist": (file_of(zone="Asia/Atlantis"), ("NO_TIMEZONE", 5)),
    "29 February of a common year": (
        file_of(TENTH + "when = { dates = { from = 2027-02-29 } }\n"),
        ("DAY_ABSENT", 18),
    ),
    "the same in quotes": (
        file_of(TENTH + 'when = { dates = { from = "2027-02-29" } }\n'),
        ("NOT_DAY", 18),
    ),
    "an hour that no clock has": (
        file_of(TENTH + 'when = { hours = { from = "25:00", to = "03:00" } }\n'),
        ("NOT_HOUR", 18),
    ),
    "decimals in yen": (file_of(OFFER + 'amount = "5.50"\n', money="JPY"), ("NOT_MONEY", 17)),
    "decimals in a condition in won": (
        file_of(TENTH + 'when = { min_spend = "100.5" }\n', money="KRW"),
        ("NOT_MONEY", 18),
    ),
    "a quantity of zero": (
        file_of(TENTH + "when = { quantity = { at_least = 0 } }\n"),
        ("NOT_WHOLE", 18),
    ),
    "none to buy": (
        file_of('[[offer]]\nid = "o"\nscope = "line"\nbuy_get = { buy = 0, get = 1 }\n'),
        ("NOT_WHOLE", 17),
    ),
}
WARNED = {
    "conversions that go round and gain": (
        file_of(OTHER + ROUND),
        ("CONVERSION_GAINS", 16),
    ),
    "a rule that leads to itself": (
        file_of(
            '[[rule]]\nid = "more"\ntrigger = "wallet"\nwallet = "points"\nreaches = 100\n'
            'gives = { points = 100 }\nlimit = [{ most = 1, per = "day" }]\n'
        ),
        ("CIRCLE", 14),
    ),
    "a rule that contradicts itself": (
        file_of(TENTH + 'when = { min_spend = "100", not = { min_spend = "50" } }\n'),
        ("NEVER_TOGETHER", 18),
    ),
    "a payment that contradicts itself": (
        file_of(TENTH + 'when = { tender = "card", not = { tender = ["card", "cash"] } }\n'),
        ("NEVER_TOGETHER", 18),
    ),
    "a channel that contradicts itself": (
        file_of(TENTH + 'when = { channel = "online", not = { channel = "online" } }\n'),
        ("NEVER_TOGETHER", 18),
    ),
    "a discount of nothing": (file_of(OFFER + 'percent = "0%"\n'), ("GIVES_NOTHING", 17)),
    "a budget of no money": (
        file_of(CAMPAIGN + 'budget = { money = "0" }\n'),
        ("LIMIT_ZERO", 17),
    ),
    "a budget of no uses": (file_of(CAMPAIGN + "budget = { count = 0 }\n"), ("LIMIT_ZERO", 17)),
    "a limit of none": (
        file_of(TENTH + 'limit = [{ most = 0, per = "day" }]\n'),
        ("LIMIT_ZERO", 18),
    ),
    "an hour that daylight saving removes": (
        file_of(
            TENTH + 'when = { hours = { from = "02:00", to = "03:00" } }\n',
            money="USD",
            zone="America/New_York",
        ),
        ("HOURS_SKIPPED", 18),
    ),
}


def worded(found: Sequence[Finding], area: str) -> None:
    """Every finding is a sentence with its line in every language, Chinese ones in Chinese."""
    for one in found:
        said = {
            language: sentence
            for language in LANGUAGES
            for sentence in finding_sentences([one], Words(language), area)
        }
        english = said.pop("en")
        assert len(said) == len(LANGUAGES) - 1
        assert english not in said.values()
        for sentence in (english, *said.values()):
            assert str(one.line) in sentence
            assert one.code not in sentence


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_meant_is_refused_at_its_line(case: str) -> None:
    data, wanted = REFUSED[case]
    found = read_draft(data, TODAY)
    assert isinstance(found, list)
    assert [(one.code, one.line) for one in found] == [wanted]
    worded(found, "programme")


@pytest.mark.parametrize("case", WARNED)
def test_a_file_that_is_hardly_meant_is_warned_of_at_its_line(case: str) -> None:
    data, wanted = WARNED[case]
    draft = read_draft(data, TODAY)
    assert isinstance(draft, Draft), draft
    found = warnings_of(draft)
    assert wanted in [(one.code, one.line) for one in found]
    worded(found, "doubt")


def test_a_budget_of_zero_gives_nothing_and_the_sale_goes_on() -> None:
    spent = rules(CAMPAIGN, 'budget = { money = "0" }\n', TENTH, 'campaign = "c"\n')
    found = quote(spent, basket(product("TEA", "10.00")))
    assert (found.payable_minor, found.offers) == (1000, ())
    [refused] = found.refused
    assert codes(refused.reasons) == ["BUDGET_USED_UP"]


@pytest.mark.parametrize(
    ("feb29", "common_day"), [("feb28", date(2027, 2, 28)), ("mar1", date(2027, 3, 1))]
)
def test_who_was_born_on_29_february_has_one_birthday_every_year(
    feb29: str, common_day: date
) -> None:
    offer = rules(TENTH, f'when = {{ birthday = {{ feb29 = "{feb29}" }} }}\n')
    born = member(birthday=Birthday(2, 29, 2000))
    tea = basket(product("TEA", "10.00"), member=True)
    for year, wanted in ((2027, common_day), (2028, date(2028, 2, 29))):
        noons = [datetime(year, 2, 26, 4, tzinfo=UTC) + timedelta(days=n) for n in range(6)]
        days = [at.date() for at in noons if quote(offer, tea, born, at=at).payable_minor == 900]
        assert days == [wanted]


@pytest.mark.parametrize(
    ("at", "payable"),
    [
        ("2026-03-08T01:59:00-05:00", 1000),
        ("2026-03-08T03:00:00-04:00", 1000),  # the minute after: no clock showed 02:00
        ("2026-03-08T03:30:00-04:00", 1000),
        ("2026-03-08T02:30:00-05:00", 1000),  # a clock that was not put forward: 03:30
        ("2026-03-09T02:30:00-04:00", 900),
        ("2026-11-01T01:30:00-05:00", 1000),
    ],
)
def test_an_hour_that_daylight_saving_removes_is_nobodys_hour(at: str, payable: int) -> None:
    assert _nightly(datetime.fromisoformat(at)) == payable


def test_a_wall_clock_within_the_removed_hour_is_the_hour_after() -> None:
    assert _nightly(datetime(2026, 3, 8, 2, 30, tzinfo=NEW_YORK)) == 1000


def _nightly(at: datetime) -> int:
    """What 10.00 cost where 10 % are off from 02:00 to 03:00 in New York."""
    data, _ = WARNED["an hour that daylight saving removes"]
    return quote(
        programme(data.decode("utf-8")),
        basket(product("TEA", "10.00", money="USD"), money="USD"),
        at=at,
        store=StoreContext(zone=NEW_YORK, language="en"),
    ).payable_minor


def test_a_currency_without_minor_units_is_discounted_in_whole_units() -> None:
    tenth = programme(file_of(TENTH, money="JPY").decode("utf-8"))
    found = quote(tenth, basket(product("TEA", "105", money="JPY"), money="JPY"))
    assert found.payable_minor == 94  # 10.5 off, half up
    with pytest.raises(ValueError, match="105"):
        parse_amount("105.5", currency("JPY"))


@pytest.mark.parametrize(
    ("quantity", "reason"),
    [
        ("0", "QUANTITY_NOT_POSITIVE"),
        ("-1", "QUANTITY_NOT_POSITIVE"),
        ("10000", "QUANTITY_TOO_LARGE"),
    ],
)
def test_quantities_of_zero_and_of_ten_thousand_are_refused(quantity: str, reason: str) -> None:
    with pytest.raises(BasketRefusal) as refused:
        basket((product("TEA", "1.00"), "1")).add(
            product("MUG", "1.00"), quantity_milli=int(quantity) * 1000
        )
    assert refused.value.reason == reason
    assert _said(refused.value)


def test_the_largest_quantity_is_reckoned_to_the_cent() -> None:
    found = quote(rules(TENTH), basket((product("TEA", "0.05"), "9999")))
    assert (found.gross_minor, found.payable_minor) == (49995, 44995)


def test_a_basket_of_500_lines_is_reckoned_and_the_next_line_refused() -> None:
    full = basket(*(product(f"A{number}", "1.00") for number in range(LINES_MAX)))
    found = quote(rules(TENTH), full)
    assert (len(found.lines), found.payable_minor) == (500, 45000)
    assert {line.net_minor for line in found.lines} == {90}
    with pytest.raises(BasketRefusal) as refused:
        full.add(product("ONE-MORE", "1.00"))
    assert (refused.value.reason, refused.value.numbers) == ("BASKET_FULL", {"limit": 500})
    assert _said(refused.value)
    raised = full.add(product("A7", "1.00"))  # more of what is there already needs no line
    assert (len(raised.lines), raised.gross_minor) == (500, 50100)


def _said(refusal: BasketRefusal) -> bool:
    """Whether a refusal is worded in every language, and in each its own way."""
    key, facts = f"sale.basket_{refusal.reason.lower()}", refusal.numbers
    return len({Words(language)(key, **facts) for language in LANGUAGES}) == len(LANGUAGES)

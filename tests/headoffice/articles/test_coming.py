"""What holds from a day on, at head office: read, shown, kept, taken back, and done on its day.

It is the 22nd of November 2026 in the zone that head office goes by.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from posloyalty.headoffice.articles.article_file import BadArticleFile
from posloyalty.headoffice.articles.articles import ArticleFile
from posloyalty.headoffice.articles.coming import WAITING_MAX
from posloyalty.headoffice.articles.coming_changes import (
    Change,
    ComingShown,
    PriceChange,
    TaxChange,
)
from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.wire.articles import (
    ARTICLES,
    ArticleRecord,
    ArticlesGiven,
    ArticleVersion,
    TaxVersion,
)
from posloyalty.sync.wire.packing import unpacked
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill

TAXES = "code,name,rate,mode\nstd13,13 %,13%,inclusive\nred9,9 %,9%,inclusive\n"
HEAD = "sku,name,price,tax_class,from\n"
NOW = "77,Milk,9.80,std13,\n78,Tea,5.00,red9,\n"
DAY = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def _articles(office: OpenOffice) -> None:
    done(office, TAXES)
    done(office, HEAD + NOW)


def propose(
    office: OpenOffice, text: str, *, whole: bool = False, day: date | None = None
) -> ArticleFile:
    return office.articles.propose(text.encode(), by="Ann", whole=whole, in_currency="CNY", day=day)


def done(
    office: OpenOffice, text: str, *, whole: bool = False, day: date | None = None
) -> ArticleFile:
    proposed = propose(office, text, whole=whole, day=day)
    office.articles.confirm(proposed.number, by="Ann")
    return proposed


def refused(office: OpenOffice, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(BadArticleFile) as caught:
        propose(office, text)
    return [(one.line, one.column, one.reason) for one in caught.value.wrong]


def price(office: OpenOffice, sku: str = "77") -> int | None:
    """What head office says that it costs today."""
    return office.articles.find(sku).articles[0].price


def waits(office: OpenOffice) -> tuple[ComingShown, ...]:
    return office.coming_changes.listed(limit=50)[0]


def shown(one: ComingShown) -> tuple[object, ...]:
    """(day, what it is about, before, after) of prices."""
    if isinstance(one.change, PriceChange):
        return (one.day, one.change.store, one.change.before, one.change.after)
    assert isinstance(one.change, Change)
    before = one.change.before
    return (one.day, one.change.after.sku, before and before.price, one.change.after.price)


def asked(office: OpenOffice, till: ATill, after: str = "", *, dated: bool) -> ArticlesGiven:
    body = {"after": after, "dated": True} if dated else {"after": after}
    answer = till.ask(office, ARTICLES, msgspec.json.encode(body))
    return msgspec.json.decode(unpacked(answer.body, most_bytes=1_000_000), type=ArticlesGiven)


def told(given: ArticlesGiven, sku: str) -> list[tuple[str, int | None]]:
    """(day, price) of what a till is told of an article."""
    (found,) = (one for one in given.articles if one.sku == sku)
    return [(one.since, one.price) for one in found.versions]


def pass_days(office: OpenOffice, clock: SetClock, days: int) -> None:
    """Days go by, and head office does what has come."""
    clock.pass_time(timedelta(days=days))
    office.coming_changes.catch_up()


# A file


def test_a_row_with_a_day_changes_nothing_before_it(office: OpenOffice, clock: SetClock) -> None:
    proposed = done(office, f"{HEAD}77,Milk,12.00,std13,2026-12-01\n78,Tea,5.50,red9,\n")
    assert (proposed.coming, proposed.first_day, proposed.changed) == (1, "2026-12-01", 2)
    assert (price(office, "77"), price(office, "78")) == (980, 550)
    assert [shown(one) for one in waits(office)] == [("2026-12-01", "77", 980, 1200)]
    pass_days(office, clock, 8)
    assert price(office) == 980
    pass_days(office, clock, 1)
    assert price(office) == 1200
    assert waits(office) == ()


def test_a_day_for_the_whole_file_is_for_rows_that_say_none(office: OpenOffice) -> None:
    done(office, f"{HEAD}77,Milk,12.00,std13,\n78,Tea,6.00,red9,2026/12/24\n", day=DAY)
    assert [shown(one) for one in waits(office)] == [
        ("2026-12-01", "77", 980, 1200),
        ("2026-12-24", "78", 500, 600),
    ]


def test_today_is_at_once(office: OpenOffice) -> None:
    done(office, f"{HEAD}77,Milk,12.00,std13,2026-11-22\n")
    assert (price(office), waits(office)) == (1200, ())


def test_a_day_that_is_over_or_too_far_away_is_named_with_its_row(office: OpenOffice) -> None:
    rows = "77,Milk,1.00,std13,2026-11-21\n78,Tea,1.00,red9,2027-11-24\n79,Jam,x,red9,soon\n"
    assert refused(office, HEAD + rows) == [
        (2, "from", "DAY_RANGE"),
        (3, "from", "DAY_RANGE"),
        (4, "from", "NO_SUCH_DAY"),
        (4, "price", "BAD_AMOUNT"),
    ]
    with pytest.raises(ServiceRefusal) as caught:
        propose(office, f"{HEAD}77,Milk,1.00,std13,\n", day=date(2025, 12, 1))
    assert caught.value.reason == "ARTICLES_DAY"
    assert caught.value.facts == {"first": "2026-11-22", "last": "2027-11-23"}


def test_one_article_may_have_several_days_in_one_file(office: OpenOffice) -> None:
    rows = "77,Milk,13.00,std13,2027-01-01\n77,Milk,12.00,std13,2026-12-01\n"
    done(office, HEAD + rows)
    assert [shown(one) for one in waits(office)] == [
        ("2026-12-01", "77", 980, 1200),
        ("2027-01-01", "77", 1200, 1300),
    ]
    assert refused(office, f"{HEAD}{rows}77,Milk,1.00,std13,2026-12-01\n") == [
        (4, "sku", "TWICE_IN_FILE")
    ]


def test_what_a_file_leaves_alone_stays_as_it_is_by_then(
    office: OpenOffice, clock: SetClock
) -> None:
    done(office, f"{HEAD}77,Milk,12.00,std13,2026-12-01\n")
    done(office, f"{HEAD}77,Whole milk,9.80,red9,\n")
    pass_days(office, clock, 9)
    milk = office.articles.find("77").articles[0]
    assert (milk.name, milk.tax, milk.price) == ("Whole milk", "red9", 1200)


def test_the_same_file_again_says_that_nothing_would_change(office: OpenOffice) -> None:
    text = f"{HEAD}77,Milk,12.00,std13,2026-12-01\n"
    done(office, text)
    with pytest.raises(ServiceRefusal, match="ARTICLES_SAME"):
        propose(office, text)


def test_so_many_changes_of_one_article_may_wait_and_no_more(office: OpenOffice) -> None:
    rows = [f"77,Milk,{n}.00,std13,2026-12-{n:02}\n" for n in range(1, WAITING_MAX + 2)]
    done(office, HEAD + "".join(rows[:-1]))
    assert refused(office, HEAD + rows[-1]) == [(2, "from", "TOO_MANY_COMING")]
    done(office, f"{HEAD}78,Tea,6.00,red9,2026-12-01\n")


def test_of_two_files_for_one_day_the_later_counts(office: OpenOffice, clock: SetClock) -> None:
    done(office, f"{HEAD}77,Milk,12.00,std13,2026-12-01\n")
    done(office, f"{HEAD}77,Milk,11.00,std13,2026-12-01\n")
    assert [shown(one) for one in waits(office)] == [
        ("2026-12-01", "77", 980, 1200),
        ("2026-12-01", "77", 1200, 1100),
    ]
    pass_days(office, clock, 9)
    assert price(office) == 1100


def test_what_is_said_today_stands_over_what_came_today(
    office: OpenOffice, clock: SetClock
) -> None:
    done(office, f"{HEAD}77,Milk,12.00,std13,2026-12-01\n")
    clock.pass_time(timedelta(days=9))  # the server was off at midnight
    done(office, f"{HEAD}77,Milk,13.00,std13,\n")
    office.coming_changes.catch_up()
    assert price(office) == 1300


def test_a_whole_file_withdraws_from_its_day_what_it_does_not_name(
    office: OpenOffice, clock: SetClock
) -> None:
    text = "sku,name,price,tax_class\n77,Milk,9.80,std13\n"
    proposed = done(office, text, whole=True, day=DAY)
    assert (proposed.withdrawn, office.articles.find().withdrawn) == (1, 0)
    pass_days(office, clock, 9)
    assert [one.sku for one in office.articles.find().articles if one.withdrawn] == ["78"]
    with pytest.raises(ServiceRefusal, match="ARTICLES_WHOLE_DAYS"):
        propose(office, HEAD + NOW, whole=True)


def test_a_new_article_is_not_sold_before_its_day(office: OpenOffice, clock: SetClock) -> None:
    proposed = done(office, f"{HEAD}79,Jam,3.00,red9,2026-12-01\n")
    assert (proposed.added, office.articles.find().on_sale) == (1, 2)
    assert office.articles.find("79").articles[0].withdrawn
    pass_days(office, clock, 9)
    assert (office.articles.find().on_sale, price(office, "79")) == (3, 300)


def test_a_new_article_may_come_earlier_than_it_was_to(office: OpenOffice) -> None:
    done(office, f"{HEAD}79,Jam,3.00,red9,2026-12-01\n")
    done(office, f"{HEAD}79,Jam,3.00,red9,\n")
    assert office.articles.find().on_sale == 3


def test_a_stores_price_comes_on_its_day_and_goes_on_another(
    office: OpenOffice, clock: SetClock
) -> None:
    done(office, "sku,store,price,from\n77,S1,11.00,2026-12-01\n77,S1,,2026-12-05\n")
    assert [shown(one) for one in waits(office)] == [
        ("2026-12-01", "S1", None, 1100),
        ("2026-12-05", "S1", 1100, None),
    ]
    assert office.articles.find("77").prices == {}
    pass_days(office, clock, 9)
    assert office.articles.find("77").prices == {"77": (("S1", 1100),)}
    pass_days(office, clock, 4)
    assert office.articles.find("77").prices == {}


def test_a_tax_changes_on_its_day_and_a_new_one_is_there_at_once(
    office: OpenOffice, clock: SetClock
) -> None:
    done(
        office,
        "code,name,rate,mode,from\nred9,10 %,10%,inclusive,2026-12-01\n"
        "bag,Levy,5%,exclusive,2026-12-01\n",
    )
    (one,) = waits(office)
    assert isinstance(one.change, TaxChange)
    assert one.change.before is not None
    assert (one.change.before.numerator, one.change.after.numerator) == (9, 1)
    assert [(tax.code, tax.name) for tax in office.articles.taxes()] == [
        ("bag", "Levy"), ("red9", "9 %"), ("std13", "13 %"),
    ]  # fmt: skip
    pass_days(office, clock, 9)
    red = office.articles.taxes()[1]
    assert (red.name, red.numerator, red.denominator) == ("10 %", 1, 10)


# Looked at


def test_a_preview_shows_each_change_beside_what_is_there_by_then(office: OpenOffice) -> None:
    done(office, f"{HEAD}77,Milk,12.00,std13,2026-12-01\n")
    proposed = propose(
        office, f"{HEAD}77,Milk,14.00,std13,2026-12-24\n79,Jam,3.00,red9,2026-12-02\n"
    )
    preview = office.articles.preview(proposed.number)
    assert [shown(one) for one in preview.coming] == [
        ("2026-12-02", "79", None, 300),
        ("2026-12-24", "77", 1200, 1400),
    ]
    assert (preview.new, preview.changed) == ((), ())


# Taken back


def test_what_of_a_file_still_waits_can_be_taken_back(office: OpenOffice, clock: SetClock) -> None:
    rows = "77,Milk,12.00,std13,2026-12-01\n77,Milk,13.00,std13,2026-12-05\n"
    proposed = done(office, f"{HEAD}{rows}79,Jam,3.00,red9,2026-12-05\n")
    pass_days(office, clock, 9)
    assert office.coming_changes.take_back(proposed.number, by="Ben") == 2
    assert waits(office) == ()
    pass_days(office, clock, 9)
    assert (price(office), office.articles.find("79").articles[0].withdrawn) == (1200, True)
    file = office.articles.file(proposed.number)
    assert file is not None
    assert file.taken_back_by == "Ben"
    with pytest.raises(ServiceRefusal, match="ARTICLES_NONE_WAITS"):
        office.coming_changes.take_back(proposed.number, by="Ben")


def test_one_article_is_taken_back_and_the_others_of_its_file_come(
    office: OpenOffice, clock: SetClock
) -> None:
    later = "77,Milk,12.00,std13,2026-12-01\n78,Tea,6.00,red9,2026-12-01\n"
    proposed = done(office, HEAD + later)
    changes = office.coming_changes
    assert changes.take_back(proposed.number, by="Ben", code="77") == 1
    with pytest.raises(ServiceRefusal, match="ARTICLES_NONE_WAITS_OF"):
        changes.take_back(proposed.number, by="Ben", code="77")
    pass_days(office, clock, 10)
    found = {one.sku: one.price for one in office.articles.find().articles}
    assert (found["77"], found["78"]) == (980, 600)
    with office.database.read() as connection:
        told = [one.facts for one in entries(connection) if one.what == "articles_taken_back"]
    assert told == [{"number": str(proposed.number), "coming": "1", "article": "77"}]


def test_which_tills_have_not_heard_what_was_taken_back_is_said_until_they_have(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    away = ATill(clock, number=2)
    away.join(office, office.administration.new_code("S1"), till_code="T2")
    proposed = done(office, f"{HEAD}77,Milk,12.00,std13,2026-12-01\n")
    cursor = asked(office, till, dated=True).next
    changes = office.coming_changes
    assert changes.unheard(proposed.number) == ()  # nothing was taken back yet
    changes.take_back(proposed.number, by="Ben")
    assert len(changes.unheard(proposed.number)) == 2
    cursor = asked(office, till, cursor, dated=True).next
    assert len(changes.unheard(proposed.number)) == 2  # told, and not said yet that it has it
    asked(office, till, cursor, dated=True)
    (left,) = changes.unheard(proposed.number)
    assert (left.store, left.code) == ("S1", "T2")
    done(office, f"{HEAD}78,Tea,6.00,red9,\n")
    assert len(changes.unheard(proposed.number)) == 1  # what came later is another matter


def test_what_another_file_has_brought_into_sale_stays_when_one_is_taken_back(
    office: OpenOffice, clock: SetClock
) -> None:
    proposed = done(office, f"{HEAD}79,Jam,3.00,red9,2026-12-05\n")
    done(office, f"{HEAD}79,Jam,3.20,red9,\n")
    office.coming_changes.take_back(proposed.number, by="Ben")
    pass_days(office, clock, 20)
    assert (office.articles.find().on_sale, price(office, "79")) == (3, 320)


def test_an_article_that_was_taken_back_may_be_new_again(
    office: OpenOffice, clock: SetClock
) -> None:
    proposed = done(office, f"{HEAD}79,Jam,3.00,red9,2026-12-05\n")
    office.coming_changes.take_back(proposed.number, by="Ben")
    done(office, f"{HEAD}79,Jam,3.20,red9,2026-12-10\n")
    pass_days(office, clock, 17)
    assert office.articles.find().on_sale == 2
    pass_days(office, clock, 1)
    assert (office.articles.find().on_sale, price(office, "79")) == (3, 320)


def test_every_act_and_every_day_is_in_the_audit_log(office: OpenOffice, clock: SetClock) -> None:
    first = done(office, f"{HEAD}77,Milk,12.00,std13,2026-12-01\n")
    second = done(office, f"{HEAD}77,Milk,13.00,std13,2026-12-09\n")
    office.coming_changes.take_back(second.number, by="Ben")
    pass_days(office, clock, 9)
    with office.database.read() as connection:
        found = [(one.who, one.what, dict(one.facts)) for one in entries(connection, limit=6)]
    assert found[:2] == [
        ("head office", "articles_came", {"day": "2026-12-01", "coming": "1"}),
        ("Ben", "articles_taken_back", {"number": str(second.number), "coming": "1"}),
    ]
    assert ("Ann", "articles_taken", {
        "number": str(first.number), "kind": "articles", "added": "0", "changed": "1",
        "withdrawn": "0", "coming": "1", "first_day": "2026-12-01",
    }) in found  # fmt: skip


# Told


def test_a_till_is_told_ahead_what_will_be_by_its_own_stores_prices(
    office: OpenOffice, till: ATill
) -> None:
    done(office, f"{HEAD}77,Milk,12.00,std13,2026-12-01\n77,Milk,13.00,std13,2026-12-24\n")
    done(office, "sku,store,price,from\n77,S1,11.00,2026-12-05\n77,S1,,2026-12-10\n")
    given = asked(office, till, dated=True)
    assert told(given, "77") == [
        ("", 980),
        ("2026-12-01", 1200),
        ("2026-12-05", 1100),
        ("2026-12-10", 1200),
        ("2026-12-24", 1300),
    ]
    assert told(given, "78") == [("", 500)]


def test_a_tax_is_told_ahead_with_every_page(office: OpenOffice, till: ATill) -> None:
    done(office, "code,name,rate,mode,from\nred9,10 %,10%,inclusive,2026-12-01\n")
    (red, _) = asked(office, till, dated=True).taxes
    assert red.coming == (
        TaxVersion(
            code="red9", name="10 %", numerator=1, denominator=10, mode="inclusive",
            since="2026-12-01",
        ),
    )  # fmt: skip


def test_a_till_of_an_earlier_release_hears_each_change_on_its_day(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    done(office, f"{HEAD}77,Milk,12.00,std13,2026-12-01\n79,Jam,3.00,red9,2026-12-01\n")
    done(office, "code,name,rate,mode,from\nred9,10 %,10%,inclusive,2026-12-01\n")
    given = asked(office, till, dated=False)
    assert (told(given, "77"), [one.sku for one in given.articles]) == ([("", 980)], ["78", "77"])
    assert [one.coming for one in given.taxes] == [(), ()]
    pass_days(office, clock, 9)
    assert office.desk.news(frozenset({till.id})) == {till.id}
    given = asked(office, till, given.next, dated=False)
    assert sorted((one.sku, one.price) for one in given.articles) == [("77", 1200), ("79", 300)]
    assert [tax.numerator for tax in given.taxes] == [1, 13]


def test_what_has_come_says_since_when_until_it_changes_on_a_later_day(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    done(office, f"{HEAD}77,Milk,12.00,std13,2026-12-01\n")
    pass_days(office, clock, 9)
    assert told(asked(office, till, dated=True), "77") == [("2026-12-01", 1200)]
    done(office, f"{HEAD}77,Milk,12.50,std13,\n")
    assert told(asked(office, till, dated=True), "77") == [("2026-12-01", 1250)]


def test_what_is_taken_back_is_told_as_if_it_had_never_been(
    office: OpenOffice, till: ATill
) -> None:
    proposed = done(office, f"{HEAD}77,Milk,12.00,std13,2026-12-01\n")
    cursor = asked(office, till, dated=True).next
    office.coming_changes.take_back(proposed.number, by="Ben")
    assert told(asked(office, till, cursor, dated=True), "77") == [("", 980)]


def test_a_change_travels_in_the_shape_that_is_written_down() -> None:
    """Tills of this release have such rows in their books: the shape may only grow."""
    record = ArticleRecord(
        sku="77", name="Milk", tax="std13", price=980,
        coming=(ArticleVersion(sku="77", name="Milk", tax="std13", since="2026-12-01"),),
    )  # fmt: skip
    assert msgspec.json.encode(record) == (
        b'{"sku":"77","name":"Milk","tax":"std13","price":980,"coming":'
        b'[{"sku":"77","name":"Milk","tax":"std13","since":"2026-12-01"}]}'
    )

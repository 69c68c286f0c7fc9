"""Articles at head office: read as a till reads them, looked at, then done, each by one number."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from openpyxl import Workbook

from posloyalty.documents.table_file import TableUnreadable
from posloyalty.headoffice.articles import article_file
from posloyalty.headoffice.articles.article_file import BadArticleFile
from posloyalty.headoffice.articles.articles import ArticleFile, Preview
from posloyalty.headoffice.articles.feed import ArticleFeed
from posloyalty.headoffice.articles.kept_article import KeptArticle
from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.import_columns import MissingColumns
from posloyalty.sync.wire.articles import (
    ARTICLES,
    ArticlesAsk,
    ArticlesGiven,
    TaxRecord,
)
from posloyalty.sync.wire.packing import unpacked
from tests.headoffice.a_till import ATill

TAXES = "code,name,rate,mode\nstd13,13 %,13%,inclusive\nred9,9 %,0.09,inclusive\n"
HEAD = "sku,name,price,tax_class,unit,category,codes,tags,deposit,active\n"
MILK = "77,Milk 1 l,9.80,std13,each,Dairy,4006381333931,own fresh,no,yes\n"
APPLE = "78,Apple,12.00,red9,kg,Fruit,4011,,no,yes\n"
CRATE = "79,Crate,,std13,each,,,,yes,yes\n"
ALL = f"{HEAD}{MILK}{APPLE}{CRATE}"
TILL = b"t" * 16


def with_taxes(office: OpenOffice) -> None:
    """Two taxes, and prices in yuan."""
    done(office, TAXES)


def propose(office: OpenOffice, text: str | bytes, *, whole: bool = False) -> ArticleFile:
    data = text if isinstance(text, bytes) else text.encode()
    return office.articles.propose(data, by="Ann", whole=whole, in_currency="CNY")


def done(office: OpenOffice, text: str | bytes, *, whole: bool = False) -> Preview:
    """Proposed, looked at, and done."""
    proposed = propose(office, text, whole=whole)
    shown = office.articles.preview(proposed.number)
    office.articles.confirm(proposed.number, by="Ann")
    return shown


def wrong(office: OpenOffice, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(BadArticleFile) as caught:
        propose(office, text)
    return [(one.line, one.column, one.reason) for one in caught.value.wrong]


def numbers(office: OpenOffice, text: str = "") -> list[str]:
    return [one.sku for one in office.articles.find(text).articles]


def test_a_file_changes_nothing_before_it_is_confirmed(office: OpenOffice) -> None:
    with_taxes(office)
    proposed = propose(office, ALL)
    assert (proposed.added, proposed.changed, proposed.withdrawn) == (3, 0, 0)
    assert numbers(office) == []
    office.articles.confirm(proposed.number, by="Ben")
    assert numbers(office) == ["77", "78", "79"]
    milk, apple, crate = office.articles.find().articles
    assert milk == KeptArticle(
        sku="77", name="Milk 1 l", tax="std13", price=980, cat="Dairy",
        codes=("04006381333931",), tags=("own", "fresh"),
    )  # fmt: skip
    assert (apple.unit, apple.price, apple.codes) == ("kg", 1200, ("4011",))
    assert (crate.price, crate.flags) == (None, ("deposit",))


def test_an_article_is_found_by_part_of_its_name_its_number_or_its_code(office: OpenOffice) -> None:
    with_taxes(office)
    done(office, ALL)
    assert [numbers(office, text) for text in ("MILK", "78", "1333931", "100%", "le 78")] == [
        ["77"], ["78"], ["77"], [], ["78"],
    ]  # fmt: skip


def test_the_same_file_again_says_that_nothing_would_change(office: OpenOffice) -> None:
    with_taxes(office)
    done(office, ALL)
    with pytest.raises(ServiceRefusal) as caught:
        propose(office, ALL)
    assert (caught.value.reason, caught.value.facts) == ("ARTICLES_SAME", {"count": 3})


def test_a_later_file_says_what_is_new_changed_and_withdrawn(office: OpenOffice) -> None:
    with_taxes(office)
    done(office, ALL)
    later = f"{HEAD}{MILK.replace('9.80', '10.20')}{APPLE.replace('no,yes', 'no,no')}"
    shown = done(office, f"{later}80,Tea,5.00,red9,each,Drinks,,,no,yes\n")
    assert [one.sku for one in shown.new] == ["80"]
    assert [(one.before.price, one.after.price) for one in shown.changed if one.before] == [
        (980, 1020)
    ]
    assert [one.sku for one in shown.withdrawn] == ["78"]
    found = office.articles.find()
    assert (found.on_sale, found.withdrawn) == (3, 1)


def test_what_a_whole_file_does_not_name_is_withdrawn_and_comes_back_with_the_next(
    office: OpenOffice,
) -> None:
    with_taxes(office)
    done(office, ALL)
    proposed = propose(office, f"{HEAD}{MILK}", whole=True)
    assert (proposed.added, proposed.changed, proposed.withdrawn) == (0, 0, 2)
    shown = office.articles.preview(proposed.number)
    assert [one.sku for one in shown.withdrawn] == ["78", "79"]
    office.articles.confirm(proposed.number, by="Ann")
    assert office.articles.find().withdrawn == 2
    done(office, ALL, whole=True)
    assert office.articles.find().withdrawn == 0


def test_a_column_that_a_file_does_not_have_stays_as_it_is(office: OpenOffice) -> None:
    with_taxes(office)
    done(office, ALL)
    done(office, "sku,name,tax_class,price\n77,Milk,std13,9.00\n")
    milk = office.articles.find("77").articles[0]
    assert (milk.name, milk.price, milk.cat, milk.tags) == ("Milk", 900, "Dairy", ("own", "fresh"))


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("77,Milk,lots,std13,each,,,,no,yes", (2, "price", "BAD_AMOUNT")),
        ("77,Milk,1.00,none,each,,,,no,yes", (2, "tax_class", "UNKNOWN_TAX_CLASS")),
        ("77,Milk,1.00,std13,box,,,,no,yes", (2, "unit", "NOT_ONE_OF")),
        ("77,Milk,1.00,std13,each,,4006381333932,,no,yes", (2, "codes", "CODE_CHECK_DIGIT")),
        (",Milk,1.00,std13,each,,,,no,yes", (2, "sku", "EMPTY")),
        ("77,Milk,-1.00,std13,each,,,,no,yes", (2, "price", "PRICE_RANGE")),
        (f"77,Milk,1.00,std13,each,,,{'x' * 201},no,yes", (2, "tags", "TOO_LONG")),
        (
            f"77,Milk,1.00,std13,each,,,{' '.join(map(str, range(201)))},no,yes",
            (2, "tags", "TOO_MANY"),
        ),
        ("77,Milk,1.00,std13,each,,,,maybe,yes", (2, "deposit", "NOT_YES_NO")),
        ("77,Milk,1.00,std13,each,,,,no,yes,more", (2, "", "SURPLUS_CELLS")),
    ],
)
def test_a_row_is_judged_as_a_till_judges_it(
    office: OpenOffice, row: str, found: tuple[int, str, str]
) -> None:
    with_taxes(office)
    assert wrong(office, f"{HEAD}{row}\n{APPLE}") == [found]
    assert numbers(office) == []


def test_two_articles_with_one_code_or_one_number_are_named(office: OpenOffice) -> None:
    with_taxes(office)
    twice = f"{HEAD}{MILK}80,Milk too,1.00,std13,each,,4006381333931,,no,yes\n{MILK}"
    assert wrong(office, twice) == [
        (3, "codes", "CODE_TAKEN"),
        (4, "sku", "TWICE_IN_FILE"),
    ]


def test_prices_of_stores_stand_beside_the_articles_own(office: OpenOffice) -> None:
    with_taxes(office)
    done(office, ALL)
    office.administration.add_store("S2", "Side Street")
    shown = done(office, "sku,store,price\n77,S2,11.00\n78,S1,9.00\n")
    assert [(p.sku, p.store, p.before, p.after) for p in shown.prices] == [
        ("77", "S2", None, 1100), ("78", "S1", None, 900),
    ]  # fmt: skip
    assert [priced(office, store) for store in ("S1", "S2")] == [
        {"77": 980, "78": 900, "79": None}, {"77": 1100, "78": 1200, "79": None},
    ]  # fmt: skip
    done(office, "sku,store,price\n77,S2,\n")
    assert priced(office, "S2")["77"] == 980
    assert wrong(office, "sku,store,price\n99,S1,1.00\n77,S9,1.00\n77,S1,x\n") == [
        (2, "sku", "NO_SUCH_ARTICLE"),
        (3, "store", "NO_SUCH_STORE"),
        (4, "price", "BAD_AMOUNT"),
    ]


def priced(office: OpenOffice, store: str) -> dict[str, int | None]:
    """What a till of a store hears."""
    with office.database.read() as connection:
        feed = ArticleFeed(connection, life_name="0" * 32, now_s=0)
        rows = feed._connection.exec_driver_sql("SELECT sku, body FROM article ORDER BY sku").all()
        return {one.sku: one.price for one in feed._priced(rows, store)}


def test_taxes_come_as_a_file_and_are_told_with_every_page(office: OpenOffice) -> None:
    with_taxes(office)
    assert office.articles.taxes() == (
        TaxRecord(code="red9", name="9 %", numerator=9, denominator=100, mode="inclusive"),
        TaxRecord(code="std13", name="13 %", numerator=13, denominator=100, mode="inclusive"),
    )
    assert wrong(office, "code,name,rate,mode\nbad,Bad,x,inclusive\nbig,Big,120%,yes\n") == [
        (2, "rate", "BAD_RATE"),
        (3, "rate", "RATE_RANGE"),
    ]
    done(office, "code,name,rate,mode,fixed\nbag,Bag levy,0%,no,0.20\n")
    assert office.articles.taxes()[0] == TaxRecord(
        code="bag", name="Bag levy", numerator=0, denominator=1, mode="exclusive", fixed=20
    )


def test_a_file_that_was_read_before_another_one_was_done_is_read_again(
    office: OpenOffice,
) -> None:
    with_taxes(office)
    first, second = propose(office, f"{HEAD}{MILK}"), propose(office, f"{HEAD}{APPLE}")
    office.articles.confirm(first.number, by="Ann")
    with pytest.raises(ServiceRefusal) as caught:
        office.articles.confirm(second.number, by="Ann")
    assert caught.value.reason == "ARTICLES_MOVED"
    assert numbers(office) == ["77"]
    office.articles.drop(second.number, by="Ann")
    for act in (office.articles.drop, office.articles.confirm):
        with pytest.raises(ServiceRefusal) as caught:
            act(second.number, by="Ann")
        assert caught.value.reason == "ARTICLES_DECIDED"


def test_every_act_is_in_the_audit_log(office: OpenOffice) -> None:
    with_taxes(office)
    dropped = propose(office, f"{HEAD}{MILK}")
    office.articles.drop(dropped.number, by="Ben")
    with office.database.read() as connection:
        told = [(one.who, one.what) for one in entries(connection)]
    assert told[:4] == [
        ("Ben", "articles_dropped"),
        ("Ann", "articles_proposed"),
        ("Ann", "articles_taken"),
        ("Ann", "articles_proposed"),
    ]


def test_a_spreadsheet_says_the_same_as_a_text_file(office: OpenOffice, tmp_path: Path) -> None:
    with_taxes(office)
    book = Workbook()
    for line in ALL.splitlines():
        book.active.append(line.split(","))  # type: ignore[union-attr]
    book.save(tmp_path / "a.xlsx")
    done(office, (tmp_path / "a.xlsx").read_bytes())
    assert numbers(office) == ["77", "78", "79"]
    with pytest.raises(ServiceRefusal, match="ARTICLES_SAME"):
        propose(office, ALL)


def test_what_was_exported_changes_nothing_when_it_is_read_again(office: OpenOffice) -> None:
    with_taxes(office)
    done(office, f"{ALL}80,=Odd,5.00,red9,each,Drinks,,,no,no\n")
    told = office.articles.export()
    assert told.decode("utf-8-sig").splitlines()[1].split(",")[:7] == [
        "77", "Milk 1 l", "9.80", "std13", "each", "Dairy", "'04006381333931",
    ]  # fmt: skip
    assert "'=Odd" in told.decode("utf-8-sig")  # a spreadsheet must not run a name
    with pytest.raises(ServiceRefusal, match="ARTICLES_SAME"):
        propose(office, told)


def test_a_file_without_what_it_needs_or_beyond_its_bounds_is_refused(
    office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_taxes(office)
    with pytest.raises(MissingColumns, match="tax_class"):
        propose(office, "sku,name\n1,x\n")
    with pytest.raises(MissingColumns, match="price"):
        propose(office, "sku,store\n1,x\n")
    for bad in ("", b"\xff\xff", b"PK\x03\x04nonsense"):
        with pytest.raises(TableUnreadable):
            propose(office, bad)
    monkeypatch.setattr(article_file, "ROWS_MAX", 2)
    with pytest.raises(TableUnreadable, match="TOO_LARGE"):
        propose(office, ALL)
    monkeypatch.setattr(article_file, "FILE_BYTES_MAX", 10)
    with pytest.raises(TableUnreadable, match="TOO_LARGE"):
        propose(office, ALL)


def test_prices_have_one_currency_for_good(office: OpenOffice) -> None:
    with pytest.raises(ServiceRefusal, match="ARTICLES_NO_CURRENCY"):
        office.articles.propose(TAXES.encode(), by="Ann")
    with_taxes(office)
    with pytest.raises(ServiceRefusal, match="ARTICLES_OTHER_CURRENCY"):
        office.articles.propose(ALL.encode(), by="Ann", in_currency="JPY")
    assert office.articles.currency() == "CNY"


# The feed


def page(
    office: OpenOffice, after: str = "", most: int = 500, store: str = "S1"
) -> tuple[list[str], str, bool]:
    """(numbers, cursor, more) of the next page."""
    with office.database.write() as connection:
        feed = ArticleFeed(connection, life_name=office.office.life_name, now_s=0)
        feed._note_heard = lambda *_: None  # type: ignore[method-assign]
        given = feed.page(ArticlesAsk(after=after, most=most), till_id=TILL, store=store)
    return [one.sku for one in given.articles], given.next, given.more


def test_pages_follow_one_another_and_each_article_comes_once(office: OpenOffice) -> None:
    with_taxes(office)
    done(office, ALL)
    first, cursor, more = page(office, most=2)
    assert (first, more) == (["77", "78"], True)
    second, cursor, more = page(office, cursor, most=2)
    assert (second, more) == (["79"], True)
    assert page(office, cursor) == ([], cursor, False)
    done(office, f"{HEAD}{MILK.replace('9.80', '9.90')}")
    changed, cursor, more = page(office, cursor)
    assert (changed, more) == (["77"], True)


def test_an_article_that_changes_between_two_pages_comes_with_a_later_one(
    office: OpenOffice,
) -> None:
    with_taxes(office)
    done(office, ALL)
    first, cursor, _ = page(office, most=1)
    done(office, f"{HEAD}{MILK.replace('9.80', '9.90')}")
    second, cursor, more = page(office, cursor)
    assert (first, second, more) == (["77"], ["78", "79", "77"], True)


def test_a_till_counts_as_having_heard_what_it_says_it_has_and_not_what_was_sent(
    office: OpenOffice, till: ATill
) -> None:
    """The answer may have been lost on its way."""
    with_taxes(office)
    done(office, ALL)
    assert (office.articles.heard().up_to_date, office.articles.heard().tills) == (0, 1)
    answer = till.ask(office, ARTICLES, b'{"after":""}')
    sent = msgspec.json.decode(unpacked(answer.body, most_bytes=1_000_000), type=ArticlesGiven)
    assert [one.sku for one in sent.articles] == ["77", "78", "79"]
    assert (office.articles.heard().up_to_date, office.articles.heard().tills) == (0, 1)
    assert office.desk.news(frozenset({till.id})) == {till.id}
    till.ask(office, ARTICLES, msgspec.json.encode({"after": sent.next}))
    assert office.articles.heard().up_to_date == 1
    assert office.desk.news(frozenset({till.id})) == frozenset()


def test_a_name_that_was_typed_on_two_lines_goes_to_tills_as_one(office: OpenOffice) -> None:
    with_taxes(office)
    done(office, 'sku,name,price,tax_class\nA9,"Milk\n2 L",1.00,std13\n')
    (found,) = office.articles.find("A9").articles
    assert found.name == "Milk 2 L"

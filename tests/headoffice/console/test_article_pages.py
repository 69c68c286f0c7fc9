"""The pages of articles: a file is looked at, and then done or dropped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from posloyalty.headoffice.console.article_pages import finding_told
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.shop.import_report import RowFinding
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SetClock
from tests.headoffice.articles.test_articles import ALL, APPLE, HEAD, MILK, TAXES, done, numbers
from tests.headoffice.cases.test_findings import published
from tests.headoffice.console.conftest import SignedIn

PAGE = "/console/articles"


@pytest.fixture(autouse=True)
def taxes(office: OpenOffice) -> None:
    published(office)
    done(office, TAXES)


def test_a_file_is_looked_at_and_then_done(office: OpenOffice, signed_in: SignedIn) -> None:
    browser = signed_in("manager")
    browser.get(PAGE)
    browser.send(PAGE, file=ALL.encode())
    assert browser.says("Nothing has changed yet. Look at what would.")
    assert browser.says("<td>Milk 1 l</td>")
    assert numbers(office) == []
    browser.send(f"{PAGE}/file/confirm", number=2)
    assert browser.says("Done. Tills hear of it now.")
    assert browser.says("3 on sale, 0 withdrawn.")
    assert numbers(office) == ["77", "78", "79"]


def test_a_change_stands_beside_what_is_there_now(office: OpenOffice, signed_in: SignedIn) -> None:
    done(office, ALL)
    browser = signed_in("manager")
    browser.get(PAGE)
    browser.send(PAGE, file=f"{HEAD}{MILK.replace('9.80', '10.20')}".encode(), whole="1")
    assert browser.says("<td>Price</td><td>9.80</td><td><strong>10.20</strong></td>")
    assert browser.says("<td><code>78</code></td><td>Apple</td>")
    browser.send(f"{PAGE}/file/drop", number=3)
    assert browser.says("Dropped. Nothing was changed.")
    assert office.articles.find().withdrawn == 0
    browser.get(f"{PAGE}/file?number=3")
    assert not browser.says(f"{PAGE}/file/confirm")


def test_prices_of_stores_and_taxes_are_looked_at_too(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    done(office, ALL)
    browser = signed_in("manager")
    browser.get(PAGE)
    browser.send(PAGE, file=b"sku,store,price\n77,S1,11.00\n")
    assert browser.says("the article's own</td>")
    browser.send(f"{PAGE}/file/confirm", number=3)
    assert browser.says("9.80<br>S1: 11.00")
    browser.get(PAGE)
    browser.send(PAGE, file=b"code,name,rate,mode,fixed\nbag,Bag,12.5%,no,0.20\n")
    assert browser.says("12.5 % + 0.20")


def test_what_somebody_else_did_meanwhile_is_looked_at_first(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    browser = signed_in("manager")
    browser.get(PAGE)
    browser.send(PAGE, file=f"{HEAD}{MILK}".encode())
    done(office, f"{HEAD}{APPLE}")
    assert browser.send(f"{PAGE}/file/confirm", number=2).status_code == 422
    assert browser.says("Upload it again")
    assert numbers(office) == ["78"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_bad_row_stands_in_a_table_with_its_column_and_reason(
    office: OpenOffice, signed_in: SignedIn, language: str
) -> None:
    browser, words = signed_in("manager"), Words(language)
    browser.get(f"{PAGE}?language={language}")
    answer = browser.send(PAGE, file=f"{HEAD}{MILK.replace('std13', 'none')}".encode())
    assert answer.status_code == 422
    assert browser.says('<td class="n">2</td><td><code>tax_class</code></td>')
    assert browser.says(words("import.UNKNOWN_TAX_CLASS", known="red9, std13"))
    for bad, code, facts in (
        (b"sku,name\n1,x\n", "MISSING_COLUMNS", {"names": "tax_class"}),
        (b"", "NO_FILE_CHOSEN", {}),
        (b"\xff\xff", "ENCODING", {"file": "articles.csv"}),
    ):
        assert browser.send(PAGE, file=bad).status_code == 422
        area = "refusal" if code == "NO_FILE_CHOSEN" else "import"
        assert browser.says(words(f"{area}.{code}", **facts))
    assert numbers(office) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_a_row_has_words(language: str) -> None:
    words = Words(language)
    for reason, facts in (
        ("NO_SUCH_ARTICLE", {"sku": "7"}),
        ("NO_SUCH_STORE", {"store": "S9"}),
        ("TOO_MANY_TAXES", {"limit": 60}),
        ("RATE_RANGE", {}),
        ("BAD_RATE", {"given": "x"}),
        ("CODE_TAKEN", {"code": "1", "name": "x"}),
        ("CODE_CHECK_DIGIT", {"code": "1"}),
        ("PRICE_RANGE", {}),
        ("DAY_RANGE", {"first": "2026-11-22", "last": "2027-11-23"}),
        ("TOO_MANY_COMING", {"limit": 8}),
        ("BAD_ASSORTMENT", {"given": "x-y", "limit": 12}),
    ):
        found = RowFinding(line=2, column="", reason=reason, facts=tuple(facts.items()))
        assert finding_told(found, words) not in ("", reason)


def test_articles_are_found_and_taken_along(office: OpenOffice, signed_in: SignedIn) -> None:
    done(office, ALL)
    browser = signed_in("manager")
    assert "Apple" not in browser.get(f"{PAGE}?text=milk").text
    assert browser.says("Milk 1 l")
    answer = browser.get(f"{PAGE}/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="articles.csv"'
    assert answer.content == office.articles.export()
    assert browser.get(f"{PAGE}/file?number=9").status_code == 404


def test_a_viewer_sees_articles_and_changes_none(office: OpenOffice, signed_in: SignedIn) -> None:
    done(office, ALL)
    browser = signed_in("viewer")
    browser.get(PAGE)
    assert browser.says("Milk 1 l")
    assert not browser.says('<input type="file"')
    assert not browser.says(f"{PAGE}/export")
    assert browser.send(PAGE, file=ALL.encode()).status_code == 403


# Later days


def test_what_comes_later_is_looked_at_listed_and_taken_back(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    done(office, ALL)
    browser = signed_in("manager")
    assert 'name="day" min="2026-11-22" max="2027-11-23"' in browser.get(PAGE).text
    browser.send(PAGE, file=f"{HEAD}{MILK.replace('9.80', '12.00')}".encode(), day="2026-12-01")
    assert browser.says("1, the first from 2026-12-01")
    row = "<td>Milk 1 l</td><td>Price</td><td>9.80</td><td><strong>12.00</strong></td>"
    assert browser.says(f'<td class="tight">2026-12-01</td><td><code>77</code></td>{row}')
    assert not browser.says(f"{PAGE}/file/take-back")
    browser.send(f"{PAGE}/file/confirm", number=3)
    assert browser.says("Coming changes")
    assert browser.says(row)
    browser.get(f"{PAGE}/file?number=3")
    assert browser.says(row)
    assert browser.says("<option>77</option>")
    assert browser.send(f"{PAGE}/file/take-back", number=3, code="78").status_code == 422
    browser.send(f"{PAGE}/file/take-back", number=3, code="77")
    assert browser.says("Taken back. Tills hear of it now.")
    assert browser.says("Every till has heard of it.")
    assert browser.says("<dt>Taken back by</dt>")
    assert not browser.says(row)
    assert browser.send(f"{PAGE}/file/take-back", number=3).status_code == 422
    assert browser.says("Nothing of file 3 is waiting any more.")


def test_prices_taxes_and_new_articles_of_later_days_say_what_they_are(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    done(office, ALL)
    done(office, "sku,store,price,from\n77,S1,11.00,2026-12-01\n77,S1,,2026-12-05\n")
    done(office, "code,name,rate,mode,from\nred9,10 %,10%,inclusive,2027-01-01\n")
    done(office, "sku,name,price,tax_class,from\n80,Tea,5.00,red9,2026-12-24\n")
    browser = signed_in("manager")
    browser.get(PAGE)
    own = "the article's own"
    assert browser.says(f"<td>Price at S1</td><td>{own}</td><td><strong>11.00</strong></td>")
    assert browser.says(f"<td>Price at S1</td><td>11.00</td><td><strong>{own}</strong></td>")
    assert browser.says("<td>9 %: 9 %, in the price: yes</td>")
    assert browser.says("<td><strong>10 %: 10 %, in the price: yes</strong></td>")
    assert browser.says("<td>Tea</td><td>New</td><td>–</td><td><strong>5.00</strong></td>")
    assert browser.says("from 2026-12-24")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_that_is_none_or_over_changes_nothing(
    office: OpenOffice, signed_in: SignedIn, language: str
) -> None:
    browser, words = signed_in("manager"), Words(language)
    browser.get(f"{PAGE}?language={language}")
    for day, told in (
        ("2026-02-30", words("refusal.NO_SUCH_DAY")),
        ("2025-12-01", words("refusal.ARTICLES_DAY", first="2026-11-22", last="2027-11-23")),
    ):
        assert browser.send(PAGE, file=ALL.encode(), day=day).status_code == 422
        assert browser.says(told)
    rows = ALL.replace("active\n", "active,from\n").replace("yes\n", "yes,2026-11-01\n")
    assert browser.send(PAGE, file=rows.encode()).status_code == 422
    assert browser.says(words("import.DAY_RANGE", first="2026-11-22", last="2027-11-23"))
    assert numbers(office) == []


def test_the_audit_log_says_that_a_day_came(office: OpenOffice, signed_in: SignedIn) -> None:
    done(office, ALL)
    done(
        office,
        f"{HEAD}{MILK.replace('9.80', '12.00')}".replace("\n", ",2026-11-23\n").replace(
            "active,2026-11-23", "active,from"
        ),
    )
    clock = office.clock
    assert isinstance(clock, SetClock)
    clock.pass_time(timedelta(days=1))
    office.coming_changes.catch_up()
    browser = signed_in("administrator")
    browser.get("/console/audit")
    assert browser.says("Changes of articles came into force")
    assert browser.says("<td>Head office</td>")


def test_who_only_looks_takes_nothing_back(office: OpenOffice, signed_in: SignedIn) -> None:
    done(office, ALL)
    done(office, "sku,name,tax_class,price,from\n77,Milk,std13,1.00,2026-12-01\n")
    browser = signed_in("viewer")
    browser.get(f"{PAGE}/file?number=3")
    assert browser.says("2026-12-01")
    assert not browser.says("take-back")
    assert browser.send(f"{PAGE}/file/take-back", number=3).status_code == 403
    assert office.coming_changes.listed(limit=9)[1] == 1


def test_a_store_gets_its_assortment_on_the_page_of_stores(
    office: OpenOffice, signed_in: SignedIn
) -> None:
    browser = signed_in("manager")
    browser.get("/console/stores")
    assert not browser.says("Assortment of S1")
    done(office, "sku,name,tax_class,assortments\n77,Milk,std13,alps north\n78,Tea,std13,\n")
    browser.get("/console/stores")
    assert browser.says('<option value="ALPS">ALPS</option>')
    browser.send("/console/assortment", store="S1", assortment="ALPS")
    assert browser.says("Done. Its tills hear of it now.")
    assert browser.says('<option value="ALPS" selected>ALPS</option>')
    assert browser.send("/console/assortment", store="S1", assortment="X").status_code == 422
    assert browser.says("No article names the assortment X.")
    browser.get(PAGE)
    assert browser.says("<td>ALPS NORTH</td>")
    viewer = signed_in("viewer")
    assert viewer.get("/console/stores").text.count(">ALPS</td>") == 1
    assert viewer.send("/console/assortment", store="S1", assortment="").status_code == 403

"""Cells of a table say what they are where there is no room for columns."""

from __future__ import annotations

from posloyalty.headoffice.console.labelled import labelled

TABLE = """<table>
<thead><tr><th>Till</th><th class="n">Kept &amp; safe</th><th></th><th>Acts</th></tr></thead>
<tbody>
<tr>{}</tr>
</tbody></table>"""


def row(cells: str) -> str:
    page = labelled(TABLE.format(cells))
    return page.split("<tr>")[2].split("</tr>")[0]


def test_each_cell_but_the_first_says_the_heading_of_its_column() -> None:
    said = row('<td>T1</td><td class="n">7</td><td>x</td><td><a href="/">\nopen</a></td>')
    assert said == (
        '<td>T1</td><td class="n" data-label="Kept &amp; safe">7</td><td>x</td>'
        '<td data-label="Acts"><a href="/">\nopen</a></td>'
    )


def test_a_heading_of_a_row_counts_as_its_first_cell() -> None:
    assert row('<th scope="row">a</th><td>b</td>') == (
        '<th scope="row">a</th><td data-label="Kept &amp; safe">b</td>'
    )


def test_buttons_say_by_themselves_what_they_do() -> None:
    cells = "<td>T1</td><td>7</td><td>x</td><td><form><button>Go</button></form></td>"
    assert row(cells).endswith("<td><form><button>Go</button></form></td>")


def test_a_cell_that_shows_nothing_is_empty() -> None:
    assert row('<td>T1</td><td class="n">\n<div class="row">\n</div></td>') == (
        '<td>T1</td><td class="n"></td>'
    )
    assert '<td data-label="Kept &amp; safe"><meter' in row("<td>T1</td><td><meter></meter></td>")


def test_a_table_of_a_class_of_its_own_stays_as_it_is() -> None:
    page = TABLE.format("<td>a</td><td>b</td>").replace("<table>", '<table class="stack">')
    assert labelled(page) == page


def test_rows_without_headings_stay_as_they_are() -> None:
    page = "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"
    assert labelled(page) == page

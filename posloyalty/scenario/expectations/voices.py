"""`votes = { flavour = { plum = 2 } }`: ballots by option. `scores = { visit = { nps = 33 } }`:

a survey's score is the figure of the question's scale: NPS, percentage of 4 and 5, or the mean.
As the till of the step knows it; of a survey also the number of `answers`.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.values.ratio import Ratio
from posloyalty.scenario.block import Block, alike
from posloyalty.scenario.expectation import expects
from posloyalty.scenario.placed_till import TillBooks
from posloyalty.scenario.seen import NOTHING, Books, Check, Difference, Seen, differs

ANSWERS = "answers"


@expects("votes", of=Books)
def read_votes(block: Block, key: str) -> Check:
    """Read the ballots of each option, by vote."""
    wanted = _read(block, key)

    def check(seen: Seen) -> Iterator[Difference]:
        books = seen.books
        for vote, table, options in wanted:
            found: dict[str, str] = {}
            if isinstance(books, TillBooks):
                counts = books.placed.till.doings.voices.tally(vote)
                found = {option: str(n) for option, n in counts.items()}
            yield from _differences(table, options, found)

    return check


@expects("scores", of=Books)
def read_scores(block: Block, key: str) -> Check:
    """Read the figure of each question, by survey."""
    wanted = _read(block, key)

    def check(seen: Seen) -> Iterator[Difference]:
        books = seen.books
        for survey, table, figures in wanted:
            found: dict[str, str] = {}
            if isinstance(books, TillBooks):
                for one in books.placed.till.doings.voices.scores(survey):
                    found[ANSWERS] = str(one.answers)
                    if one.figure is not None:
                        found[one.question.id] = _plain(one.figure)
            yield from _differences(table, figures, found)

    return check


def _read(block: Block, key: str) -> list[tuple[str, Block, dict[str, str]]]:
    return [
        (name, table, {one: table.written(one) for one in table.untaken})
        for name, table in block.each(key)
    ]


def _differences(
    table: Block, wanted: dict[str, str], found: dict[str, str]
) -> Iterator[Difference]:
    for name, text in wanted.items():
        there = found.get(name, NOTHING)
        if not alike(text, there):
            yield differs((*table.path, name), text, there)


def _plain(figure: Ratio) -> str:
    return str(figure.numerator) if figure.denominator == 1 else str(figure)

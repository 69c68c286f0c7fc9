"""docs/scenarios.md: every example runs, every kind has its row, and what it shows is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from posloyalty.domain.shop.tender import TenderKind
from posloyalty.scenario.expectation import EXPECTATIONS
from posloyalty.scenario.expectations.lines import KEYS
from posloyalty.scenario.files import run_file
from posloyalty.scenario.given import GIVENS
from posloyalty.scenario.payment import PAYMENTS
from posloyalty.scenario.step import STEPS
from posloyalty.scenario.wish import WISHES
from posloyalty.scenario.workshop import Workshop
from posloyalty.wording import Words
from tests.scenario.played import said, whole

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = [text for kind, text in BLOCKS if kind == "toml"]
SHOWN = [text.strip().splitlines() for kind, text in BLOCKS if kind == "text"]
BROKEN = next(text for text in EXAMPLES if 'name = "Broken"' in text)
WHOLE = next(text for text in EXAMPLES if 'name = "A welcome discount"' in text)
ROWS = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| ([^|]+) \|", PAGE, re.MULTILINE))))


@pytest.mark.parametrize("example", [text for text in EXAMPLES if text is not BROKEN])
def test_every_example_runs_and_passes(example: str, workshop: Workshop) -> None:
    assert said(example, workshop) == []


def test_what_is_wrong_is_said_as_the_page_shows_it(workshop: Workshop) -> None:
    done = run_file(Path("broken.toml"), BROKEN.encode("utf-8"), workshop)
    assert list(done.sentences(Words("en"))) == SHOWN[1]


def test_what_differs_is_said_as_the_page_shows_it(workshop: Workshop) -> None:
    wrong = WHOLE.replace('payable = "220.00"', 'payable = "210.00"')
    done = run_file(Path("my/welcome.toml"), wrong.encode("utf-8"), workshop)
    assert list(done.sentences(Words("en"))) == SHOWN[0][:-1]
    assert SHOWN[0][-1] == f"{done.passed} passed, {done.failed} failed"


@pytest.mark.parametrize(
    "kind",
    sorted({*STEPS, *WISHES, *PAYMENTS, *(one.key for one in EXPECTATIONS)}),
)
def test_every_kind_has_its_row(kind: str) -> None:
    assert kind in ROWS


@pytest.mark.parametrize("kind", GIVENS)
def test_everything_that_may_be_given_has_an_example(kind: str) -> None:
    assert any(f"[{kind}]" in example for example in EXAMPLES)


@pytest.mark.parametrize("figure", KEYS)
def test_every_figure_of_a_line_is_named(figure: str) -> None:
    (named,) = re.findall(r"^Of a line: (.*)$", PAGE, re.MULTILINE)
    assert f"`{figure}`" in named


def test_every_tender_that_the_till_takes_can_be_paid_with() -> None:
    assert {kind.value for kind in TenderKind} == set(PAYMENTS)


def test_a_piece_of_the_page_is_put_under_a_head() -> None:
    assert whole('[[when]]\nstep = "wait"').startswith("scenario = 1")

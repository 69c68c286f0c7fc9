"""The benchmarks' own words: what an entry says, and what a miss does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks.bare_twin import rows_in
from tests.benchmarks.entry import Entry, at, in_turn, printed
from tests.benchmarks.options import Options

KEYS = {"name", "ours", "reference", "ratio", "limit", "limit_on", "met", "unit", "note"}


@pytest.mark.parametrize(
    ("entry", "ratio", "met"),
    [
        (Entry(name="within", ours=3.0, reference=2.0, limit=1.5), 1.5, True),
        (Entry(name="beyond", ours=3.1, reference=2.0, limit=1.5), 1.55, False),
        (Entry(name="rate", ours=50.0, reference=200.0, limit=0.25, at_least=True), 0.25, True),
        (Entry(name="slow", ours=49.0, reference=200.0, limit=0.25, at_least=True), 0.245, False),
        (Entry(name="alone within", ours=50.0, limit=50.0), None, True),
        (Entry(name="alone beyond", ours=50.1, limit=50.0), None, False),
        (Entry(name="nobody knows", ours=None, limit=50.0), None, None),
        (Entry(name="nobody knows either", ours=None, reference=2.0, limit=1.5), None, None),
    ],
    ids=lambda value: value.name if isinstance(value, Entry) else None,
)
def test_an_entry_is_judged_by_its_ratio_or_else_by_its_figure(
    entry: Entry, ratio: float | None, met: bool | None
) -> None:
    assert entry.ratio == ratio
    assert entry.met is met


def test_entries_are_printed_as_one_array_with_null_for_what_was_not_measured() -> None:
    missed = Entry(name="missed", ours=3.00004, reference=1.0, limit=2.0, unit="ms", note="why")
    unknown = Entry(name="unknown", ours=None, limit=2.0)
    first, second = json.loads(printed([missed, unknown]))
    assert set(first) == set(second) == KEYS
    assert (first["ours"], first["ratio"], first["met"]) == (3.0, 3.0, False)
    assert (first["limit_on"], second["limit_on"]) == ("ratio", "ours")
    assert (second["ours"], second["ratio"], second["met"]) == (None, None, None)


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (
            Entry(name="a", ours=3.0, reference=2.0, limit=2.0),
            "a: 3 ms, 1.50 times the reference: met",
        ),
        (Entry(name="b", ours=60.25, limit=50.0), "b: 60.25 ms: MISSED, limit 50"),
        (Entry(name="c", ours=None, limit=50.0, note="not measured: no"), "c: not measured: no"),
    ],
    ids=["met", "missed", "not measured"],
)
def test_a_line_tells_whoever_watches(entry: Entry, line: str) -> None:
    assert entry.line() == line


def test_ours_and_the_reference_run_in_turn_and_the_first_are_not_counted() -> None:
    order: list[str] = []
    mine, other = in_turn(
        lambda n: order.append(f"ours {n}"), lambda n: order.append(f"bare {n}"), times=2, warm=1
    )
    assert order == ["ours 0", "bare 0", "ours 1", "bare 1", "ours 2", "bare 2"]
    assert (len(mine), len(other)) == (2, 2)


@pytest.mark.parametrize(("share", "figure"), [(0.0, 1.0), (0.5, 3.0), (0.95, 4.0), (1.0, 4.0)])
def test_a_share_of_sorted_figures_lies_below(share: float, figure: float) -> None:
    assert at([1.0, 2.0, 3.0, 4.0], share) == figure


def test_rows_of_a_statement_for_many_are_counted_one_by_one() -> None:
    written = [("INSERT", (1,), False), ("INSERT", [(1,), (2,), (3,)], True)]
    assert rows_in(written) == 4


@pytest.fixture
def areas(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """Two areas without work: the first misses its limit; the list gets what each was given."""
    given: list[Options] = []

    def measure(options: Options) -> Iterator[Entry]:
        given.append(options)
        yield Entry(name="a miss", ours=9.0, reference=1.0, limit=2.0)

    monkeypatch.setattr(benchmarks, "AREAS", ("sale", "replay"))
    monkeypatch.setattr(
        benchmarks,
        "importlib",
        SimpleNamespace(import_module=lambda _name: SimpleNamespace(measure=measure)),
    )
    return given


def test_a_miss_is_printed_and_changes_no_exit_code(
    areas: list[Options], capsys: pytest.CaptureFixture[str]
) -> None:
    assert benchmarks.main(["sale"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert (entry["name"], entry["met"]) == ("a miss", False)


def test_without_names_all_areas_run_with_what_was_asked_for(
    areas: list[Options], capsys: pytest.CaptureFixture[str]
) -> None:
    assert benchmarks.main(["--members", "70", "--rows", "0"]) == 0
    told = capsys.readouterr()
    assert len(json.loads(told.out)) == 2
    assert [(one.members, one.rows) for one in areas] == [(70, 0), (70, 0)]
    assert "replay took" in told.err


def test_an_unknown_area_is_refused_by_name(
    areas: list[Options], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        benchmarks.main(["sale", "speed"])
    assert ended.value.code == 2
    assert "speed" in capsys.readouterr().err
    assert areas == []


def test_a_benchmark_that_breaks_ends_the_run(
    areas: list[Options], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_options: Options) -> Iterator[Entry]:
        raise RuntimeError("no figure")

    monkeypatch.setattr(
        benchmarks.importlib, "import_module", lambda _name: SimpleNamespace(measure=broken)
    )
    with pytest.raises(RuntimeError, match="no figure"):
        benchmarks.main(["sale"])

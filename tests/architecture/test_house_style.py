"""What is public says what it is, nothing is left half done, and files stay small."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import CHECKOUT, Module, Source, comments, planted

SHIPPED = ("posloyalty", "ui", "resources")
OURS = (*SHIPPED, "tests", "tools")
LINES_MAX = 500
# A migration is written once and never read again but by Alembic, which gives its functions names.
MIGRATIONS = "posloyalty/storage/migrations/versions/"
LEFT_BEHIND = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")  # the words it looks for, not a leftover
# The specifications by which the product was built: whoever reads the source does not have them.
UNREAD = re.compile(r"\b(SYNC|LOYALTY|DESIGN|PEERS|PLATFORM|PRODUCT) (cases? )?[A-Z]?\d")
UNFINISHED = "NotImplemented" + "Error"
# An override of Qt's is described by Qt: the only names here that are not in snake_case.
QT_OVERRIDE = re.compile(r"[a-z]+[A-Z]")


def test_everything_public_has_a_docstring() -> None:
    assert list(undocumented(Source(CHECKOUT))) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("A = 1", "module"),
        ('"""D."""\nclass Sale:\n    a = 1', "Sale"),
        ('"""D."""\ndef sell(): pass', "sell"),
        ('"""D."""\nasync def sell(): pass', "sell"),
        ('"""D."""\nclass Sale:\n    """D."""\n    def total(self): return 1', "Sale.total"),
        ('"""D."""\nclass S:\n    """D."""\n    @property\n    def t(self): return 1', "S.t"),
        ('"""D."""\nif True:\n    def sell(): pass', "sell"),
    ],
)
def test_a_planted_silence_is_found(tmp_path: Path, text: str, what: str) -> None:
    source = planted(tmp_path, {"posloyalty/sale.py": text})
    assert [finding.split(": ")[1] for finding in undocumented(source)] == [
        f"{what} has no docstring"
    ]


def test_what_needs_no_docstring(tmp_path: Path) -> None:
    text = '''"""D."""
from typing import overload, override
def _helper(): pass
class _Hidden:
    def open(self): pass
class Sale:
    """D."""
    def __init__(self): pass
    def paintEvent(self, event): pass
    @override
    def total(self): pass
    @overload
    def line(self): pass
    @size.setter
    def size(self, value): pass
    @property
    def lines(self) -> Lines: ...
def documented():
    """D."""
    def inner(): pass
'''
    source = planted(tmp_path, {"posloyalty/sale.py": text, "posloyalty/__init__.py": ""})
    assert list(undocumented(source)) == []


def test_nothing_is_left_half_done() -> None:
    assert list(left_half_done(Source(CHECKOUT))) == []


@pytest.mark.parametrize(
    "text",
    [
        "A = 1  # TO" + "DO: the other one",
        "# FIX" + "ME",
        f"def sell():\n    raise {UNFINISHED}",
        f"def sell():\n    raise {UNFINISHED}('later')",
        f"def sell():\n    raise builtins.{UNFINISHED} from None",
    ],
)
def test_a_planted_leftover_is_found(tmp_path: Path, text: str) -> None:
    source = planted(tmp_path, {"ui/sale.py": text})
    assert len(list(left_half_done(source))) == 1


def test_another_library_may_be_unfinished(tmp_path: Path) -> None:
    text = f"try:\n    send()\nexcept {UNFINISHED} as fault:\n    raise PrinterFault from fault"
    assert list(left_half_done(planted(tmp_path, {"ui/sale.py": text}))) == []


def test_nothing_cites_a_page_that_no_reader_has() -> None:
    assert list(cited_unread(Source(CHECKOUT))) == []


def test_a_planted_citation_is_found(tmp_path: Path) -> None:
    text = '"""Leases (SYN' + 'C 9)."""\n# As DESI' + "GN 4 has it, by LOYAL" + "TY case 34.\n"
    source = planted(tmp_path, {"posloyalty/leases.py": text})
    assert [found.partition(": ")[0] for found in cited_unread(source)] == [
        "posloyalty/leases.py:1",
        "posloyalty/leases.py:2",
    ]


def test_no_file_is_longer_than_its_bound() -> None:
    assert list(too_long(Source(CHECKOUT))) == []


def test_a_planted_long_file_is_found(tmp_path: Path) -> None:
    source = planted(
        tmp_path,
        {"ui/long.py": "A = 1\n" * (LINES_MAX + 1), "ui/just.py": "A = 1\n" * LINES_MAX},
    )
    assert list(too_long(source)) == [f"ui/long.py:{LINES_MAX + 1}: over {LINES_MAX} lines"]


def cited_unread(source: Source) -> Iterator[str]:
    for module in source.modules("posloyalty", "ui", "tools"):
        for number, line in enumerate(module.text.splitlines(), start=1):
            if UNREAD.search(line):
                yield module.at(number, "cites a page that does not ship")


def undocumented(source: Source) -> Iterator[str]:
    for module in source.modules(*SHIPPED):
        if module.path.startswith(MIGRATIONS):
            continue
        empty = not module.text.strip()
        if not empty and ast.get_docstring(module.tree) is None:
            yield module.at(1, "module has no docstring")
        yield from silent(module, module.tree, "")


def silent(module: Module, node: ast.AST, prefix: str) -> Iterator[str]:
    """Walk what is public below `node`; what is inside a function is nobody else's business."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = prefix + child.name
            if child.name.startswith("_") or described_elsewhere(child):
                continue
            if ast.get_docstring(child) is None:
                yield module.at(child.lineno, f"{name} has no docstring")
            if isinstance(child, ast.ClassDef):
                yield from silent(module, child, f"{name}.")
        elif isinstance(child, ast.If | ast.Try | ast.With):
            yield from silent(module, child, prefix)


def described_elsewhere(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if isinstance(node, ast.ClassDef):
        return False
    last_words = {ast.unparse(decorator).split(".")[-1] for decorator in node.decorator_list}
    # A protocol's property without a body is an attribute: its type says what there is to say.
    attribute = "property" in last_words and ast.unparse(node.body[-1]) == "..."
    return bool(
        attribute or QT_OVERRIDE.match(node.name) or last_words & {"override", "overload", "setter"}
    )


def left_half_done(source: Source) -> Iterator[str]:
    for module in source.modules(*OURS):
        if module.path == "tests/architecture/test_house_style.py":
            continue
        # Few files name one at all, and only those are taken apart, which takes its time.
        if LEFT_BEHIND.search(module.text):
            for line, comment in comments(module):
                if LEFT_BEHIND.search(comment):
                    yield module.at(line, comment)
        # In tests a fake may fail as the real library does.
        if module.path.startswith("tests/") or UNFINISHED not in module.text:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Raise) and node.exc and UNFINISHED in ast.unparse(node.exc):
                yield module.at(node.lineno, f"raises {UNFINISHED}")


def too_long(source: Source) -> Iterator[str]:
    for module in source.modules(*OURS):
        lines = module.text.count("\n")
        if lines > LINES_MAX and not module.path.startswith(MIGRATIONS):
            yield module.at(lines, f"over {LINES_MAX} lines")

"""Money, points and quantities are integers: no way to a float inside the rules.

The one exception is `domain/values/ratio.py`, where exact ratios are made and rounded by name.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import CHECKOUT, Module, Source, planted

RULES = ("posloyalty/domain", "posloyalty/sync")
EXCEPT = {"posloyalty/domain/values/ratio.py"}
INEXACT_MODULES = {"math", "cmath", "decimal", "fractions", "statistics", "numpy"}
INEXACT_NAMES = {"float", "round", "complex"}


def test_rules_calculate_with_integers_alone() -> None:
    assert list(ways_to_a_float(Source(CHECKOUT))) == []


def test_the_rules_are_where_this_test_looks() -> None:
    paths = {module.path for module in Source(CHECKOUT).modules(*RULES)}
    assert paths > EXCEPT
    assert len(paths) > 10


@pytest.mark.parametrize(
    "line",
    [
        "RATE = 0.5",
        "RATE = 1e3",
        "RATE = 2j",
        "def half(n): return n / 2",
        "def halve(n):\n    n /= 2",
        "def f(n): return float(n)",
        "def f(n: float): return n",
        "def f(n): return round(n)",
        "import math",
        "import numpy.linalg",
        "from math import floor",
        "from decimal import Decimal",
    ],
)
@pytest.mark.parametrize("folder", RULES)
def test_a_planted_float_is_found(tmp_path: Path, folder: str, line: str) -> None:
    source = planted(tmp_path, {f"{folder}/earning.py": line})
    assert [finding.split(":")[0] for finding in ways_to_a_float(source)] == [
        f"{folder}/earning.py"
    ]


def test_a_float_may_be_recognised_to_refuse_it(tmp_path: Path) -> None:
    text = "def f(v):\n    if isinstance(v, int | float): return isinstance(float(v), int)"
    source = planted(tmp_path, {"posloyalty/domain/programme/section.py": text})
    assert list(ways_to_a_float(source)) == ["posloyalty/domain/programme/section.py:2: float"]


def test_integer_division_and_the_ratio_module_are_allowed(tmp_path: Path) -> None:
    source = planted(
        tmp_path,
        {
            "posloyalty/domain/earning.py": "def f(a, b): return divmod(a // b, a % b)",
            "posloyalty/domain/values/ratio.py": "from math import gcd",
            "posloyalty/insight/mean.py": "MEAN = 1 / 3",
        },
    )
    assert list(ways_to_a_float(source)) == []


def ways_to_a_float(source: Source) -> Iterator[str]:
    for module in source.modules(*RULES):
        if module.path not in EXCEPT:
            recognised = types_told_apart(module.tree)
            for node in ast.walk(module.tree):
                if node not in recognised:
                    yield from inexact(module, node)


def types_told_apart(tree: ast.Module) -> set[ast.AST]:
    """Give what stands as the type in isinstance: to refuse a float, one has to recognise it."""
    return {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "isinstance"
        and len(node.args) == 2
        for inner in ast.walk(node.args[1])
    }


def inexact(module: Module, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
        yield module.at(node.lineno, f"the float {node.value}")
    elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
        yield module.at(node.lineno, "division with /")
    elif isinstance(node, ast.Name) and node.id in INEXACT_NAMES:
        yield module.at(node.lineno, node.id)
    elif isinstance(node, ast.Import):
        for name in node.names:
            if name.name.split(".")[0] in INEXACT_MODULES:
                yield module.at(node.lineno, f"import of {name.name}")
    elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in INEXACT_MODULES:
        yield module.at(node.lineno, f"import from {node.module}")

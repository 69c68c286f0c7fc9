"""Rules that stand in each other's way: the same twice, or two of which one always loses."""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.programme.effect import EFFECTS
from posloyalty.domain.programme.toml_file import Found
from posloyalty.insight.draft.draft import Draft, Rule
from posloyalty.insight.draft.warnings.warning import found, warns

_NAMES = ("id", "name")
_FREE = ("id", "name", "priority")


@warns
def _same_twice(draft: Draft) -> Iterator[Found]:
    """SAME_TWICE: two tables that differ in nothing but their names."""
    seen: dict[str, Rule] = {}
    for rule in draft.rules:
        told = {key: value for key, value in rule.table.items() if key not in _NAMES}
        same = f"{rule.path[0]} {sorted(told.items(), key=lambda one: one[0])!r}"
        first = seen.setdefault(same, rule)
        if first is not rule and told:
            yield found(rule.path, "SAME_TWICE", id=rule.id, other=first.id)


@warns
def _one_always_loses(draft: Draft) -> Iterator[Found]:
    """ONE_ALWAYS_LOSES: of two that differ in how much they give, at most one applies."""
    seen: dict[str, Rule] = {}
    for rule in draft.rules:
        alone = rule.table.get("exclusive") is True or bool(rule.table.get("group"))
        if rule.path[0] != "offer" or not alone:
            continue
        told = {
            key: key in EFFECTS or value for key, value in rule.table.items() if key not in _FREE
        }
        first = seen.setdefault(repr(sorted(told.items(), key=lambda one: one[0])), rule)
        if first is not rule and _effects(first) != _effects(rule):
            yield found(rule.path, "ONE_ALWAYS_LOSES", id=rule.id, other=first.id)


def _effects(rule: Rule) -> dict[str, object]:
    return {key: value for key, value in rule.table.items() if key in EFFECTS}

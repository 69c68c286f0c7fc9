"""Rules that can never apply: days that are over, or conditions of which no two hold at once.

The conditions are asked themselves, in situations made from what they name. A condition that holds
in none of them looks at something that the situations do not vary; nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from posloyalty.domain.programme.condition import CONDITIONS, AllOf, Condition
from posloyalty.domain.programme.toml_file import Found
from posloyalty.insight.draft.draft import Draft
from posloyalty.insight.draft.situations import Situations, Span, situations
from posloyalty.insight.draft.warnings.warning import found, warns

ALL = "all"


@warns
def _programme_over(draft: Draft) -> Iterator[Found]:
    last = draft.last_day
    if last is not None and last < draft.today:
        yield found(("effective",), "PROGRAMME_OVER", ended=last)


@warns
def _never(draft: Draft) -> Iterator[Found]:
    """OVER, NOT_WHILE_EFFECTIVE, NEVER_TOGETHER or NEVER_AT_ONCE."""
    if draft.last_day is not None and draft.last_day < draft.today:
        return
    known: dict[str, tuple[str, dict[str, object]] | None] = {}
    for rule in draft.rules:
        table = rule.table.get("when")
        when = rule.when if isinstance(table, dict) and table else None
        if when is None or table is None:
            continue
        same = repr(table)
        if same not in known:
            known[same] = _judged(draft, _parts(when.parts, table))
        judged = known[same]
        if judged is not None:
            yield found((*rule.path, "when"), judged[0], id=rule.id, **judged[1])


@dataclass(frozen=True, slots=True)
class _Part:
    key: str
    condition: Condition
    value: Any


def _parts(conditions: tuple[Condition, ...], table: dict[str, Any]) -> list[_Part]:
    """The conditions of a table; those of a list that all have to hold stand for themselves."""
    keys = [key for key in table if key in CONDITIONS]
    found: list[_Part] = []
    for key, one in zip(keys, conditions, strict=False):
        if key == ALL and isinstance(one, AllOf):
            for inner, own in zip(one.parts, table[key], strict=True):
                assert isinstance(inner, AllOf)  # each table of the list is one
                found += _parts(inner.parts, own)
        else:
            found.append(_Part(key, one, table[key]))
    return found


def _judged(draft: Draft, parts: list[_Part]) -> tuple[str, dict[str, object]] | None:
    span = Span(draft.first_day, draft.last_day)
    if _situations(draft, parts).within(span).possible(one.condition for one in parts):
        return None
    for part in parts:
        judged = _in_time(draft, part, span)
        if judged is not None:
            return judged
    sure = [one for one in parts if _possible(draft, [one], span)]
    for pair in combinations(sure, 2):
        if not _possible(draft, list(pair), span):
            return "NEVER_TOGETHER", {"one": pair[0].key, "other": pair[1].key}
    if len(sure) > 2 and not _possible(draft, sure, span):
        return "NEVER_AT_ONCE", {"keys": ", ".join(one.key for one in sure)}
    return None


def _in_time(draft: Draft, part: _Part, span: Span) -> tuple[str, dict[str, object]] | None:
    """Whether one condition holds at all, but not on the days that are left."""
    around = _situations(draft, [part])
    if around.within(span).possible([part.condition]) or not around.possible([part.condition]):
        return None
    days = [day for day in around.days if around.within(Span(day, day)).possible([part.condition])]
    if max(days) < draft.first_day:
        return "OVER", {"ended": max(days)}
    return "NOT_WHILE_EFFECTIVE", {"first": min(days)}


def _possible(draft: Draft, parts: list[_Part], span: Span) -> bool:
    return _situations(draft, parts).within(span).possible(one.condition for one in parts)


def _situations(draft: Draft, parts: list[_Part]) -> Situations:
    return situations(
        draft.programme, {ALL: [{one.key: one.value} for one in parts]}, draft.first_day
    )

"""Rules about goods that cannot exist: what is meant and what is left out are the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from posloyalty.domain.programme.toml_file import Found
from posloyalty.insight.draft.draft import Draft
from posloyalty.insight.draft.situations import goods_named, goods_unnamed
from posloyalty.insight.draft.warnings.warning import found, warns


@warns
def _no_goods(draft: Draft) -> Iterator[Found]:
    """NO_GOODS: not one product, whatever its number, category and tags."""
    for rule in draft.rules:
        table, goods = rule.table.get("on"), rule.goods
        if goods is None or table is None or goods.but is None:
            continue
        known = (*goods_named(table), goods_unnamed())
        if goods.fee:
            known = tuple(replace(one, fee=True) for one in known)
        if not any(goods.matches(product) for product in known):
            yield found((*rule.path, "on"), "NO_GOODS", id=rule.id)

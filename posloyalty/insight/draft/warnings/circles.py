"""Circles: a thing that leads to what leads to it, and conversions that gain on the way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from posloyalty.domain.programme.gives import GivePoints
from posloyalty.domain.programme.kinds.conversion import Conversion
from posloyalty.domain.programme.kinds.reward import Reward
from posloyalty.domain.programme.kinds.rule import Rule as Answering
from posloyalty.domain.programme.kinds.rule import WalletReaches
from posloyalty.domain.programme.limit import LimitPer
from posloyalty.domain.programme.toml_file import Found
from posloyalty.domain.values.ratio import Ratio
from posloyalty.insight.draft.draft import Draft, Rule
from posloyalty.insight.draft.warnings.warning import found, warns

Node = tuple[str, str]


@warns
def _circles(draft: Draft) -> Iterator[Found]:
    """CIRCLE: things of declared kinds that name each other round and round."""
    rules = {rule.path: rule for rule in draft.rules if rule.path[0] in draft.programme.declared}
    nodes = {(str(rule.path[0]), rule.id): rule for rule in rules.values()}
    leads: dict[Node, list[Node]] = {}
    for path, kind, named in draft.loaded.references:
        rule = rules.get(path[:2]) or rules.get(path[:1])
        if rule is not None and (kind, named) in nodes:
            leads.setdefault((str(rule.path[0]), rule.id), []).append((kind, named))
    for circle in _round(leads):
        yield _told(nodes[circle[0]], [name for _, name in circle])


@warns
def _conversions_gain(draft: Draft) -> Iterator[Found]:
    """CONVERSION_GAINS: points that come back as no fewer, by conversions or by rewards
    that give points.
    """
    by_source: dict[Node, list[Node]] = {}
    best: dict[tuple[str, str], tuple[Ratio, Rule]] = {}
    for rule in draft.rules:
        for source, target, rate in _exchanges(rule.item):
            ends = (source, target)
            by_source.setdefault(("wallet", source), []).append(("wallet", target))
            if ends not in best or rate > best[ends][0]:
                best[ends] = (rate, rule)
    for circle in _round(by_source):
        names = [name for _, name in circle]
        steps = [best[pair] for pair in zip(names, [*names[1:], names[0]], strict=True)]
        gain = Ratio(1)
        for rate, _ in steps:
            gain = gain * rate
        if gain >= Ratio(1):
            way = " → ".join([*names, names[0]])
            yield found(steps[0][1].path, "CONVERSION_GAINS", way=way, times=gain)


@warns
def _wallets_feed_themselves(draft: Draft) -> Iterator[Found]:
    """CIRCLE: what is given for points in a wallet fills it again, and not only so many times."""
    rules = {("rule", one.id): one for one in draft.rules if _answers_for_ever(one.item)}
    leads: dict[Node, list[Node]] = {}
    for node, rule in rules.items():
        item = rule.item
        assert isinstance(item, Answering)
        assert isinstance(item.occasion, WalletReaches)
        leads.setdefault(("wallet", item.occasion.wallet), []).append(node)
        leads[node] = [("wallet", gift.wallet) for gift in item.gives.of(GivePoints)]
    for circle in _round(leads):
        first = next(node for node in circle if node in rules)
        yield _told(rules[first], [name for _, name in circle])


def _exchanges(item: object) -> Iterator[tuple[str, str, Ratio]]:
    """The wallets between which a thing exchanges points again and again, and how many come of
    one.
    """
    if isinstance(item, Conversion):
        yield item.source, item.target, Ratio(item.gets, item.gives)
    elif isinstance(item, Reward) and not any(one.per is LimitPer.LIFETIME for one in item.limits):
        cheapest = min((item.cost, *(cost for _, _, cost in item.costs)))
        for gift in item.gives.of(GivePoints):
            if cheapest:
                yield item.wallet, gift.wallet, Ratio(gift.points, cheapest)


def _answers_for_ever(item: object) -> bool:
    if not isinstance(item, Answering) or not isinstance(item.occasion, WalletReaches):
        return False
    return all(limit.per is not LimitPer.LIFETIME for limit in item.limits)


def _told(rule: Rule, names: list[str]) -> Found:
    return found(rule.path, "CIRCLE", way=" → ".join([*names, names[0]]))


def _round(leads: Mapping[Node, list[Node]]) -> Iterator[list[Node]]:
    """Every circle once, from the first of its nodes in the file's order that is met."""
    told: set[frozenset[Node]] = set()
    done: set[Node] = set()
    for start in leads:
        way: list[Node] = [start]
        left = [iter(leads.get(start, ()))]
        while left and start not in done:
            step = next(left[-1], None)
            if step is None:
                done.add(way.pop())
                left.pop()
            elif step in way:
                circle = way[way.index(step) :]
                if frozenset(circle) not in told:
                    told.add(frozenset(circle))
                    yield circle
            elif step not in done:
                way.append(step)
                left.append(iter(leads.get(step, ())))

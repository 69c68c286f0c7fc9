"""`by_tender = { card = "5.00", qr_wallet = { saves = "0", earns = 7 } }`: what paying the whole
sale by another kind would bring, all that bring something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.finding import Path
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.scenario.block import Block, points_text
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import NOTHING, Check, Difference, compared, differs


@dataclass(frozen=True, slots=True)
class _Wanted:
    path: Path
    saves_minor: int
    earns: Mapping[str, int] = field(default_factory=dict)


@expects("by_tender", of=Quote)
def read_by_tender(block: Block, key: str) -> Check:
    """Read what each kind saves, and what it earns more."""
    path, write, scales = (*block.path, key), block.money_text, block.reading.scales
    table = block.section(key)
    kinds = {kind.value for kind in TenderKind}
    wanted: dict[str, _Wanted] = {}
    for name in () if table is None else table.untaken:
        assert table is not None
        if name not in kinds:
            table.found(name, "KIND_UNKNOWN", given=name, known=", ".join(sorted(kinds)))
        wanted[name] = _wanted(table, name)

    def differences(quote: Quote) -> Iterator[Difference]:
        """What a kind of tender would save and earn that differs, or is not told of."""
        found = {one.kind.value: one for one in quote.by_tender}
        for name in found.keys() - wanted.keys():
            yield differs((*path, name), NOTHING, write(found[name].saves_minor))
        for name, one in wanted.items():
            if name not in found:
                yield differs(one.path, write(one.saves_minor), NOTHING)
                continue
            gain = found[name]
            yield from compared(one.path, one.saves_minor, gain.saves_minor, write)
            earns = dict(gain.earns)
            for wallet, points in one.earns.items():
                write_points = partial(points_text, scale=scales.get(wallet, 0))
                at = (*one.path, "earns")
                yield from compared(at, points, earns.get(wallet, 0), write_points)

    return thing_check(Quote, differences)


def _wanted(table: Block, name: str) -> _Wanted:
    path = (*table.path, name)
    inner = table.section(name) if table.is_table(name) else None
    if inner is None:
        return _Wanted(path, table.amount(name))
    read = _Wanted(
        path, inner.amount("saves"), inner.by_wallet("earns") if "earns" in inner else {}
    )
    inner.close()
    return read

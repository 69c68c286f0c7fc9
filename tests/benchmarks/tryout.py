"""A try-out over the whole CDNOW file, beside the bare reading and adding up of the same rows.

Ours is everything that `posloyalty try-out` does: the file read and judged, each purchase through
the engine with its member's state, the report with its segments. The reference reads the rows and
adds each member's amounts up, which is the least that any answer needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from time import perf_counter

import resources
from posloyalty.documents.purchase_file import read_purchases as read_rows
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.values.ratio import Ratio
from posloyalty.insight.try_out_report import report
from posloyalty.services.programmes.past_sales import sales_of_purchases
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.programmes.replay import TAX, read_purchases
from posloyalty.services.programmes.try_out import TryOut, try_out
from tests.benchmarks.entry import Entry
from tests.benchmarks.options import Options
from tests.replay.independent import cdnow_file

AS_OF = date(1998, 6, 30)
LIMIT_S = 60
LIMIT_TIMES = 500
REDEEMERS = Ratio(3, 10)
PURCHASES = 0
"""How many of the file's are tried out; 0 for all."""


def measure(_options: Options) -> Iterator[Entry]:
    """One run of each; the whole file, whatever the options say."""
    started = perf_counter()
    sums: dict[str, int] = {}
    for line in cdnow_file().read_text(encoding="utf-8").splitlines()[1:]:
        member, _, _, amount = line.split()
        sums[member] = sums.get(member, 0) + int(amount.replace(".", ""))
    bare_s = perf_counter() - started
    started = perf_counter()
    rung = _tried_out()
    ours_s = perf_counter() - started
    name = f"try-out over {rung:,} CDNOW purchases"
    yield Entry(name=name, ours=ours_s, limit=LIMIT_S, unit="s")
    yield Entry(
        name=f"{name}, beside a bare sum",
        ours=ours_s,
        reference=bare_s,
        limit=LIMIT_TIMES,
        unit="s",
        note=f"{len(sums):,} members; one run each",
    )


def _tried_out() -> int:
    rules = read_programme(resources.read("programmes/cdnow.toml"))
    purchases, _ = read_purchases(read_rows(cdnow_file()), rules.currency)
    purchases = purchases[: PURCHASES or None]
    run = TryOut(
        rules,
        tax_classes={TAX.code: TAX},
        store=StoreContext(zone=rules.zone),
        redeemers=REDEEMERS,
    )
    sales = sales_of_purchases(purchases, rules)
    done = try_out([run], sales, total=len(purchases), progress=lambda _done, _total: None)
    told = report(rules, run.outcomes(AS_OF), run.unidentified)
    assert told.sales == done
    return done

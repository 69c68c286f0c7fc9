"""A replay of CDNOW purchases, beside the bare rate of the same rows committed sale by sale.

Both rates are sales a second, each sale durable by itself. Ours is everything that `replay` does
after the file is read: members, quote, postings, commit. Rounds run in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import resources
from posloyalty import bootstrap
from posloyalty.documents.purchase_file import file_hash
from posloyalty.documents.purchase_file import read_purchases as read_rows
from posloyalty.services.book.first_run import FirstRunAnswers
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.programmes.replay import TAX, Purchase, Replay, read_purchases
from posloyalty.services.shop.shop_settings import ShopDetails
from posloyalty.services.till import Till
from posloyalty.storage.keys.key_store import KeyStore
from posloyalty.storage.place import BookPlace
from tests.benchmarks.bare_twin import BareTwin, capture_units
from tests.benchmarks.entry import Entry
from tests.benchmarks.large_shop import system_parts
from tests.benchmarks.options import Options
from tests.replay.independent import cdnow_file

ROUNDS = 3
LIMIT = 0.25


def measure(options: Options) -> Iterator[Entry]:
    """Rates over a slice of the file, or the whole of it."""
    programme = resources.read("programmes/cdnow.toml")
    rules = read_programme(programme)
    purchases, _ = read_purchases(read_rows(cdnow_file()), rules.currency)
    if options.rows:
        purchases = purchases[: options.rows]
    ours: list[float] = []
    bare: list[float] = []
    with capture_units() as units:
        model = _new_till(options.folder / "replay-model")
        place = BookPlace.at(options.folder / "replay-model")
        twin_of = options.folder / "replay-before.db"
        key, _ = KeyStore(None).find(place)
        BareTwin(place.book, twin_of, key).close()
        units.clear()
        _ring(model, purchases, programme)
        model.close()
        captured = list(units)
    rounds = ROUNDS if options.rows else 1
    for n in range(rounds):
        till = _new_till(options.folder / f"replay-{n}")
        ours.append(len(purchases) / _ring(till, purchases, programme))
        till.close()
        twin = BareTwin(twin_of, options.folder / f"replay-bare-{n}.db", key)
        started = perf_counter()
        for unit in captured:
            twin.write(unit)
        bare.append(len(purchases) / (perf_counter() - started))
        twin.close()
    yield Entry(
        name=f"CDNOW replay of {len(purchases):,} purchases",
        ours=sorted(ours)[rounds // 2],
        reference=sorted(bare)[rounds // 2],
        limit=LIMIT,
        unit="sales/s",
        at_least=True,
        note=f"{rounds} rounds in turn, the middle one",
    )


def _new_till(folder: Path) -> Till:
    answers = FirstRunAnswers(
        shop=ShopDetails(
            name="Replay",
            store_code="S01",
            store_name="Replay",
            till_code="T01",
            currency="USD",
            timezone="America/New_York",
            country="US",
            language="en",
        ),
        manager_name="Manager",
        manager_pin="482915",
        tax_classes=(TAX,),
    )
    till, _ = bootstrap.create_till(folder, answers, keyring=None, **system_parts())
    return till


def _ring(till: Till, purchases: list[Purchase], programme: bytes) -> float:
    """Seconds of ringing all purchases."""
    replay = Replay(
        book=till.book, ids=till.ids, check_out=till.check_out, programmes=till.programmes
    )
    started = perf_counter()
    replay.run(
        purchases,
        input_hash=file_hash(cdnow_file()),
        programme=programme,
        operator=till.people.all()[0],
    )
    return perf_counter() - started

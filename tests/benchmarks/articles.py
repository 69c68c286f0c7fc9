"""Twenty thousand articles: head office reads a file of them, does it, and a new till hears them.

All of it is the product, in one process: the file as a person uploads it, the desk, and a till with
its book on disk, encrypted and durable. By the processor's time, head office's part of the hearing
included; names are Chinese and Latin, for the initials of Chinese names cost most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from time import process_time
from typing import Final

from tests.benchmarks.entry import Entry
from tests.benchmarks.options import Options
from tests.headoffice.a_chain import Chain, opened_chain

ARTICLES: Final = 20_000
CATEGORIES: Final = 40
READ_S: Final = 10.0
DONE_S: Final = 2.0
HEARD_S: Final = 10.0
KEYS_MS: Final = 250.0
TAXES: Final = b"code,name,rate,mode\nstd13,13 %,13%,inclusive\n"
_HEAD: Final = "sku,name,price,tax_class,category,codes,tags\n"


def measure(options: Options) -> Iterator[Entry]:
    """Reading, doing, hearing all, hearing other prices of all, and the quick keys after it; then
    prices of a later day, and that day.
    """
    with opened_chain(options.folder / "articles", tills=1) as chain:
        till, articles = chain.tills[0], chain.office.articles
        _do(chain, TAXES)
        till.talk()
        proposed = []
        data = table(1)
        read_s = _spent(lambda: proposed.append(articles.propose(data, by="bench")))
        done_s = _spent(lambda: articles.confirm(proposed[0].number, by="bench"))
        till.hear_news()
        heard_s = _spent(till.talk)
        _do(chain, table(2))
        till.hear_news()
        again_s = _spent(till.talk)
        keys_s = _spent(till.shop.till.catalogue.quick_keys)
        tomorrow = chain.office.articles.today() + timedelta(days=1)
        _do(chain, table(3), day=tomorrow)
        chain.clock.pass_time(timedelta(minutes=6))
        till.hear_news()
        ahead_s = _spent(till.talk)
        chain.clock.pass_time(timedelta(days=2))
        came_s = _spent(till.shop.till.coming_articles.catch_up)
    what = f"{ARTICLES:,} articles"
    yield Entry(name=f"{what}: a file read and judged", ours=read_s, limit=READ_S, unit="s")
    yield Entry(name=f"{what}: done", ours=done_s, limit=DONE_S, unit="s")
    yield Entry(name=f"{what}: heard by a new till", ours=heard_s, limit=HEARD_S, unit="s")
    yield Entry(name=f"{what}: other prices of all heard", ours=again_s, limit=HEARD_S, unit="s")
    yield Entry(name=f"{what}: prices of a later day heard", ours=ahead_s, limit=HEARD_S, unit="s")
    yield Entry(name=f"{what}: that day comes", ours=came_s, limit=HEARD_S, unit="s")
    yield Entry(name=f"{what}: quick keys read", ours=keys_s * 1e3, limit=KEYS_MS)


def table(price: int) -> bytes:
    """A file of all articles, each at so many yuan and some fen."""
    lines = [
        f"A{n},纯牛奶 Whole milk {n},{price}.{n % 100:02},std13,Shelf {n % CATEGORIES},"
        f"{_gtin(n)},fresh\n"
        for n in range(ARTICLES)
    ]
    return (_HEAD + "".join(lines)).encode()


def _gtin(n: int) -> str:
    body = f"{690_100_000_000 + n:012}"
    odd = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-odd % 10}"


def _do(chain: Chain, data: bytes, *, day: date | None = None) -> None:
    articles = chain.office.articles
    proposed = articles.propose(data, by="bench", in_currency="CNY", day=day)
    articles.confirm(proposed.number, by="bench")


def _spent(job: Callable[[], object]) -> float:
    started = process_time()
    job()
    return process_time() - started

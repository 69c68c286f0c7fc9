"""Price lists that a person wrote: a table, or TOML that says the same.

Shape: `read_prices(path)` yields rows as `table_file` does. In TOML each `[[price_list]]` has
`code`, `name`, `stores`, `from`, `until`, `for`, `rate` and a table `prices` from stock number to
price; it comes out as one row for the list and one for each price. `line` is the one on which the
list begins, since what is wrong is named by its list and stock number.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from posloyalty.documents.table_file import TableRow, TableUnreadable, read_table

BYTES_MOST: Final = 20_000_000
_OF_THE_LIST: Final = ("name", "stores", "from", "until", "for", "rate")
_NAMES: Final = ("list", *_OF_THE_LIST, "sku", "price")


def read_prices(path: Path) -> Iterator[TableRow]:
    """The rows of a price file, by its ending: .toml, or what `read_table` reads.

    Raises `TableUnreadable`, for TOML with NOT_FOUND, TOO_LARGE, ENCODING or DAMAGED.
    """
    if path.suffix.lower() != ".toml":
        return read_table(path)
    if not path.is_file():
        raise TableUnreadable("NOT_FOUND", file=path.name)
    if path.stat().st_size > BYTES_MOST:
        raise TableUnreadable("TOO_LARGE", file=path.name)
    try:
        text = path.read_text("utf-8-sig")
        lists = tomllib.loads(text).get("price_list")
    except UnicodeDecodeError:
        raise TableUnreadable("ENCODING", file=path.name) from None
    # No TOML, a number of thousands of digits, or lists without end in one another.
    except (ValueError, RecursionError):
        raise TableUnreadable("DAMAGED", file=path.name) from None
    if not isinstance(lists, list) or not all(isinstance(one, dict) for one in lists):
        raise TableUnreadable("NO_HEADER", file=path.name)
    return _rows(lists, text)


def _rows(lists: list[Mapping[str, object]], text: str) -> Iterator[TableRow]:
    begins = [
        line for line, words in enumerate(text.splitlines(), 1) if words.strip() == "[[price_list]]"
    ]
    for place, one in enumerate(lists):
        line = begins[place] if place < len(begins) else 1
        code = _cell(one.get("code"))
        head = dict.fromkeys(_NAMES, "") | {"list": code}
        yield TableRow(line, head | {name: _cell(one.get(name)) for name in _OF_THE_LIST})
        prices = one.get("prices")
        for sku, price in (prices if isinstance(prices, dict) else {}).items():
            yield TableRow(line, head | {"sku": str(sku), "price": _cell(price)})


def _cell(value: object) -> str:
    """A value of TOML as a cell: a list as words, anything else as it is written."""
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return str(value).strip()

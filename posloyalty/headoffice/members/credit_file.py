"""A file of goodwill credits, read: what each row gives to whom, or all that is wrong in it.

Shape: `read_credits(data, ...)` gives the rows that are right, and every finding with its line,
column and reason. UTF-8 or GB 18030, separated by commas, semicolons or tabs, with a
header: `member` (an id, a card, a phone, an e-mail address or an earlier number), `points`,
`reason`, and `wallet` where the programme has several. A file with a single finding gives nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import StringIO
from typing import Final

from posloyalty.documents.guarded import unguarded
from posloyalty.domain.programme.wallet import Wallet
from posloyalty.domain.values.fixed_point import BadNumber, parse_fixed

FILE_BYTES_MAX: Final = 1024 * 1024
ROWS_MAX: Final = 5_000
REASON_MOST: Final = 200
FINDINGS_MOST: Final = 200
_SEPARATORS: Final = ",;\t"
MEMBER, WALLET, POINTS, REASON = "member", "wallet", "points", "reason"
_NAMES: Final[Mapping[str, str]] = {
    MEMBER: MEMBER, "会员": MEMBER, "會員": MEMBER,
    WALLET: WALLET, "钱包": WALLET, "錢包": WALLET,
    POINTS: POINTS, "积分": POINTS, "點數": POINTS,
    REASON: REASON, "理由": REASON, "原因": REASON,
}  # fmt: skip
"""How a column may be called, as people of each language write it."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something to correct: the line of the file, the column or nothing, the reason's code."""

    line: int
    column: str
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRow:
    """One credit: `member` as it is written there, points in the wallet's minor units."""

    line: int
    member: str
    wallet: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What came of a file: the rows that are right, and what is wrong in the others."""

    credits: tuple[CreditRow, ...] = ()
    findings: tuple[Wrong, ...] = ()


def digest_of(rows: Sequence[tuple[bytes, CreditRow]]) -> bytes:
    """What makes two files the same: who gets what for which reason, in this order. How it was
    saved, and by which number a member was called, makes no other file of it.
    """
    said = [(who.hex(), one.wallet, one.points, one.reason) for who, one in rows]
    return sha256(repr(said).encode("utf-8")).digest()


def read_credits(data: bytes, wallets: Sequence[Wallet], *, points_most: int) -> Read:
    """Read a file; `points_most` is the most whole points of one credit."""
    if len(data) > FILE_BYTES_MAX:
        return Read(findings=(Wrong(1, "", "TOO_LARGE", {"most": str(FILE_BYTES_MAX)}),))
    text = _text(data)
    if text is None or "\x00" in text:
        return Read(findings=(Wrong(1, "", "NOT_TEXT"),))
    reading = _Reading({one.id: one for one in wallets}, points_most)
    try:
        rows = list(reading.rows(text))
    except csv.Error as fault:
        return Read(findings=(Wrong(1, "", "BAD_CSV", {"fault": str(fault)}),))
    if not (rows or reading.found):
        reading.find(1, "", "NO_ROWS")
    return Read(credits=tuple(rows), findings=tuple(reading.found))


def _text(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


class _Reading:
    """Reads the rows of one file, and collects what is wrong."""

    def __init__(self, wallets: Mapping[str, Wallet], points_most: int) -> None:
        self.found: list[Wrong] = []
        self._wallets = wallets
        self._points_most = points_most
        self._seen: dict[tuple[str, str, int, str], int] = {}

    def find(self, line: int, column: str, code: str, **facts: object) -> None:
        """Something to correct."""
        self.found.append(Wrong(line, column, code, {key: str(one) for key, one in facts.items()}))

    def rows(self, text: str) -> Iterator[CreditRow]:
        """The rows that are right."""
        first = text.partition("\n")[0]
        separator = max(_SEPARATORS, key=first.count)
        reader = csv.reader(StringIO(text), delimiter=separator, strict=True)
        header = self._header(next(reader, []))
        if header is None:
            return
        count, line = 0, reader.line_num + 1
        for cells in reader:
            told = [unguarded(one.strip()) for one in cells]
            if any(told):
                count += 1
                if count > ROWS_MAX:
                    self.find(line, "", "TOO_MANY_ROWS", most=ROWS_MAX)
                    return
                row = self._row(line, header, told)
                if row is not None:
                    yield row
            line = reader.line_num + 1

    def _header(self, cells: Sequence[str]) -> list[str] | None:
        names = [_NAMES.get(one.strip().casefold(), "") for one in cells]
        for cell, name in zip(cells, names, strict=True):
            if not name:
                self.find(1, cell.strip()[:40], "COLUMN_UNKNOWN")
            elif names.count(name) > 1:
                self.find(1, name, "COLUMN_TWICE")
        needed = (
            (MEMBER, POINTS, REASON) if len(self._wallets) == 1 else tuple(set(_NAMES.values()))
        )
        for name in sorted(set(needed) - set(names)):
            self.find(1, name, "COLUMN_MISSING")
        return None if self.found else names

    def _row(self, line: int, header: Sequence[str], cells: Sequence[str]) -> CreditRow | None:
        before = len(self.found)
        if len(cells) > len(header) and any(cells[len(header) :]):
            self.find(line, "", "SURPLUS")
        told = dict.fromkeys(_NAMES.values(), "") | dict(zip(header, cells, strict=False))
        if not told[MEMBER]:
            self.find(line, MEMBER, "MEMBER_NEEDED")
        if not told[REASON]:
            self.find(line, REASON, "REASON_NEEDED")
        elif len(told[REASON]) > REASON_MOST or not told[REASON].isprintable():
            self.find(line, REASON, "REASON_LENGTH", most=REASON_MOST)
        wallet = self._wallet(line, told[WALLET])
        points = 0 if wallet is None else self._points(line, told[POINTS], wallet)
        if wallet is None or len(self.found) > before:
            return None
        key = (told[MEMBER], wallet.id, points, told[REASON])
        first = self._seen.setdefault(key, line)
        if first != line:
            self.find(line, "", "TWICE", first=first)
            return None
        return CreditRow(
            line=line, member=told[MEMBER], wallet=wallet.id, points=points, reason=told[REASON]
        )

    def _wallet(self, line: int, told: str) -> Wallet | None:
        if not told and len(self._wallets) == 1:
            return next(iter(self._wallets.values()))
        found = self._wallets.get(told)
        if found is None:
            known = ", ".join(self._wallets)
            self.find(line, WALLET, "WALLET_UNKNOWN", given=told[:40], known=known)
        return found

    def _points(self, line: int, told: str, wallet: Wallet) -> int:
        try:
            points = parse_fixed(told, decimals=wallet.scale)
        except BadNumber as fault:
            self.find(line, POINTS, f"POINTS_{fault.reason.name}", given=told[:40])
            return 0
        if points <= 0:
            self.find(line, POINTS, "POINTS_NONE", given=told[:40])
        elif points > self._points_most * 10**wallet.scale:
            self.find(line, POINTS, "POINTS_ABOVE", given=told[:40], most=self._points_most)
        return points

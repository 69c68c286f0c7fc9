#!/usr/bin/env python3
"""Verify a till's journal file with nothing but Python's standard library.

    python verify_journal.py till.journal

The file is what `posloyalty headoffice ... journal TILL` writes: a line of JSON that names the till
and holds its certificate, a line an event, and a line with the till's own signature over the end:

    {"k":"journal","till":...,"certificate":...}
    {"k":"event","epoch":1,"seq":1,"written":1,"id":...,"hash":...,"body":"..."}    body as text, or
    {"k":"event",...,"raw":"..."}                                                   in hexadecimal
    {"k":"epoch","epoch":2,"seq":40,"hash":...}      the till went on behind place 40 in epoch 2
    {"k":"end","epoch":1,"seq":9,"hash":...,"signature":...}

What is checked: that every hash follows from the bytes and the hash before (docs/journal.md), that
no place is missing, that the certificate's key signed the end, that events are JSON with integers
alone, each under its own id, and that no id stands for two different contents. Then what the
journal adds up to: sales, money and what moved in each wallet. Exit code 0 when all holds, 1 at the
first thing that does not, 2 when the file cannot be read. No file is written, nothing is sent.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from hashlib import sha256, sha512

DOMAIN = b"LJ1\0"
GENESIS_DOMAIN = b"LJ1-genesis\0"
HEAD_DOMAIN = b"LJ1-head\0"
# No row is as long: head office takes 4 MiB at once. What is longer is no row, without its end.
LINE_MOST = 1 << 24
# SubjectPublicKeyInfo of an Ed25519 key (RFC 8410); the 32 bytes after it are the key.
KEY_BEFORE = bytes.fromhex("302a300506032b6570032100")

# Ed25519 (RFC 8032, 5.1 and appendix A), for verifying only.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


class Broken(Exception):
    """What does not hold, in words."""


def main(arguments):
    """Verify the file that is named; returns the exit code."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            told = verify(file)
    except Broken as fault:
        print(f"BROKEN: {fault}")
        return 1
    except (OSError, ValueError) as fault:
        print(f"UNREADABLE: {fault}")
        return 2
    for line in told:
        print(line.encode("ascii", "backslashreplace").decode())
    return 0


def verify(file):
    """What the journal comes to, in lines for a person; raises `Broken`, and ValueError with the
    line that is no row.
    """
    chain, sums = None, Sums()
    for number, line in enumerate(iter(lambda: file.readline(LINE_MOST), b""), start=1):
        try:
            row = json.loads(line.decode("utf-8"))
            if chain is None:
                chain = begun(row)
            else:
                take(row, chain, sums)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            raise ValueError(f"line {number} is no row of a journal") from None
    if chain is None or not chain.ended:
        raise Broken("the file ends before the till's signature")
    return [
        f"Till {chain.till.hex()}: {chain.count} events, whole and in order, epoch {chain.epoch}",
        f"Signed by the till at {chain.seq}: {chain.hashes[chain.seq].hex()}",
        *sums.told(),
    ]


def begun(head):
    """What the first row says."""
    if head["k"] != "journal":
        raise Broken("the first line does not name a journal")
    return Chain(bytes.fromhex(head["till"]), bytes.fromhex(head["certificate"]))


def take(row, chain, sums):
    """Any other row."""
    if chain.ended:
        raise Broken("something follows the end")
    if row["k"] == "event":
        body = row["body"].encode("utf-8") if "body" in row else bytes.fromhex(row["raw"])
        chain.take(row, body)
        sums.take(row, body)
    elif row["k"] == "epoch":
        chain.reopen(row)
    elif row["k"] == "end":
        chain.end(row)
    else:
        raise ValueError


class Chain:
    """The hashes, from the certificate on."""

    def __init__(self, till, certificate):
        if len(till) != 16:
            raise Broken("a till's id has 16 bytes")
        at = certificate.find(KEY_BEFORE)
        if at < 0:
            raise Broken("the certificate holds no Ed25519 key")
        self.key = certificate[at + len(KEY_BEFORE) :][:32]
        self.till = till
        genesis = sha256(GENESIS_DOMAIN + till + sha256(certificate).digest()).digest()
        self.hashes = {0: genesis}
        self.epoch, self.written, self.seq, self.count, self.ended = 1, 1, 0, 0, False

    def take(self, row, body):
        """The next event."""
        # One that the till opened alone begins with an event; its hash says of which epoch it is.
        alone = row["epoch"] == row["written"] and row["epoch"] > self.epoch
        if row["epoch"] != self.epoch and not alone:
            raise Broken(f"epoch {row['epoch']} follows epoch {self.epoch}")
        if row["seq"] != self.seq + 1:
            raise Broken(f"place {self.seq + 1} is missing: {row['seq']} comes instead")
        hashed = sha256(
            DOMAIN
            + self.till
            + row["written"].to_bytes(4, "big")
            + row["seq"].to_bytes(8, "big")
            + self.hashes[self.seq]
            + sha256(body).digest()
        ).digest()
        if hashed.hex() != row["hash"]:
            raise Broken(f"the hash at {row['seq']} is not that of its bytes after the one before")
        self.epoch, self.written = row["epoch"], row["written"]
        self.seq, self.count = row["seq"], self.count + 1
        self.hashes[self.seq] = hashed

    def reopen(self, row):
        """A restored till goes on behind an earlier place."""
        known = self.hashes.get(row["seq"])
        if row["seq"] > self.seq or known is None or known.hex() != row["hash"]:
            raise Broken(f"epoch {row['epoch']} begins behind a place that is not there")
        if row["epoch"] <= self.epoch:
            raise Broken(f"epoch {row['epoch']} does not follow epoch {self.epoch}")
        self.epoch, self.seq = row["epoch"], row["seq"]

    def end(self, row):
        """The till's own word for where its journal stands."""
        head = self.hashes[self.seq]
        if (row["epoch"], row["seq"], row["hash"]) != (self.written, self.seq, head.hex()):
            raise Broken("the end names another place than the last event's")
        statement = (
            HEAD_DOMAIN
            + self.till
            + row["epoch"].to_bytes(4, "big")
            + row["seq"].to_bytes(8, "big")
            + head
        )
        if not signed(self.key, statement, bytes.fromhex(row["signature"])):
            raise Broken("the end is not signed by the certificate's key")
        self.ended = True


class Sums:
    """What the events say, added up."""

    def __init__(self):
        self.kinds = Counter()
        self.money = Counter()
        self.moved = Counter()
        self.bodies = {}
        self.unread = 0

    def take(self, row, body):
        """One event; what is no JSON is counted and left alone, as head office does."""
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            self.unread += 1
            return
        place = row["seq"]
        if not isinstance(event, dict) or event.get("id") != row["id"]:
            raise Broken(f"the event at {place} has another id than its place names")
        digest = sha256(body).digest()
        if self.bodies.setdefault(row["id"], digest) != digest:
            raise Broken(f"the id at {place} was given to other bytes before")
        if holds_float(event):
            raise Broken(f"the event at {place} holds a number that is no integer")
        try:
            self.add(event, place)
        except (KeyError, TypeError, AttributeError):
            self.unread += 1

    def add(self, event, place):
        """What it moves; another shape than an event's raises KeyError or TypeError."""
        kind = str(event["t"])
        posts = event.get("post", ()) if kind != "heard" else ()
        moves = [(str(post["ledger"]), str(post["code"]), post["n"] + 0) for post in posts]
        if any(points <= 0 for _, _, points in moves):
            raise Broken(f"a transfer at {place} moves nothing or less")
        if kind in ("sale", "refund"):
            self.money[kind, str(event["cur"])] += event["total"] + 0
        self.kinds[kind] += 1
        for ledger, code, points in moves:
            self.moved[ledger, code] += points

    def told(self):
        """In lines."""
        yield "Events: " + ", ".join(f"{n} {kind}" for kind, n in sorted(self.kinds.items()))
        for (kind, currency), minor in sorted(self.money.items()):
            yield f"{kind}: {minor} minor units of {currency}"
        for (ledger, code), points in sorted(self.moved.items()):
            yield f"{ledger}, {code}: {points}"
        if self.unread:
            yield f"{self.unread} events could not be read; they are chained like the others"


def holds_float(value):
    """Whether a number anywhere is no integer."""
    if isinstance(value, dict):
        return any(holds_float(one) for one in value.values())
    if isinstance(value, list):
        return any(holds_float(one) for one in value)
    return isinstance(value, float)


def signed(key, message, signature):
    """Whether an Ed25519 signature over a message is this key's."""
    if len(signature) != 64 or len(key) != 32:
        return False
    public, point = decompress(key), decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or point is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return same(times(scalar, BASE), add(point, times(challenge, public)))


def add(one, other):
    """The sum of two points, in extended coordinates."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, point):
    """A point, so many times."""
    found = NEUTRAL
    while scalar:
        if scalar & 1:
            found = add(found, point)
        point, scalar = add(point, point), scalar >> 1
    return found


def same(one, other):
    """Whether two points are one."""
    across = (one[0] * other[2] - other[0] * one[2]) % P
    along = (one[1] * other[2] - other[1] * one[2]) % P
    return not across and not along


def decompress(text):
    """The point that 32 bytes stand for; None where there is none."""
    number = int.from_bytes(text, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (not x and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What can be wrong with a book: faults of the machine or the file, each with a wording code.

Shape: every fault is a `BookError` with `code` (a key of wording area "book") and `facts` that fill
it in. Nothing was half done when one is raised. They are apart from refusals because the person at
the till cannot put them right by doing something else on the screen.
"""

from __future__ import annotations

from typing import ClassVar


class BookError(Exception):
    """The book cannot be used as asked; see `code` and `facts`."""

    code: ClassVar[str] = "book.fault"

    def __init__(self, **facts: object) -> None:
        told = ", ".join(f"{name}={value}" for name, value in facts.items())
        super().__init__(f"{self.code}: {told}" if told else self.code)
        self.facts = facts


class NoBook(BookError):
    """There is no book at this place. Facts: place."""

    code = "book.none"


class BookExists(BookError):
    """A book is already at this place. Facts: place."""

    code = "book.exists"


class BookInUse(BookError):
    """Another process has the book open. Facts: pid, place."""

    code = "book.in_use"


class BookTooNew(BookError):
    """A later release upgraded the book. Facts: found, known."""

    code = "book.too_new"


class WrongKey(BookError):
    """The key at hand is not this book's. Facts: place."""

    code = "book.wrong_key"


class KeyMissing(BookError):
    """Neither keystore nor key file holds the book's key. Facts: place."""

    code = "book.key_missing"


class BadRecoveryCode(BookError):
    """The recovery code is mistyped or another book's. Facts: none."""

    code = "book.bad_recovery_code"


class BookDamaged(BookError):
    """The file is not a whole book any more. Facts: place, detail."""

    code = "book.damaged"


class ChainDamaged(BookError):
    """The journal's chain does not hold. Facts: seq, expected, found."""

    code = "book.chain_damaged"


class DiskFull(BookError):
    """There is no room to write. Facts: place."""

    code = "book.disk_full"


class ReadOnlyPlace(BookError):
    """The folder or file cannot be written. Facts: place."""

    code = "book.read_only"


class NoPlaceForCopies(BookError):
    """A copy was to go where a till keeps its book, or where no folder can be. Facts: place."""

    code = "book.no_place_for_copies"


class NetworkPlace(BookError):
    """The folder lies on a network drive, where locks do not hold. Facts: place, kind."""

    code = "book.network"


class BookBusy(BookError):
    """Something else kept the file locked for longer than we wait. Facts: place."""

    code = "book.busy"


class DiskFault(BookError):
    """The disk failed while writing; the book is not used any further. Facts: place, detail."""

    code = "book.disk_fault"

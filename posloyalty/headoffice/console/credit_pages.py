"""Goodwill credits from a file: upload, look at it, a second person lets it be given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from posloyalty.headoffice.console.amounts import WalletShown, wallets_shown
from posloyalty.headoffice.console.asking import Asking, Moved, NotThere, Page, Shown, Told
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.members.credit_file import FILE_BYTES_MAX, ROWS_MAX, Wrong
from posloyalty.headoffice.members.credits import BadCreditFile, Batch, Credits
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import Words

UPLOAD_BYTES_MAX: Final = FILE_BYTES_MAX + 20_000
_CREDITS: Final = "/console/credits"
_ONE: Final = "/console/credit"


@dataclass(frozen=True, slots=True)
class CreditPages:
    """What there is of credits."""

    credits: Credits
    publishing: Publishing

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        see = Right.SEE_MEMBERS
        return (
            Page.shows(_CREDITS, self.all, see),
            Page.changes(
                _CREDITS, self.upload, Right.CREDIT, back=self.all, body_bytes_max=UPLOAD_BYTES_MAX
            ),
            Page.shows(_ONE, self.one, see),
            Page.changes(f"{_ONE}/approve", self.approve, Right.APPROVE, back=self.one),
            Page.changes(f"{_ONE}/withdraw", self.withdraw, Right.CREDIT, back=self.one),
        )

    def all(self, asking: Asking) -> Told:
        """Every batch, and the form for a file."""
        return self._shown(asking, (), 0)

    def upload(self, asking: Asking) -> Told:
        """Propose a file; one with findings changes nothing and shows all of them."""
        if not asking.file:
            raise ServiceRefusal("NO_FILE_CHOSEN")
        try:
            number, new = self.credits.propose(asking.file, by=asking.who)
        except BadCreditFile as refused:
            return self._shown(asking, refused.wrong, refused.more)
        said = "credits_proposed" if new else "credits_known"
        return Moved(path=f"{_ONE}?number={number}", said=said)

    def one(self, asking: Asking) -> Told:
        """A batch with its credits."""
        batch = self.credits.batch(asking.number("number"))
        if batch is None:
            raise NotThere
        facts = {
            "batch": batch,
            "rows": self.credits.rows(batch.number),
            "wallet": self._wallets(asking.words),
        }
        return Shown(template="credit.html", facts=facts)

    def approve(self, asking: Asking) -> Told:
        """Let a batch that somebody else proposed be given."""
        number = asking.number("number")
        self.credits.approve(number, by=asking.who)
        return Moved(path=f"{_ONE}?number={number}", said="credits_approved")

    def withdraw(self, asking: Asking) -> Told:
        """Take a batch back."""
        number = asking.number("number")
        self.credits.withdraw(number, by=asking.who)
        return Moved(path=f"{_ONE}?number={number}", said="credits_withdrawn")

    def _shown(self, asking: Asking, wrong: Iterable[Wrong], more: int) -> Shown:
        words = asking.words
        found = [(one.line, one.column, wrong_told(one, words)) for one in wrong]
        facts = {
            "batches": self.credits.batches(),
            "wallet": self._wallets(words),
            "names": self._names(),
            "wrong": found,
            "more": more,
            "rows_most": ROWS_MAX,
        }
        return Shown(template="credits.html", facts=facts, status=422 if found else 200)

    def _names(self) -> tuple[str, ...]:
        """The wallets of the programme in effect, by id."""
        running = self.publishing.running()
        return () if running is None else tuple(w.id for w in read_programme(running).wallets)

    def _wallets(self, words: Words) -> ByWallet:
        running = self.publishing.running()
        shown = wallets_shown(self.publishing, words)
        return ByWallet(shown, "" if running is None else read_programme(running).id, words)


@dataclass(frozen=True, slots=True)
class ByWallet:
    """Amounts of wallets by the wallet's id, as a file of credits names them."""

    shown: WalletShown
    programme: str
    words: Words

    def name(self, wallet: str) -> str:
        """The wallet's name."""
        return self.shown.name(f"{self.programme}/{wallet}")

    def amount(self, wallet: str, minor: int) -> str:
        """So much of it."""
        return self.shown.amount(f"{self.programme}/{wallet}", minor)

    def sums(self, batch: Batch) -> str:
        """What a batch gives in all."""
        return self.words.listed(f"{self.amount(key, n)} {self.name(key)}" for key, n in batch.sums)


def wrong_told(one: Wrong, words: Words) -> str:
    """A finding as a sentence."""
    return words(f"credits.wrong_{one.code}", **one.facts)

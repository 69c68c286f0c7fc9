"""Cases to decide: what came odd from tills, and what the ledger found; what each decision does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.programme.kinds.challenge import Challenge
from posloyalty.headoffice.cases.findings import FRAUD, FindingRow, Findings
from posloyalty.headoffice.cases.matters import DECISIONS, NOTE_MOST, UNREAD, Matter, Matters
from posloyalty.headoffice.cases.reading_again import ReadingAgain
from posloyalty.headoffice.console.amounts import amounts_in, as_shown
from posloyalty.headoffice.console.asking import Asking, Moved, Page, Shown, Told
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.found import Anomaly
from posloyalty.wording import Words

_MATTERS: Final = "/console/matters"


@dataclass(frozen=True, slots=True)
class CasePages:
    """What waits for somebody to decide."""

    matters: Matters
    reading: ReadingAgain
    findings: Findings
    publishing: Publishing

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        decide = Right.DECIDE
        return (
            Page.shows(_MATTERS, self.all, Right.SEE),
            Page.changes(_MATTERS, self.decide, decide, back=self.all),
            Page.changes(f"{_MATTERS}/read", self.read_again, decide, back=self.all),
            Page.changes("/console/findings", self.decide_finding, decide, back=self.all),
        )

    def all(self, asking: Asking) -> Told:
        """What waits for a decision, what each would do, and what was decided."""
        shown = CaseWords(asking.words, self.publishing)
        facts = {
            "matters": self.matters.open_matters(),
            "decided": self.matters.decided(limit=20),
            "decisions": DECISIONS,
            "unread": UNREAD,
            "findings": self.findings.open_findings(),
            "findings_decided": self.findings.decided(),
            "unbooked": self.findings.unbooked(),
            "case": shown,
            "most": NOTE_MOST,
        }
        return Shown(template="matters.html", facts=facts)

    def decide(self, asking: Asking) -> Told:
        """Decide what came odd."""
        matter = self._asked(asking)
        self.matters.decide(matter, asking.told("decision"), asking.told("note"), by=asking.who)
        return Moved(path=_MATTERS, said="matter_decided")

    def read_again(self, asking: Asking) -> Told:
        """Let an event count that was kept unread."""
        self.reading.read(self._asked(asking), by=asking.who)
        return Moved(path=_MATTERS, said="matter_read")

    def _asked(self, asking: Asking) -> Matter:
        return self.matters.find(
            asking.told("till"), asking.number("epoch"), asking.number("seq"), asking.told("code")
        )

    def decide_finding(self, asking: Asking) -> Told:
        """Decide what the ledger found, as it was shown."""
        row = self.findings.find(
            asking.told("owner"), asking.told("event"), asking.told("anomaly"), asking.told("what")
        )
        if row.amount != asking.number("amount"):
            raise ServiceRefusal("NO_SUCH_MATTER")
        self.findings.decide(row, asking.told("decision"), asking.told("note"), by=asking.who)
        return Moved(path=_MATTERS, said="matter_decided")


class CaseWords:
    """Findings in a reader's language."""

    def __init__(self, words: Words, publishing: Publishing) -> None:
        self._words = words
        self._amounts = amounts_in(publishing, words)
        self._wallets = self._amounts.wallets
        self._challenges = {
            one.id: one.names.in_language(words.language)
            for programme in publishing.of_each()
            for one in programme.of(Challenge)
        }

    def told(self, row: FindingRow) -> str:
        """What was found."""
        key = f"cases.found_{row.anomaly}" + ("_owed" if row.by_member else "")
        return self._words(key, amount=self._amount(row), what=self._what(row))

    def does(self, row: FindingRow, decision: str) -> str:
        """What a decision does."""
        key, amount = decision, self._amount(row)
        if row.anomaly == Anomaly.OVERSPENT.value and decision != FRAUD:
            key += "_borne"
            if row.by_member:
                key = f"{decision}_owed" if row.owes else f"{decision}_repaid"
                amount = self._wallets.amount(row.what, min(row.amount, row.owes))
        elif row.anomaly == Anomaly.OVER_REPAID.value and decision != FRAUD:
            key = f"{decision}_over_repaid"
        return self._words(f"cases.does_{key}", amount=amount, what=self._what(row))

    def _what(self, row: FindingRow) -> str:
        if row.anomaly == Anomaly.OVERSPENT.value:
            return self._wallets.name(row.what)
        if row.anomaly == Anomaly.OVER_RETURNED.value:
            number, _, article = row.what.partition("/")
            return self._words("cases.article_of", article=article, number=number)
        if row.anomaly == Anomaly.OVER_REPAID.value:
            return row.what
        if row.anomaly == Anomaly.GIVEN_TWICE.value:
            number, _, challenge = row.what.rpartition("/")
            name = self._challenges.get(challenge, challenge)
            return self._words("cases.article_of", article=name, number=number) if number else name
        return row.what.partition("/")[2]

    def _amount(self, row: FindingRow) -> str:
        return as_shown(self._amounts.found(row))

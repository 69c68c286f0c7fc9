"""Exports: tables as CSV files, for a spreadsheet or another program.

UTF-8 with its mark, so that spreadsheets read Chinese; times are of the zone that the head names,
amounts have their decimals, and codes stay text (`export_cells`). At most 100,000 rows; a file that
was cut off is named so.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from io import StringIO
from itertools import islice
from typing import Final

from posloyalty.domain.values.money import currency
from posloyalty.headoffice.cases.audit_log import entries, note
from posloyalty.headoffice.cases.findings import Findings
from posloyalty.headoffice.cases.matters import Matters
from posloyalty.headoffice.console.amounts import Amounts, amounts_in, differing, money_figure
from posloyalty.headoffice.console.asking import Asking, NotThere, Page, Sent, Shown, Told
from posloyalty.headoffice.console.export_cells import Instants, written
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.judging.variances import Variances
from posloyalty.headoffice.members.marks import Marks
from posloyalty.headoffice.members.members import Members
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.headoffice.programmes.winding_down import WindingDowns
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.tills.administration import Administration
from posloyalty.services.ports import Clock
from posloyalty.wording import Words

ROWS_MAX: Final = 100_000
ASKED: Final = ROWS_MAX + 1
"""One more is asked for: it tells a table that was cut off from one that ends there."""
AT: Final = Instants("at")
Rows = Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True)
class ExportPages:
    """What can be taken along."""

    administration: Administration
    matters: Matters
    members: Members
    marks: Marks
    variances: Variances
    findings: Findings
    winding_downs: WindingDowns
    publishing: Publishing
    database: Database
    clock: Clock

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        return (
            Page.shows("/console/exports", self.all, Right.EXPORT),
            Page.changes("/console/export", self.export, Right.EXPORT),
        )

    def kinds(self) -> Mapping[str, Callable[[], Rows]]:
        """The tables by name; the first row is the head."""
        return {
            "stores": self._stores,
            "tills": self._tills,
            "members": self._members,
            "leases": self._leases,
            "matters": self._matters,
            "cases": self._findings,
            "variances": self._variances,
            "not_judged": self._not_judged,
            "wound_up": self._wound_up,
            "audit": self._audit,
        }

    def all(self, asking: Asking) -> Told:
        """What there is."""
        return Shown(template="exports.html", facts={"kinds": list(self.kinds())})

    def export(self, asking: Asking) -> Told:
        """One table."""
        name = asking.told("kind")
        made = self.kinds().get(name)
        if made is None:
            raise NotThere
        with self.database.write() as connection:
            now_s = int(self.clock.now().timestamp())
            note(connection, now_s, asking.who, "exported", table=name)
        body, whole = csv_of(made(), self.publishing.zone())
        told = name if whole else f"{name}-first-{ROWS_MAX}"
        return Sent(name=f"{told}.csv", kind="text/csv; charset=utf-8", body=body)

    def _stores(self) -> Rows:
        yield ("code", "name", "tills")
        for row in self.administration.stores():
            yield (row.code, row.name, row.tills)

    def _tills(self) -> Rows:
        yield (
            "till", "store", "code", "revoked", "forked", "epoch", "kept", "waiting",
            Instants("seen"),
        )  # fmt: skip
        for row in self.administration.tills():
            yield (
                row.till_id, row.store, row.code, int(row.revoked), int(row.forked), row.epoch,
                row.kept, row.waiting, row.seen_at,
            )  # fmt: skip

    def _members(self) -> Rows:
        yield ("member", "joined", "erased", "merged_into", "test")
        tests = self.marks.members()
        for row in self.members.newest(limit=ASKED):
            test = int(row.member_id in tests)
            yield (row.member_id, row.joined, int(row.erased), row.alias_of, test)

    def _leases(self) -> Rows:
        yield (
            "store", "till", "kind", "key", "owner", "amount", "left", Instants("until"),
            "asked_back",
        )  # fmt: skip
        amounts = self._amounts()
        for row in self.members.leases(limit=ASKED):
            yield (
                row.store, row.till, row.kind, row.key, row.owner, amounts.lent(row, row.amount),
                amounts.lent(row, row.left), row.not_after, int(row.recalled),
            )  # fmt: skip

    def _matters(self) -> Rows:
        yield ("till", "store", "code", "epoch", "seq", "what", AT, "decision", "note", "who")
        for one in (*self.matters.open_matters(limit=ASKED), *self.matters.decided(limit=ASKED)):
            yield (
                one.till_id, one.store, one.till, one.epoch, one.seq, one.code, one.at,
                one.decision, one.note, one.who,
            )  # fmt: skip

    def _findings(self) -> Rows:
        yield (
            "store", "code", "cashier", "receipt", AT, "found", "what", "amount", "owner",
            "event", "borne_by", "decision", "note", "who",
        )  # fmt: skip
        rows, amounts = self.findings, self._amounts()
        for one in (*rows.open_findings(limit=ASKED), *rows.decided(limit=ASKED)):
            yield (
                one.store, one.till, one.cashier, one.number,
                one.at, one.anomaly, one.what,
                amounts.found(one),
                one.owner, one.event_id, "member" if one.by_member else "store", one.decision,
                one.note, one.who,
            )  # fmt: skip

    def _variances(self) -> Rows:
        yield (
            "till", "store", "code", "receipt", AT, "kind", "programme", "currency", "ahead_s",
            "what", "of", "line", "sold", "due",
        )  # fmt: skip
        wallets = self._amounts().wallets
        for row in self.variances.newest(limit=ASKED):
            said = (
                row.till_id, row.store, row.till, row.number, row.at, row.kind,
                row.programme, row.currency, row.ahead_s,
            )  # fmt: skip
            for part in row.parts:
                sold = differing(row, part, part.sold, wallets)
                due = differing(row, part, part.due, wallets)
                yield (*said, part.what, part.of, part.line, sold, due)
            if not row.parts:
                yield (*said, "", "", 0, 0, 0)

    def _not_judged(self) -> Rows:
        yield ("why", "programme", "hash", "sales", Instants("since"))
        for one in self.variances.waiting():
            yield (one.why, one.programme, one.hash, one.sales, one.since)

    def _wound_up(self) -> Rows:
        yield (
            "member", "wallet", "expired", "worth_points", "worth", "currency", "vouchers",
            AT, "act",
        )  # fmt: skip
        amounts = self._amounts()
        for one in self.winding_downs.wound_up(limit=ASKED):
            points = (amounts.of_wallet(one.ledger, n) for n in (one.expired, one.worth_points))
            worth = money_figure(one.worth_minor, currency(one.currency))
            yield (
                one.owner, one.ledger, *points, worth, one.currency, one.vouchers, one.at,
                one.act_id,
            )  # fmt: skip

    def _audit(self) -> Rows:
        yield ("number", AT, "who", "what", "facts")
        with self.database.read() as connection:
            for one in entries(connection, limit=ASKED):
                facts = "; ".join(f"{key}={value}" for key, value in one.facts.items())
                yield (one.number, one.at, one.who, one.what, facts)

    def _amounts(self) -> Amounts:
        return amounts_in(self.publishing, Words("en"))  # only their decimals are asked for


def csv_of(rows: Rows, zone: tzinfo) -> tuple[bytes, bool]:
    """(the bytes of a file, whether everything is in it); instants in a zone."""
    text, left = StringIO(), iter(rows)
    writer = csv.writer(text)
    for row in islice(left, ROWS_MAX + 1):  # the head is one of them
        writer.writerow([written(cell, zone) for cell in row])
    return text.getvalue().encode("utf-8-sig"), next(left, None) is None

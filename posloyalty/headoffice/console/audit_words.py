"""Entries of the audit log in a reader's language.

The log keeps facts by short English keys, so that its hash depends on nobody's language. Here each
key gets its name, and each value that is a code the words that the page of its subject uses.
Identifiers are shortened as on other pages: the export has them in full.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from posloyalty.headoffice.cases.audit_log import COMMAND_LINE, SOMEBODY, AuditEntry
from posloyalty.headoffice.console.amounts import WalletShown
from posloyalty.headoffice.tills.lives import BY_ITSELF
from posloyalty.wording import Words

_LONG: Final = re.compile(r"[0-9a-f]{32,}")
_SHOWN: Final = 12
_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "role": ("console.role_{0}",),
    "code": ("console.matter_{0}",),
    "decision": ("cases.decide_{0}", "console.decision_{0}"),
    "anomaly": ("cases.anomaly_{0}",),
    "left": ("winding.left_{0}",),
    "table": ("console.{0}",),
    "kind": ("articles.kind_{0}",),
    "cause": ("console.cause_{0}",),
    "waits": ("console.waits_{0}",),
}
"""Facts whose values are codes, and where the words of those are."""


def doers_told(words: Words) -> dict[str, str]:
    """Whoever does something and is no operator, in words."""
    return {
        COMMAND_LINE: words("console.command_line"),
        SOMEBODY: words("console.somebody"),
        BY_ITSELF: words("console.title"),
    }


def facts_told(
    entry: AuditEntry, words: Words, *, till: Callable[[str], str], wallets: WalletShown
) -> list[tuple[str, str]]:
    """An entry's facts as (name, value). `till` names a till by its id, or gives the id back."""
    facts = dict(entry.facts)
    ledger = facts.get("ledger") or wallets.ledger(facts.get("wallet", ""))
    if ledger and "points" in facts:
        facts["points"] = wallets.amount(ledger, int(facts["points"]))
    named: dict[str, Callable[[str], str]] = {
        "till": till,
        "ledger": wallets.name,
        "wallet": lambda wallet: wallets.name(wallets.ledger(wallet)),
    }
    return [
        (_name(key, words), _value(key, named.get(key, str)(value), words))
        for key, value in facts.items()
    ]


def _name(key: str, words: Words) -> str:
    code = f"console.fact_{key}"
    return words(code) if words.has(code) else key


def _value(key: str, value: str, words: Words) -> str:
    for form in _VALUES.get(key, ()):
        code = form.format(value)
        if words.has(code):
            return words(code)
    return f"{value[:_SHOWN]}…" if _LONG.fullmatch(value) else value

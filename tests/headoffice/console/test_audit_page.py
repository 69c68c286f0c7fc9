"""The audit log in the reader's language: facts by name, codes in words, long ids in short."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from posloyalty.headoffice.articles.article_file import ARTICLES, PRICES, TAXES
from posloyalty.headoffice.cases.audit_log import COMMAND_LINE, AuditEntry
from posloyalty.headoffice.console.amounts import WalletShown
from posloyalty.headoffice.console.audit_words import doers_told, facts_told
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.tills.lives import BY_ITSELF, LOST, MOVED, SAID
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.a_till import ATill
from tests.headoffice.console.conftest import SignedIn

WALLETS = WalletShown(names={"club/money": ("Purse", 2)})


def told(language: str = "en", **facts: str) -> list[tuple[str, str]]:
    entry = AuditEntry(
        number=1, at=datetime(2026, 11, 22, tzinfo=UTC), who="x", what="y", facts=facts
    )
    return facts_told(
        entry, Words(language), till=lambda key: {"1" * 32: "S1-T1"}.get(key, key), wallets=WALLETS
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_administrator_reads_who_got_which_role_and_which_till_was_revoked(
    office: OpenOffice, till: ATill, signed_in: SignedIn, language: str
) -> None:
    words, browser = Words(language), signed_in("administrator")
    office.administration.revoke(till.id.hex(), by="Ann")
    browser.get(f"/console/audit?language={language}")
    role, name = words("console.fact_role"), words("console.role_administrator")
    assert browser.says(f'<span class="minor">{role}</span> {name}')
    assert browser.says(f'<span class="minor">{words("console.fact_till")}</span> S1-T1')
    assert not browser.says(till.id.hex())


def test_points_are_written_as_their_wallet_counts_them() -> None:
    assert told(ledger="club/money", points="123456") == [
        ("wallet", "Purse"),
        ("points", "1,234.56"),
    ]


def test_a_wallet_that_is_named_without_its_programme_is_said_like_any_other() -> None:
    assert told(wallet="money", points="705") == [("wallet", "Purse"), ("points", "7.05")]
    assert told(wallet="stamps", points="7") == [("wallet", "stamps"), ("points", "7")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_file_was_of_and_why_a_database_began_anew_is_said_in_words(language: str) -> None:
    words = Words(language)
    for kind in (ARTICLES, PRICES, TAXES):
        assert dict(told(language, kind=kind)).popitem()[1] == words(f"articles.kind_{kind}")
    for cause in (LOST, MOVED, SAID):
        assert dict(told(language, cause=cause)).popitem()[1] == words(f"console.cause_{cause}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_head_office_did_by_itself_is_said_so(language: str) -> None:
    words = Words(language)
    assert doers_told(words)[BY_ITSELF] == words("console.title")
    assert doers_told(words)[COMMAND_LINE] == words("console.command_line")


def test_codes_are_said_in_the_words_of_their_pages() -> None:
    said = dict(told("zh_TW", decision="forgiven", left="paid_out", table="tills"))
    assert said == {"決定": "免除欠額", "剩餘的處理": "依可折抵的金額退還現金", "表格": "收銀機"}


def test_what_nobody_knows_stands_there_as_it_was_noted() -> None:
    assert told(colour="red", till="2" * 32, decision="odd") == [
        ("colour", "red"),
        ("till", "2" * 12 + "…"),
        ("decision", "odd"),
    ]

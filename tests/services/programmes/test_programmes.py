"""Installing programme files, and the words for what is wrong in them and why figures are so."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import posloyalty
import resources
from posloyalty.services.programmes.programmes import (
    ProgrammeRefused,
    Programmes,
    finding_sentences,
    read_programme,
)
from posloyalty.sync.events import SettingsChange, decode
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.book import Rig, made_book

CDNOW = resources.read("programmes/cdnow.toml")
NEWER = CDNOW.replace(b"version = 1", b"version = 2")
SOURCE = Path(posloyalty.__file__).parent / "domain"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with made_book(tmp_path) as made:
        yield made


@pytest.fixture
def programmes(rig: Rig) -> Programmes:
    return Programmes(book=rig.book, clock=rig.book.clock, ids=rig.ids)


def in_effect(rig: Rig, programmes: Programmes, days: int = 0) -> int | None:
    with rig.book.read() as reader:
        found = programmes.at(reader, rig.clock.now() + timedelta(days=days))
    return None if found is None else found.version


def test_a_till_starts_without_a_programme_and_then_has_the_installed_one(
    rig: Rig, programmes: Programmes
) -> None:
    assert in_effect(rig, programmes) is None
    assert programmes.install(CDNOW).id == "cdnow"
    assert in_effect(rig, programmes) == 1


def dated(head: str) -> bytes:
    return CDNOW.replace(b"version = 1", b"version = 2\n" + head.encode())


def test_a_file_that_names_its_days_takes_effect_on_the_first_and_ends_after_the_last(
    rig: Rig, programmes: Programmes
) -> None:
    today = rig.clock.now().date()
    first, last = today + timedelta(days=2), today + timedelta(days=4)
    programmes.install(CDNOW)
    programmes.install(dated(f"effective = {{ from = {first}, through = {last} }}"))
    seen = [in_effect(rig, programmes, days=days) for days in range(7)]
    assert seen == [1, 1, 2, 2, 2, None, None]


def test_a_programme_for_other_stores_is_not_in_effect_here(
    rig: Rig, programmes: Programmes
) -> None:
    programmes.install(dated('stores = ["S02"]'))
    assert in_effect(rig, programmes) is None
    programmes.install(dated('stores = ["S01", "S02"]').replace(b"version = 2", b"version = 3"))
    assert in_effect(rig, programmes) == 3


def test_a_version_that_is_sent_ahead_takes_effect_on_its_day(
    rig: Rig, programmes: Programmes
) -> None:
    programmes.install(CDNOW)
    programmes.install(NEWER, effective_from=rig.clock.now() + timedelta(days=7))
    assert in_effect(rig, programmes) == 1
    assert in_effect(rig, programmes, days=6) == 1
    assert in_effect(rig, programmes, days=7) == 2


def test_installing_is_journalled_once_with_the_files_hash(
    rig: Rig, programmes: Programmes
) -> None:
    installed = programmes.install(CDNOW, actor=b"O" * 16)
    programmes.install(CDNOW)
    with rig.book.read() as reader:
        found = [decode(event.body) for event in reader.journal.events()]
    (change,) = [event for event in found if isinstance(event, SettingsChange)]
    assert (change.kind, change.what, change.actor) == ("programme", "cdnow", (b"O" * 16).hex())
    assert change.fields == ("version 1", installed.hash.hex())


def test_the_kept_file_is_the_very_bytes_that_were_installed(
    rig: Rig, programmes: Programmes
) -> None:
    data = CDNOW.replace(b"\n", b"\r\n")
    installed = programmes.install(data)
    with rig.book.read() as reader:
        stored = reader.programmes.by_hash(installed.hash)
    assert stored is not None
    assert stored.toml == data


def test_a_file_with_findings_changes_nothing_and_says_all_of_them(
    rig: Rig, programmes: Programmes
) -> None:
    bad = CDNOW.replace(b"USD", b"XYZ").replace(b"hold_months = 12", b"hold_months = 0")
    with pytest.raises(ProgrammeRefused) as refused:
        programmes.install(bad)
    assert refused.value.facts == {"count": 2}
    assert finding_sentences(refused.value.programme_findings, Words("en")) == (
        'Line 8, currency: It is no ISO 4217 currency code, such as "CNY"',
        "Line 29, tier_scheme[1].hold_months: 0 is not a whole number from 1 to 120",
    )
    assert in_effect(rig, programmes) is None


def test_a_file_is_read_once_however_often_it_is_asked_for(
    rig: Rig, programmes: Programmes
) -> None:
    programmes.install(CDNOW)
    with rig.book.read() as reader:
        first = programmes.at(reader, rig.clock.now())
        assert programmes.at(reader, rig.clock.now()) is first


def test_what_is_missing_is_named_once_though_it_stands_on_no_line() -> None:
    with pytest.raises(ProgrammeRefused) as refused:
        read_programme(b"")
    assert finding_sentences(refused.value.programme_findings, Words("en")) == (
        "language: “language” is missing; add it",
        "id: “id” is missing; add it",
        "version: “version” is missing; add it",
        "currency: “currency” is missing; add it",
        "timezone: “timezone” is missing; add it",
        "wallet: It is empty; add at least one",
    )


def test_syntax_errors_are_said_in_every_language() -> None:
    with pytest.raises(ProgrammeRefused) as refused:
        read_programme(b"a = = 1\nb = \n")
    for language in LANGUAGES:
        sentences = finding_sentences(refused.value.programme_findings, Words(language))
        assert [text for text in sentences if "1" in text or "2" in text] == list(sentences)
        assert len(sentences) == 2


def codes_in(folder: str, pattern: str) -> dict[str, set[str]]:
    """Every code that the sources of a folder name, with the facts they give it."""
    found: dict[str, set[str]] = {}
    for path in sorted((SOURCE / folder).rglob("*.py")):
        for match in re.finditer(pattern, path.read_text(encoding="utf-8")):
            facts = match.groupdict().get("facts") or ""
            found.setdefault(match["code"], set()).update(re.findall(r"(\w+)=", facts))
    return found


REASONS = {
    **codes_in(
        "programme", r'[Rr]eason\(\s*"(?P<code>[A-Z_]+)"(?P<facts>[^()]*(\([^()]*\)[^()]*)*)\)'
    ),
    **codes_in(
        "engine", r'[Rr]eason\(\s*"(?P<code>[A-Z_]+)"(?P<facts>[^()]*(\([^()]*\)[^()]*)*)\)'
    ),
    **{f"MEMBER_{status}": set() for status in ("FROZEN", "CLOSED", "ERASED")},
    **{f"ONLY_{day}": set() for day in ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")},
    **{code: set() for code in ("WEEKENDS_ONLY", "WORKDAYS_ONLY", "OTHER_WEEKDAY")},
    "OFF_EACH": {"amount_minor"},
    "OFF_AMOUNT": {"amount_minor"},
    "GUESTS_ONLY": set(),
}


@pytest.mark.parametrize("code", sorted(REASONS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words_that_ask_only_for_facts_it_has(code: str, language: str) -> None:
    words = Words(language)
    facts = dict.fromkeys(REASONS[code], "?")
    # What refuses a person's act is worded as a refusal, and its service adds the facts.
    if words.has(f"reason.{code}"):
        assert words(f"reason.{code}", **facts)
    else:
        assert words.has(f"refusal.{code}")


def finding_codes() -> set[str]:
    """What the readers of programme files write in capitals, but for reasons and `__all__`."""
    found: set[str] = set()
    for path in (SOURCE / "programme").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        reasons = [
            call
            for call in ast.walk(tree)
            if isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id in ("reason", "Reason")
        ]
        apart = {id(part) for call in reasons for part in ast.walk(call)}
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.fullmatch(r"[A-Z][A-Z0-9_]{2,}[A-Z0-9]", node.value)
            and id(node) not in apart
        }
    # What is no TOML is worded by its kind, SYNTAX_BRACKET and the like, which stand here, too.
    return found - set(REASONS) - {"LANGUAGE", "SYNTAX"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_words(language: str) -> None:
    codes = finding_codes()
    assert "UNKNOWN_KEY" in codes
    wanted = {f"NOT_{code}" for code in codes if words_need_prefix(code)}
    wanted |= {code for code in codes if not words_need_prefix(code)}
    missing = [code for code in sorted(wanted) if not Words(language).has(f"programme.{code}")]
    assert missing == []


def words_need_prefix(code: str) -> bool:
    """Kinds of values, which `Section` turns into NOT_TEXT and the like."""
    kinds = ("TEXT", "NAME", "FLAG", "WHOLE", "RATIO", "RATIO_TO", "MONEY")
    return code in (*kinds, "HOUR", "CHOICE", "WORDS", "TABLE", "TABLES")

"""Compile the catalogues and check them: `python -m posloyalty.wording compile|check`.

Babel reads the `.po` files; it is a development dependency, so nothing else imports this module.
`check` finds, for every area at once: a key that one language has and another lacks, facts that
differ between languages, fuzzy or empty messages, a message that swallowed a second header, a key
that stands twice, one with two texts, and a `.mo` that is older than its `.po`.
"""

from __future__ import annotations

import io
import re
import string
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from posloyalty.wording.words import FALLBACK, LANGUAGES

HEADER = "Content-Type:"
MESSAGE = re.compile(r'^msgid "(.+)"$', re.MULTILINE)
TWO_TEXTS = re.compile(
    r'^msgid "(.+)"\n(?:".*"\n)*msgstr ".*"\n(?:".*"\n)*\n*msgstr "', re.MULTILINE
)
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
FOLDER = Path(__file__).resolve().parents[2] / "resources" / "translations"


def main(arguments: list[str]) -> int:
    """Run one of the two commands; returns the exit code."""
    if arguments == ["compile"]:
        for po in sorted(FOLDER.glob("*/*.po")):
            po.with_suffix(".mo").write_bytes(compiled(read(po)))
        return 0
    if arguments == ["check"]:
        findings = check(FOLDER)
        for finding in findings:
            print(finding)
        return 1 if findings else 0
    print("usage: python -m posloyalty.wording compile|check")
    return 2


def check(folder: Path) -> list[str]:
    """Every finding in the catalogues below a folder, in a stable order."""
    findings = []
    for area in sorted({po.stem for po in folder.glob("*/*.po")}):
        catalogues = {}
        for language in LANGUAGES:
            po = folder / language / f"{area}.po"
            if not po.exists():
                findings.append(f"{language}/{area}.po: missing; add it with every key of the area")
                continue
            catalogues[language] = read(po)
            findings += [
                f"{language}/{area}.po: {key}: stands twice, the last one counts; take one out"
                for key in doubled(po.read_text(encoding="utf-8"))
            ]
            findings += [
                f"{language}/{area}.po: {key}: has two texts, one counts; take the other out"
                for key in TWO_TEXTS.findall(po.read_text(encoding="utf-8"))
            ]
            mo = po.with_suffix(".mo")
            if not mo.exists() or mo.read_bytes() != compiled(catalogues[language]):
                findings.append(f"{language}/{area}.mo: stale; run make translations")
        findings += _differences(area, catalogues)
    return findings


def read(po: Path) -> Catalog:
    """A catalogue from its `.po` file."""
    with po.open("rb") as file:
        catalogue = read_po(file, locale=po.parent.name, abort_invalid=True)
    # Babel dates a catalogue by the clock when its header does not; the bytes must not change so.
    catalogue.creation_date = catalogue.revision_date = UNDATED
    return catalogue


def doubled(source: str) -> list[str]:
    """The keys that stand more than once in the text of a `.po` file: reading keeps the last."""
    keys = Counter(MESSAGE.findall(source))
    return sorted(key for key, times in keys.items() if times > 1)


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of the `.mo` file of a catalogue; fuzzy messages are left out."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def _differences(area: str, catalogues: dict[str, Catalog]) -> list[str]:
    findings = []
    messages = {
        language: {_key(m.id): m for m in catalogue if m.id}
        for language, catalogue in catalogues.items()
    }
    every = sorted(set().union(*(set(m) for m in messages.values())))
    for language, known in messages.items():
        for key in every:
            place = f"{language}/{area}.po: {key}"
            message = known.get(key)
            if message is None:
                findings.append(f"{place}: missing; another language has it")
            elif any(HEADER in text for text in _texts(message.string)):
                findings.append(f"{place}: a second header runs into it; take the header out")
            elif message.fuzzy or not all(_texts(message.string)):
                findings.append(f"{place}: empty or fuzzy; write the message")
            elif key in messages.get(FALLBACK, {}):
                expected = _facts(messages[FALLBACK][key].string)
                if _facts(message.string) != expected:
                    findings.append(f"{place}: facts differ from English; use {sorted(expected)}")
    return findings


Worded = str | tuple[str, ...] | list[str] | None


def _key(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _texts(text: Worded) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def _facts(text: Worded) -> set[str]:
    found: set[str] = set()
    for one in _texts(text):
        found |= {name for _, name, _, _ in string.Formatter().parse(one) if name}
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

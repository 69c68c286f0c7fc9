"""The check of the catalogues: what people would see wrongly is found, with its place."""

from pathlib import Path

import pytest

from posloyalty.wording.__main__ import check, compiled, read
from posloyalty.wording.words import LANGUAGES

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
WELL = 'msgid "DUE"\nmsgstr "Due {amount}"\n'


def catalogues(folder: Path, **texts: str) -> Path:
    """An area "pay" in every language, compiled; a language may have another text."""
    for language in LANGUAGES:
        po = folder / language / "pay.po"
        po.parent.mkdir()
        po.write_text(HEAD + texts.get(language, WELL), encoding="utf-8")
        po.with_suffix(".mo").write_bytes(compiled(read(po)))
    return folder


def test_catalogues_that_agree_have_no_finding(tmp_path: Path) -> None:
    assert check(catalogues(tmp_path)) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("", "zh_TW/pay.po: DUE: missing; another language has it"),
        ('msgid "DUE"\nmsgstr ""\n', "zh_TW/pay.po: DUE: empty or fuzzy; write the message"),
        (
            'msgid "DUE"\nmsgstr "應付"\n',
            "zh_TW/pay.po: DUE: facts differ from English; use ['amount']",
        ),
        (
            'msgid "DUE"\nmsgstr "應付 {amount}"\n"Content-Type: text/plain\\n"\n',
            "zh_TW/pay.po: DUE: a second header runs into it; take the header out",
        ),
        (
            'msgid "DUE"\nmsgstr "{amount}"\n\nmsgid "DUE"\nmsgstr "應付 {amount}"\n',
            "zh_TW/pay.po: DUE: stands twice, the last one counts; take one out",
        ),
        (
            'msgid "DUE"\nmsgstr "應付 {amount}"\nmsgstr "應收 {amount}"\n',
            "zh_TW/pay.po: DUE: has two texts, one counts; take the other out",
        ),
    ],
)
def test_what_one_language_has_wrong_is_found(tmp_path: Path, text: str, finding: str) -> None:
    assert check(catalogues(tmp_path, zh_TW=text)) == [finding]


def test_a_catalogue_that_was_changed_and_not_compiled_is_found(tmp_path: Path) -> None:
    folder = catalogues(tmp_path)
    (folder / "en" / "pay.po").write_text(HEAD + WELL.replace("Due", "To pay"), encoding="utf-8")
    assert check(folder) == ["en/pay.mo: stale; run make translations"]
